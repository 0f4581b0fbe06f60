"""The sections about questions on a project's page and on its desk screen."""

from django.urls import reverse
from django.utils.translation import gettext as _

from deliberation.people.permissions import may
from deliberation.projects.commitments import commitments_kept_and_open
from deliberation.projects.hooks import PageSection
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import decision_points

from .answer_terms import asking_about, asking_in, terms_of
from .commitments import KINDS
from .queries import State, counts_by_state, visible

LATEST = 3


def project_section(project, now):
    """Show on a project's page what can be asked, by when we answer, and the latest questions."""
    askings = asking_about(decision_points(project), now)
    part = {
        "asking": asking_in(project, askings),
        "askings": askings,
        "kept": commitments_kept_and_open(project, now, KINDS),
        "latest": list(visible([project])[:LATEST]),
        "count": visible([project]).count(),
    }
    heading = _("Questions and concerns")
    return PageSection("deliberation/questions/_project_section.html", part, "questions", heading)


def any_day(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Say of which projects something can be asked now, and where. The number of queries is constant."""
    points = DecisionPoint.objects.filter(phase__project__in=projects)
    points = points.select_related("phase__project__municipality")
    asked = {one.about.phase.project_id for one in asking_about(points, now) if one.open}
    label = _("Ask a question or share a concern")
    return {pk: [(label, reverse("ask_question", args=[pk]))] for pk in asked}


def desk_section(project, user, now):
    """Show on the desk's screen of a project how many questions wait, and the term of each decision."""
    if not may("questions.see_queue", user, project, now):
        return None
    points = decision_points(project)
    terms = terms_of(points)
    counts = counts_by_state([project])
    part = {
        "waiting": counts[State.PENDING],
        "unanswered": counts[State.PUBLISHED] + counts[State.PARKED],
        "answered": counts[State.ANSWERED],
        "href": f"{reverse('questions:see_queue')}?project={project.pk}",
        "terms": [
            {
                "point": point,
                "days": terms[point.pk],
                "href": reverse("questions:set_answer_term", args=[point.pk]),
                "may": may("questions.set_answer_term", user, point, now),
            }
            for point in points
        ],
    }
    return "deliberation/questions/_desk_section.html", part
