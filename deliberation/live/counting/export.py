"""Export of a session's results as table or JSON: only what was shown to all, nothing smaller."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .wording import outcome_words, plain_sentence

COLUMNS = (
    _("Question"),
    _("Round"),
    _("Closed on"),
    _("Answer"),
    _("Votes in the hall"),
    _("Votes online"),
    _("Votes together"),
    _("Percent"),
    _("Percent of who gave an opinion"),
    _("People in the hall"),
    _("People online"),
    _("People together"),
    _("Counted twice, at most"),
    _("How the hall voted"),
    _("Remarks"),
)


def result_rows(results) -> list[list]:
    """List one row per answer, with the names of the columns first. A blank cell is not shown, not zero."""
    rows = [[str(name) for name in COLUMNS]]
    for found in results:
        remarks = " ".join([_sentence(found), *outcome_words(found)["notes"]])
        for row in found.rows:
            rows.append([
                found.activity.question, found.round_number, found.closed_at, row.label,
                row.hall, row.online, row.total, row.percent, row.percent_known,
                found.hall_base, found.online_base, found.base, found.max_double,
                str(found.activity.how_hall_votes), remarks,
            ])  # fmt: skip
    return rows


def results_as_json(session, results) -> dict:
    """Say the same as JSON; null is not shown, not zero."""
    return {
        "session": session.title,
        "starts_at": session.starts_at.isoformat(),
        "results": [_one(found) for found in results],
    }


def _one(found) -> dict:
    said = outcome_words(found)
    return {
        "question": found.activity.question,
        "round": found.round_number,
        "closed_at": found.closed_at.isoformat(),
        "way_of_voting": found.activity.hall_mode,
        "max_choices": found.activity.max_choices,
        "answers": [
            {
                "answer": row.label,
                "hall": row.hall,
                "online": row.online,
                "total": row.total,
                "percent": row.percent,
                "percent_known": row.percent_known,
            }
            for row in found.rows
        ],
        "people": {"hall": found.hall_base, "online": found.online_base, "total": found.base},
        "max_double": found.max_double,
        "winner": found.winner or None,
        "sentence": plain_sentence(found),
        "remarks": said["notes"],
    }


def _sentence(found) -> str:
    return found.why_no_winner or gettext("Most chosen: %s.") % found.winner
