"""Commitments to who asked: an answer by a day, and later the end of “we are still looking”."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from deliberation.projects.commitments import Commitment

from .models import Answer, Question

State = Question.State
# Of these nobody sees anything; to who asked, the reason was the answer.
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
KINDS = ("answer", "looking")


def commitments(projects, now) -> list[Commitment]:
    """List the promised answers of projects, and the days until which we look further. Two queries."""
    rows = Question.objects.filter(project__in=projects).exclude(state__in=NOT_OWED)
    found = [_commitment(row) for row in rows.order_by().values(*FIELDS)]
    return found + _still_looking(projects)


def _commitment(row: dict) -> Commitment:
    return Commitment(
        project_id=row["project_id"],
        kind="answer",
        what=_what(row),
        due_on=row["missed_on"] or row["due_on"],
        kept_on=_kept_on(row),
        public_href=reverse("see_question", args=[row["project_id"], row["pk"]]),
        desk_href=reverse("questions:see_question", args=[row["pk"]]),
        public=row["state"] not in NOT_COUNTED,
    )


def _kept_on(row: dict) -> date | None:
    if row["state"] in NOT_COUNTED:
        return row["closed_on"]
    if row["state"] != State.MERGED:
        return row["first_answered_on"]
    told = row["merged_into__first_answered_on"] or row["merged_into__closed_on"]
    return max(told, row["closed_on"]) if told else None


def _what(row: dict) -> str:
    # Who may see promises may not see what nobody approved.
    if row["hidden"] or not row["shown"]:
        return _("Answer a question that nobody published yet")
    return _("Answer: %s") % Truncator(row["shown"]).chars(80)


def _still_looking(projects) -> list[Commitment]:
    answers = Answer.objects.filter(question__project__in=projects).select_related("question")
    rows = answers.filter(question__answers__disposition=Answer.Disposition.LOOKING).distinct()
    found, next_one = [], {}
    for answer in rows.order_by("-id"):  # the newer answer is what ends the older one's looking
        if answer.disposition == Answer.Disposition.LOOKING:
            found.append(_looking(answer, next_one.get(answer.question_id)))
        next_one[answer.question_id] = answer
    return found


def _looking(answer: Answer, newer: Answer | None) -> Commitment:
    question = answer.question
    row = {"hidden": question.hidden, "shown": question.shown}
    return Commitment(
        project_id=question.project_id,
        kind="looking",
        what=_what(row),
        due_on=answer.look_until,
        kept_on=timezone.localdate(newer.answered_at) if newer else None,
        public_href=reverse("see_question", args=[question.project_id, question.pk]),
        desk_href=reverse("questions:see_question", args=[question.pk]),
        public=question.state not in NOT_COUNTED,
    )
