"""May we mail somebody the answer, and how does it get there? One mail per address, three an hour."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from compass.refusal import Refused
from deliberation.people.consents import has_consent
from deliberation.people.mail_limit import has_room
from deliberation.projects.hooks import site_address

from ..models import Answer, Question
from ..queries import follow_path

MOST_AN_HOUR = 3  # per address: more is somebody else's mailbox being filled
LONGEST_ADDRESS = 254
PURPOSE = "answer_by_mail"


def accept_address(email: str, consent: bool, now) -> str:
    """Give the address to mail the answer to; empty when somebody wants none.

    Refused: an address without consent, one that is no address (line breaks included), and the
    fourth in an hour.
    """
    email = email.strip(" ").lower()
    if not email:
        return ""
    if not consent:
        reason = gettext_lazy("Tick that we may mail you, or leave the address out.")
        raise Refused(reason, field="mail_consent")
    _require_address(email)
    lately = Question.objects.filter(email=email, asked_at__gt=now - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        reason = gettext_lazy(
            "There are three questions with this address in this hour. Leave it out, or wait."
        )
        raise Refused(reason, field="email")
    return email


def _require_address(email: str) -> None:
    reason = gettext_lazy("This is not an e-mail address.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(reason, code="malformed", field="email") from error
    if len(email) > LONGEST_ADDRESS:
        raise Refused(reason, code="malformed", field="email")


def mail_on_commit(question) -> None:
    """Let who asked this, and what was put together with it, hear how it ended; after commit."""
    pk = question.pk
    transaction.on_commit(lambda: mail_outcome.enqueue(pk))


@task()
def mail_outcome(question_id: int) -> None:
    """Mail the outcome of a question to everybody who asked to hear it, then forget final addresses."""
    question = (
        Question.objects.select_related("project__municipality", "answer", "participant")
        .filter(pk=question_id)
        .first()
    )
    if question is None or not (question.answer or question.state == Question.State.REJECTED):
        return
    askers = [question, *question.merged.select_related("participant", "project__municipality")]
    by_address = {one.email: one for one in reversed(askers) if one.email}
    for address, asked in by_address.items():
        if may_mail(asked) and has_room("answer", address, MOST_AN_HOUR):
            _send(address, asked, question)
    if question.answer is None or question.answer.disposition != Answer.Disposition.LOOKING:
        Question.objects.filter(pk__in=[one.pk for one in askers]).update(email="")


def may_mail(question) -> bool:
    """Tell whether who asked this still agrees to be mailed."""
    place = question.project.municipality.slug
    return has_consent(question.participant, PURPOSE, place)


def _send(address: str, asked, question) -> None:
    with translation.override(asked.language):
        title = " ".join(question.project.title.split())
        context = {
            "project": question.project,
            "question": question,
            "asked": asked,
            "link": site_address(question.project.municipality) + follow_path(asked),
        }
        body = render_to_string("deliberation/questions/mail/outcome.txt", context)
        EmailMessage(_("Your question about “%s”") % title, body, to=[address]).send()
