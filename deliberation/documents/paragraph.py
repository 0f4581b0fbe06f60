"""The paragraph on participation in a proposal to the board, in half a page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .anatomy import Block, DocumentSection, Missing, Paragraph
from .blocks import plain, who_and_when
from .document_data import Material


def title() -> str:
    return _("Participation paragraph")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write it as one piece of text, to be put into a proposal."""
    return plain([(_("Participation"), [*_level(material), *_how(material), *_after(material)])])


def _level(material) -> list[Block]:
    if material.decision is None:
        return [Missing(_("Chosen level"), "level")]
    promise, advice = material.promise, material.advice
    about = {
        "question": material.point.question,
        "plain": promise.plain,
        "official": promise.official,
        "advised": material.level_name(advice["outcome"]),
    }
    text = _("For “%(question)s” the level is: %(plain)s (%(official)s).") % about
    if material.decision.level == advice["outcome"]:
        text += " " + _("The compass advised this level.")
    else:
        text += " " + _("The compass advised %(advised)s.") % about
        text += " " + _("The reason to choose differently: %s") % material.decision.motivation
    why = " ".join(dict.fromkeys(reason.because for reason in promise.reasons[:2]))
    return [Paragraph(text), Paragraph(f"{promise.promised} {why}")]


def _how(material) -> list[Block]:
    blocks = []
    if material.point.groups:
        blocks.append(Paragraph(_("It affects: %s.") % _joined(material.point.groups)))
    else:
        blocks.append(Missing(_("Who is affected"), "point"))
    names = [row["name"] for row in material.chosen_methods]
    if names:
        hours = sum(row["hours"] for row in material.chosen_methods)
        said = ngettext(
            "We use: %(methods)s. That takes about %(hours)s hour.",
            "We use: %(methods)s. That takes about %(hours)s hours.",
            hours,
        )
        blocks.append(Paragraph(said % {"methods": _joined(names), "hours": hours}))
    elif material.methods:
        blocks.append(Missing(_("Which methods we choose"), "notes"))
    return blocks


def _after(material) -> list[Block]:
    lines = [who_and_when(material)]
    if material.level and material.level.influence > 0:
        day = material.day(material.tell_on)
        lines.append(_("By %s people hear what was done with their input, and why.") % day)
    return [Paragraph(" ".join(lines))]


def _joined(names) -> str:
    return "; ".join(name.rstrip(".") for name in names)
