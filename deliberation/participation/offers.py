"""What can be given about a decision point now, and who took part by giving something."""

from django.db.models import Q

from deliberation.projects.extension_points import Offer, TookPart
from deliberation.projects.models import DecisionPoint

from .answer_terms import openings
from .commitments import NOT_OWED


def took_part(instrument, points, participants=None) -> list[TookPart]:
    """List who gave something about these points, or about their projects as a whole.

    What was taken back or set apart doesn't count.
    """
    by_id = {point.pk: point for point in points}
    projects = {point.phase.project_id for point in points}
    about = Q(decision_point__in=by_id) | Q(decision_point=None, project__in=projects)
    given = instrument.model.objects.filter(about, participant__isnull=False)
    given = given.exclude(state__in=NOT_OWED).order_by("given_at")
    if participants is not None:
        given = given.filter(participant__in=participants)
    return [
        TookPart(point.pk, one.participant_id, one.given_at, one.email, one.language)
        for one in given
        for point in _points(one, by_id)
    ]


def offers(instrument, points, now) -> list[Offer]:
    """List the points about which residents can give something now."""
    return [
        Offer(
            point_id=one.about.pk,
            tool=instrument.tool,
            state=Offer.OPEN,
            what=str(instrument.label),
            desk_href=instrument.queue_path(one.about.phase.project_id),
        )
        for one in openings(instrument, points, now)
        if one.open
    ]


def any_day(instrument, projects, now) -> dict[int, list[tuple[str, str]]]:
    """Say of which projects something can be given now, and where. The number of queries is constant."""
    points = DecisionPoint.objects.filter(phase__project__in=projects)
    points = points.select_related("phase__project__municipality")
    open_in = {one.about.phase.project_id for one in openings(instrument, points, now) if one.open}
    return {pk: [(str(instrument.invitation), instrument.give_path(pk))] for pk in open_in}


def _points(contribution, by_id) -> list:
    if contribution.decision_point_id:
        return [by_id[contribution.decision_point_id]]
    return [one for one in by_id.values() if one.phase.project_id == contribution.project_id]
