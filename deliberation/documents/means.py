"""The means in a document: hours, weeks and money, added up."""

from django.utils.translation import gettext as _

from deliberation.projects.templatetags.money import euros

from .anatomy import Block, Paragraph
from .blocks import facts
from .document_data import Material


def means(material: Material) -> list[Block]:
    """Add up the chosen methods, and name the money and what the assessment says of both."""
    chosen, status = material.chosen_methods, material.status
    available = (
        "€ " + euros(status.budget_available)
        if status and status.budget_available is not None
        else ""
    )
    rows = [
        (_("Hours of our people"), sum(row["hours"] for row in chosen), "notes"),
        (
            _("Longest lead time in weeks"),
            max((row["weeks"] for row in chosen), default=0),
            "notes",
        ),
        (_("Money for participation"), material.told.get("money"), "notes"),
        (_("People and money, as assessed"), material.answer_in_words("capacity"), "compass"),
        (_("Time, as assessed"), material.answer_in_words("time"), "compass"),
    ]
    if available:
        rows.append((_("Budget of the whole project"), available, "project"))
    sum_of = _("Hours are the sum of the chosen methods. Take more when you do one of them twice.")
    return [*facts(_("People, time and money"), rows), *([Paragraph(sum_of)] if chosen else [])]
