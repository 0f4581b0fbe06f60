"""Does a text lose its tricks and keep its meaning, and can nobody be called Beheerder?"""

import unicodedata

import pytest

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_name, clean_text, is_reserved

RTL, ZERO_WIDTH, BOM, TAG = "\u202e", "\u200b", "\ufeff", "\U000e0041"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   de Wit ", "Anna de Wit"),
        ("Anna\x00\x07\x1b[31m", "Anna[31m"),
        (f"A{ZERO_WIDTH}n{BOM}n{TAG}a", "Anna"),
        (f"{RTL}annA", "annA"),
        ("Anna\u2066b\u2069", "Annab"),
        ("Anna\r\nbcc: iemand", "Anna bcc: iemand"),
        ("Anna\u2028Bert\u2029Cor\x85Dé", "Anna Bert Cor Dé"),
        ("Rene\u0301", "René"),
        ("e" + ZERO_WIDTH + "\u0301", "é"),
        ("\u3164\u2800\u115f", ""),
        ("\ud800x\ue000", "x"),
        ("👍" * 500 + " goed", "👍👍👍 goed"),
        ("Zoë Ağaoğlu", "Zoë Ağaoğlu"),
        ("Mohammed محمد", "Mohammed محمد"),
        ("Nguyễn Thị", "Nguyễn Thị"),
    ],
)
def test_a2_a_line_is_one_line_of_visible_signs(typed, kept):
    assert clean_line(typed, 60) == kept


def test_a2_ten_thousand_marks_become_three():
    line = clean_line("Z" + "\u0335" * 10_000 + "a" + "\u0300\u0301" * 5_000, 60)
    marks = [unicodedata.category(sign) for sign in unicodedata.normalize("NFD", line)].count("Mn")
    assert marks <= 7
    assert len(line) <= 10


def test_a2_a_text_keeps_its_lines_and_no_tricks():
    typed = f"Een\tlijst:\r\n\r\n\r\n\r\n- a{RTL}\n-   b \x00\n\n"
    assert clean_text(typed, 100) == "Een lijst:\n\n- a\n- b"


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_a2_what_is_too_long_is_refused_and_never_cut(clean):
    assert clean("a" * 10, 10) == "a" * 10
    with pytest.raises(Refused) as refusal:
        clean("a" * 11, 10, "title")
    assert (refusal.value.code, refusal.value.field) == ("malformed", "title")


@pytest.mark.parametrize(
    "name",
    [
        "Beheerder",
        "BEHEERDER",
        "Bеhееrdеr",  # е is Cyrillic
        "Веһеегԁег",
        "b e h e e r d e r",
        "B3h33rd3r",
        "Béhéérdér",
        "Beheerder!",
        "Ｂｅｈｅｅｒｄｅｒ",
        "Be\u200bheer\u00adder",
        "De beheerder van de avond",
        "𝐆𝐞𝐦𝐞𝐞𝐧𝐭𝐞 Kompasdorp",
        "Gemeente-Kompasdorp",
        "Gerneente",
        "Mоdеratоr",
        "M0derator",
        "Adm1n",
        "Adrnin",
        "vvethouder",
        "@dmin",
        "\u202eredrooheeB Beheerder",
    ],
)
def test_a2_names_that_look_like_an_office_are_refused(name):
    with pytest.raises(Refused) as refusal:
        clean_name(name)
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    "name",
    [
        "Anna",
        "Bert Beheert",
        "Jan van der Meent",
        "Адмирал",
        "Ελένη",
        "Ömer 2",
        "O'Neill",
        "李雷",
        "Gé 👍",
    ],
)
def test_a2_ordinary_names_pass(name):
    assert clean_name(name) == name


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "👍👍", "---", "A 😀😁😂😃", "a" * 61])
def test_a2_a_name_without_letters_or_full_of_symbols_is_refused(name):
    with pytest.raises(Refused):
        clean_name(name)


def test_staff_titles_are_reserved_for_residents_only():
    assert is_reserved("Beheerder")
    assert clean_line("Beheerder", 60) == "Beheerder"
