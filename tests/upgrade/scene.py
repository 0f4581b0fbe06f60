"""What an installation holds before an upgrade. Run in the former version's folder, on its demo: scene.py <note.json>.

It gives an administrator a second factor, signs in, lets a resident come in, erases somebody, and notes
every page that can be reached. It may only use what every former version has.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

import django

django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402

from compass.models import Assessment, Framework  # noqa: E402
from deliberation.people import operations  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
from crawl import browser, crawl  # noqa: E402

ADMINISTRATOR, ERASED = "beheer@lindewaard.example", "weg@inwoner.example"


def main(note: Path):
    User = get_user_model()
    administrator, secret = User.objects.get(email=ADMINISTRATOR), generate_totp_secret()
    TOTP.activate(administrator, secret)
    desk, resident = browser(), browser()
    desk.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    pages = crawl(resident, ("/", "/en/", "/kompas/"), 400)
    screens = crawl(desk, ("/admin/",), 150, within="/admin/")
    told = {
        "secret": secret,
        "erased": ERASED if _erase(User) else "",
        "pages": pages,
        "screens": screens,
        "desk": desk.cookies["sessionid"].value,
        "resident": {name: one.value for name, one in resident.cookies.items()},
        "frameworks": [
            list(row) for row in Framework.objects.order_by("pk").values_list("pk", "source")
        ],
        "assessments": [
            [pk, json.dumps(answers, sort_keys=True), json.dumps(advice, sort_keys=True)]
            for pk, answers, advice in Assessment.objects.order_by("pk").values_list(
                "pk", "answers", "advice"
            )
        ],
    }
    note.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _erase(User) -> bool:
    """Erase somebody, where that could be done by then."""
    if not hasattr(operations, "erase_person"):
        return False
    person = User.objects.create_user(ERASED, "samen-kompas-demo")
    operations.erase_person(actor=person, user=person, participants=[], now=timezone.now())
    return True


main(Path(sys.argv[1]))
