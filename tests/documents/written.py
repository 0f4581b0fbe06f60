"""What do these tests read back: the PDF's own structure, a filled decision point, a desk?"""

import re
import zlib
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from deliberation.documents.document_data import gather
from deliberation.documents.notes import note_point, notes_of
from tests.builders import the_officer

TOLD = {
    "why_now": "Het riool lekt.",
    "owner": "Afdeling Ruimte",
    "goal": "De straat kiest mee.",
    "hard_to_reach": ["Mensen met nachtdienst"],
    "invited": "Een brief in elke bus.",
    "offline": "Bel of kom naar de bibliotheek.",
    "methods": ["design_evenings", "hybrid_session"],
    "money": "5.000 euro",
    "messages": ["Raad; raadsbrief; na het besluit; per brief"],
    "success": ["De helft van de huizen deed mee."],
    "initiator": "",
    "agreed_by": "Wethouder Ruimte",
}


def note(point, **changed):
    """Fill in the notes of a decision point as its officer would."""
    about = {
        "actor": the_officer(point.project.municipality),
        "seen": notes_of(point).revision,
        "agreed_on": timezone.localdate() - timedelta(days=1),
        "now": timezone.now(),
    }
    return note_point(decision_point=point, **{**about, **TOLD, **changed})


def material(point, language="en"):
    return gather(point, language, timezone.now())


def a_desk(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def inside(pdf: bytes) -> str:
    """Give all objects of a PDF as text, with its streams unpacked."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts).decode("latin-1")


def tags(pdf: bytes, *names: str) -> dict[str, int]:
    """Count structure elements of a PDF by name: H1, H2, TH, L, …"""
    text = inside(pdf)
    return {name: len(re.findall(rf"/S\s*/{name}\b", text)) for name in names}
