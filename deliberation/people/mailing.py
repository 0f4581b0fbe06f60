"""Sending mail, and one kind of error, in words for people, when the mail server doesn't take it."""

import logging
from contextlib import contextmanager
from email.utils import formataddr, parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .privacy.unsubscribing import MailedConsent

log = logging.getLogger(__name__)
LONGEST_SUBJECT = 200
NOT_MAILED = _("We cannot send e-mail at the moment. Try again in a few minutes.")


class NotMailed(Exception):
    """The mail server took nothing. Nothing was sent, so nothing counts as sent."""


@contextmanager
def mailing():
    """Send mail inside this: what goes wrong with the mail server is one kind of failure."""
    try:
        yield
    except (SMTPException, OSError) as failure:
        log.error("the mail server took no message: %s", type(failure).__name__)
        raise NotMailed from None  # what it said names whom it was for


def language_header() -> dict[str, str]:
    """Say in which language a message is written, for who has it read out."""
    return {"Content-Language": get_language() or settings.LANGUAGE_CODE}


def sender(name: str) -> str:
    """Say for a header who mails: a municipality by its name, all from the one address of this installation."""
    _whose, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(name.split()), address))


def send_mail(subject: str, body: str, address: str, name: str, headers=()) -> None:
    """Mail one address in the name of a municipality, in the language of this moment.

    A subject holds what people typed: it becomes one line, cut.
    """
    one_line = " ".join(str(subject).split())[:LONGEST_SUBJECT]
    with mailing():
        headers = {**language_header(), **dict(headers)}
        EmailMessage(one_line, body, sender(name), [address], headers=headers).send()


def send_by_consent(subject: str, body: str, mailed: MailedConsent, host: str, name: str) -> None:
    """Mail an address that somebody agreed for, with the link that ends it: anybody can fill in any address.

    `host` ("https://…") and `name` are of the municipality that mails. A mail program can end it too, with one
    press (RFC 8058).
    """
    link = host + mailed.path
    why = gettext("You get this mail because somebody agreed to it with your address.")
    how = gettext(
        "Do you want it no longer, or was it not you? Stop it here, you need not sign in:"
    )
    ending = f"{why} {how}\n{link}?lang={get_language()}\n"
    headers = {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    send_mail(subject, f"{body.rstrip()}\n\n{ending}", mailed.address, name, headers)
