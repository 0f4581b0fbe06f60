"""Mail to who asked, with the answer to their question: one mail per address, three an hour."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from compass.refusal import Refused
from deliberation.people.consents import has_consent
from deliberation.people.mail_limit import room_for
from deliberation.people.mailing import send_mail
from deliberation.people.throttling import Limit
from deliberation.projects.hooks import site_address

from ..models import Answer, Question
from ..queries import follow_path, has_ended, unmailed

ANSWERS = Limit("mails about answers to an address", 3, 3600, "goes when there is room again")
LONGEST_ADDRESS = 254
PURPOSE = "answer_by_mail"


def accept_address(email: str, consent: bool) -> str:
    """Give the address to mail the answer to; empty when somebody wants none.

    Refused: an address without consent, and one that is no address (line breaks included). How often
    it is used here says nothing: who uses somebody else's must not keep its owner out.
    """
    email = email.strip(" ").lower()
    if not email:
        return ""
    if not consent:
        reason = gettext_lazy("Tick that we may mail you, or leave the address out.")
        raise Refused(reason, field="mail_consent")
    _require_address(email)
    return email


def _require_address(email: str) -> None:
    reason = gettext_lazy("This is not an e-mail address.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(reason, code="malformed", field="email") from error
    if len(email) > LONGEST_ADDRESS:
        raise Refused(reason, code="malformed", field="email")


@task()
def mail_outcome(question_id: int) -> None:
    """Give everybody who asked to hear how a question ended a mail of their own, once per address.

    One that fails stops no other. Who does not hear it is forgotten with a final outcome.
    """
    question = _question(question_id)
    if question is None or not has_ended(question):
        return
    askers = [question, *question.merged.select_related("participant", "project__municipality")]
    to_hear = [one for one in unmailed(question, askers) if may_mail(one)]
    chosen = {one.email: one.pk for one in reversed(to_hear)}.values()
    if _is_final(question):
        others = [one.pk for one in askers if one.pk not in chosen]
        Question.objects.filter(pk__in=others).update(email="")
    for asked_id in chosen:
        mail_asker.enqueue(asked_id)


@task()
def mail_asker(asked_id: int) -> None:
    """Mail one asker how their question ended, and note that; a final outcome forgets the address.

    No lock is held while the mail server takes its time, so a worker that dies in between mails again.
    """
    asked = _question(asked_id)
    question = asked and (_question(asked.merged_into_id) if asked.merged_into_id else asked)
    if not question or not unmailed(question, [asked]) or not may_mail(asked):
        return
    address = asked.email
    with room_for(ANSWERS, address):
        _send(address, asked, question)
    kept = "" if _is_final(question) else address
    Question.objects.filter(pk=asked.pk).update(mailed=question.answer, email=kept)


def _question(pk: int) -> Question | None:
    related = ("project__municipality", "answer", "participant")
    return Question.objects.select_related(*related).filter(pk=pk).first()


def _is_final(question) -> bool:
    """Tell of an outcome whether no other follows."""
    return question.answer is None or question.answer.disposition != Answer.Disposition.LOOKING


def may_mail(question) -> bool:
    """Tell whether who asked this still agrees to be mailed."""
    place = question.project.municipality.slug
    return has_consent(question.participant, PURPOSE, place)


def _send(address: str, asked, question) -> None:
    with translation.override(asked.language):
        context = {
            "project": question.project,
            "question": question,
            "asked": asked,
            "link": site_address(question.project.municipality)
            + follow_path(asked, asked.language),
        }
        body = render_to_string("deliberation/questions/mail/outcome.txt", context)
        send_mail(_("Your question about “%s”") % question.project.title, body, address)
