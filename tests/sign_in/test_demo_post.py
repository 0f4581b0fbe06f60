"""Does the page with everybody's mail exist in the demo only?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from cms.sign_in import demo_post
from deliberation.people.mailing import send_mail

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import django; django.setup()
from django.urls import NoReverseMatch, reverse
try: print(reverse("demo_post"))
except NoReverseMatch: print("none")
"""


@pytest.mark.parametrize(
    ("debug", "demo", "there"), [("1", "1", "/demo/post"), ("1", "", "none"), ("", "1", "none")]
)
def test_a40_the_page_with_mail_is_only_in_the_demo(debug, demo, there, tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "SAMENKOMPAS_DEBUG": debug,
        "SAMENKOMPAS_DEMO": demo,
        "SAMENKOMPAS_SECRET_KEY": "x" * 60,
        "SAMENKOMPAS_HOSTS": "example.org",
        "SAMENKOMPAS_DATA_DIR": str(tmp_path),
    }
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert said.stdout.split()[-1] == there


def test_it_shows_what_was_mailed_as_a_mailbox_does(tmp_path, settings, db):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    subject, body = "Over “de straat”", "Er komt een antwoord over “de straat”: één, twee, € 3."
    for _time in range(2):
        send_mail(subject, body, "ik@voorbeeld.example", "Kompasdorp")
    shown = demo_post._newest()
    assert [one["subject"] for one in shown] == [subject] * 2
    assert all(body in one["text"] for one in shown)
    page = render_to_string("account/demo_post.html", {"messages_sent": shown})
    assert date_format(timezone.localtime(), "j F Y, H:") in page and "-0000" not in page


def test_a40_its_address_is_not_found(client, site):
    assert client.get("/demo/post", follow=True).status_code == 404
