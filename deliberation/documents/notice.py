"""The public notice of participation that the Omgevingswet asks: who, what, when, which roles, where to read more.

The five parts are those of Omgevingsbesluit 5.3 (project decision), which serve 10.2 (omgevingsplan) too.
"""

from django.utils.translation import gettext as _

from .anatomy import Block, Bullets, DocumentSection, Missing, Paragraph
from .blocks import (
    calendar_table,
    formal_track,
    frame_lists,
    how_reached,
    list_or_gap,
    plain,
    text_or_gap,
    who_and_when,
)
from .document_data import Material

OF_OTHERS = ("inwoners", "bedrijf")


def title() -> str:
    return _("Notice of participation (Omgevingswet)")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write the notice that stands in the municipal gazette, in the words of the law."""
    return plain(
        [
            (_("Who is involved"), _who(material)),
            (_("What they are involved in"), _what(material)),
            (_("When they are involved"), _when(material)),
            (_("The role of the competent authority and of the initiator"), _roles(material)),
            (_("Where more information is"), _more(material)),
        ]
    )


def _who(material) -> list[Block]:
    hard = material.told.get("hard_to_reach", ())
    law = _("We involve these citizens, companies, civil society organisations and authorities")
    return [
        list_or_gap(law, material.point.groups, "point", _("Who is involved")),
        *([Bullets(_("We pay extra attention to"), tuple(hard))] if hard else []),
        *how_reached(material),
    ]


def _what(material) -> list[Block]:
    return [
        Paragraph(material.point.question),
        Paragraph(material.project.summary),
        *frame_lists(material),
    ]


def _when(material) -> list[Block]:
    track = formal_track(material)
    formal = [Paragraph(_("Formal procedure: %s.") % track)] if track else []
    return [calendar_table(material, _("Calendar")), Paragraph(who_and_when(material)), *formal]


def _roles(material) -> list[Block]:
    promise, initiator = material.promise, material.answer("initiator")
    ours = Paragraph(promise.text) if promise else Missing(_("Promise to residents"), "level")
    authority = Paragraph(
        _("The competent authority is %s. It takes the decision.")
        % material.point.get_decided_by_display()
    )
    if initiator is None:
        return [authority, ours, Missing(_("Who the initiator is"), "compass")]
    if initiator not in OF_OTHERS:
        return [
            authority,
            ours,
            Paragraph(_("The municipality is the initiator and organises the participation.")),
        ]
    name = material.told.get("initiator", "")
    theirs = (
        _("The initiator is %s. The initiator organises the participation for the plan.") % name
    )
    check = _("The municipality checks that this was done, and decides.")
    return [
        authority,
        ours,
        Paragraph(theirs) if name else Missing(_("Who the initiator is"), "notes"),
        Paragraph(check),
    ]


def _more(material) -> list[Block]:
    page = _("Page of the project: %s") % material.page if material.page else ""
    return [
        text_or_gap(page, _("A public page about the project"), "project"),
        Paragraph(_("Contact: %s") % material.project.contact),
    ]
