"""Spreadsheet rows of the report on choices: what stands in each cell."""

from datetime import date

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compass.templatetags.compass_text import in_language

from .records import Record

COLUMNS = (
    _("Decision point"),
    _("Project"),
    _("Phase"),
    _("Who decides"),
    _("When it is decided"),
    _("What was decided"),
    _("Advice: what fits"),
    _("Advice: feasible now"),
    _("Provisional advice"),
    _("Questions answered"),
    _("Chosen level"),
    _("Different from the advice"),
    _("Why"),
    _("No means for more, decided by"),
    _("Conflict settled by"),
    _("How the conflict was settled"),
    _("Exclusion confirmed by"),
    _("Exclusion grounds"),
    _("Public reasons"),
    _("Waits for somebody who decides"),
    _("Changed after it was promised"),
    _("Chosen on"),
    _("Chosen by"),
    _("Assessed on"),
    _("Framework"),
    _("Counts now"),
)


def cells_of(records) -> list[list]:
    """Lay records out as rows of text and days, the first with the names of the columns."""
    return [[str(name) for name in COLUMNS], *(_row(record) for record in records)]


def waits_in_words(record: Record) -> list[str]:
    """Say what waits for somebody who decides."""
    words = {
        "C1": _("More is owed than there is to choose."),
        "C2": _("More should happen than there are means for."),
        "gap": _("More fits than can be done now."),
    }
    return [str(words[code]) for code in record.waits_for]


def _row(record: Record) -> list:
    point, decision = record.point, record.decision
    return [
        point.question,
        point.project.title,
        point.phase.title,
        capfirst(point.get_decided_by_display()),
        record.standing.day,
        record.standing.told,
        *_advice(record),
        *_choice(record),
        "; ".join(in_language(rule.because) for rule, _reasons in record.grounds),
        "; ".join(reason for _rule, reasons in record.grounds for reason in reasons),
        " ".join(waits_in_words(record)),
        _yes(record.changed),
        record.day if decision else "",
        str(decision.decided_by) if decision else "",
        assessed_on(record) or "",
        f"{record.framework.key} {record.framework.version}" if record.framework else "",
        _yes(record.latest),
    ]


def assessed_on(record: Record) -> date | None:
    """Give the day on which the advice was adopted."""
    return timezone.localdate(record.assessment.created_at) if record.assessment else None


def _advice(record: Record) -> list[str]:
    if record.draft:
        about = dict(zip(("answered", "asked"), record.answered, strict=True))
        return ["", "", gettext("yes"), gettext("%(answered)d of %(asked)d") % about]
    if record.assessment is None:
        return [""] * 4
    fits = record.fits
    now = record.now or (fits if record.advice["now"] else None)
    return [_name(fits), _name(now), gettext("no"), ""]


def _choice(record: Record) -> list[str]:
    decision = record.decision
    if decision is None:
        return [""] * 7
    told = (
        decision.motivation,
        decision.decider,
        decision.conflict_decider,
        decision.conflict_reason,
        decision.confirmed_by,
    )
    return [_name(record.chosen), _yes(record.deviates), *told]


def _name(level) -> str:
    return capfirst(in_language(level.name)) if level else ""


def _yes(holds: bool) -> str:
    return gettext("yes") if holds else gettext("no")
