"""Does a text lose what nobody can see, and keep what carries meaning?"""

import time
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from compass.dates import is_plausible
from compass.text import clean, clean_value
from compass.validators import validate_date

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
WANT = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # Persian: I want, with a non-joiner


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A\x0bB", "A\nB"),
        ("A\r\nB\rC\u2028D", "A\nB\nC\nD"),
        ("\ufffe\uffff\ufdd0\U0001fffeA", "A"),
        ("A\x00\x07\x1b[31m\x9f", "A[31m"),
        ("A\u202eB\u2066C\u200e\ufeff\u200b", "ABC"),
        ("\ud800x\ue000", "x"),
        ("Rene\u200b\u0301", "René"),
        (WANT, WANT),
        (FAMILY, FAMILY),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f3f3\ufe0f\u200d\U0001f308"),
        ("\U0001f44b\U0001f3fd 🌳", "\U0001f44b\U0001f3fd 🌳"),
        ("क्\u200dष", "क्\u200dष"),
        ("a\u200db\u200cc", "abc"),
        ("\u200d\U0001f469\u200d", "\U0001f469"),
        ("afval\u00adscheiding \u00ad", "afval\u00adscheiding "),
        ("één\tnaam\u00a0x ≥ ế", "één\tnaam\u00a0x ≥ ế"),
    ],
)
def test_signs_that_nobody_sees_are_gone_and_joiners_that_mean_something_stay(typed, kept):
    assert clean(typed) == kept
    assert clean(kept) == kept
    assert clean_value({"a": [typed, 1, None]}) == {"a": [kept, 1, None]}


@pytest.mark.parametrize("sign", ["\x00", "\u200d", "\u0301", "\r", "\u00ad", "\u0645\u200c"])
def test_a_text_of_64_kilobyte_takes_no_time(sign):
    start = time.process_time()
    clean(sign * 65_536)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "day", [date(26, 1, 1), date(1, 1, 1), date(9999, 12, 31), datetime(9999, 12, 31, 23, 59)]
)
def test_a_year_that_nobody_means_is_refused(day):
    assert not is_plausible(day)
    with pytest.raises(ValidationError, match="1950"):
        validate_date(day)


@pytest.mark.parametrize("day", [date(1950, 1, 1), date(2026, 11, 28), date(2099, 12, 31)])
def test_a_year_that_somebody_can_mean_is_taken(day):
    validate_date(day)


def test_no_sign_grows_beyond_what_a_browser_counted():
    longer = [
        hex(number)
        for number in range(0x20, 0x20000)
        for typed in (chr(number) * 3,)
        if len(clean(typed)) > len(typed) or clean(clean(typed)) != clean(typed)
    ]
    assert longer == []


def test_a_text_that_composing_makes_longer_stays_as_it_was_typed():
    assert clean("\u09df") == "\u09df", "a letter of Bengali that NFC writes as two signs"
    assert clean("e\u0301") == "\u00e9"
