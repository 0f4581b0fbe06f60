"""Inspection of a framework: what is strange about it and can be seen without a solver."""

from collections.abc import Iterator, Sequence
from fnmatch import filter as filter_names

from compass.engine import look_ahead
from compass.engine.conditions import Code
from compass.engine.findings import (
    UNDECIDED,
    Finder,
    Finding,
    named_level,
    named_levels,
    named_question,
)
from compass.engine.search import plan_for


def about_questions(finder: Finder) -> Iterator[Finding]:
    """Name questions and options that make no difference to any rule."""
    framework, plan = finder.framework, plan_for(finder.framework)
    read = {key for rule in (*framework.rules, *framework.switched_off) for key in rule.reads}
    if framework.compare:
        read.add(framework.compare.question)
    for question in framework.questions:
        name = {"question": named_question(question.key)}
        if question.key not in read:
            yield finder.finding("unread_question", question.key, **name)
            continue
        for number, codes in enumerate(as_one(question.codes, plan.signatures[question.key])):
            yield finder.finding(
                "same_options", question.key, str(number), **name,
                options=lambda book, key=question.key, codes=codes: named_options(book, key, codes),
            )  # fmt: skip


def as_one(codes, signatures) -> list[list[Code]]:
    """List the groups of options that no rule tells apart."""
    groups: dict[tuple, list[Code]] = {}
    for code, signature in zip(codes, signatures, strict=True):
        groups.setdefault(signature, []).append(code)
    return [group for group in groups.values() if len(group) > 1]


def named_options(book, key: str, codes) -> str:
    return book.say("or").join(f"“{book.label(key, code)}”" for code in codes)


def about_cases(finder: Finder) -> Iterator[Finding]:
    """Name the worked cases whose advice is another than expected."""
    framework = finder.framework
    for case in framework.cases:
        seen = look_ahead.look_ahead(framework, case.answers)
        wrong = [(case.expect, seen.possible)] if seen.possible != (case.expect,) else []
        if case.expect_now and seen.possible_now != (case.expect_now,):
            wrong.append((case.expect_now, seen.possible_now))
        for expected, found in wrong:
            yield finder.finding(
                "failed_case", case.id, witness=case.answers, reads=tuple(case.answers),
                case=lambda book, case=case: case.text[book.language],
                expected=named_level(expected),
                found=named_levels(found) if len(found) < 4 else lambda book: book.translated(UNDECIDED),
            )  # fmt: skip


def about_explanations(finder: Finder, found: Sequence[Finding]) -> list[Finding]:
    """Name explanations of what isn't there any more."""
    names = [one.name for one in found]
    return [
        finder.finding("explains_nothing", name, finding=name)
        for name in finder.framework.explained
        if not filter_names(names, name)
    ]
