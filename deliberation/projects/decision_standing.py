"""Standing of a decision: whether a decision stands, on which day, and what is said of it before and after.

Whatever says who decides and when asks here, so that no screen still announces what was decided already.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from compass.templatetags.compass_text import english_text

from .models import DecisionOutcome, DecisionPoint


@dataclass(frozen=True)
class DecisionStanding:
    """Where a decision stands. `outcome` is the one that counts; None: nobody wrote one down."""

    point: DecisionPoint
    outcome: DecisionOutcome | None

    @property
    def decided(self) -> bool:
        return self.outcome is not None and self.outcome.postponed_to is None

    @property
    def day(self) -> date:
        return decision_day(self.point, self.outcome)

    @property
    def words(self) -> str:
        """Say in a line who will decide and when, or who decided."""
        text = (
            _("%(who)s decided, on %(day)s")
            if self.decided
            else _("%(who)s will decide, on %(day)s")
        )
        return text % self._who_and_when()

    @property
    def told(self) -> str:
        """Say in the reader's language what was decided, by whom and when; blank while nothing was."""
        if not self.decided:
            return ""
        what = english_text(self.outcome.outcome, self.outcome) or self.outcome.outcome
        return _("%(who)s decided on %(day)s: %(what)s") % {**self._who_and_when(), "what": what}

    @property
    def place(self) -> str:
        """Name where its project's page says what was decided, and what was done with the input."""
        return f"#{anchor(self.point)}"

    def _who_and_when(self) -> dict:
        who = capfirst(self.point.get_decided_by_display())
        return {"who": who, "day": date_format(self.day, "j F Y")}


def anchor(point) -> str:
    """Name the place of a decision point on its project's page."""
    return f"beslispunt-{point.pk}"


def standings_of(points) -> dict[int, DecisionStanding]:
    """Find where many decisions stand in one query, by decision point id."""
    points = list(points)
    outcomes = outcomes_of(points)
    return {point.pk: DecisionStanding(point, outcomes.get(point.pk)) for point in points}


def standing_of(point) -> DecisionStanding:
    """Find where one decision stands."""
    return standings_of([point])[point.pk]


def outcomes_of(points) -> dict[int, DecisionOutcome]:
    """Find the outcome that counts for many decision points in one query, by decision point id."""
    return {one.decision_point_id: one for one in _newest().filter(decision_point__in=points)}


def days_taken(points) -> dict[int, date]:
    """Find on which day each of these decisions was taken, by decision point id, where one stands. One query."""
    found = taken().filter(decision_point__in=points)
    return dict(found.values_list("decision_point_id", "decided_on"))


def taken():
    """Find the outcomes with which a decision stands: those that count and are no postponement."""
    return _newest().filter(postponed_to=None)


def decision_day(point, outcome: DecisionOutcome | None) -> date:
    """Tell on which day it is decided: the day it was, the day it moved to, else the planned day."""
    if outcome is None:
        return point.decides_on
    return outcome.postponed_to or outcome.decided_on


def with_day(points):
    """Ask with decision points on which day it is decided: `day`, as decision_day tells it; and `moved_to`."""
    newest = DecisionOutcome.objects.filter(decision_point=OuterRef("pk")).order_by("-pk")
    return points.annotate(
        moved_to=Subquery(newest.values("postponed_to")[:1]),
        day=Coalesce("moved_to", Subquery(newest.values("decided_on")[:1]), "decides_on"),
    )


def _newest():
    newest = DecisionOutcome.objects.filter(decision_point=OuterRef("decision_point"))
    return DecisionOutcome.objects.filter(pk=Subquery(newest.order_by("-pk").values("pk")[:1]))
