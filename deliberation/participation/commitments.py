"""Commitments to who gave something: an answer by a day, and later the end of “we are still looking”."""

from datetime import date

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from deliberation.projects.commitments import Commitment

from .models import Contribution, Disposition

State, Outcome = Contribution.State, Disposition.Outcome
# Of these nobody sees anything; to who gave it, the reason was the answer.
NOT_COUNTED = (State.REJECTED, State.WITHDRAWN)
# What a machine may have sent is owed once somebody took it over.
NOT_OWED = (State.WITHDRAWN, State.APART)
FIELDS = (
    "pk",
    "project_id",
    "kind",
    "state",
    "hidden",
    "shown",
    "due_on",
    "missed_on",
    "first_answered_on",
    "closed_on",
    "merged_into__first_answered_on",
    "merged_into__closed_on",
)


def commitments(instrument, projects) -> list[Commitment]:
    """List the promised answers of projects, and the days until which we look further. Two queries."""
    rows = instrument.model.objects.filter(project__in=projects).exclude(state__in=NOT_OWED)
    found = [_commitment(instrument, row) for row in rows.order_by().values(*FIELDS)]
    return found + _still_looking(instrument, projects)


def _commitment(instrument, row: dict) -> Commitment:
    return Commitment(
        project_id=row["project_id"],
        kind="answer",
        what=_what(row["hidden"], row["shown"]),
        due_on=row["missed_on"] or row["due_on"],
        kept_on=_kept_on(row),
        public_href=instrument.public_path(row["project_id"], row["pk"]),
        desk_href=instrument.desk_path(row["pk"]),
        public=row["state"] not in NOT_COUNTED,
    )


def _kept_on(row: dict) -> date | None:
    if row["state"] in NOT_COUNTED:
        return row["closed_on"]
    if row["state"] != State.MERGED:
        return row["first_answered_on"]
    told = row["merged_into__first_answered_on"] or row["merged_into__closed_on"]
    return max(told, row["closed_on"]) if told else None


def _what(hidden: bool, shown: str) -> str:
    # Who may see promises may not see what nobody approved.
    if hidden or not shown:
        return _("Answer what nobody published yet")
    return _("Answer: %s") % Truncator(shown).chars(80)


def _still_looking(instrument, projects) -> list[Commitment]:
    answers = Disposition.objects.filter(
        contribution__project__in=projects, contribution__instrument=instrument.name
    )
    rows = answers.filter(contribution__answers__outcome=Outcome.LOOKING).distinct()
    found, next_one = [], {}
    # The newer answer is what ends the older one's looking.
    for answer in rows.select_related("contribution").order_by("-id"):
        if answer.outcome == Outcome.LOOKING:
            found.append(_looking(instrument, answer, next_one.get(answer.contribution_id)))
        next_one[answer.contribution_id] = answer
    return found


def _looking(instrument, answer: Disposition, newer: Disposition | None) -> Commitment:
    about = answer.contribution
    return Commitment(
        project_id=about.project_id,
        kind="looking",
        what=_what(about.hidden, about.shown),
        due_on=answer.look_until,
        kept_on=timezone.localdate(newer.answered_at) if newer else None,
        public_href=instrument.public_path(about.project_id, about.pk),
        desk_href=instrument.desk_path(about.pk),
        public=about.state not in NOT_COUNTED,
    )
