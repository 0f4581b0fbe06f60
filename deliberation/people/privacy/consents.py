"""Consents: what people can agree to, in which words, and whether somebody did."""

from dataclasses import dataclass

from django.db.models import Q

from deliberation.registry import plugins

from ..models import Consent, Participant, User


@dataclass(frozen=True)
class Purpose:
    """Something people can agree to. A new text is a new version, and asks everybody anew.

    `text` (lazily translated) is the whole sentence they read. `offered`: who has an account can agree on
    the page about themselves, besides where it is needed.
    """

    key: str
    version: str
    text: str
    offered: bool = False


def offered_to(user, place: str) -> list[Purpose]:
    """List what an account can agree to on its own page, and did not yet; nothing without an account."""
    if user is None:
        return []
    return [one for one in _purposes() if one.offered and not has_consent(user, one.key, place)]


def purpose(key: str) -> Purpose:
    """Find a purpose. An unknown one is a KeyError, never consent."""
    return {one.key: one for one in _purposes()}[key]


def _purposes() -> list[Purpose]:
    return [one for plugin in plugins() for one in plugin.purposes]


def consents_of(user, participants):
    """Find every consent of an account and its participants, withdrawn ones too."""
    mine = Q(participant__in=participants)
    return Consent.objects.filter(mine | Q(user=user) if user else mine)


def consents_in(user, participants, place: str):
    """Find the consents that hold now and concern this municipality (its slug), or every one."""
    held = consents_of(user, participants).filter(withdrawn_at=None)
    return held.filter(place__in=["", place]).order_by("purpose")


def who_agree(participant_ids, key: str, place: str) -> set:
    """Find which of these participants agree now with the present text, themselves or with their account. One query."""
    held = Q(purpose=key, text_version=purpose(key).version, withdrawn_at=None)
    held &= Q(place__in=["", place])
    given = Consent.objects.filter(held)
    agree = Q(pk__in=given.values("participant")) | Q(user__in=given.values("user"))
    return set(
        Participant.objects.filter(agree, pk__in=participant_ids).values_list("pk", flat=True)
    )


def has_consent(person, key: str, place: str = "") -> bool:
    """Tell whether a Participant or User agrees now with the present text; for nobody (None): no.

    Who was asked in one municipality (`place`, its slug) did not agree in another.
    """
    if person is None:
        return False
    version = purpose(key).version
    users = [person] if isinstance(person, User) else [person.user_id]
    mine = Q(user__in=[user for user in users if user])
    mine |= (
        Q(participant=person) if isinstance(person, Participant) else Q(participant__user=person)
    )
    held = Consent.objects.filter(mine, purpose=key, text_version=version, withdrawn_at=None)
    return held.filter(place__in=["", place]).exists()
