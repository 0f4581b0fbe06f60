"""The demo's outbox: a page that exists only in the demo, where no mail leaves the machine."""

import email
import email.policy
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache

from cms.demo.content import PASSWORD, accounts

NEWEST = 20
BETWEEN = b"\n" + b"-" * 79 + b"\n"  # what Django's file backend writes after each message


@never_cache
def demo_post(request):
    """Show the newest messages and the demo's accounts."""
    known = [{"email": address, "name": name} for address, name, _role in accounts()]
    context = {"messages_sent": _newest(), "accounts": known, "password": PASSWORD}
    return render(request, "account/demo_post.html", context)


def _newest() -> list[dict]:
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = [one for file in files[:NEWEST] for one in reversed(_messages(file))]
    return found[:NEWEST]


def _messages(file: Path) -> list[dict]:
    written = file.read_bytes().split(BETWEEN)
    parsed = [
        email.message_from_bytes(one, policy=email.policy.default) for one in written if one.strip()
    ]
    return [
        {
            "to": one["To"],
            "subject": one["Subject"],
            "at": one["Date"].datetime.replace(tzinfo=UTC),
            "text": _text(one),
        }
        for one in parsed
    ]


def _text(message) -> str:
    body = message.get_body(("plain", "html"))
    return body.get_content() if body else ""


urlpatterns = [path("", demo_post, name="demo_post")]
