"""The personal data in questions: for somebody's own page, their export, and erasure."""

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from deliberation.people.own_data import ExportPart, PersonalEntry

from .models import Question
from .queries import WAITING, follow_path, spaced_code
from .search import question_changed

State = Question.State
UNSEEN = (State.PENDING, State.APART)
UNREAD = (*UNSEEN, State.REJECTED, State.MERGED)


def gave(participants, municipality) -> list[PersonalEntry]:
    """List what these participants asked, with how it stands and the way to follow it."""
    return [
        PersonalEntry(
            kind_label=one.get_kind_display(),
            title=one.project.title,
            href=follow_path(one),
            text=Truncator(one.text).chars(200),
            language=one.language,
            at=timezone.localdate(one.asked_at),
            happened=_happened(one),
            english=one.project.english,
        )
        for one in _asked_by(participants, municipality)
    ]


def export(user, participants, municipality) -> list[dict]:
    """Give all we keep of what these participants asked."""
    return [
        {
            "kind": one.get_kind_display(),
            "project": one.project.title,
            "about": one.decision_point.question if one.decision_point else "",
            "text": one.text,
            "name": one.name,
            "email": one.email,
            "asked_at": one.asked_at,
            "receipt": spaced_code(one.code),
            "state": one.get_state_display(),
            "answer_promised_on": one.due_on,
            "answer": one.answer.text if one.answer else "",
        }
        for one in _asked_by(participants, municipality)
    ]


EXPORT = ExportPart(
    export,
    _("Questions and concerns"),
    {
        "kind": _("Kind"),
        "project": _("Project"),
        "about": _("About"),
        "text": _("What you wrote"),
        "name": _("Name"),
        "email": _("E-mail address"),
        "asked_at": _("Asked on"),
        "receipt": _("Receipt"),
        "state": _("State"),
        "answer_promised_on": _("Answer promised by"),
        "answer": _("Answer"),
    },
)


def erase(*, participants, user, now, municipality=None) -> None:
    """Take away who asked. What others read stays without a name; what nobody else read goes.

    The original text goes in both cases: somebody may be recognised in it. Counts stay as they were.
    """
    mine = Question.objects.select_for_update().filter(participant__in=participants)
    for question in _in(municipality, mine):
        if question.state in UNREAD or not question.shown:
            question.text = question.shown = ""
        else:
            question.text = question.shown
        if question.state in UNSEEN:
            question.state, question.closed_on = State.WITHDRAWN, timezone.localdate(now)
        question.name = question.shown_name = question.email = ""
        question.participant = None
        question.version += 1
        question.save()
        question_changed(question)


def _asked_by(participants, municipality):
    found = _in(municipality, Question.objects.filter(participant__in=participants))
    related = ("project", "decision_point", "answer", "merged_into__answer")
    return found.select_related(*related).order_by("-asked_at")


def _in(municipality, questions):
    return questions.filter(project__municipality=municipality) if municipality else questions


def _happened(question) -> str:
    told = question.merged_into or question
    if told.state == State.APART:
        return State.PENDING.label  # to who asked it is no other thing
    if told.answer:
        return told.answer.get_disposition_display()
    return told.get_state_display() if told.state in WAITING else question.get_state_display()
