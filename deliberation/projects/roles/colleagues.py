"""Colleagues of a municipality: who works there, what each may do in plain words, and what needs a look."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deliberation.people.models import User
from deliberation.people.second_factor import without_second_factor

from ..models import Role, RoleAssignment
from .review import LONG_AWAY, is_due, is_overdue, quarter_of, since

MAY = {
    Role.ADMINISTRATOR: _("May do everything here, and gives others their roles."),
    Role.OFFICER: _("Prepares projects, chooses the level, and leads live sessions."),
    Role.FACILITATOR: _("Prepares and leads live sessions."),
    Role.CO_FACILITATOR: _("Helps to lead a live session: opens, counts and closes."),
    Role.NOTE_TAKER: _("Counts hands and heads at a live session, and sees its console."),
    Role.OBSERVER: _("Looks along at the desk, and changes nothing."),
    Role.COUNCIL: _("Looks along at all projects as a council member, and changes nothing."),
}


@dataclass(frozen=True)
class RoleHeld:
    """One role of one person: what they may do, where, and whether somebody has to look at it."""

    assignment: RoleAssignment
    may: str
    due: bool
    overdue: bool
    ended: bool


@dataclass
class Colleague:
    """Somebody who works here, with all their roles in this municipality and what needs a look."""

    user: User
    roles: list[RoleHeld] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReviewState:
    """How far the look at every role is: how many wait, how many too long, and until which day."""

    due: int
    overdue: int
    until: date


def people_in(municipality):
    """Find who works in a municipality, by name."""
    held = RoleAssignment.objects.filter(municipality=municipality)
    name = Trim(Concat("first_name", Value(" "), "last_name"))
    shown = Lower(Coalesce(NullIf(name, Value("")), "email"))
    return User.objects.filter(pk__in=held.values("user")).order_by(shown, "pk")


def colleagues_in(municipality, people, now) -> list[Colleague]:
    """Gather what these people may do in a municipality, in their order. The number of queries is constant."""
    people = list(people)
    held = RoleAssignment.objects.filter(municipality=municipality, user__in=people)
    held = held.select_related("user", "project").prefetch_related("project__phases")
    users = {one.user_id for one in held}
    closed = without_second_factor(users)
    found: dict[int, Colleague] = {}
    order = {role: number for number, role in enumerate(Role)}
    for one in sorted(held, key=lambda one: (order[one.role], str(one.project or ""))):
        colleague = found.setdefault(one.user_id, Colleague(one.user))
        colleague.roles.append(_held(one, now))
    for colleague in found.values():
        colleague.warnings = _warnings(colleague, closed, now)
    return [found[user.pk] for user in people]


def review_state(municipality, now) -> ReviewState:
    """Count the roles that wait for a look, in one query."""
    held, (due, overdue) = RoleAssignment.objects.filter(municipality=municipality), since(now)
    waits = [Q(confirmed_at=None) | Q(confirmed_at__lt=one) for one in (due, overdue)]
    counts = held.aggregate(due=Count("pk", filter=waits[0]), overdue=Count("pk", filter=waits[1]))
    return ReviewState(
        **counts,
        until=quarter_of(timezone.localdate(now))[1],
    )


def _held(assignment, now) -> RoleHeld:
    at = assignment.confirmed_at
    return RoleHeld(
        assignment=assignment,
        may=MAY[Role(assignment.role)],
        due=is_due(at, now),
        overdue=is_overdue(at, now),
        ended=_ended(assignment.project, timezone.localdate(now)),
    )


def _ended(project, today) -> bool:
    phases = list(project.phases.all()) if project else []
    return bool(phases) and all(phase.ends_on < today for phase in phases)


def _warnings(colleague, closed, now) -> list[str]:
    user, said = colleague.user, []
    if not user.is_active:
        said.append(_("This account is switched off."))
    if user.last_login is None:
        said.append(_("Has not signed in yet."))
    elif now - user.last_login > LONG_AWAY:
        said.append(_("Has not signed in for 90 days or more."))
    if user.pk in closed:
        said.append(_("Has no second lock on the account yet, so cannot open the desk."))
    if any(role.ended for role in colleague.roles):
        said.append(_("Has a role in a project that has ended."))
    return said
