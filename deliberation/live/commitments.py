"""Commitments to tell the outcome of papers by a day, and whether each was kept."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.projects.commitments import EVERYTHING, Commitment

from .models import Activity, Event, Run

State, Reveal = Activity.State, Activity.Reveal
SHOWN = (State.CLOSED, State.ARCHIVED)


def commitments_to_count(projects, now, asked=EVERYTHING) -> list[Commitment]:
    """List the outcomes of papers that are owed in these projects; never of a rehearsal or a void poll."""
    polls = Activity.objects.filter(
        run__session__project__in=projects, run__kind=Run.Kind.REAL, paper_due__isnull=False
    ).exclude(state=State.VOIDED)
    if asked.only_open:
        polls = polls.exclude(state__in=SHOWN, reveal=Reveal.PUBLIC)
    polls = list(
        polls.select_related("run__session").order_by("paper_due", "run__session__project_id", "pk")
    )
    shown = _shown_at([poll.run_id for poll in polls])
    return [_commitment(poll, shown.get(poll.pk)) for poll in polls]


def waiting_for_paper(**where) -> list[Activity]:
    """List the polls of which only the papers are out, with a promised day; never of a rehearsal."""
    polls = Activity.objects.filter(
        run__kind=Run.Kind.REAL, state=State.TALLYING, paper_due__isnull=False, **where
    )
    return list(polls.select_related("item"))


def _shown_at(runs) -> dict:
    """Read from the logs when the last result of each poll was shown to all."""
    events = Event.objects.filter(run__in=runs, kind="result_revealed", data__reveal=Reveal.PUBLIC)
    return {event.data["activity"]: event.at for event in events.order_by("at", "id")}


def _commitment(poll, shown_at) -> Commitment:
    shown = poll.state in SHOWN and poll.reveal == Reveal.PUBLIC and shown_at
    return Commitment(
        project_id=poll.run.session.project_id,
        kind="paper",
        what=_("Outcome of the papers: %s") % poll.question,
        due_on=poll.paper_due,
        kept_on=timezone.localdate(shown_at) if shown else None,
        desk_href=reverse("console", args=[poll.run_id]),
    )
