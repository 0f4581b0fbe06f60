"""Desk tasks of projects: promises, levels, decisions, invitations and roles that wait for somebody."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deliberation.people.permissions import may

from .commitments import open_commitments
from .decision_standing import decision_day, outcomes_of, taken
from .extension_points import Task, Urgency
from .invitations.queries import invitations_for
from .models import DecisionPoint, Project
from .overview import Step, overviews_of
from .roles.colleagues import review_state
from .staff import municipalities_of, projects_of, projects_where

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
MOST_PROMISES = 50  # that stand one by one among the tasks of a window


def urgency_of(day, today) -> Urgency | None:
    """Tell how pressing it is to be ready on a day; None while that is more than a week away."""
    if day > today + A_WEEK:
        return None
    return Urgency.LATE if day < today else Urgency.TODAY if day == today else Urgency.WEEK


def tasks(projects, user, now) -> list[Task]:
    """List what waits for somebody in these projects."""
    prepared = projects_where("projects.record_outcome", user, projects)
    return [
        *_promises(prepared, now),
        *_projects(prepared, now),
        *_invitations(user, now),
        *_reviews(user, now),
    ]


def in_projects(user) -> str:
    """Say what somebody can do in their projects while nothing waits."""
    if projects_where("projects.record_outcome", user, projects_of(user)):
        return _(
            "Write down what was decided, and what you did with the input. You do that at a decision point."
        )
    return _("Read what will be decided, and how far a project is.")


def with_promises(user) -> str:
    """Say what somebody can do with promises while none presses."""
    return _("See what residents are still waiting for, and by which day.")


def _promises(projects, now) -> list[Task]:
    titles, today = {project.pk: project.title for project in projects}, timezone.localdate(now)
    windows = ({"until": today - A_DAY}, {"since": today, "until": today + A_WEEK})
    tasks = []
    for window in windows:
        found = open_commitments(projects, now, most=MOST_PROMISES, **window)
        tasks += [
            Task(urgency_of(one.due_on, today), one.what, one.desk_href, titles[one.project_id], one.due_on)
            for one in found
        ]  # fmt: skip
        if len(found) == MOST_PROMISES:
            href = reverse("projects:see_promises")
            tasks.append(Task(tasks[-1].urgency, _("And more: see all promises due"), href))
    return tasks


def _projects(projects, now) -> list[Task]:
    overviews = overviews_of(_unfinished(projects), now)
    begun = [_beginning(one) for one in overviews if not one.points]
    return [*filter(None, begun), *_points(overviews, now)]


def _unfinished(projects):
    """Find of these projects those in which something is still to be decided, or nothing was named yet."""
    points = DecisionPoint.objects.filter(phase__project=OuterRef("pk"))
    undecided = points.exclude(pk__in=taken().values("decision_point"))
    found = Project.objects.filter(pk__in=[project.pk for project in projects])
    return found.filter(Exists(undecided) | ~Exists(points))


def _beginning(overview) -> Task | None:
    """Name what a project without any decision point needs first; nothing when its phases are over."""
    project = overview.project
    if not overview.phases:
        text, screen = _("Plan the phases: %s"), "add_phase"
    elif overview.phase.status != "past":
        text, screen = _("Name what is decided: %s"), "name_decision_point"
    else:
        return None
    href = reverse(f"projects:{screen}", args=[project.pk])
    return Task(Urgency.UNFINISHED, text % project.title, href)


def _points(overviews, now) -> list[Task]:
    rows = [row for overview in overviews for row in overview.points]
    outcomes = outcomes_of([row.point for row in rows])
    found = []
    for row in rows:
        outcome = outcomes.get(row.point.pk)
        if outcome is None or outcome.postponed_to:
            found.append(_next_step(row, decision_day(row.point, outcome), now))
    return [task for task in found if task]


def _next_step(row, decides_on, now) -> Task | None:
    """Name the one thing that comes next at a decision point of which nobody wrote down the decision."""
    point, day = row.point, None
    if decides_on < timezone.localdate(now):
        text, screen, day = _("Write down what was decided: %s"), "record_outcome", decides_on
    elif row.step == Step.QUESTIONS:
        text = _("Go on with the compass: %s") if row.begun else _("Fill in the compass: %s")
        screen = "assess_decision_point"
    elif row.step == Step.LEVEL:
        text, screen = _("Choose the level: %s"), "decide_level"
    elif row.drift:
        text, screen = _("Plan what residents were promised: %s"), "see_decision_point"
    elif row.too_much:
        text, screen = _("Take back what the level doesn’t allow: %s"), "see_decision_point"
    else:
        return None
    href = reverse(f"projects:{screen}", args=[point.pk])
    return Task(Urgency.UNFINISHED, text % point.question, href, point.project.title, day)


def _invitations(user, now) -> list[Task]:
    if not invitations_for(user, now).exists():
        return []
    href = reverse("invitations:see_invitations")
    return [Task(Urgency.WAITING, _("A municipality asks you to take a role"), href)]


def _reviews(user, now) -> list[Task]:
    """Ask whoever gives roles to look at them again; who is late with it reads so."""
    managed = [
        one for one in municipalities_of(user) if may("projects.confirm_role", user, one, now)
    ]
    reviews = [review for one in managed if (review := review_state(one, now)).due]
    return [
        Task(
            Urgency.LATE if review.overdue else Urgency.WAITING,
            ngettext("Look at %d role", "Look at %d roles", review.due) % review.due,
            reverse("projects:see_roles"),
        )
        for review in reviews
    ]
