"""Queries: the decision points that everybody may read about, at which level, and why.

One source for the register on the site and for programs that ask the API.
"""

from dataclasses import dataclass
from datetime import date

from compass.models import Framework
from deliberation.projects.extension_points import public_pages
from deliberation.projects.models import DecisionOutcome, DecisionPoint, LevelDecision, Project
from deliberation.projects.naming import named_framework
from deliberation.projects.queries import Promise, promise_for
from deliberation.projects.reporting.outcomes import anchor, decision_day, outcomes_of


@dataclass(frozen=True)
class PublicPoint:
    """A decision point of a project with a published page. `level` is the key in force; blank: nobody chose."""

    point: DecisionPoint
    href: str
    level: str
    outcome: DecisionOutcome | None
    framework_id: int | None = None

    @property
    def day(self) -> date:
        """The day it is or was decided on, postponements included."""
        return decision_day(self.point, self.outcome)

    @property
    def decided(self) -> bool:
        return self.outcome is not None and self.outcome.postponed_to is None

    def fits(self, level: str, year: int | None) -> bool:
        """Tell whether it has this level and is decided in this year; blank and None ask nothing."""
        return level in ("", self.level) and year in (None, self.day.year)


def public_points(municipality, *, level: str = "", year: int | None = None) -> list[PublicPoint]:
    """List what everybody may read about: open ones by day, then decided ones, the newest first.

    `level` is a level key, `year` the year of the decision; both may be left out. The number of
    queries is constant. Level, promise and reasons of the rows that are shown: `in_words`.
    """
    return [row for row in _everything_public(municipality) if row.fits(level, year)]


def in_words(rows, language: str) -> list[tuple[PublicPoint, Promise | None]]:
    """Put some of these rows into the words of residents: level, promise, reasons, deviation. Two queries.

    None beside a row: nobody chose a level yet.
    """
    decisions = chosen_levels([row.point for row in rows])
    return [
        (row, decision and promise_for(row.point, language, decision))
        for row in rows
        for decision in [decisions.get(row.point.pk)]
    ]


def chosen_levels(points) -> dict[int, LevelDecision]:
    """Find the levels in force by decision point id, ready to be put into words. Two queries.

    Frameworks are large and few, so each is read once.
    """
    by_id = {point.pk: point for point in points}
    found = LevelDecision.objects.filter(decision_point__in=by_id, superseded_by=None)
    decisions = list(found.select_related("assessment").prefetch_related("assessment__framework"))
    for decision in decisions:
        decision.decision_point = by_id[decision.decision_point_id]
    return {decision.decision_point_id: decision for decision in decisions}


def level_names(rows, municipality, language: str) -> dict[str, str]:
    """Name the levels that these rows have, in the words of residents, least first. One query."""
    books = {
        pk: named_framework(framework, municipality)
        for pk, framework in Framework.objects.in_bulk(
            {row.framework_id for row in rows if row.framework_id}
        ).items()
    }
    levels = {row.level: books[row.framework_id].level(row.level) for row in rows if row.level}
    return {
        level.key: level.plain[language]
        for level in sorted(levels.values(), key=lambda one: one.rank)
    }


def _everything_public(municipality) -> list[PublicPoint]:
    pages = public_pages(Project.objects.filter(municipality=municipality))
    points = list(
        DecisionPoint.objects.filter(
            phase__project__in=pages, phase__project__municipality=municipality
        ).select_related("phase__project__municipality")
    )
    in_force = LevelDecision.objects.filter(decision_point__in=points, superseded_by=None)
    in_force = in_force.values_list("decision_point_id", "level", "assessment__framework")
    levels = {point: chosen for point, *chosen in in_force}
    outcomes = outcomes_of(points)
    rows = [
        PublicPoint(
            point=point,
            href=f"{pages[point.phase.project_id]}#{anchor(point)}",
            level=levels.get(point.pk, ("", None))[0],
            outcome=outcomes.get(point.pk),
            framework_id=levels.get(point.pk, ("", None))[1],
        )
        for point in points
    ]
    still_open = sorted((row for row in rows if not row.decided), key=_by_day)
    return still_open + sorted((row for row in rows if row.decided), key=_by_day, reverse=True)


def _by_day(row: PublicPoint):
    return row.day, row.point.pk
