"""Serialization of what would change an advice: what-if, comparison and differences, in one language."""

from compass.engine.anatomy import Rulebook
from compass.engine.means import MeansPlan, start_plan
from compass.engine.messages import gettext_noop, ngettext_noop, pgettext_noop
from compass.engine.phrasebook import Phrasebook, phrasebook_for

SAID = {
    "fits_and_now": gettext_noop("Then {fits} fits. That is feasible then, too."),
    "fits": gettext_noop("Then {fits} fits. Feasible then: {now}."),
    "lifts": gettext_noop("Then {fits} is feasible now, too."),
    "takes": gettext_noop("Count on at least {weeks} and {hours} hours of work: {methods}."),
    "weeks": ngettext_noop("{weeks} week", "{weeks} weeks"),
    "no_method": gettext_noop("The framework names no method for this level yet."),
    "telling": ngettext_noop(
        "This answer tells most: one rule waits for it.",
        "This answer tells most: {count} rules wait for it.",
    ),
    "same_route": gettext_noop("By “{question}” alone {level} fits, too."),
    "other_route": gettext_noop("By “{question}” alone {level} fits. All together gives {fits}."),
    "open_route": gettext_noop("By “{question}” alone {level} fits."),
    "unknown": pgettext_noop("compass", "I don't know"),
    "or": gettext_noop(" or "),
    "what_fits": gettext_noop("What fits"),
    "what_now": gettext_noop("What is feasible now"),
    "conflicts": gettext_noop("What collides"),
    "tension": gettext_noop("Expectation"),
    "flags": pgettext_noop("compass", "Mind this"),
    "nothing": gettext_noop("nothing"),
    "too_much": gettext_noop("people may expect more than is possible"),
    "how_long": gettext_noop("Weeks to start, at least"),
    "how_much": gettext_noop("Hours of work, at least"),
    "methods": gettext_noop("Lightest method"),
    "open": gettext_noop("still open"),
}


class Teller:
    """Says changes in the words of one framework and one language."""

    def __init__(self, framework: Rulebook, language: str):
        self.framework = framework
        self.book: Phrasebook = phrasebook_for(framework, language)
        self.language = self.book.language

    def say(self, phrase: str, count: int = 1, **named) -> str:
        return self.book.translated(SAID[phrase], count).format(count=count, **named)

    def levels(self, keys) -> str:
        return self.say("or").join(self.book.level(key) for key in keys)

    def answer(self, key: str, code) -> str:
        return self.say("unknown") if code is None else self.book.label(key, code)

    def step(self, key: str, before, after) -> dict:
        """Say one changed answer: the question, and from which answer to which."""
        return {
            "key": key,
            "code": after,
            "question": self.book.question(key),
            "from": self.answer(key, before),
            "to": self.answer(key, after),
        }

    def takes(self, plan: MeansPlan) -> str:
        told = plan.as_dict(self.language)
        if not plan.methods:
            return self.say("no_method")
        weeks = self.say("weeks", plan.weeks, weeks=plan.weeks)
        return self.say("takes", hours=plan.hours, weeks=weeks, methods=", ".join(told["methods"]))


def what_if_as_dict(found, language: str) -> dict:
    teller = Teller(found.source, language)
    return {
        "changes": [change_as_dict(teller, found, change) for change in found.changes],
        "unreachable": list(found.unreachable),
        "nearly": [nearly_as_dict(teller, found, one) for one in found.nearly],
        "telling": telling_as_dict(teller, found.telling) if found.telling else None,
        "compare": comparison_as_dict(teller, found) if found.compared else None,
        "fixed": list(found.fixed),
    }


def change_as_dict(teller: Teller, found, change) -> dict:
    names = {"fits": teller.book.level(change.level), "now": teller.book.level(change.now)}
    lifts = change.level == found.outcome
    phrase = "lifts" if lifts else "fits_and_now" if change.level == change.now else "fits"
    return {
        "level": change.level,
        "now": change.now,
        "size": len(change.answers),
        "answers": dict(change.answers),
        "in_words": [teller.step(key, found.answers[key], code) for key, code in change.answers],
        "text": f"{teller.say(phrase, **names)} {teller.takes(change.plan)}",
        **change.plan.as_dict(teller.language),
    }


def nearly_as_dict(teller: Teller, found, one) -> dict:
    rule = one.rule
    return {
        "rule": rule.id,
        "effect": rule.effect,
        "level": rule.level,
        "because": rule.because[teller.language],
        "reference": rule.reference,
        "answers": dict(one.answers),
        "in_words": [teller.step(key, found.answers[key], code) for key, code in one.answers],
    }


def telling_as_dict(teller: Teller, told) -> dict:
    return {
        "question": told.question,
        "why": teller.say("telling", len(told.rules)),
        "rules": list(told.rules),
        "options": [
            {
                "code": code,
                "label": teller.answer(told.question, code),
                "levels": list(levels),
                "text": teller.levels(levels),
            }
            for code, levels in told.options
        ],
    }


def comparison_as_dict(teller: Teller, found) -> dict:
    """Tell the other route; while the advice is open there is nothing to differ from."""
    level, outcome = found.compared, found.outcome
    differs = bool(outcome) and outcome != level
    phrase = "other_route" if differs else "same_route" if outcome else "open_route"
    fits = teller.book.level(outcome) if outcome else ""
    question = found.source.compare.question
    return {
        "question": question,
        "level": level,
        "differs": differs,
        "text": teller.say(
            phrase,
            question=teller.book.question(question),
            level=teller.book.level(level),
            fits=fits,
        ),
    }


def side_by_side_as_dict(pair, language: str) -> dict:
    teller, before, after = Teller(pair.before.source, language), pair.before, pair.after
    return {
        "before": before.as_dict(teller.language),
        "after": after.as_dict(teller.language),
        "changed": [
            teller.step(key, before.answers.get(key), after.answers.get(key))
            for key in pair.changed
        ],
        "differences": list(differences(teller, before, after)),
        "lines": list(lines(teller, before, after)),
        "plan": {name: plan_as_dict(teller, advice) for name, advice in
                 (("before", before), ("after", after))},
    }  # fmt: skip


def plan_as_dict(teller: Teller, advice) -> dict | None:
    """Tell what it takes to start with what fits; None while that is open."""
    if not advice.outcome:
        return None
    plan = start_plan(advice.source, advice.outcome, advice.answers)
    return {**plan.as_dict(teller.language), "text": teller.takes(plan)}


def differences(teller: Teller, before, after):
    """Give every line of the advice that differs: what it is about, before and after."""
    for what, one, other in zip(
        ("what_fits", "what_now", "conflicts", "tension", "flags"),
        summary(teller, before),
        summary(teller, after),
        strict=True,
    ):
        if one != other:
            yield {"what": teller.say(what), "before": one, "after": other}


def lines(teller: Teller, before, after):
    """Give both advices line by line, equal lines too; the last three say what it takes to start."""
    whats = (
        "what_fits",
        "what_now",
        "conflicts",
        "tension",
        "flags",
        "how_long",
        "how_much",
        "methods",
    )
    sides = [[*summary(teller, one), *effort(teller, one)] for one in (before, after)]
    nothing = teller.say("nothing")
    for what, one, other in zip(whats, *sides, strict=True):
        if {one, other} != {nothing}:
            told = {"what": teller.say(what), "before": one, "after": other}
            yield {**told, "differs": one != other}


def effort(teller: Teller, advice) -> list[str]:
    """Say in three lines what it takes to start: weeks, hours, method."""
    told = plan_as_dict(teller, advice)
    if told is None:
        return [teller.say("open")] * 3
    methods = ", ".join(told["methods"]) or teller.say("no_method")
    return [str(told["weeks"]), str(told["hours"]), methods]


def summary(teller: Teller, advice) -> list[str]:
    """Say an advice in five lines, the same five for every advice."""
    told, nothing = advice.as_dict(teller.language), teller.say("nothing")
    conflicts = [told["explanations"][code]["text"] for code in advice.conflicts]
    return [
        teller.levels(advice.possible),
        teller.levels(advice.possible_now),
        " ".join(conflicts) or nothing,
        teller.say("too_much") if advice.tension else nothing,
        " ".join(told["flag_texts"].values()) or nothing,
    ]
