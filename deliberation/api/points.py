"""API endpoints for decision points that everybody can read, and what was promised at each."""

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.templatetags.compass_text import english_text
from deliberation.people.read_once import reading_once
from deliberation.projects.decision_standing import standings_of
from deliberation.projects.extension_points import public_pages, read_about
from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.queries import levels_in_force, promise_for

from .document import described, in_query
from .problems import not_found
from .reading import parameters
from .schemas import DecisionPointSchema, DecisionPointsSchema
from .serving import api

PAGE_SIZE, LARGEST_PAGE, LAST_PAGE = 20, 100, 1_000_000
PAGING = [
    in_query("page", type="integer", minimum=1, maximum=LAST_PAGE, default=1),
    in_query("pageSize", type="integer", minimum=1, maximum=LARGEST_PAGE, default=PAGE_SIZE),
]
LIST = described(
    "listDecisionPoints",
    _("List the decision points that everybody may read"),
    DecisionPointsSchema,
    404,
    takes=PAGING,
)
ONE = described("showDecisionPoint", _("Read one decision point"), DecisionPointSchema, 404)


@api.get("/decision-points", url_name="api_points", **LIST)
def list_points(request):
    """List the decision points on pages that everybody may read; a page at a time, in a fixed order."""
    asked = parameters(request, page=(1, LAST_PAGE), pageSize=(PAGE_SIZE, LARGEST_PAGE))
    with reading_once():
        return _page_of_points(request, asked["page"], asked["pageSize"])


def _page_of_points(request, number: int, size: int) -> dict:
    paginator = Paginator(_readable(request), size)
    if number > paginator.num_pages:
        raise not_found()
    page = paginator.page(number)
    points = list(page)
    return {
        "count": paginator.count,
        "page": number,
        "page_size": size,
        "next": _href(request, number + 1) if page.has_next() else None,
        "previous": _href(request, number - 1) if number > 1 else None,
        "results": _told(request, points),
    }


@api.get("/decision-points/{int:pk}", url_name="api_point", **ONE)
def show_point(request, pk: int):
    """Tell one decision point; one that nobody may read doesn't exist."""
    parameters(request)
    points = list(_of_municipality(request).filter(pk=pk))
    if not points or not read_about([points[0].project]):
        raise not_found()
    return _told(request, points)[0]


def _readable(request):
    """Find the decision points of the projects of this municipality about which everybody may read."""
    projects = Project.objects.filter(municipality=request.municipality)
    return _of_municipality(request).filter(phase__project__in=read_about(projects))


def _of_municipality(request):
    points = DecisionPoint.objects.filter(phase__project__municipality=request.municipality)
    return points.select_related("phase__project__municipality").order_by("pk")


def _href(request, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _told(request, points) -> list[dict]:
    decisions, standings = levels_in_force(points), standings_of(points)
    pages = public_pages({point.phase.project_id for point in points})
    return [
        {
            **_about(point, standings[point.pk]),
            "project": _project(request, point.project, pages),
            "level": _level(decisions.get(point.pk), standings[point.pk]),
        }
        for point in points
    ]


def _about(point, standing) -> dict:
    until = point.formal_track_until
    track = {"name": point.formal_track, "until": until} if point.formal_track else None
    return {
        "id": point.pk,
        "question": point.question,
        "phase": point.phase,
        "decided_by": {"body": point.decided_by, "name": point.get_decided_by_display()},
        "decides_on": standing.day,
        "outcome": _outcome(standing.outcome),
        "formal_procedure": track,
        "fixed": point.fixed,
        "open": point.open,
        "outside": point.outside,
        "groups": point.groups,
    }


def _project(request, project, pages) -> dict:
    address = request.build_absolute_uri(pages[project.pk])
    return {"title": project.title, "summary": project.summary, "page": address}


def _outcome(outcome) -> dict | None:
    """Tell what was decided as residents read it. None while nobody wrote it down."""
    if outcome is None:
        return None
    return {
        "result": outcome.result,
        "decided_on": outcome.decided_on,
        "postponed_to": outcome.postponed_to,
        "decided": english_text(outcome.outcome, outcome) or outcome.outcome,
        "what_we_did": english_text(outcome.what_we_did, outcome) or outcome.what_we_did or None,
        "link": outcome.link or None,
    }


def _level(decision, standing) -> dict | None:
    """Tell the level in force as residents read it; never who of the staff recorded it. None while nobody chose."""
    if decision is None:
        return None
    promise = promise_for(standing.point, get_language(), decision, standing)
    return {
        "key": promise.level_key,
        "name": promise.official,
        "plain_name": promise.plain,
        "influence": promise.influence,
        "promise": promise.promised,
        "chosen_on": timezone.localdate(decision.decided_at),
        "deviation_reason": promise.deviation or None,
        "decider": promise.decider or None,
        "conflict": _conflict(promise),
        "advice": promise.advice,
        "reasons": promise.reasons,
    }


def _conflict(promise) -> dict | None:
    """Tell who decided about a conflict that the advice named, and why."""
    if not promise.conflict_decider:
        return None
    return {"decider": promise.conflict_decider, "reason": promise.conflict_reason}
