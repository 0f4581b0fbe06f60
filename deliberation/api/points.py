"""API endpoints for decision points that everybody can read, and what was promised at each."""

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import get_language

from deliberation.projects.hooks import public_pages
from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.queries import levels_in_force, promise_for

from .problems import not_found
from .reading import parameters

PAGE_SIZE, LARGEST_PAGE, LAST_PAGE = 20, 100, 1_000_000


def list_points(request) -> dict:
    """List the decision points on pages that everybody may read; a page at a time, in a fixed order."""
    asked = parameters(request, page=(1, LAST_PAGE), pageSize=(PAGE_SIZE, LARGEST_PAGE))
    number, size = asked["page"], asked["pageSize"]
    pages = _pages(request)
    paginator = Paginator(_readable(pages), size)
    if number > paginator.num_pages:
        raise not_found()
    page = paginator.page(number)
    points = list(page)
    return {
        "count": paginator.count,
        "page": number,
        "pageSize": size,
        "next": _href(request, number + 1) if page.has_next() else None,
        "previous": _href(request, number - 1) if number > 1 else None,
        "results": _told(request, points, pages),
    }


def show_point(request, pk) -> dict:
    """Tell one decision point; one that nobody may read doesn't exist."""
    parameters(request)
    pages = _pages(request)
    points = list(_readable(pages).filter(pk=pk))
    if not points:
        raise not_found()
    return _told(request, points, pages)[0]


def _pages(request) -> dict[int, str]:
    """Give the address of every page about a project of this municipality that everybody may read."""
    return public_pages(Project.objects.filter(municipality=request.municipality))


def _readable(pages):
    points = DecisionPoint.objects.filter(phase__project__in=list(pages))
    return points.select_related("phase__project__municipality").order_by("pk")


def _href(request, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _told(request, points, pages) -> list[dict]:
    decisions = levels_in_force(points)
    return [
        {
            **_about(point),
            "project": _project(request, point.project, pages),
            "level": _level(point, decisions[point.pk]) if point.pk in decisions else None,
        }
        for point in points
    ]


def _about(point) -> dict:
    phase, track = point.phase, None
    if point.formal_track:
        until = point.formal_track_until
        track = {"name": point.formal_track, "until": until.isoformat() if until else None}
    return {
        "id": point.pk,
        "question": point.question,
        "phase": {
            "kind": phase.kind,
            "title": phase.title,
            "startsOn": phase.starts_on.isoformat(),
            "endsOn": phase.ends_on.isoformat(),
        },
        "decidedBy": {"body": point.decided_by, "name": point.get_decided_by_display()},
        "decidesOn": point.decides_on.isoformat(),
        "formalProcedure": track,
        "fixed": point.fixed,
        "open": point.open,
        "outside": point.outside,
        "groups": point.groups,
    }


def _project(request, project, pages) -> dict:
    address = request.build_absolute_uri(pages[project.pk])
    return {"title": project.title, "summary": project.summary, "page": address}


def _level(point, decision) -> dict:
    """Tell the level in force as residents read it; never who of the staff recorded it."""
    promise = promise_for(point, get_language(), decision)
    advice = promise.advice
    return {
        "key": promise.level_key,
        "name": promise.official,
        "plainName": promise.plain,
        "influence": promise.influence,
        "promise": promise.text,
        "chosenOn": timezone.localdate(decision.decided_at).isoformat(),
        "deviationReason": promise.deviation or None,
        "decider": promise.decider or None,
        "conflict": _conflict(promise),
        "advice": {
            "framework": advice["framework"],
            "version": advice["version"],
            "fits": advice["outcome"],
            "now": advice["now"],
        },
        "reasons": [
            {
                "because": reason.because,
                "reference": reason.reference,
                "publicReasons": reason.added,
            }
            for reason in promise.reasons
        ],
    }


def _conflict(promise) -> dict | None:
    """Tell who decided about a conflict that the advice named, and why."""
    if not promise.conflict_decider:
        return None
    return {"decider": promise.conflict_decider, "reason": promise.conflict_reason}
