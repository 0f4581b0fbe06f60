"""What can be asked about a decision point now, and who took part by asking."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deliberation.projects.hooks import Offer, TookPart

from .answer_terms import TOOL, asking_about
from .commitments import NOT_OWED
from .models import Question


def took_part(points, participants=None) -> list[TookPart]:
    """List who asked about these points, or about their projects as a whole.

    What was taken back or set apart doesn't count.
    """
    by_id = {point.pk: point for point in points}
    projects = {point.phase.project_id for point in points}
    about = Q(decision_point__in=by_id) | Q(decision_point=None, project__in=projects)
    asked = Question.objects.filter(about, participant__isnull=False)
    asked = asked.exclude(state__in=NOT_OWED).order_by("asked_at")
    if participants is not None:
        asked = asked.filter(participant__in=participants)
    return [
        TookPart(point.pk, one.participant_id, one.asked_at, one.email, one.language)
        for one in asked
        for point in _points(one, by_id)
    ]


def offers(points, now) -> list[Offer]:
    """List the points about which residents can ask something now."""
    return [
        Offer(
            point_id=one.about.pk,
            tool=TOOL,
            state=Offer.OPEN,
            what=_("Questions and concerns"),
            desk_href=f"{reverse('questions:see_queue')}?project={one.about.phase.project_id}",
        )
        for one in asking_about(points, now)
        if one.open
    ]


def _points(question, by_id) -> list:
    if question.decision_point_id:
        return [by_id[question.decision_point_id]]
    return [one for one in by_id.values() if one.phase.project_id == question.project_id]
