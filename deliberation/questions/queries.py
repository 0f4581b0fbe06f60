"""Queries: within how many working days questions are answered, by decision point."""

from deliberation.participation.answer_terms import DEFAULT_TERM

from .models import AnswerTerm


def terms_of(points) -> dict[int, int]:
    """Give the term of each decision point in working days, by its id."""
    found = AnswerTerm.objects.filter(decision_point__in=points)
    own = dict(found.values_list("decision_point_id", "working_days"))
    return {point.pk: own.get(point.pk, DEFAULT_TERM) for point in points}
