"""What people can do at evenings about a decision point, now or later, and who took part."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.projects.extension_points import Offer, TookPart

from .models import Activity, Attendance, Run

TOOL = "live_poll"
State = Run.State
UNDER_WAY = (State.LOBBY, State.OPEN, State.PAUSED)
COMING = (State.DRAFT, State.READY)
OVER = (State.CLOSED, State.ARCHIVED)


def took_part(points, participants=None) -> list[TookPart]:
    """List who was at an evening in which these points were on the sheet; without a poll it was about all.

    Reads attendance only, so it tells nothing about votes. Rehearsals don't count. Three queries.
    """
    about = _points_of_runs(points)
    there = Attendance.objects.filter(run__in=about, participant__isnull=False)
    if participants is not None:
        there = there.filter(participant__in=participants)
    rows = there.values_list("run", "participant", "run__session__starts_at")
    return [
        TookPart(point_id, participant, starts_at)
        for run, participant, starts_at in rows
        for point_id in sorted(about[run])
    ]


def offers(points, now) -> list[Offer]:
    """List the evenings at which residents give, gave or will give their input about these points."""
    about = _points_of_runs(points)
    runs = Run.objects.filter(pk__in=about).select_related("session").order_by("pk")
    return [
        Offer(
            point_id=point_id,
            tool=TOOL,
            state=_state(run, now),
            what=run.session.title,
            desk_href=reverse("live:see_session", args=[run.session_id]),
        )
        for run in runs
        for point_id in sorted(about[run.pk])
    ]


def begin(project) -> tuple[str, str]:
    """Lead an officer to a new evening."""
    return _("Plan a session"), reverse("live:create_session", args=[project.pk])


def _state(run, now) -> str:
    if run.state in OVER:
        return Offer.HELD
    if run.state in UNDER_WAY:
        return Offer.OPEN
    today = timezone.localdate(now)
    return Offer.MISSED if run.session.day_near(now) < today else Offer.PLANNED


def _points_of_runs(points) -> dict[int, set[int]]:
    """Find about which of these points each real run is."""
    in_project: dict[int, set[int]] = {}
    for point in points:
        in_project.setdefault(point.phase.project_id, set()).add(point.pk)
    runs = Run.objects.filter(session__project__in=in_project, kind=Run.Kind.REAL)
    runs = dict(runs.exclude(state=State.CANCELLED).values_list("pk", "session__project"))
    polls = Activity.objects.filter(run__in=runs).exclude(state=Activity.State.VOIDED)
    on_sheet: dict[int, set[int]] = {}
    for run, point_id in polls.values_list("run", "decision_point"):
        on_sheet.setdefault(run, set()).add(point_id)
    about = {
        run: in_project[project] & on_sheet.get(run, in_project[project])
        for run, project in runs.items()
    }
    return {run: found for run, found in about.items() if found}
