"""The final report of a decision point: the facts that are there, and what a person has still to write."""

from django.utils import timezone
from django.utils.translation import gettext as _

from .anatomy import Block, DocumentSection, Missing, Paragraph, Table
from .blocks import calendar_table, frame_lists, numbered
from .document_data import Material, first_day
from .motivation import done_blocks, given_blocks
from .startnotitie import evaluation_questions


def title() -> str:
    return _("Final report on participation")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write a skeleton: facts are there, what only people know is named."""
    return numbered(
        [
            (_("What it was about"), _about(material)),
            (_("What we promised"), _promised(material)),
            (_("How people took part"), _took_part(material)),
            (_("What people gave"), given_blocks(material)),
            (_("What was decided, and what was done with the input"), done_blocks(material)),
            (_("Did we keep our word?"), _kept(material)),
            (_("Looking back"), _back(material)),
        ]
    )


def _about(material) -> list[Block]:
    return [
        Paragraph(material.point.question),
        Paragraph(material.project.summary),
        *frame_lists(material),
    ]


def _promised(material) -> list[Block]:
    if material.promise is None:
        return [Missing(_("Promise to residents"), "level")]
    return [
        Paragraph(
            f"{material.promise.plain} ({material.promise.official}). {material.promise.promised}"
        )
    ]


def _took_part(material) -> list[Block]:
    today = timezone.localdate(material.now)
    past = calendar_table(material, _("What took place"), lambda event: first_day(event) <= today)
    return [past, Missing(_("How many people took part, and who did not"), "document")]


def _kept(material) -> list[Block]:
    kept = material.kept
    if not kept.total:
        return [Paragraph(_("No promises with a date were made in this project yet."))]
    rows = (
        (_("In time"), str(kept.kept)),
        (_("Kept, but late"), str(kept.kept_late)),
        (_("Still to come"), str(kept.open)),
        (_("Not kept"), str(kept.broken)),
    )
    return [
        Table(
            _("Promises with a date, in the whole project"),
            (_("How it went"), _("How often")),
            rows,
        )
    ]


def _back(material) -> list[Block]:
    criteria = material.told.get("success", ())
    asked = [_("Was this reached: %s") % one for one in criteria]
    gap = [] if criteria else [Missing(_("When we call it a success"), "notes")]
    return [*gap, *(Missing(what, "document") for what in [*asked, *evaluation_questions()])]
