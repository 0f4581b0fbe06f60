"""What do broken and hostile framework files and answer sets look like? Thousands, the same every time."""

import math
import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from random import Random

from compass.engine.advise import AnswerErrors, advise
from compass.engine.framework import FrameworkErrors, Rulebook, load_framework
from compass.engine.toml import read_toml
from compass.engine.writing import write_framework

from .shipped import source_of

AT_MOST = (
    40  # times what the shipped framework takes (25 ms at ease: abuse row A35 asks for a second)
)
HOSTILE_WHENS = (
    "__import__('os').system('id')", "().__class__.__bases__", "exec(room)", "lambda: room",
    "room=0 and", "not " * 500 + "room=0", "(" * 700, "room >= 99999999999999999999", "room ! 0",
    "outcome is inform", "known()", "count(room = 1) >= 1", "need 9..3", "need >= -1 or room in ()",
    "room=0 or " * 190 + "room=1", "{{ room }}", "room=0; import os", "\x00", "ｒｏｏｍ=0", "",
)  # fmt: skip
VALUES = (
    0, 1, -1, 7, 10**6, 2**70, 0.5, math.inf, math.nan, True, False, "", "x", "inform", "room",
    "x" * 5_000, "<script>", "\u202e", "é\n\t\"'", "answer:room", "answer:", date(2026, 1, 1),
    datetime(2026, 1, 1, 9), [], [1], [[]], ["x", 2], {}, {"nl": 1}, {"nl": "x", "en": "x", "fy": "x"},
)  # fmt: skip
LINES = (
    "[[rules]]", "[rules]", "[[levels]]", "x = ", "key = 3", "= 1", "]]", '"""', "'''", "[a.b.c]",
    "compare = 1", "a" + ".a" * 400 + " = 1", "n = " + "9" * 5_000, "n = 0x" + "f" * 9_000,
    "t = 2026-99-99", "u = " + "[" * 400, "\ufeff", "\x07", "# \ud7ff",
)  # fmt: skip


def mutated(source: str, rng: Random) -> str:
    """Break a file in one to three places: in its text, or in what it says."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if rng.random() < 0.5:
            source = rng.choice(ON_TEXT)(source, rng)
        else:
            try:
                document = read_toml(source)
            except FrameworkErrors:
                continue
            rng.choice(ON_DOCUMENT)(document, rng)
            source = write_framework(document)
    return source


# Changes of the text


def without_a_line(source, rng):
    lines = source.splitlines(keepends=True)
    del lines[rng.randrange(len(lines)) :][: rng.choice((1, 1, 1, 40))]
    place = rng.randrange(len(lines)) if lines else 0
    return "".join(lines[:place] + lines[place + rng.choice((1, 1, 20)) :])


def with_a_line(source, rng):
    lines = source.splitlines(keepends=True) or [""]
    extra = rng.choice((*LINES, rng.choice(lines).rstrip("\n")))
    lines.insert(rng.randrange(len(lines) + 1), extra + "\n")
    return "".join(lines)


def with_another_character(source, rng):
    if not source:
        return "x"
    place = rng.randrange(len(source))
    return (
        source[:place] + rng.choice("\"'[]{}=.,#\\\x00 9é\n") + source[place + rng.randint(0, 2) :]
    )


def cut_short(source, rng):
    return source[: rng.randrange(len(source) + 1)]


def with_another_number(source, rng):
    numbers = list(re.finditer(r"(?<=[ =])-?\d+(?=[ ,\n\]}])", source))
    if not numbers:
        return source
    found = rng.choice(numbers)
    other = rng.choice(("-1", "99", "1e9", "true", '"2"', "9" * 30, "0x" + "f" * 6_000, "[1]"))
    return source[: found.start()] + other + source[found.end() :]


def with_another_word(source, rng):
    words = list(re.finditer(r"(?<![\w.])[a-z_]{3,}(?![\w.])", source))
    if not words:
        return source
    found, other = rng.choice(words), rng.choice(words)
    return source[: found.start()] + other[0] + source[found.end() :]


def with_very_many(source, rng):
    """Ten thousand rules, or as many lines: more than any framework holds."""
    row = rng.choice(
        ('[[rules]]\nid = "r{n}"\nwhen = "room=0"\n', "k{n} = 1\n", "[[levels]]\n", "[t{n}]\n")
    )
    return source + "\n" + "".join(row.format(n=number) for number in range(10_000))


# Changes of what the file says


def tables_in(document) -> list[dict]:
    """List every table of a document, however deep."""
    found, left = [], [document]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            found.append(each)
            left += each.values()
        elif isinstance(each, list):
            left += each
    return found


def with_another_value(document, rng):
    table = rng.choice(tables_in(document))
    if table:
        table[rng.choice(list(table))] = rng.choice(VALUES)


def without_a_key(document, rng):
    table = rng.choice(tables_in(document))
    if table:
        del table[rng.choice(list(table))]


def with_another_key(document, rng):
    rng.choice(tables_in(document))[
        rng.choice(("x", "", "off", "kind", "when", "map", "é" * 90))
    ] = rng.choice(VALUES)


def with_a_row_twice(document, rng):
    rows = [table for table in document.values() if isinstance(table, list) and table]
    if rows:
        table = rng.choice(rows)
        table.insert(rng.randrange(len(table) + 1), rng.choice(table))


def with_a_hostile_when(document, rng):
    rules = document.get("rules")
    if isinstance(rules, list) and rules and isinstance(rules[0], dict):
        rng.choice([one for one in rules if isinstance(one, dict)])["when"] = rng.choice(
            HOSTILE_WHENS
        )


def with_a_swapped_value(document, rng):
    one, other = (rng.choice(tables_in(document)) for _ in "12")
    if one and other:
        key, key_too = rng.choice(list(one)), rng.choice(list(other))
        if not isinstance(one[key], dict | list) and not isinstance(other[key_too], dict | list):
            one[key], other[key_too] = other[key_too], one[key]


ON_TEXT = (without_a_line, with_a_line, with_another_character, cut_short, with_another_number,
           with_another_word, with_very_many)  # fmt: skip
ON_DOCUMENT = (with_another_value, without_a_key, with_another_key, with_a_row_twice,
               with_a_hostile_when, with_a_swapped_value)  # fmt: skip


def a_second() -> float:
    """Give what a second is worth on a machine as busy as this one: a file, read, is the measure."""
    source = source_of("nl")
    return AT_MOST * max(seconds(lambda: load_framework(source)) for _ in range(3))


def seconds(work: Callable) -> float:
    """Time something, in seconds of the processor; a refusal is an end as well."""
    began = time.process_time()
    with suppress(FrameworkErrors):
        work()
    return time.process_time() - began


def fuzz_frameworks(sources: list[str], rng: Random, times: int) -> Counter:
    """Read mutated files: each is accepted and can advise, or every error names a place and what was expected."""
    seen, slowest, at_most = Counter(), 0.0, a_second()
    for _ in range(times):
        source = mutated(rng.choice(sources), rng)
        began = time.process_time()
        try:
            framework = load_framework(source)
        except FrameworkErrors as errors:
            assert_clear(errors, source)
            seen["refused"] += 1
        else:
            seen["accepted"] += 1
            advise_somehow(framework, rng)
        slowest = max(slowest, time.process_time() - began)
        assert slowest <= at_most, source[:2_000]
    seen["slowest, in milliseconds"] = round(slowest * 1_000)
    return seen


def assert_clear(errors: FrameworkErrors, source: str):
    lines = source.count("\n") + 1
    assert 0 < len(errors.errors) <= 201
    for error in errors.errors:
        assert 1 <= error.line <= lines + 1 and error.expected.strip(), error
        assert error.key or error.table or not error.key, error
        assert len(str(error)) < 2_500, "it says back only a little"


def advise_somehow(framework: Rulebook, rng: Random):
    """A framework that was accepted advises on no answers and on all of them."""
    complete = {question.key: rng.choice(question.codes) for question in framework.questions}
    for answers in ({}, complete):
        told = advise(framework, answers).as_dict()
        assert told["possible"]


STRANGE = (
    None, True, False, 0, 1, 2, 9, -1, 2**4_000, 10**5_000, 1.0, math.nan, math.inf, "", "0", "true", "inform",
    "gemeente", "x" * 20_000, "\ud800", "\x00", [], [1], {}, {"code": 1}, (1,), b"1", object(), date(2026, 1, 1),
)  # fmt: skip
STRANGE_KEYS = (
    "rom",
    "Room",
    " room",
    "",
    "outcome",
    "advice",
    "__proto__",
    "x" * 20_000,
    "\ud800",
    1,
    None,
    (1, 2),
    10**5_000,
)


def fuzz_answers(framework: Rulebook, rng: Random, times: int) -> Counter:
    """Advise on mutated answers: either an advice on what the framework accepts, or errors that name key and codes."""
    seen, slowest, at_most = Counter(), 0.0, a_second()
    for _ in range(times):
        answers = {
            question.key: rng.choice(question.codes)
            for question in framework.questions
            if rng.random() < 0.8
        }
        given = with_strange_answers(framework, answers, rng)
        began = time.process_time()
        try:
            told = advise(framework, given)
        except AnswerErrors as errors:
            assert errors.errors and all(
                text.startswith("expected ") for text in errors.errors.values()
            )
            assert len(str(errors)) < 20_000, "it says back only a little"
            seen["refused"] += 1
        else:
            assert all(type(told.answers[key]) is type(given[key]) for key in told.answers)
            assert all(code in framework.question(key).codes for key, code in told.answers.items())
            seen["accepted"] += 1
        slowest = max(slowest, time.process_time() - began)
        assert slowest <= at_most, given
    seen["slowest, in milliseconds"] = round(slowest * 1_000)
    return seen


def with_strange_answers(framework: Rulebook, answers: dict, rng: Random):
    """Tamper with one to four answers, or send no object at all."""
    if rng.random() < 0.02:
        return rng.choice([*STRANGE, [answers], list(answers.items()), "room=2"])
    if rng.random() < 0.02:
        return {f"key{number}": number for number in range(10_000)}
    for _ in range(rng.randint(1, 3)):
        question = rng.choice(framework.questions)
        if rng.random() < 0.4:
            answers[question.key] = rng.choice((*question.codes, None))
        elif rng.random() < 0.75:
            answers[question.key] = rng.choice(STRANGE)
        else:
            answers[rng.choice(STRANGE_KEYS)] = rng.choice(STRANGE)
    return answers
