"""Unsubscribing: the sealed link in each mail by consent, with which whoever reads it ends that without signing in.

What a link ends is encrypted: nobody reads an address in it, and nobody makes one. It works as long as the key
it was sealed under is kept, also as a former one.
"""

import json
from dataclasses import astuple, dataclass

from cryptography.fernet import InvalidToken
from django.db.models import Q
from django.urls import reverse

from deliberation.registry import gather_all

from ..ciphers import cipher_for
from ..models import Consent, User
from .consents import purpose

LONGEST = 2000  # signs of a link that is looked at: of the longest address it has some 700


class NoSuchLink(Exception):
    """It was not made here, or for something that nobody is asked any more."""


@dataclass(frozen=True)
class MailedConsent:
    """What is mailed by consent: to which address, for which purpose, in which municipality (its slug)."""

    address: str
    purpose: str
    place: str

    @property
    def path(self) -> str:
        """Give the address on the municipality's own site where it ends."""
        sealed = cipher_for("unsubscribing").encrypt(json.dumps(astuple(self)).encode()).decode()
        return reverse("people:unsubscribe", args=[sealed])


def open_sealed(sealed: str) -> MailedConsent:
    """Read what a link ends. Raises NoSuchLink."""
    try:
        if len(sealed) > LONGEST:
            raise NoSuchLink
        found = MailedConsent(*json.loads(cipher_for("unsubscribing").decrypt(sealed.encode())))
        purpose(found.purpose)
    except (InvalidToken, KeyError) as error:
        raise NoSuchLink from error
    return found


def consents_behind(mailed: MailedConsent):
    """Find the consents by which an address is mailed: of whoever left it there, and of its account."""
    accounts = User.objects.with_address(mailed.address)
    left_it = gather_all("who_left", mailed.address, mailed.place)
    theirs = Q(participant__in=left_it) | Q(participant__user__in=accounts) | Q(user__in=accounts)
    held = Consent.objects.filter(theirs, purpose=mailed.purpose, withdrawn_at=None)
    return held.filter(place__in=["", mailed.place])
