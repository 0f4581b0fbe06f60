"""What came out of evenings about a decision point, in words for its documents."""

from deliberation.documents.contributions import Contributions

from .results import revealed_results


def given(decision_point, now) -> list[Contributions]:
    """Give each poll that was shown to all: its rows, and what must be said beside them."""
    return [
        Contributions(found.activity.question, _lines(found))
        for found in revealed_results(decision_point.project)
        if found.activity.decision_point_id == decision_point.pk
    ]


def _lines(found) -> tuple[str, ...]:
    rows = [f"{row.label}: {_numbers(row)}" for row in found.rows]
    notes = (found.why_no_winner, found.double_note, found.base_note, found.method)
    return (*rows, *(note for note in notes if note))


def _numbers(row) -> str:
    if row.total is not None:
        return f"{row.total} ({row.percent}%)" if row.percent is not None else f"{row.total}"
    return " / ".join(str(number) for number in (row.hall, row.online) if number is not None)
