"""A resident who comes, goes (erased), and has to be gone: person.py come|go|gone <address>."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from deliberation.people.models import User  # noqa: E402
from deliberation.people.operations import create_resident, erase_person  # noqa: E402

did, address = sys.argv[1:]
found = User.objects.filter(email=address).first()
if did == "come":
    create_resident(actor=None, email=address, now=timezone.now())
elif did == "go":
    erase_person(actor=found, user=found, participants=[], now=timezone.now())
sys.exit(did == "gone" and found is not None)
