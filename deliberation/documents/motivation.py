"""The motivation of a decision, as the Omgevingswet asks: how people took part, the result, by which policy.

The parts are those of Omgevingsbesluit 10.2 (omgevingsplan), 10.7 (omgevingsvisie) and 10.8 (programme).
"""

from django.utils.translation import gettext as _

from .anatomy import Block, Bullets, DocumentSection, Missing, Paragraph
from .blocks import calendar_table, list_or_gap, plain, text_or_gap
from .document_data import Material


def _how_title() -> str:
    return _("How citizens, companies, civil society organisations and authorities were involved")


def title() -> str:
    return _("Account of participation (Omgevingswet)")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write the part of the decision that says how people were involved and what came of it."""
    return plain(
        [
            (_how_title(), _how(material)),
            (_("What the results are"), given_blocks(material)),
            (_("What was done with the results"), done_blocks(material)),
            (_("How we followed our own policy on participation"), _policy(material)),
        ]
    )


def _how(material) -> list[Block]:
    names = [row["name"] for row in material.chosen_methods]
    promise = material.promise
    first = Paragraph(promise.promised) if promise else Missing(_("Promise to residents"), "level")
    return [
        Paragraph(material.point.question),
        list_or_gap(_("Who was involved"), material.point.groups, "point"),
        first,
        list_or_gap(_("Methods"), names, "notes", _("Which methods we choose")),
        calendar_table(material, _("Calendar")),
    ]


def given_blocks(material: Material) -> list[Block]:
    """Say what came in, by each road."""
    blocks = [Bullets(given.title, given.lines) for given in material.given if given.lines]
    return blocks or [Missing(_("What residents gave"), "document")]


def done_blocks(material: Material) -> list[Block]:
    """Say what was decided, and what was done with the input."""
    outcome = material.outcome
    if outcome is None:
        return [
            Missing(_("What was decided"), "outcome"),
            Missing(_("What was done with the input"), "outcome"),
        ]
    about = {"day": material.day(outcome.decided_on), "result": outcome.get_result_display()}
    had_a_say = material.level is not None and material.level.influence > 0
    done = text_or_gap(outcome.what_we_did, _("What was done with the input"), "outcome")
    return [
        Paragraph(_("On %(day)s: %(result)s.") % about),
        Paragraph(outcome.outcome),
        *([done] if had_a_say or outcome.what_we_did else []),
        *([Paragraph(_("The decision: %s") % outcome.link)] if outcome.link else []),
    ]


def _policy(material) -> list[Block]:
    if material.advice is None:
        return [Missing(_("Advice of the compass"), "compass")]
    framework, language = material.framework, material.language
    about = {"title": framework.title[language], "version": framework.version}
    rules = [
        one["because"]
        for one in material.advice["reasons"]
        if one["effect"] not in ("flag", "mode")
    ]
    blocks = [
        Paragraph(_("The level follows from: %(title)s, version %(version)s.") % about),
        list_or_gap(_("These rules counted"), rules, "compass"),
    ]
    decision = material.decision
    if decision and decision.level != material.advice["outcome"]:
        blocks.append(
            Paragraph(_("This differs from the advice. The reason: %s") % decision.motivation)
        )
    return blocks
