"""Feedback tables: who hears what, when and by which road, during the project and after the decision."""

from django.utils.translation import gettext as _

from .anatomy import Block
from .blocks import table_or_gap
from .document_data import Material


def feedback_table(material: Material) -> Block:
    """Say who hears what became of the input, and by which day. All of it is derived."""
    level = material.level
    rows = []
    if level and level.influence > 0:
        rows.append(
            (
                _("Everybody who took part"),
                _("What we did with the input, and why"),
                material.tell_on,
            )
        )
    if level:
        rows.append((_("Everybody who asked something"), _("The answer"), material.standing.day))
        rows.append((_("Everybody"), _("The decision, with its reasons"), material.tell_on))
    rows += [(one.body, one.what, one.on) for one in material.moments]
    rows.sort(key=lambda row: row[2])
    told = ((who, what, material.day(day)) for who, what, day in rows)
    header = (_("Who"), _("Hears what"), _("At the latest on"))
    return table_or_gap(_("Who hears what"), header, told, "level")


def message_table(material: Material) -> Block:
    """Say which messages go out. Groups get the invitation, everybody the page; the officer adds the rest."""
    told = material.told
    rows = [_parts(line) for line in told.get("messages", ())]
    if told.get("invited") and material.starts_before and material.point.groups:
        by = material.day(material.starts_before)
        rows.insert(0, ("; ".join(material.point.groups), _("Invitation"), by, told["invited"]))
    if material.page:
        first = material.day(material.point.phase.starts_on)
        rows.append((_("Everybody"), _("What it is about, and how it goes"), first, material.page))
    header = (_("For whom"), _("What"), _("When"), _("How"))
    return table_or_gap(_("Messages"), header, rows, "notes")


def _parts(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(";"))
