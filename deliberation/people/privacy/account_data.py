"""Personal data outside every instrument: the account, consents, and what somebody joined, for their export."""

from django.utils.translation import gettext_lazy as _

from .consents import consents_of
from .own_data import ExportPart, gave

ACCOUNT = {
    "email": _("E-mail address"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "since": _("Account since"),
    "last_sign_in": _("Signed in last"),
    "keys": _("Ways to sign in"),
}
CONSENT = {
    "text": _("What you agreed to"),
    "version": _("Version of the text"),
    "given": _("Given on"),
    "withdrawn": _("Taken back on"),
}
TAKEN_PART = {
    "kind": _("Kind"),
    "title": _("About"),
    "text": _("What you wrote"),
    "on": _("Date"),
    "happened": _("What happened with it"),
}


def _account(user, participants, municipality) -> list[dict]:
    if user is None:
        return []
    keys = [
        f"{one.get_type_display()} {one.created_at:%Y-%m-%d}"
        for one in user.authenticator_set.order_by("created_at")
    ]
    return [
        {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "since": user.date_joined,
            "last_sign_in": user.last_login,
            "keys": keys,
        }
    ]


def _consents(user, participants, municipality) -> list[dict]:
    places = ["", municipality.slug] if municipality else [""]
    return [
        {
            "text": one.text,
            "version": one.text_version,
            "given": one.given_at,
            "withdrawn": one.withdrawn_at,
        }
        for one in consents_of(user, participants).filter(place__in=places)
    ]


def _taken_part(user, participants, municipality) -> list[dict]:
    return [
        {
            "kind": str(one.kind_label),
            "title": str(one.title),
            "text": str(one.text),
            "on": one.at,
            "happened": f"{one.happened} {one.why}".strip(),
        }
        for one in gave(participants, municipality)
    ]


PARTS = {
    "account": ExportPart(_account, _("Your account"), ACCOUNT),
    "consents": ExportPart(_consents, _("What you agreed to"), CONSENT),
    "taken_part": ExportPart(_taken_part, _("What you joined and gave"), TAKEN_PART),
}
