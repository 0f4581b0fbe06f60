"""What do people read when the mail server does not answer? The reason beside what they typed, and no lie."""

import re
import socket

import pytest
from django.test import Client

from deliberation.people.models import User
from tests.builders import a_municipality, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
ASK, CONFIRM, RESET = (
    "/account/login/code/",
    "/account/login/code/confirm/",
    "/account/password/reset/",
)
SAID = "We kunnen nu geen e-mail versturen. Probeer het over een paar minuten nog eens."


@pytest.fixture
def mail_is_down(settings):
    """Let mail go to a port where nobody listens; give how it was, to put it back."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()
    before = settings.EMAIL_BACKEND

    def change(down=True):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if down else before

    change()
    return change


def code_in(message) -> str:
    return re.search(r"\b\d{6}\b", message.body)[0]


@pytest.mark.parametrize("path", [ASK, RESET])
def test_who_asks_for_mail_reads_that_it_did_not_go(mail_is_down, mailoutbox, path):
    client, email = Client(), a_user("officer", municipality=a_municipality()).email
    for _ in range(4):  # three messages an hour: what did not go is not one of them
        answer = client.post(path, {"email": email})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert SAID in page
        assert f'value="{email}"' in page, "what was typed stays"
    mail_is_down(False)
    assert client.post(path, {"email": email}).status_code == 302
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("path", [ASK, RESET])
def test_a29_a_flood_is_held_up_while_mail_is_down_too(mail_is_down, settings, path):
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(("request_login_code", "reset_password"), "5/m/ip")
    client, email = Client(), "ik@voorbeeld.example"
    pages = [client.post(path, {"email": email}).content.decode() for _ in range(7)]
    assert [SAID in page for page in pages] == [True] * 5 + [False] * 2


def test_the_first_code_still_works_when_a_second_did_not_go(mail_is_down, mailoutbox):
    client, email = Client(), "ik@voorbeeld.example"
    mail_is_down(False)
    client.post(ASK, {"email": email})
    mail_is_down()
    answer = client.post(CONFIRM, {"action": "resend"}, follow=True)
    assert SAID in answer.content.decode()
    client.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert User.objects.filter(email=email).exists()
