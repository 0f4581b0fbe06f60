"""Drift: where residents can do less than they were promised, or more than the level allows."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deliberation import tools

from ..extension_points import Offer, offers
from ..models import DecisionOutcome
from ..naming import level_name
from ..queries import level_of, levels_in_force
from ..reporting.outcomes import decision_day, outcomes_of


def drifts_of(points, now, decisions=None) -> dict[int, str]:
    """Say by point id that less is open or planned than was promised. The number of queries is constant.

    Only while there is still time: the phase runs, and the decision was not taken; and only in a
    phase for which there is a tool that asks for input. What was held in this phase counts as done.
    `decisions` are the levels in force, when they are known already.
    """
    decisions = levels_in_force(points) if decisions is None else decisions
    asked = [point for point in points if _still_asks(point, decisions.get(point.pk), now)]
    outcomes = outcomes_of(asked) if asked else {}
    asked = [point for point in asked if _undecided(point, outcomes.get(point.pk), now)]
    served = {offer.point_id for offer in offers(asked, now) if asks_for_input(offer.tool)}
    return {
        point.pk: _words(point, decisions[point.pk]) for point in asked if point.pk not in served
    }


def too_much_of(points, now, decisions=None) -> dict[int, list[Offer]]:
    """List by point id what is planned or open although the level doesn't allow it; it can't open."""
    decisions = levels_in_force(points) if decisions is None else decisions
    found: dict[int, list[Offer]] = {}
    for offer in offers(points, now):
        decision = decisions.get(offer.point_id)
        if decision and offer.state != Offer.HELD and not allows(offer.tool, decision.influence):
            found.setdefault(offer.point_id, []).append(offer)
    return found


def asks_for_input(tool: str) -> bool:
    """Tell whether a tool asks residents for input; information and questions don't."""
    least = tools.TOOLS[tool].least_influence
    return least is not None and least >= tools.CONSULT


def allows(tool: str, influence: int) -> bool:
    """Tell whether a level allows a tool, in whichever phase."""
    least = tools.TOOLS[tool].least_influence
    return least is None or influence >= least


def _still_asks(point, decision, now) -> bool:
    today = timezone.localdate(now)
    if decision is None or decision.influence < tools.CONSULT or not point.phase.is_current(today):
        return False
    return any(
        asks_for_input(name) and tools.is_available(name, decision.influence, point.phase.kind)
        for name in tools.TOOLS
    )


def _undecided(point, outcome, now) -> bool:
    taken = outcome is not None and outcome.result != DecisionOutcome.Result.POSTPONED
    return not taken and decision_day(point, outcome) >= timezone.localdate(now)


def _words(point, decision) -> str:
    plain = level_name(point.project.municipality, level_of(decision), get_language())
    return _(
        "Residents were promised: “%(level)s”. But nothing is open or planned in which they can say "
        "what they think."
    ) % {"level": plain}
