"""The sections about contributions on a project's page and on its desk screen."""

from deliberation.people.permissions import may
from deliberation.projects.commitments import commitments_kept_and_open
from deliberation.projects.extension_points import PageSection
from deliberation.projects.queries import decision_points

from .answer_terms import opening_in, openings
from .queries import State, counts_by_state, told, visible

LATEST = 3


def project_section(instrument, project, now) -> PageSection:
    """Show on a project's page what can be given, by when we answer, and the latest that may be read."""
    found = visible(instrument, [project])
    part = {
        "instrument": instrument,
        "give_href": instrument.give_path(project.pk),
        "list_href": instrument.list_path(project.pk),
        "opening": opening_in(
            instrument, project, openings(instrument, decision_points(project), now)
        ),
        "kept": commitments_kept_and_open(project, now, of=instrument),
        "latest": told(found[:LATEST], instrument),
        "count": found.count(),
    }
    template = instrument.template("_project_section.html")
    return PageSection(template, part, instrument.name, instrument.label)


def desk_section(instrument, project, user, now) -> tuple[list, dict] | None:
    """Show on the desk's screen of a project how many wait, for who may see the queue."""
    if not may(instrument.permission("see_queue"), user, project, now):
        return None
    counts = counts_by_state(instrument, [project])
    part = {
        "instrument": instrument,
        "waiting": counts[State.PENDING],
        "unanswered": counts[State.PUBLISHED] + counts[State.PARKED],
        "answered": counts[State.ANSWERED],
        "href": instrument.queue_path(project.pk),
    }
    return instrument.template("_desk_section.html"), part
