"""Desk tasks of questions: those that wait until somebody looks, or were set apart in a flood."""

from django.urls import reverse
from django.utils.translation import ngettext

from deliberation.people.permissions import may
from deliberation.projects.hooks import Task, Urgency
from deliberation.projects.staff import municipalities_of, projects_of, projects_where

from .models import Question
from .queries import counts_by_state

State = Question.State


def moderates_somewhere(user) -> bool:
    """Tell whether somebody may see the questions of a municipality or of a project."""
    places = [*municipalities_of(user), *projects_of(user)]
    return any(may("questions.see_queue", user, place) for place in places)


def tasks(projects, user, now) -> list[Task]:
    """Say how many questions wait where somebody moderates."""
    counts = counts_by_state(projects_where("questions.see_queue", user, projects))
    pending, apart, queue = (
        counts[State.PENDING],
        counts[State.APART],
        reverse("questions:see_queue"),
    )
    look = ngettext("Look at %d question", "Look at %d questions", pending)
    sort = ngettext(
        "Sort out %d question that was set apart",
        "Sort out %d questions that were set apart",
        apart,
    )
    waiting = [(pending, look, queue), (apart, sort, f"{queue}#apart")]
    return [Task(Urgency.WAITING, text % count, href) for count, text, href in waiting if count]
