"""The overview of a project for its page: where it stands, what was promised, what residents can join now."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone
from wagtail.images import get_image_model

from cms.search.languages import language_of_words
from deliberation.projects.deciding.queries import changes_of, moments_of
from deliberation.projects.deciding.versions import FramesChange
from deliberation.projects.decision_standing import DecisionStanding, standings_of, with_day
from deliberation.projects.extension_points import any_day, open_now
from deliberation.projects.models import DecisionPoint, Moment, Phase, Project
from deliberation.projects.overview import PhaseView, phase_view
from deliberation.projects.queries import Promise, levels_in_force, promise_for

MOST_ASKING = 4  # as cms/home_page.html shows them
MOST_LOOKED_AT = 24
CARD_PICTURE = "fill-720x315"  # as cms/_project_card.html asks for it


@dataclass(frozen=True)
class PointView:
    """A decision point with its promise; None while nobody chose a level."""

    point: DecisionPoint
    promise: Promise | None
    standing: DecisionStanding
    phase: PhaseView
    moments: list[Moment]
    changes: list[FramesChange]


@dataclass(frozen=True)
class ProjectOverview:
    """All that a project's page shows besides its own text and what instruments add."""

    phases: list[PhaseView]
    points_now: list[PointView]
    points_other: list[PointView]
    open_now: list[tuple[str, str]]


@dataclass(frozen=True)
class ProjectCard:
    """One project on the first page; its levels are those of the phase that matters now."""

    title: str
    slug: str
    language: str
    intro: str
    href: str
    picture: object | None
    phase: PhaseView | None
    promises: list[Promise]
    open_now: list[tuple[str, str]]


def project_overview(project: Project, now, language: str) -> ProjectOverview:
    """Gather what a project's page shows. Points of the running phase come first, of those what isn't decided yet."""
    phases = list(project.phases.prefetch_related("decision_points"))
    views = {phase.pk: phase_view(phase, now) for phase in phases}
    points = _point_views(phases, views, language)
    return ProjectOverview(
        phases=list(views.values()),
        points_now=sorted(
            (view for view in points if view.phase.status == "now"),
            key=lambda view: view.standing.decided,
        ),
        points_other=[view for view in points if view.phase.status != "now"],
        open_now=open_now([project], now).get(project.pk, []),
    )


class CardsAbout:
    """What the cards of these project pages tell, looked up for all at once."""

    def __init__(self, pages, joinable, now, language: str, request):
        self.joinable, self.now, self.language, self.request = joinable, now, language, request
        projects = [page.project for page in pages]
        self.phases = {
            project.pk: _phase_that_matters(list(project.phases.all()), now) for project in projects
        }
        points = [point for phase in self.phases.values() if phase for point in _points(phase)]
        self.decisions, self.standings = levels_in_force(points), standings_of(points)

    def card(self, page) -> ProjectCard:
        """Make the card of one of them."""
        phase = self.phases[page.project_id]
        return ProjectCard(
            title=page.title,
            slug=page.project.slug,
            language=language_of_words(page),
            intro=page.intro,
            href=page.get_url(self.request),
            picture=page.picture,
            phase=phase_view(phase, self.now) if phase else None,
            promises=self._promises(phase) if phase else [],
            open_now=self.joinable.get(page.project_id, []),
        )

    def _promises(self, phase) -> list[Promise]:
        """Give one promise of each level: of what is still to be decided, the most influence first."""
        found = [
            _promise(point, self.decisions, self.standings, self.language)
            for point in _points(phase)
        ]
        told = sorted(filter(None, found), key=lambda one: not one.standing.decided)
        by_level = {promise.level_key: promise for promise in told}
        return sorted(by_level.values(), key=lambda one: (one.standing.decided, -one.influence))


@dataclass(frozen=True)
class Asking:
    """One project about which residents can say something today: what, and where."""

    title: str
    language: str
    ways: list[tuple[str, str]]


def asking(pages, now) -> list[Asking]:
    """List the first of these project pages on which something can be asked, one more than are shown.

    Looks where a phase runs today of which a decision is still to come, at so many as one page has cards.
    """
    today = timezone.localdate(now)
    coming = with_day(DecisionPoint.objects.all()).filter(day__gt=today)
    phases = Phase.objects.filter(
        starts_on__lte=today, ends_on__gte=today, decision_points__in=coming.values("pk")
    )
    found = list(pages.filter(project__in=phases.values("project"))[:MOST_LOOKED_AT])
    ways = any_day([page.project for page in found], now)
    asked = [page for page in found if page.project_id in ways][: MOST_ASKING + 1]
    return [Asking(one.title, language_of_words(one), ways[one.project_id]) for one in asked]


def with_projects(pages):
    """Fetch with project pages what their cards show of them."""
    return pages.select_related("project__municipality", "locale").prefetch_related(
        "project__phases__decision_points", with_pictures()
    )


def with_pictures() -> Prefetch:
    """Fetch the pictures of pages with what a card shows of them, in two queries for all."""
    images = get_image_model().objects.prefetch_renditions(f"{CARD_PICTURE}|format-webp")
    return Prefetch("picture", queryset=images)


def _points(phase: Phase) -> list[DecisionPoint]:
    points = list(phase.decision_points.all())
    for point in points:
        point.phase = phase  # known already; saves a query for each point
    return points


def _point_views(phases, views, language) -> list[PointView]:
    points = [point for phase in phases for point in _points(phase)]
    decisions, standings = levels_in_force(points), standings_of(points)
    moments, changes = moments_of(points), changes_of(points, language)
    return [
        PointView(
            point,
            _promise(point, decisions, standings, language),
            standings[point.pk],
            views[point.phase_id],
            moments.get(point.pk, []),
            changes.get(point.pk, []),
        )
        for point in points
    ]


def _promise(point, decisions, standings, language) -> Promise | None:
    decision = decisions.get(point.pk)
    return promise_for(point, language, decision, standings[point.pk]) if decision else None


def _phase_that_matters(phases: list[Phase], now) -> Phase | None:
    """The phase of today, else the next one, else the last."""
    day = timezone.localdate(now)
    return next((phase for phase in phases if phase.ends_on >= day), phases[-1] if phases else None)
