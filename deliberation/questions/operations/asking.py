"""Operation: a resident asks a question or shares a concern."""

import secrets

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.models import Participant
from deliberation.people.names import clean_name, clean_text
from deliberation.people.operations import give_consent, operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.throttling import Limit
from deliberation.projects.deciding import notices
from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.queries import decision_points

from ..answer_terms import asking_about, asking_in
from ..models import CODE_LENGTH, LONGEST, SIGNS, Question
from . import mailing

State, Rejection = Question.State, Question.Rejection
MOST_UNANSWERED = 3  # of one person in one project
# Of everybody in one project: more is not a neighbourhood, it is a machine.
BEYOND = "waits apart, with the same receipt; who signed in never waits apart"
A_MINUTE = Limit("questions of a project in a minute", 60, 60, BEYOND)
AN_HOUR = Limit("questions of a project in an hour", 300, 3600, BEYOND)
FLOODS = (A_MINUTE, AN_HOUR)


@operation
def ask_question(
    *,
    actor,
    about,
    kind,
    text,
    name="",
    email="",
    mail_consent=False,
    changes_consent=False,
    op_id,
    now,
) -> Question:
    """Keep a question about a decision point, or about a project as a whole; nobody else sees it yet.

    The day of the answer is promised here. The same `op_id` of the same participant gives the same
    question. Refused: where the level or the phase closes it, too late before the decision, with
    three unanswered ones, and an address without consent. What comes while very many are asked is
    set apart. With `changes_consent` the address may be used for a changed promise too, as long as it is kept.
    """
    again = Question.objects.filter(op_id=op_id).first()
    if again:
        return _same(again, actor)
    asking = _asking_about(about, now)
    if not asking.open:
        raise Refused(asking.reason, code="forbidden")
    require("questions.ask_question", actor, about, now)
    question = Question(
        project=about.project,
        decision_point=about if isinstance(about, DecisionPoint) else None,
        kind=_kind(kind),
        text=_text(text),
        name=clean_name(name) if name.strip() else "",
        email=mailing.accept_address(email, mail_consent),
        language=_language(get_language()),
        participant=actor,
        op_id=op_id,
        code=new_code(),
        asked_at=now,
        due_on=asking.due_on,
    )
    _require_room(actor, about.project)
    question.state = _first_state(actor, about.project, now)
    question.save()
    if question.email:
        place = about.project.municipality.slug
        give_consent(actor=actor, purpose=mailing.PURPOSE, place=place, now=now)
        if changes_consent:
            give_consent(actor=actor, purpose=notices.PURPOSE, place=place, now=now)
    record_audit(actor=actor, action="ask_question", obj=question, now=now)
    return question


def new_code() -> str:
    """Make a code to follow a question with."""
    return "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))


def _same(question, actor) -> Question:
    if question.participant_id is None or question.participant_id != getattr(actor, "pk", None):
        raise Refused(_("Open the form again, please."), code="malformed")
    return question


def _asking_about(about, now):
    if isinstance(about, DecisionPoint):
        return asking_about([about], now)[0]
    return asking_in(about, asking_about(decision_points(about), now))


def _language(code) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _kind(kind) -> str:
    if kind not in Question.Kind.values:
        raise Refused(_("Choose: a question or a concern."), code="malformed", field="kind")
    return kind


def _text(text) -> str:
    cleaned = clean_text(text, LONGEST, "text")
    if not cleaned:
        raise Refused(_("Write down what you want to ask or tell."), field="text")
    return cleaned


def _require_room(actor, project) -> None:
    # One after another, or somebody in two tabs has four; the project's row is the door for all.
    Project.objects.select_for_update().get(pk=project.pk)
    Participant.objects.select_for_update().get(pk=actor.pk)
    if unanswered_of([actor], project).count() >= MOST_UNANSWERED:
        reason = _(
            "You have %d questions here that are not answered yet. Please wait for an answer first."
        )
        raise Refused(reason % MOST_UNANSWERED)


def _first_state(actor, project, now) -> State:
    """Set apart what a machine may have sent; who signed in showed a mailbox, and is no machine."""
    if actor.user_id:
        return State.PENDING
    asked = Question.objects.filter(project=project, asked_at__lte=now)
    # What waits apart fills no queue: else a flood of one minute sets the neighbours apart for an hour.
    asked = asked.exclude(
        Q(state__in=(State.APART, State.WITHDRAWN)) | Q(rejection=Rejection.FLOOD)
    )
    recent = (asked.filter(asked_at__gt=now - one.period).count() >= one.most for one in FLOODS)
    return State.APART if any(recent) else State.PENDING


def unanswered_of(participants, project):
    """Find the questions of these people in a project that still wait for an answer."""
    waiting = (State.APART, State.PENDING, State.PUBLISHED, State.PARKED)
    mine = Question.objects.filter(participant__in=participants, project=project)
    return mine.filter(state__in=waiting) | mine.filter(
        state=State.MERGED, merged_into__state__in=waiting
    )
