"""Serialization of an advice: plain data for programs, sentences for officers, in one language."""

from compass.engine.anatomy import Rule
from compass.engine.clashes import Clash
from compass.engine.conditions import All, Any, Condition, Facts, Not, answers_read
from compass.engine.phrasebook import Phrasebook, phrasebook_for


def advice_as_dict(advice, language: str) -> dict:
    """Tell an advice as plain data. The first keys are the interface; the later ones are words
    and lists for screens."""
    book = phrasebook_for(advice.source, language)
    bounds = advice.bounds
    return {
        "framework": advice.framework,
        "version": advice.version,
        "outcome": advice.outcome,
        "now": advice.now,
        "possible": list(advice.possible),
        "provisional": advice.provisional,
        "bounds": {name: bounds[name] and bounds[name].level for name in bounds},
        "conflicts": list(advice.conflicts),
        "tension": advice.tension,
        "gap": advice.gap,
        "flags": list(advice.flags),
        "reasons": [reason_as_dict(reason, book) for reason in advice.reasons],
        "next_questions": list(advice.next_questions),
        "source_hash": advice.source_hash,
        "possible_now": list(advice.possible_now),
        "done": advice.done,
        "flag_questions": list(advice.flag_questions),
        "bound_rules": {
            name: rule_ids(bounds[name].rules) if bounds[name] else [] for name in bounds
        },
        "explanations": {clash.code: explanation(advice, clash, book) for clash in advice.clashes},
        "flag_texts": flag_texts(advice, book),
    }


def reason_as_dict(reason, book: Phrasebook) -> dict:
    rule = reason.rule
    return {
        "rule": rule.id,
        "effect": rule.effect,
        "level": rule.level,
        "because": rule.because[book.language],
        "reference": rule.reference,
        "answers": dict(reason.answers),
        "name": rule.name,
        "kind": rule.kind,
        "when": book.condition(rule),
        "in_words": [answer_in_words(book, key, code) for key, code in reason.answers.items()],
    }


def answer_in_words(book: Phrasebook, key: str, code) -> dict:
    return {"key": key, "question": book.question(key), "answer": book.label(key, code)}


def rule_ids(rules) -> list[str]:
    return list(dict.fromkeys(rule.id for rule in rules))


def sentences(rules, book: Phrasebook) -> str:
    return " ".join(dict.fromkeys(rule.because[book.language] for rule in rules))


def flag_texts(advice, book: Phrasebook) -> dict[str, str]:
    """Give the text of each flag that a rule raised, by the name of the flag."""
    fired = (reason.rule for reason in advice.reasons)
    return {rule.name: rule.because[book.language] for rule in fired if rule.is_flag}


def explanation(advice, clash: Clash, book: Phrasebook) -> dict:
    """Say what stands against what, and name the rules."""
    known = advice.outcome and advice.now
    text = book.say(
        "open_gap" if clash.code == "gap" and not known else clash.code,
        more=sentences(clash.more, book),
        less=sentences(clash.less, book),
        level=book.level(clash.more[0].level) if clash.more else "",
        fits=book.level(advice.outcome) if known else "",
        now=book.level(advice.now) if known else "",
        answers=what_decides(advice, clash.less, book),
    )
    return {"text": text.strip(), "rules": rule_ids(clash.more + clash.less)}


def what_decides(advice, rules: tuple[Rule, ...], book: Phrasebook) -> str:
    """Name the answers that make rules hold: the real reason, not all that the rules read."""
    framework, answers = advice.source, advice.answers
    facts = {**answers, **{score.key: score.span(answers) for score in framework.scores}}
    keys = {key for rule in rules for key in decisive(rule.when, facts)} & set(answers)
    told = [key for key in answers if key in keys]
    return ", ".join(f"{book.question(key)}: {book.label(key, answers[key])}" for key in told)


def decisive(condition: Condition, facts: Facts, wanted: bool = True) -> frozenset[str]:
    """Name the questions whose answers make a condition hold, or fail when that is wanted.

    What only keeps an exception away (and not …) is no reason while there is another.
    """
    if condition.consider(facts) is not wanted:
        return frozenset()
    if isinstance(condition, Not):
        return decisive(condition.part, facts, not wanted)
    if not isinstance(condition, All | Any):
        return answers_read(condition)
    parts = condition.parts
    if isinstance(condition, All) and wanted:
        parts = [part for part in parts if not isinstance(part, Not)] or parts
    return frozenset().union(*(decisive(part, facts, wanted) for part in parts))
