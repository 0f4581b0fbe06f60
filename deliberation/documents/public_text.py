"""The public text about a decision point: what residents read, in plain words."""

from django.utils import timezone
from django.utils.translation import gettext as _

from deliberation.projects.models import DecisionPoint

from .anatomy import Block, Bullets, DocumentSection, Missing, Paragraph
from .blocks import plain, who_and_when
from .document_data import Material, first_day


def title() -> str:
    return _("Text for the public page")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write to residents: you, short sentences, no word of an office."""
    return plain(
        [
            (material.point.question, _about(material)),
            (_change_title(material), _change(material)),
            (_("How can you take part?"), _take_part(material)),
            (_decides_title(material), _decides(material)),
            (_("What do we do with what you say?"), _afterwards(material)),
            (_("Do you have a question?"), [Paragraph(material.project.contact)]),
        ]
    )


def _about(material) -> list[Block]:
    why = material.told.get("why_now", "")
    return [Paragraph(material.project.summary), *([Paragraph(why)] if why else [])]


def _change_title(material) -> str:
    decided = material.standing.decided
    return _("What was decided here?") if decided else _("What can you change here?")


def _decides_title(material) -> str:
    return _("Who decided?") if material.standing.decided else _("Who decides, and when?")


def _change(material) -> list[Block]:
    point, promise = material.point, material.promise
    first = (
        Paragraph(f"{promise.plain}. {promise.text}")
        if promise
        else Missing(_("Chosen level"), "level")
    )
    lists = [
        (_("You can still change this"), () if material.standing.decided else point.open),
        (_("This is fixed"), point.fixed),
        (_("This is about something else"), point.outside),
    ]
    return [first, *(Bullets(title, tuple(items)) for title, items in lists if items)]


def _take_part(material) -> list[Block]:
    if material.standing.decided:
        return [Paragraph(_("It was decided. You can't take part in this any more."))]
    told, today = material.told, timezone.localdate(material.now)
    coming = [
        event for event in material.calendar if _is_evening(event) and first_day(event) >= today
    ]
    lines = [
        ", ".join(
            part for part in (event.title, material.day(first_day(event)), event.place) if part
        )
        for event in coming
    ]
    lines += [row["name"] for row in material.chosen_methods]
    blocks: list[Block] = [Bullets(_("You can choose"), tuple(lines))] if lines else []
    if material.methods and not lines:
        blocks.append(Missing(_("Which methods we choose"), "notes"))
    if offline := told.get("offline", ""):
        return [*blocks, Paragraph(_("Without internet: %s") % offline)]
    return [*blocks, Missing(_("How people take part without internet"), "notes")]


def _is_evening(event) -> bool:
    return not event.uid.startswith(("phase-", "decision-", "moment-"))


def _decides(material) -> list[Block]:
    lines = [who_and_when(material)]
    if material.point.decided_by == DecisionPoint.Body.COLLEGE and not material.standing.decided:
        lines.append(_("They decide about this together."))
    promise = None if material.standing.decided else material.promise
    warning = promise.formal_warning if promise else ""
    return [Paragraph(" ".join(lines)), *([Paragraph(warning)] if warning else [])]


def _afterwards(material) -> list[Block]:
    if material.outcome and (did := material.outcome.what_we_did):
        return [Paragraph(did)]
    if material.standing.decided:
        return []
    day = material.day(material.tell_on)
    if material.level and material.level.influence > 0:
        return [
            Paragraph(_("On %s at the latest you read here what we did with it, and why.") % day)
        ]
    return [
        Paragraph(_("You can ask questions and tell your worries. We answer before the decision."))
    ]
