"""Mail to who gave something, with the answer to it: one mail per address, three an hour."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django_tasks import task

from compass.refusal import Refused
from deliberation.people.mail_limit import room_for
from deliberation.people.mailing import send_by_consent
from deliberation.people.privacy.consents import has_consent, who_agree
from deliberation.people.privacy.unsubscribing import MailedConsent
from deliberation.people.throttling import Limit
from deliberation.projects.extension_points import site_address

from ..models import Contribution, Disposition
from ..queries import about_no_address, has_ended, together, unmailed
from ..receipts import follow_path

ANSWERS = Limit("mails about answers to an address", 3, 3600, "goes when there is room again")
LONGEST_ADDRESS = 254


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
def mail_outcome(contribution_id: int) -> None:
    """Give everybody who asked to hear how a contribution ended a mail of their own, once per address.

    One that fails stops no other. Who does not hear it is forgotten with a final outcome.
    """
    contribution = _contribution(contribution_id)
    if contribution is None or not has_ended(contribution):
        return
    given = [contribution, *contribution.merged.select_related("project__municipality")]
    heard = {one.email for one in given if one.email and _heard(one, contribution)}
    for address in heard:
        _note(contribution, address)  # also of what was put together with it since
    to_hear = _who_agree([one for one in unmailed(contribution, given) if one.email not in heard])
    chosen = {one.email: one.pk for one in reversed(to_hear)}.values()
    if _is_final(contribution):
        others = [one.pk for one in given if one.pk not in chosen]
        Contribution.objects.filter(pk__in=others).update(email="")
    for given_id in chosen:
        mail_author.enqueue(given_id)


@task()
def mail_author(given_id: int) -> None:
    """Mail one author how their contribution ended, and note that for their address; a final outcome forgets it.

    No lock is held while the mail server takes its time, so a worker that dies in between mails again.
    """
    given = _contribution(given_id)
    told = given and (_contribution(given.merged_into_id) if given.merged_into_id else given)
    if not told or not unmailed(told, [given]) or not may_mail(given):
        return
    address = given.email
    if not any(_heard(one, told) for one in together(told.pk).filter(email=address)):
        with room_for(ANSWERS, address):
            _send(address, given, told)
    _note(told, address)


def _heard(given, told) -> bool:
    """Tell whether who gave this was mailed the outcome that counts now."""
    return told.answer_id is not None and given.mailed_id == told.answer_id


def _note(told, address: str) -> None:
    """Note that an address heard how something ended, for all that it gave there; a final outcome forgets it.

    With somebody's last address what they agreed to about it ends too: their own page says what still holds.
    Whoever was erased meanwhile, or heard the end of it from another task, gets no address back.
    """
    heard = together(told.pk).filter(email=address)
    if _is_final(told):
        people = list(heard.values_list("participant", flat=True))
        heard.update(mailed=told.answer, email="")
        ended = about_no_address(people, told.project.municipality).filter(withdrawn_at=None)
        ended.update(withdrawn_at=timezone.now())
    else:
        heard.update(mailed=told.answer)


def _contribution(pk: int) -> Contribution | None:
    related = ("project__municipality", "answer", "participant")
    return Contribution.objects.select_related(*related).filter(pk=pk).first()


def _is_final(contribution) -> bool:
    """Tell of an outcome whether no other follows."""
    answer = contribution.answer
    return answer is None or answer.outcome != Disposition.Outcome.LOOKING


def may_mail(contribution) -> bool:
    """Tell whether who gave this still agrees to be mailed."""
    instrument, place = contribution.way, contribution.project.municipality.slug
    return bool(instrument) and has_consent(
        contribution.participant, instrument.answer_purpose, place
    )


def _who_agree(given) -> list[Contribution]:
    """Find which of these, of one project and instrument, are of somebody who still agrees to be mailed. One query."""
    if not given or not given[0].way:
        return []
    people, place = [one.participant_id for one in given], given[0].project.municipality.slug
    agree = who_agree(people, given[0].way.answer_purpose, place)
    return [one for one in given if one.participant_id in agree]


def _send(address: str, given, told) -> None:
    project, instrument = told.project, given.way
    with translation.override(given.language):
        host = site_address(project.municipality)
        link = host + follow_path(given, given.language)
        context = {"project": project, "told": told, "given": given, "link": link}
        body = render_to_string(instrument.template("mail/outcome.txt"), context)
        mailed = MailedConsent(address, instrument.answer_purpose, project.municipality.slug)
        subject, name = instrument.mail_subject % project.title, project.municipality.name
        send_by_consent(subject, body, mailed, host, name)
