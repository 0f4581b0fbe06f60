"""Sending mail, and one kind of error, in words for people, when the mail server doesn't take it."""

import logging
from contextlib import contextmanager
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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


def send_mail(subject: str, body: str, address: str) -> None:
    """Mail one address, in the language of this moment. A subject holds what people typed: it becomes one line, cut."""
    one_line = " ".join(str(subject).split())[:LONGEST_SUBJECT]
    with mailing():
        EmailMessage(one_line, body, to=[address], headers=language_header()).send()
