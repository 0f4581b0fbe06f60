"""The notes on a decision point: read, and kept by an operation. They hold only what nothing else tells."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.models import DecisionPoint, PointNotes

LONGEST_TEXT, LONGEST_LINE, MOST_LINES = 600, 160, 12
TEXTS = ("why_now", "goal", "invited", "offline", "money")
SHORT = ("owner", "initiator", "agreed_by")
LINES = ("hard_to_reach", "success", "messages")
PARTS_OF_A_MESSAGE = 4  # who; what; when; how


def notes_of(decision_point) -> PointNotes:
    """Find what was written down; empty notes (revision 0) while nobody did."""
    found = PointNotes.objects.filter(decision_point=decision_point).first()
    return found or PointNotes(decision_point=decision_point, revision=0)


@operation
def note_point(*, actor, decision_point, seen, methods, agreed_on, now, **texts) -> PointNotes:
    """Keep what the officer filled in for the documents; a blank is kept as not filled in.

    `texts` are TEXTS, SHORT and LINES; `methods` are ids of methods that fit the level, `agreed_on` a
    day that came. `seen` is the revision the actor looked at: another one by now is refused (state).
    """
    require("projects.note_point", actor, decision_point, now)
    DecisionPoint.objects.select_for_update(no_key=True).get(pk=decision_point.pk)
    notes = notes_of(decision_point)
    if seen != notes.revision:
        raise Refused(_("A colleague changed these notes just before you."), code="state")
    notes.told = _cleaned(texts) | _agreed(texts, agreed_on, now) | {"methods": _ids(methods)}
    notes.revision, notes.updated_at = notes.revision + 1, now
    notes.save()
    record_audit(actor=actor, action="note_point", obj=notes, now=now)
    return notes


def _cleaned(texts: dict) -> dict:
    unknown = set(texts) - {*TEXTS, *SHORT, *LINES}
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="malformed")
    told = {name: clean_text(texts.get(name, ""), LONGEST_TEXT, name) for name in TEXTS}
    told |= {name: clean_line(texts.get(name, ""), LONGEST_LINE, name) for name in SHORT}
    return told | {name: _lines(name, texts.get(name, ())) for name in LINES}


def _lines(name: str, lines) -> list[str]:
    if len(lines) > MOST_LINES:
        raise Refused(_("At most %(count)s lines, please.") % {"count": MOST_LINES}, field=name)
    kept = [line for text in lines if (line := clean_line(text, LONGEST_LINE, name))]
    if name == "messages" and any(line.count(";") != PARTS_OF_A_MESSAGE - 1 for line in kept):
        reason = _("Write four parts on each line, with a ; between them: who; what; when; how.")
        raise Refused(reason, field=name)
    return kept


def _agreed(texts: dict, agreed_on: date | None, now) -> dict:
    if bool(texts.get("agreed_by", "").strip()) != bool(agreed_on):
        reason = _("Fill in both who agreed and on which day, or neither.")
        raise Refused(reason, field="agreed_on" if not agreed_on else "agreed_by")
    if agreed_on and agreed_on > timezone.localdate(now):
        raise Refused(_("This day has not come yet."), field="agreed_on")
    return {"agreed_on": agreed_on.isoformat() if agreed_on else ""}


def _ids(methods) -> list[str]:
    return [clean_line(one, LONGEST_LINE, "methods") for one in methods]
