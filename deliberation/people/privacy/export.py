"""Signed links to the file with somebody's own data, which open for them only, and that data as rows."""

from django.core import signing
from django.utils.translation import gettext as _

from .own_data import export_parts

SALT = "own data"
LASTS = 7 * 24 * 60 * 60  # seconds; abuse case A39


class NotYours(Exception):
    """The link was made for somebody else, or for another municipality's site."""


def link_for(user, participants, municipality) -> str:
    """Sign a link that works for this person only, on this site only, and for seven days."""
    return signing.dumps([_owner(user, participants), _place(municipality)], salt=SALT)


def open_link(signed: str, user, participants, municipality) -> None:
    """Check a link. Raises SignatureExpired, BadSignature, or NotYours; the file itself is never stored."""
    made_for = signing.loads(signed, salt=SALT, max_age=LASTS)
    if made_for != [_owner(user, participants), _place(municipality)] or not made_for[0]:
        raise NotYours


def as_rows(gathered: dict) -> list[tuple]:
    """Lay an export out as (part, number, field, value) in the reader's words, for page and spreadsheet."""
    return [
        (str(export_parts()[name].label), number, *pair)
        for name, held in gathered.items()
        for number, one in enumerate(held if isinstance(held, list) else [held], 1)
        for pair in _pairs(name, one)
    ]


def _pairs(name, one) -> list[tuple]:
    fields = export_parts()[name].fields
    if not isinstance(one, dict):
        return [("", one)]
    return [
        (str(fields.get(key, key.replace("_", " ").capitalize())), _in_words(value))
        for key, value in one.items()
    ]


def _in_words(value):
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _owner(user, participants) -> str:
    # Somebody who signs in later is somebody else to the link: then they make a new one.
    return f"u:{user.pk}" if user else f"p:{participants[0].pk}" if participants else ""


def _place(municipality) -> str:
    return municipality.slug if municipality else ""
