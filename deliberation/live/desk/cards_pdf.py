"""The PDF of a kit of numbered cards: sheets to print and cut, set by Typst.

Typst sets the sheets; its fonts come with it, so nothing is fetched. What people wrote goes in as data,
never as markup: a title with signs that mean something to Typst stands on the card as it was typed.
"""

from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from deliberation.documents.typesetting import typeset
from deliberation.people.names import clean_line
from deliberation.projects.extension_points import site_address

from ..joining.qr import qr_file

SHEET = Path(__file__).with_name("cards.typ")
ON_A_SHEET = 8


def kit(run, cards, *, phone="", report_lies="") -> bytes:
    """Give the PDF with these cards: A4, eight on a sheet, with lines to cut along.

    `phone` and `report_lies` stand on the strip that people keep: whom to call, and where to read the report.
    """
    with override(settings.LANGUAGE_CODE):
        told = _told(run, cards, phone, report_lies)
    return typeset(SHEET, told)


def in_fives(code: str) -> str:
    """Write a card's code as people read it: K7QF2-MXD4R."""
    return f"{code[:5]}-{code[5:]}"


def _told(run, cards, phone, report_lies) -> dict:
    evening, address = run.session, site_address(run.municipality) or settings.PUBLIC_URL
    host = address.partition("://")[2]
    starts = localtime(evening.starts_at)
    return {
        "language": get_language(),
        "title": clean_line(evening.title, 120),
        "by": clean_line(run.municipality.name, 200),
        "document": _("Cards for “%s”") % clean_line(evening.title, 120),
        "when": date_format(starts, "l j F Y, H:i"),
        "where": clean_line(evening.place, 200),
        "rehearsal": run.name if run.kind == run.Kind.REHEARSAL else "",
        "card": _("Card"),
        "one_vote": _("One card is one vote."),
        "scan": _("Scan the code with your phone. Or go to %s and type:") % f"{host}/meedoen",
        "without_phone": _("No phone? Say your choice and your number to who helps you."),
        "keep": _("Tear off and keep"),
        "later": _("Something to say later?"),
        "talk_back": _talk_back(host, phone, report_lies),
        "cards": [
            {
                "number": card.number,
                "code": in_fives(card.code),
                "qr": qr_file(f"{address}/s/card/{card.code}"),
                "about": _("QR code of card %d") % card.number,
            }
            for card in cards
        ],
    }


def _talk_back(host, phone, report_lies) -> str:
    parts = [
        _("Call %s.") % clean_line(phone, 200) if phone else "",
        _("Look at %s.") % host,
        _("The report lies in: %s.") % clean_line(report_lies, 200) if report_lies else "",
    ]
    return " ".join(part for part in parts if part)
