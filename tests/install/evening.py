"""An evening with an open poll, made as the service on a machine that was installed by the guide. Prints the way in."""

import os
import sys

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402

from cms.demo.story import Story, stories  # noqa: E402
from deliberation.live.models import Run  # noqa: E402
from deliberation.people.operations import create_account  # noqa: E402
from deliberation.projects import operations as projects  # noqa: E402
from deliberation.projects.models import Municipality, Role  # noqa: E402

STAFF = {"beleid": "officer", "gesprek": "facilitator", "zaal": "co_facilitator"}


def main():
    now, here = timezone.now(), Municipality.objects.get(slug="kompasdorp")
    installer = get_user_model().objects.get(is_superuser=True)
    staff = {}
    for name, role in STAFF.items():
        staff[name] = create_account(
            actor=installer, email=f"{name}@kompasdorp.example", first_name=name, last_name="Kompasdorp",
            password="een-lang-wachtwoord-van-hier", now=now,
        )  # fmt: skip
        projects.assign_role(
            actor=installer, user=staff[name], role=Role(role), municipality=here, now=now
        )
    [(slug, told)] = [
        (slug, told)
        for slug, told in stories("lindewaard").items()
        if any(evening["when"] == "now" for evening in told.get("evenings", []))
    ]
    Story(slug, told, here, staff, now).happen()
    print(Run.objects.get(state="open").online_code)


main()
