"""Desk tasks of contributions: those that wait until somebody looks, or were set apart in a flood."""

from deliberation.people.permissions import may
from deliberation.projects.extension_points import Task, Urgency
from deliberation.projects.staff import municipalities_of, projects_of, projects_where

from .queries import State, counts_by_state


def moderates_somewhere(instrument, user) -> bool:
    """Tell whether somebody may see the contributions of a municipality or of a project."""
    places = [*municipalities_of(user), *projects_of(user)]
    return any(may(instrument.permission("see_queue"), user, place) for place in places)


def tasks(instrument, projects, user) -> list[Task]:
    """Say how many contributions wait where somebody moderates."""
    allowed = projects_where(instrument.permission("see_queue"), user, projects)
    counts = counts_by_state(instrument, allowed)
    pending, apart, queue = counts[State.PENDING], counts[State.APART], instrument.queue_path()
    waiting = [
        (pending, instrument.to_look_at(pending), queue),
        (apart, instrument.to_sort_out(apart), f"{queue}#apart"),
    ]
    return [Task(Urgency.WAITING, text, href) for count, text, href in waiting if count]
