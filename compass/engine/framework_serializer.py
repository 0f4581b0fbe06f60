"""Serialization of a whole framework as plain data in one language: what it asks, promises and decides by."""

from compass.engine.anatomy import (
    FrameworkQuestion,
    Level,
    Option,
    Rule,
    Rulebook,
)
from compass.engine.phrasebook import Phrasebook, phrasebook_for
from compass.engine.scores import Score


def framework_as_dict(framework: Rulebook, language: str = "") -> dict:
    """Tell a whole framework, in the order of its file, ready for JSON. Rules stand once, by their id.

    No language is the framework's first.
    """
    book = phrasebook_for(framework, language)
    return {
        "key": framework.key,
        "version": framework.version,
        "title": framework.title[book.language],
        "valid_from": framework.valid_from.isoformat(),
        "source_hash": framework.source_hash,
        "levels": [level_as_dict(level, book) for level in framework.levels],
        "questions": [question_as_dict(question, book) for question in framework.questions],
        "scores": [score_as_dict(score, book) for score in framework.scores],
        "rules": rules_as_dicts(framework.rules, book),
        "switched_off": rules_as_dicts(framework.switched_off, book),
    }


def level_as_dict(level: Level, book: Phrasebook) -> dict:
    return {
        "key": level.key,
        "rank": level.rank,
        "influence": level.influence,
        "mode": level.mode or None,
        "counts_as_participation": level.counts_as_participation,
        "name": level.name[book.language],
        "plain": level.plain[book.language],
        "promise": level.promise[book.language],
    }


def question_as_dict(question: FrameworkQuestion, book: Phrasebook) -> dict:
    return {
        "key": question.key,
        "kind": question.kind,
        "name": question.name[book.language],
        "text": question.text[book.language],
        "help": question.help[book.language],
        "why": question.why[book.language],
        "source": question.source,
        "options": [option_as_dict(option, book) for option in question.options],
    }


def option_as_dict(option: Option, book: Phrasebook) -> dict:
    example = option.example[book.language] if option.example else ""
    return {"code": option.code, "label": option.label[book.language], "example": example}


def score_as_dict(score: Score, book: Phrasebook) -> dict:
    """Tell what adds up: the points of every answer of every question that counts."""
    return {
        "key": score.key,
        "name": score.name[book.language],
        "terms": [
            {
                "question": term.key,
                "name": book.question(term.key),
                "points": [
                    {"code": code, "label": book.label(term.key, code), "points": points}
                    for code, points in term.points.items()
                ],
            }
            for term in score.terms
        ],
    }


def rules_as_dicts(rules: tuple[Rule, ...], book: Phrasebook) -> list[dict]:
    """Tell each rule once; one whose level depends on an answer has a case for every such answer."""
    told: dict[str, dict] = {}
    for rule in rules:
        one = told.setdefault(rule.id, rule_as_dict(rule, book))
        one["cases"].append({"level": rule.level, "when": book.condition(rule)})
    return list(told.values())


def rule_as_dict(rule: Rule, book: Phrasebook) -> dict:
    return {
        "rule": rule.id,
        "effect": rule.effect,
        "kind": rule.kind or None,
        "because": rule.because[book.language],
        "reference": rule.reference,
        "reads": list(rule.reads),
        "cases": [],
    }
