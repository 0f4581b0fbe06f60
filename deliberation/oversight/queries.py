"""Queries: the decision points that everybody may read about, at which level, and why.

One source for the register on the site and for programs that ask the API.
"""

from dataclasses import dataclass

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import ExtractYear

from compass.models import Framework
from deliberation.projects.decision_standing import DecisionStanding, anchor, standings_of, with_day
from deliberation.projects.extension_points import public_pages, read_about
from deliberation.projects.models import DecisionOutcome, DecisionPoint, LevelDecision, Project
from deliberation.projects.naming import named_framework
from deliberation.projects.queries import Promise, promise_for


@dataclass(frozen=True)
class PublicPoint:
    """A decision point of a project with a published page. `level` is the key in force; blank: nobody chose."""

    point: DecisionPoint
    href: str
    level: str
    standing: DecisionStanding


def public_points(municipality, *, level: str = "", year: int | None = None):
    """Find what everybody may read about: open ones by day, then decided ones, the newest first.

    `level` is a level key, `year` the year of the decision; both may be left out. The rows that are
    shown of it: `rows_of`; their level, promise and reasons: `in_words`.
    """
    projects = read_about(Project.objects.filter(municipality=municipality))
    newest = DecisionOutcome.objects.filter(decision_point=OuterRef("pk")).order_by("-pk")
    chosen = LevelDecision.objects.filter(decision_point=OuterRef("pk"), superseded_by=None)
    found = with_day(DecisionPoint.objects.filter(phase__project__in=projects)).annotate(
        outcome_id=Subquery(newest.values("pk")[:1]),
        level=Subquery(chosen.values("level")[:1]),
        framework_id=Subquery(chosen.values("assessment__framework")[:1]),
    )
    decided = Q(outcome_id__isnull=False, moved_to=None)
    found = found.annotate(is_decided=Case(When(decided, then=True), default=False))
    found = found.filter(level=level) if level else found
    found = found.filter(day__year=year) if year else found
    still_open = [Case(When(is_decided=False, then=name), default=None) for name in ("day", "pk")]
    return found.order_by("is_decided", *still_open, "-day", "-pk")


def rows_of(points) -> list[PublicPoint]:
    """Gather what the register shows of some of these points, with their addresses. Three queries."""
    points = list(points.select_related("phase__project__municipality"))
    pages = public_pages({point.phase.project_id for point in points})
    standings = standings_of(points)
    return [
        PublicPoint(
            point=point,
            href=f"{pages[point.phase.project_id]}#{anchor(point)}",
            level=point.level or "",
            standing=standings[point.pk],
        )
        for point in points
        if point.phase.project_id in pages  # its page may be taken off meanwhile
    ]


def in_words(rows, language: str) -> list[tuple[PublicPoint, Promise | None]]:
    """Put some of these rows into the words of residents: level, promise, reasons, deviation. Two queries.

    None beside a row: nobody chose a level yet.
    """
    decisions = chosen_levels([row.point for row in rows])
    return [
        (row, decision and promise_for(row.point, language, decision, row.standing))
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


def level_names(points, municipality, language: str) -> dict[str, str]:
    """Name the levels that these points have, in the words of residents, least first. Two queries."""
    held = points.exclude(level=None).order_by().values_list("level", "framework_id").distinct()
    pairs = list(held)
    books = {
        pk: named_framework(framework, municipality)
        for pk, framework in Framework.objects.in_bulk({pk for _level, pk in pairs}).items()
    }
    levels = {key: books[pk].level(key) for key, pk in pairs}
    return {
        level.key: level.plain[language]
        for level in sorted(levels.values(), key=lambda one: one.rank)
    }


def years_of(points) -> list[int]:
    """List the years in which these points are or were decided, the last first. One query."""
    years = points.order_by().annotate(year=ExtractYear("day")).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)
