"""Wording of a result: one sentence, bars and notes, the same on every screen and page."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compass.templatetags.compass_text import or_english

from .results import result


def outcome_of(activity, audience: str) -> dict | None:
    """Put a revealed result in the words of its component; None while hidden from this audience."""
    found = result(activity, audience) if activity else None
    return outcome_words(found) if found else None


def outcome_words(found) -> dict:
    """Say a result in one sentence, with the numbers for the bars and what must be said beside it."""
    notes = (
        found.double_note,
        found.base_note,
        found.method,
        found.counted_by,
        found.small_group_note,
        *found.corrections,
        found.strictness,
    )
    return {
        "bars": {
            "caption": found.activity.question,
            "sentence": _marked_sentence(found),
            "english": found.activity.english,
            "base": found.base,
            "hall_base": found.hall_base,
            "online_base": found.online_base,
            "base_words": _base_words(found),
            "several": found.activity.max_choices > 1,
            "marks": sum(row.total or 0 for row in found.rows),
            "show_lanes": found.lanes_shown,
            "show_total": not found.apart,
            "hall_name": _("Hall, estimated") if found.apart else "",
            "online_name": _("Phones and computers") if found.apart else "",
            "largest": max((number for row in found.rows for number in _drawn(row)), default=0),
            "options": found.rows,
        },
        "notes": [note for note in notes if note],
        "screen_notes": _screen_notes(found),
        "round": found.round_number,
        "activity": found.activity,
        "item": found.activity.item,
        "closed_at": found.closed_at,
    }


def _screen_notes(found) -> list[str]:
    """Choose the two notes that a hall must read; a projector shows no percentages, so not what they are of."""
    notes = (
        found.double_note,
        found.method,
        *found.corrections,
        found.counted_by,
        found.small_group_note,
        found.strictness,
    )
    return [note for note in notes if note][:2]


def _drawn(row) -> list[int]:
    return [number for number in (row.hall, row.online, row.total) if number is not None]


def say(sentence: str, **parts) -> SafeString:
    """Fill in a sentence for a page: a part that is marked as another language stays so."""
    escaped = {
        name: conditional_escape(part) if isinstance(part, str) else part
        for name, part in parts.items()
    }
    return mark_safe(conditional_escape(sentence) % escaped)  # noqa: S308


def plain_sentence(found) -> str:
    """Say what came out in one sentence, in plain text."""
    sentence, parts = _sentence(found)
    return sentence % parts


def _marked_sentence(found) -> SafeString:
    sentence, parts = _sentence(found)
    return say(sentence, **parts | {"option": or_english(found.winner, found.activity)})


def _sentence(found) -> tuple[str, dict]:
    if not found.winner:
        why = " ".join([_votes_in_all(found), found.why_no_winner]).strip()
        return "%(why)s", {"why": why}
    row = next(row for row in found.rows if row.label == found.winner)
    parts = {"option": found.winner, "votes": row.total, "base": found.base}
    if found.activity.max_choices > 1:
        said = ngettext(
            "Most chosen: %(option)s, by %(votes)d of %(base)d person.",
            "Most chosen: %(option)s, by %(votes)d of %(base)d people.",
            found.base,
        )
    else:
        said = ngettext(
            "Most chosen: %(option)s, %(votes)d of %(base)d vote.",
            "Most chosen: %(option)s, %(votes)d of %(base)d votes.",
            found.base,
        )
    return said, parts


def _votes_in_all(found) -> str:
    """Name the base of a result that has no winner to name it with; blank when nobody voted."""
    if not found.base:
        return ""
    if found.activity.max_choices > 1:
        words = ngettext("%(base)d person voted.", "%(base)d people voted.", found.base)
    else:
        words = ngettext("%(base)d vote in all.", "%(base)d votes in all.", found.base)
    return words % {"base": found.base}


def _base_words(found) -> str:
    """Say beside two columns that are never added how many people each is of; else blank."""
    if found.apart:
        bases = (found.hall_base, found.online_base)
        hall, devices = ("–" if base is None else base for base in bases)
        words = _("people in the hall: about %(hall)s, on phones and computers: %(devices)s")
        return words % {"hall": hall, "devices": devices}
    return ""
