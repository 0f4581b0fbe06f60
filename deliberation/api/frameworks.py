"""API endpoints for frameworks: list them, read one, get advice. Nothing that is sent is kept."""

from django.utils import timezone
from django.utils.translation import get_language

from compass.engine.advise import advise
from compass.engine.framework_serializer import framework_as_dict
from deliberation.open_compass.budget import thinking
from deliberation.open_compass.shelf import framework_here, versions_by_key
from deliberation.projects.naming import named_framework

from .problems import not_found
from .reading import answers_in, json_body, parameters


def list_frameworks(request) -> dict:
    """List the frameworks that count here today, each with its versions so far."""
    parameters(request)
    found = versions_by_key(request.municipality, timezone.localdate())
    return {"results": [_in_list(request.municipality, versions) for versions in found.values()]}


def _in_list(municipality, versions) -> dict:
    in_force = versions[0]
    return {
        "key": in_force.key,
        "title": named_framework(in_force, municipality).title[get_language()],
        "version": in_force.version,
        "validFrom": in_force.valid_from.isoformat(),
        "inUse": in_force.key == municipality.framework_key,
        "ownedBy": "municipality" if in_force.owner else "platform",
        "versions": [
            {"version": one.version, "validFrom": one.valid_from.isoformat()} for one in versions
        ],
    }


def show_framework(request, key) -> dict:
    """Tell one framework: levels, questions, scores, rules. Without a version, the one in force."""
    record, rulebook = _opened(request, key)
    told = framework_as_dict(rulebook, get_language())
    return {
        "key": told["key"],
        "title": told["title"],
        "version": told["version"],
        "validFrom": told["valid_from"],
        "inUse": record.key == request.municipality.framework_key,
        "ownedBy": "municipality" if record.owner else "platform",
        "sourceHash": told["source_hash"],
        "levels": [_level(level) for level in told["levels"]],
        "questions": told["questions"],
        "scores": [_score(score) for score in told["scores"]],
        "rules": told["rules"],
        "switchedOff": told["switched_off"],
    }


def _level(level: dict) -> dict:
    return {
        "key": level["key"],
        "rank": level["rank"],
        "influence": level["influence"],
        "mode": level["mode"],
        "countsAsParticipation": level["counts_as_participation"],
        "name": level["name"],
        "plainName": level["plain"],
        "promise": level["promise"],
    }


def _score(score: dict) -> dict:
    terms = [{"question": term["question"], "points": term["points"]} for term in score["terms"]]
    return {"key": score["key"], "name": score["name"], "terms": terms}


def give_advice(request, key) -> dict:
    """Advise on answers. What is sent is checked, advised on, and forgotten."""
    _record, rulebook = _opened(request, key)
    answers = answers_in(json_body(request), rulebook)
    with thinking("api"):
        told = advise(rulebook, answers).as_dict(get_language())
    return {
        "framework": told["framework"],
        "version": told["version"],
        "sourceHash": told["source_hash"],
        "fits": told["outcome"],
        "now": told["now"],
        "possible": told["possible"],
        "possibleNow": told["possible_now"],
        "provisional": told["provisional"],
        "bounds": _bounds(told),
        "conflicts": told["conflicts"],
        "tension": told["tension"],
        "gap": told["gap"],
        "flags": told["flags"],
        "notes": _notes(told),
        "reasons": [_reason(reason) for reason in told["reasons"]],
        "nextQuestions": told["next_questions"],
        "flagQuestions": told["flag_questions"],
    }


def _bounds(told: dict) -> dict:
    levels, rules = told["bounds"], told["bound_rules"]
    return {
        name: {"level": level, "rules": rules[name]} if level else None
        for name, level in levels.items()
    }


def _notes(told: dict) -> list[dict]:
    """Give what has to be said beside the advice: what collides, and what a flag means."""
    notes = [{"about": code, **said} for code, said in told["explanations"].items()]
    rules = {reason["name"]: reason["rule"] for reason in told["reasons"]}
    return notes + [
        {"about": name, "text": text, "rules": [rules[name]]}
        for name, text in told["flag_texts"].items()
    ]


def _reason(reason: dict) -> dict:
    answers = [
        {
            "question": one["key"],
            "code": reason["answers"][one["key"]],
            "name": one["question"],
            "label": one["answer"],
        }
        for one in reason["in_words"]
    ]
    return {
        "rule": reason["rule"],
        "effect": reason["effect"],
        "kind": reason["kind"] or None,
        "level": reason["level"],
        "because": reason["because"],
        "when": reason["when"],
        "reference": reason["reference"],
        "answers": answers,
    }


def _opened(request, key):
    """Find a framework as this municipality names it; another municipality's own doesn't exist here."""
    version = parameters(request, "version")["version"]
    if "\x00" in version:
        raise not_found()
    record = framework_here(request.municipality, timezone.localdate(), key, version)
    if record is None:
        raise not_found()
    return record, named_framework(record, request.municipality)
