"""Extension points of a project: the plain values that plugins give, and what all of them say together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from deliberation.people.commit_hooks import tell_after_commit
from deliberation.people.read_once import reading_once
from deliberation.registry import gather, gather_all, plugins, tell

from .staff import projects_of, roles_of


@dataclass(frozen=True)
class PageSection:
    """A part of a project's page: where its template is looked for, its `part`, and a heading for the list on top.

    What is there to do stands high; what is `for_council` stands last.
    """

    template: str | list[str]
    part: dict
    anchor: str
    heading: str
    for_council: bool = False


def project_sections(project, now) -> list[PageSection]:
    """List the parts that are shown on this project's page, in order of registration."""
    return gather("project_section", project, now)


def open_now(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Gather what residents can join now, by project id. Costs queries per instrument, not per project."""
    return _by_project("open_now", projects, now)


def any_day(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Gather what residents can do today and tomorrow, by project id. Costs queries per instrument."""
    return _by_project("any_day", projects, now)


def _by_project(question, projects, now) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for answer in gather(question, projects, now):
        for project_id, entries in answer.items():
            found.setdefault(project_id, []).extend(entries)
    return found


@dataclass(frozen=True)
class Answer:
    """What somebody gave and what was done with it, to be quoted elsewhere; `href` leads to all of it.

    `outcome` is a value of participation.models.Disposition.Outcome; `explanation` is blank unless that was all,
    `reason` may be; `until` is the day on which more is told.
    """

    given: str
    language: str
    outcome: str
    explanation: str
    reason: str
    until: date | None
    href: str


@dataclass(frozen=True)
class Answered:
    """How much about a decision point was answered with one instrument, the latest of it, and where all can be read."""

    number: int
    latest: list[Answer]
    href: str


@dataclass(frozen=True)
class WaysOn:
    """Where somebody goes who is done here; `page` is the project's, blank while it has none."""

    page: str
    any_day: list[tuple[str, str]]


def ways_on(project, now) -> WaysOn:
    """Say where it goes on: the project's page, and what can be done today. Nothing where residents read nothing."""
    page = public_pages([project]).get(project.pk, "")
    return WaysOn(page, any_day([project], now).get(project.pk, []) if page else [])


@dataclass(frozen=True)
class CameOut:
    """Something that came out and may be read by everybody."""

    at: datetime
    title: str
    href: str
    english: dict = field(default_factory=dict)


def came_out_last(projects) -> CameOut | None:
    """Find what came out last of these projects, of whatever instrument."""
    return max(gather("came_out", projects), key=lambda one: one.at, default=None)


def public_pages(projects) -> dict[int, str]:
    """Gather by project id where residents read about it; what is not published is not in it."""
    found: dict[int, str] = {}
    for pages in gather("public_pages", projects):
        found.update(pages)
    return found


def read_about(projects) -> set[int]:
    """Gather about which projects residents can read, by id: for many of which few are shown."""
    return set().union(*gather("read_about", projects))


def is_public(project) -> bool:
    """Tell whether residents can read about this project at all."""
    return project.pk in read_about([project])


def when_read(project, at_once) -> str:
    """Say when residents read what was written: at once, in the words given, or when there is a page."""
    if is_public(project):
        return at_once
    return _("The project has no page yet. Residents read this as soon as the page is published.")


def site_address(municipality) -> str:
    """Give scheme and host of a municipality's site, for links in mail; empty while there is none."""
    return next(iter(gather("site_address", municipality)), "")


def municipality_asked(scope):
    """Find the municipality of the host in a handshake; None where the host is of nobody, as in a request."""
    return next(iter(gather("municipality_asked", scope)), None)


def desk_sections(project, user, now) -> list[tuple]:
    """List the parts that others show on the desk's screen of this project."""
    with reading_once():
        return gather("desk_section", project, user, now)


@dataclass(frozen=True, order=True)
class DeskLink:
    """One screen of the desk in its menu; `shown(user)` says for whom, None: for everybody with a role.

    `meanwhile(user)` says what somebody can do there while nothing waits for them; blank for who can't.
    """

    order: int
    url_name: str
    label: Any = field(compare=False)
    shown: Callable | None = field(default=None, compare=False)
    icon: str = field(default="group", compare=False)
    meanwhile: Callable | None = field(default=None, compare=False)


def desk_links(request) -> list[DeskLink]:
    """List the desk's screens for whoever asks; worked out once per request."""
    if not hasattr(request, "desk_links"):
        user = request.user
        with reading_once():
            somewhere = bool(roles_of(user))
            request.desk_links = [
                link
                for link in sorted(link for plugin in plugins() for link in plugin.desk_links)
                if (link.shown(user) if link.shown else somewhere)
            ]
    return request.desk_links


def meanwhile(request) -> list[tuple[DeskLink, str]]:
    """List what somebody can do at the desk while nothing waits: the screen, and what is done there."""
    asked = [link for link in desk_links(request) if link.meanwhile]
    with reading_once():
        told = [(link, link.meanwhile(request.user)) for link in asked]
    return [(link, text) for link, text in told if text]


class Urgency(StrEnum):
    """How pressing a task at the desk is, the most pressing first."""

    TODAY = "today"
    LATE = "late"
    WEEK = "week"
    WAITING = "waiting"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Task:
    """One thing that somebody can do at the desk, and the screen on which it is done.

    `project` is its title, blank for what belongs to none; `day` is a moment where the hour matters.
    """

    urgency: Urgency
    text: str
    href: str
    project: str = ""
    day: date | datetime | None = None


def desk_tasks(user, now) -> dict[Urgency, list[Task]]:
    """Gather what waits for somebody by urgency, the earliest first; what leads to one screen stands in it once."""
    with reading_once():
        projects = projects_of(user)
        found = gather_all("desk_tasks", projects, user, now)
    order = {urgency: number for number, urgency in enumerate(Urgency)}
    found.sort(key=lambda task: (order[task.urgency], str(task.day or "9999"), task.project))
    once = {task.href: task for task in reversed(found)}
    kept = [task for task in found if once[task.href] is task]
    groups = {urgency: [task for task in kept if task.urgency == urgency] for urgency in Urgency}
    return {urgency: tasks for urgency, tasks in groups.items() if tasks}


def promise_changed(projects, now) -> None:
    """Tell everybody who asked that decision points of these projects promise, say or open something else now.

    Before the audit row: a run is locked before that chain.
    """
    tell("promise_changed", projects, now)


@dataclass(frozen=True)
class TookPart:
    """Somebody who took part in what belongs to a decision point, since when; `address` only when they left one there.

    Says that somebody was there or asked something. Never what, and never whether they voted.
    """

    point_id: int
    participant_id: Any
    since: datetime
    address: str = ""
    language: str = ""


def took_part(points, participants=None) -> list[TookPart]:
    """List who took part in these decision points, or which of these participants did."""
    if not points:
        return []
    return gather_all("took_part", points, participants)


@dataclass(frozen=True)
class Offer:
    """One thing residents can do, could do or will be able to do at a decision point."""

    PLANNED, OPEN, HELD = "planned", "open", "held"
    MISSED = "missed"  # planned for a day that went by, and it never began

    point_id: int
    tool: str  # a name in deliberation/tools.py
    state: str
    what: str
    desk_href: str


def offers(points, now) -> list[Offer]:
    """List what instruments have for these decision points."""
    return gather_all("offers", points, now) if points else []


def ways_to_begin(project) -> list[tuple[str, str]]:
    """List where an officer can make something that asks residents for input: (label, address)."""
    return gather("way_to_begin", project)


def roles_changed(municipality_id: int) -> None:
    """Tell everybody who asked, after commit, that roles changed."""
    tell_after_commit("roles_changed", municipality_id)
