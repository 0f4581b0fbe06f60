"""Public views of a session's results: the page, and the file to take along."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deliberation.people.spreadsheet import spreadsheet_response
from deliberation.projects.extension_points import is_public, ways_on

from ..commitments import waiting_for_paper
from ..models import LiveSession
from .export import result_rows, results_as_json
from .results import results_of_session
from .wording import outcome_words


@require_safe
def session_results(request, session_id):
    """Show every result that was shown to all, and which papers are still counted."""
    session, results, waiting = _found(request, session_id)
    context = {
        "session": session,
        "outcomes": [outcome_words(found) for found in results],
        "waiting": waiting,
        "ways_on": ways_on(session.project, timezone.now()),
    }
    return render(request, "deliberation/live/session_results.html", context)


@require_safe
def session_results_file(request, session_id, form):
    """Give the results as a file for a spreadsheet."""
    _session, results, _waiting = _found(request, session_id)
    return spreadsheet_response(result_rows(results), f"uitslag-{session_id}", form)


@require_safe
def session_results_json(request, session_id):
    """Give the results as JSON."""
    session, results, _waiting = _found(request, session_id)
    return JsonResponse(results_as_json(session, results))


def _found(request, session_id):
    """Find a session of a public project here with something to say, or answer that there is none."""
    sessions = LiveSession.objects.filter(project__municipality=request.municipality or None)
    session = get_object_or_404(sessions.select_related("project__municipality"), pk=session_id)
    if not is_public(session.project):
        raise Http404
    results = results_of_session(session)
    waiting = waiting_for_paper(run__session=session)
    if not (results or waiting):
        raise Http404
    return session, results, waiting
