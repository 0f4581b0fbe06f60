"""Level choices: the levels between which somebody chooses, and the history of who chose before."""

from dataclasses import dataclass

from ..models import LevelDecision
from ..naming import level_name, named_framework
from ..queries import level_of, promise_text


@dataclass(frozen=True)
class LevelChoice:
    """One level as somebody chooses it: what residents would read, and what the advice says of it."""

    key: str
    sign: str
    plain: str
    official: str
    promise: str
    advised: bool
    affordable_now: bool


def level_choices(assessment, language: str, municipality) -> list[LevelChoice]:
    """List the levels of an assessment's framework, each with the promise it would make."""
    framework, advice = named_framework(assessment.framework, municipality), assessment.advice
    return [
        LevelChoice(
            key=level.key,
            sign=level.sign,
            plain=level.plain[language],
            official=level.name[language],
            promise=promise_text(framework, level.key, assessment.answers, language),
            advised=level.key == advice["outcome"],
            affordable_now=level.key == advice["now"] != advice["outcome"],
        )
        for level in framework.levels
    ]


def level_history(decision_point, language: str) -> list[dict]:
    """List every level decision of a decision point in words, the newest first."""
    decisions = LevelDecision.objects.filter(decision_point=decision_point)
    decisions = decisions.select_related("assessment__framework", "decided_by").order_by("-id")
    decisions = decisions.defer("assessment__framework__source")
    municipality = decision_point.project.municipality
    return [
        {
            "official": level_name(municipality, level_of(one), language, "official"),
            "decided_at": one.decided_at,
            "decided_by": one.decided_by,
            "motivation": one.motivation,
            "decider": one.decider,
            "conflict_decider": one.conflict_decider,
            "conflict_reason": one.conflict_reason,
            "confirmed_by": one.confirmed_by,
        }
        for one in decisions
    ]
