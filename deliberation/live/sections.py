"""The sections about evenings on a project's page, the first page and the desk."""

from urllib.parse import urlencode

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from compass.templatetags.compass_text import or_english
from deliberation.people.permissions import may
from deliberation.projects.desk import way_to_open
from deliberation.projects.extension_points import CameOut, PageSection

from .commitments import waiting_for_paper
from .counting.results import revealed_results
from .counting.wording import outcome_words
from .joining.guesses import proof_of
from .models import Activity, LiveSession, Round, Run
from .operations.items import NOT_STARTED
from .polls import poll_statuses
from .screens.pages import JOINABLE
from .screens.scene import STATE_KINDS

State, Kind = Run.State, Run.Kind
COMING = (State.DRAFT, State.READY)
OVER = (State.CLOSED, State.ARCHIVED)
EVENING_FIRST = ("kind", "-id")  # above its rehearsals, and above one that was cancelled
RUN_KINDS = {State.LOBBY: "active", State.OPEN: "active", State.PAUSED: "warning"}


def project_section(project, now):
    """Show on a project's page which evenings come or run, and what came out of those before."""
    runs = list(_real_runs(Q(session__project=project)))
    outcomes = [outcome_words(result) for result in revealed_results(project)]
    waiting = waiting_for_paper(run__in=runs)
    coming = [_announced(run) for run in runs if run.state in (*COMING, *JOINABLE)]
    if not (coming or outcomes or waiting):
        return None
    over = [_with_outcomes(run, outcomes, waiting) for run in runs if run.state in OVER]
    told = [entry for entry in over if entry["outcomes"] or entry["waiting"]]
    part = {"coming": coming, "over": told}
    heading = _("Live sessions")
    return PageSection("deliberation/live/_project_section.html", part, "sessions", heading)


def open_now(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Say per project which evening can be joined from home now."""
    found: dict[int, list[tuple[str, str]]] = {}
    with_card = Q(strictness=Run.Strictness.CARD)  # to be given in the hall first
    for run in _real_runs(Q(session__project__in=projects), Q(state__in=JOINABLE), ~with_card):
        label = format_html(
            _("Take part now: {title}"), title=or_english(run.session.title, run.session)
        )
        found.setdefault(run.session.project_id, []).append((label, _join_href(run)))
    return found


def came_out(projects) -> CameOut | None:
    """Find the poll of a real run that was closed last and shown to everybody."""
    shown = Round.objects.filter(
        activity__run__session__project__in=projects,
        activity__run__kind=Kind.REAL,
        activity__state__in=(Activity.State.CLOSED, Activity.State.ARCHIVED),
        activity__reveal=Activity.Reveal.PUBLIC,
        closed_at__isnull=False,
    )
    last = shown.select_related("activity__run").order_by("-closed_at").first()
    if last is None:
        return None
    poll = last.activity
    href = reverse("session_results", args=[poll.run.session_id])
    return CameOut(last.closed_at, poll.question, href, poll.english)


def desk_section(project, user, now):
    """List the evenings of a project on its desk screen."""
    part = {"sessions": on_cards(evenings_of([project]))}
    part["may_create"] = may("live.create_session", user, project, now)
    return "deliberation/live/_desk_section.html", part


def evenings_of(projects):
    """Find the evenings of projects with their runs, newest first."""
    runs = Prefetch("runs", Run.objects.order_by(*EVENING_FIRST))
    found = LiveSession.objects.filter(project__in=projects).select_related("project")
    return found.prefetch_related(runs).order_by("-starts_at", "-pk")


def on_cards(sessions) -> list[dict]:
    """Gather what a card at the desk shows of evenings."""
    return [
        {
            "session": session,
            "href": reverse("live:see_session", args=[session.pk]),
            "runs": [_run_entry(run) for run in session.runs.all()],
        }
        for session in sessions
    ]


def run_on_desk(run, user, now) -> dict:
    """Gather a run with its sheet, and why a poll on it cannot open."""
    polls = Activity.objects.select_related("run", "decision_point__phase__project").order_by("id")
    items = run.items.prefetch_related(Prefetch("activities", polls))
    points = [poll.decision_point for item in items for poll in item.activities.all()]
    statuses = poll_statuses(run, points, now)
    return {
        **_run_entry(run),
        "has_polls": bool(points),
        "items": [
            {
                "item": item,
                "polls": [_poll_entry(poll, statuses, user) for poll in item.activities.all()],
            }
            for item in items
        ],
        "may_change": run.state not in (*OVER, State.CANCELLED),
        "not_started": run.state in NOT_STARTED,
    }


def _real_runs(*conditions):
    runs = Run.objects.filter(*conditions, kind=Kind.REAL).exclude(state=State.CANCELLED)
    return runs.select_related("session__project").order_by("session__starts_at")


def _announced(run) -> dict:
    return {
        "session": run.session,
        "joinable": run.state in JOINABLE,
        "needs_card": run.strictness == Run.Strictness.CARD,
        "href": _join_href(run),
    }


def _join_href(run) -> str:
    # From a page people come from home: the online code sets their lane. They guess nothing.
    proof = urlencode({"q": proof_of(run.online_code)})
    return f"{reverse('join_run', args=[run.online_code])}?{proof}"


def _with_outcomes(run, outcomes, waiting) -> dict:
    mine = [outcome for outcome in outcomes if outcome["activity"].run_id == run.pk]
    papers = [poll for poll in waiting if poll.run_id == run.pk]
    return {"session": run.session, "outcomes": mine, "waiting": papers}


def _run_entry(run) -> dict:
    return {
        "run": run,
        "kind": run.name,
        "state": run.state_words,
        "state_kind": RUN_KINDS.get(run.state, "neutral"),
        "console": reverse("console", args=[run.pk]),
        "projector": reverse("projector", args=[run.pk]),
        "codes": reverse("live:print_codes", args=[run.pk]),
        "cards": reverse("live:see_cards", args=[run.pk]),
        "attendances": reverse("live:see_attendances", args=[run.pk]),
    }


def _why_not_shown(poll) -> str:
    """Say why residents don't read the outcome of a poll in an evening that is over; blank when they do."""
    if poll.run.state not in OVER or poll.run.kind != Kind.REAL:
        return ""
    if poll.state == Activity.State.TALLYING:
        return _("Not everything is counted yet. You go on at the console.")
    if poll.state == Activity.State.CLOSED and poll.reveal != Activity.Reveal.PUBLIC:
        return _("Residents do not see this outcome yet. You show it at the console.")
    return ""


def _poll_entry(poll, statuses, user) -> dict:
    status = statuses[poll.decision_point_id]
    waits = poll.state in (Activity.State.DRAFT, Activity.State.READY) and not status.open
    return {
        "poll": poll,
        "state": poll.state_words,
        "state_kind": STATE_KINDS.get(poll.state, "neutral"),
        "hall_mode": poll.how_hall_votes,
        "may_replace": poll.state not in (Activity.State.VOIDED, Activity.State.ARCHIVED),
        "why_closed": status.reason if waits else "",
        "way_to_open": way_to_open(status, poll.decision_point, user) if waits else None,
        "why_not_shown": _why_not_shown(poll),
    }
