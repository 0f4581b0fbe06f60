"""Drift: where residents can do less than they were promised, or more than the level allows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deliberation import tools

from ..decision_standing import standing_of, standings_of
from ..extension_points import Offer, offers
from ..models import LevelDecision
from ..naming import level_name
from ..queries import level_of, levels_without_advice

A_FORTNIGHT = timedelta(days=14)  # to plan something in, and what people need to hear of it


@dataclass(frozen=True)
class Drift:
    """Less is open or planned than was promised: the next step while there is time to plan it, wrong when `late`."""

    text: str
    late: bool


def drifts_of(points, now, decisions=None, standings=None) -> dict[int, Drift]:
    """Say by point id that less is open or planned than was promised. The number of queries is constant.

    Only while there is still time: the phase runs, and the decision was not taken; and only in a
    phase for which there is a tool that asks for input. What was held in this phase counts as done.
    It is late a fortnight after it was promised, a fortnight before it ends, and when what was planned
    didn't happen. `decisions` are the levels in force and `standings` where
    the decisions stand, when they are known already.
    """
    decisions = levels_without_advice(points) if decisions is None else decisions
    asked = [point for point in points if _still_asks(point, decisions.get(point.pk), now)]
    standings = standings_of(asked) if standings is None else standings
    asked = [point for point in asked if _undecided(standings[point.pk], now)]
    asking = [offer for offer in offers(asked, now) if asks_for_input(offer.tool)]
    served = {offer.point_id for offer in asking if offer.state != Offer.MISSED}
    short = [point for point in asked if point.pk not in served]
    late = {offer.point_id for offer in asking} | _late(short, standings, now)
    return {point.pk: _drift(point, decisions[point.pk], point.pk in late) for point in short}


def planned_for(point, decision, now) -> list[Offer]:
    """List what is open or planned in which residents can say what they think about a point, as promised.

    Nothing once it was decided: what is planned then can't open.
    """
    if decision is None or standing_of(point).decided:
        return []
    coming = (Offer.PLANNED, Offer.OPEN)
    found = [offer for offer in offers([point], now) if offer.state in coming]
    return [
        one for one in found if asks_for_input(one.tool) and allows(one.tool, decision.influence)
    ]


def too_much_of(points, now, decisions=None) -> dict[int, list[Offer]]:
    """List by point id what is planned or open although the level doesn't allow it; it can't open."""
    decisions = levels_without_advice(points) if decisions is None else decisions
    found: dict[int, list[Offer]] = {}
    for offer in offers(points, now):
        decision = decisions.get(offer.point_id)
        over = offer.state in (Offer.HELD, Offer.MISSED)
        if decision and not over and not allows(offer.tool, decision.influence):
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


def _undecided(standing, now) -> bool:
    return not standing.decided and standing.day >= timezone.localdate(now)


def _late(points, standings, now) -> set[int]:
    """Find for which points there was time enough to plan, since residents were first promised a say."""
    if not points:
        return set()
    promised = LevelDecision.objects.filter(
        decision_point__in=points, influence__gte=tools.CONSULT
    ).order_by()
    since = dict(promised.values_list("decision_point").annotate(Min("decided_at")))
    today = timezone.localdate(now)

    def is_late(point) -> bool:
        until = min(point.phase.ends_on, standings[point.pk].day)
        return (
            today - timezone.localdate(since[point.pk]) > A_FORTNIGHT or until - today < A_FORTNIGHT
        )

    return {point.pk for point in points if is_late(point)}


def _drift(point, decision, late: bool) -> Drift:
    plain = level_name(point.project.municipality, level_of(decision), get_language())
    if late:
        text = _(
            "Residents were promised: “%(level)s”. But nothing is open or planned in which they can say "
            "what they think."
        )
    else:
        text = _(
            "Residents were promised: “%(level)s”. The next step: plan when they can say what they think."
        )
    return Drift(text % {"level": plain}, late)
