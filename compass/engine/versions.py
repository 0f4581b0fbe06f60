"""Diff of two versions of a framework, in words, and the worked cases whose advice changes."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compass.engine import look_ahead
from compass.engine.anatomy import Rulebook
from compass.engine.notation import shown
from compass.engine.phrasebook import phrasebook_for

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class FrameworkDifference(NamedTuple):
    """One difference. `part` is a table, `field` what of it changed; added and removed have no field."""

    kind: str
    part: str
    name: str
    field: str
    before: str
    after: str


class OtherAdvice(NamedTuple):
    """A worked case that now gets another advice; more than one level is still open."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: Rulebook, after: Rulebook, language: str) -> list[FrameworkDifference]:
    """List what changed, part by part, in the order of the newer file. Names of levels included."""
    return [
        difference
        for part in _TELL
        for difference in _in_part(part, told(before, part, language), told(after, part, language))
    ]


def _in_part(part: str, before: Mapping, after: Mapping) -> Iterator[FrameworkDifference]:
    for key, fields in after.items():
        if key not in before:
            yield FrameworkDifference(ADDED, part, fields["name"], "", "", "")
            continue
        for field, value in fields.items():
            former = before[key].get(field, "")
            if former != value:
                yield FrameworkDifference(CHANGED, part, before[key]["name"], field, former, value)
    for key, fields in before.items():
        if key not in after:
            yield FrameworkDifference(REMOVED, part, fields["name"], "", "", "")


def told(framework: Rulebook, part: str, language: str) -> dict[str, dict[str, str]]:
    """Tell one part of a framework as flat texts, by key: what two versions are compared by."""
    return dict(_TELL[part](framework, language))


def _framework(framework: Rulebook, language: str):
    route = framework.compare
    options = route.levels if route else {}
    names = (
        f"{shown([code])}: {framework.level(level).name[language]}"
        for code, level in options.items()
    )
    yield (
        "",
        {
            "name": framework.title[language],
            "valid_from": framework.valid_from.isoformat(),
            "other_route": framework.question(route.question).name[language] if route else "",
            "other_levels": " · ".join(names),
        },
    )


def _levels(framework: Rulebook, language: str):
    book = phrasebook_for(framework, language)
    for level in framework.levels:
        texts = {
            field: _text(getattr(level, field), language)
            for field in ("plain", "promise", "advice", "roles", "feedback")
        }
        place = book.say("step", place=framework.place(level.key) + 1, influence=level.influence)
        mode = book.say(level.mode) if level.mode else ""
        counts = book.say("counts" if level.counts_as_participation else "counts_not")
        told_so = {"place": place, "mode": mode, "counts": counts}
        yield level.key, {"name": level.name[language], **told_so, **texts}


def _questions(framework: Rulebook, language: str):
    book = phrasebook_for(framework, language)
    for question in framework.questions:
        options = [option.label[language] for option in question.options]
        examples = [_text(option.example, language) for option in question.options]
        yield (
            question.key,
            {
                "name": question.name[language],
                "text": question.text[language],
                "help": question.help[language],
                "why": question.why[language],
                "source": question.source,
                "public_reason": _text(question.public_reason, language),
                "options": " · ".join(options),
                "examples": " · ".join(filter(None, examples)),
                "monotone": book.say(question.monotone or "any_way"),
                "changeable": book.say("changeable" if question.changeable else "given"),
            },
        )


def _scores(framework: Rulebook, language: str):
    for score in framework.scores:
        terms = (
            f"{framework.question(term.key).name[language]}: {', '.join(map(str, term.points.values()))}"
            for term in score.terms
        )
        yield score.key, {"name": score.name[language], "terms": " · ".join(terms)}


def _rules(framework: Rulebook, language: str):
    book, found = phrasebook_for(framework, language), {}
    for rule in (*framework.rules, *framework.switched_off):
        effect = [book.follows(rule), *([book.say(rule.kind)] if rule.kind else [])]
        off = [book.say("off")] if rule in framework.switched_off else []
        fields = found.setdefault(
            rule.id,
            {
                "name": rule.because[language],
                "when": rule.when.words(book),
                "effect": ", ".join(effect + off),
                "reference": rule.reference,
            },
        )
        if fields["when"] != rule.when.words(book):  # one rule, a level per answer
            fields["when"] += f"; {rule.when.words(book)}"
    yield from found.items()


def _promises(framework: Rulebook, language: str):
    book = phrasebook_for(framework, language)
    for line in framework.promises:
        yield line.id, {"name": line.text[language], "when": line.when.words(book)}


def _methods(framework: Rulebook, language: str):
    book = phrasebook_for(framework, language)
    for method in framework.methods:
        yield (
            method.id,
            {
                "name": method.name[language],
                "levels": ", ".join(book.level(level) for level in method.levels),
                "when": method.when.words(book),
                "hours": str(method.hours),
                "weeks": str(method.weeks),
                "not_enough": method.not_enough[language],
            },
        )


def _cases(framework: Rulebook, language: str):
    book = phrasebook_for(framework, language)
    for case in framework.cases:
        answers = (f"{book.question(key)}: {shown([code])}" for key, code in case.answers.items())
        yield (
            case.id,
            {
                "name": case.text[language],
                "expect": book.level(case.expect),
                "expect_now": book.level(case.expect_now) if case.expect_now else "",
                "answers": " · ".join(answers),
            },
        )


def _explained(framework: Rulebook, language: str):
    for finding, why in framework.explained.items():
        yield finding, {"name": why[language]}


# By table, in the order in which they are told.
_TELL = {
    "framework": _framework,
    "levels": _levels,
    "questions": _questions,
    "scores": _scores,
    "rules": _rules,
    "promises": _promises,
    "methods": _methods,
    "cases": _cases,
    "explained": _explained,
}


def _text(text, language: str) -> str:
    return text[language] if text else ""


def other_advices(before: Rulebook, after: Rulebook, language: str) -> list[OtherAdvice]:
    """List the worked cases of either version whose advice changes. Answers one doesn't know are left out."""
    cases = {case.id: case for case in (*before.cases, *after.cases)}
    changed = []
    for case in cases.values():
        one, other = (_levels_of(version, case.answers, language) for version in (before, after))
        if one != other:
            changed.append(OtherAdvice(case.text[language], one, other))
    return changed


def _levels_of(framework: Rulebook, answers, language: str) -> tuple[str, ...]:
    accepted = framework.accepted_codes
    known = {
        key: answers[key]
        for key in accepted
        if key in answers and (type(answers[key]), answers[key]) in accepted[key]
    }
    book = phrasebook_for(framework, language)
    return tuple(book.level(level) for level in look_ahead.look_ahead(framework, known).possible)
