"""What hangs on a project without the project knowing it? Instruments and the site register here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from .staff import projects_of, roles_of, roles_read_once

_sections: list[Callable] = []
_open_now: list[Callable] = []
_any_day: list[Callable] = []
_came_out: list[Callable] = []
_desk_sections: list[Callable] = []
_desk_links: list["DeskLink"] = []
_desk_tasks: list[Callable] = []
_role_listeners: list[Callable] = []
_promise_listeners: list[Callable] = []
_took_part: list[Callable] = []
_offers: list[tuple] = []
_public_pages: list[Callable] = []
_site_addresses: list[Callable] = []
_hosts: list[Callable] = []


@dataclass(frozen=True)
class Section:
    """A part of a project's page: a template with its `part`, under a heading that the list on top leads to.

    What is there to do stands high; what is `for_council` stands last.
    """

    template: str
    part: dict
    anchor: str
    heading: str
    for_council: bool = False


def register_project_section(function: Callable) -> Callable:
    """Add a part to project pages: `function(project, now) -> Section | None`."""
    _sections.append(function)
    return function


def project_sections(project, now) -> list[Section]:
    """List the parts that are shown on this project's page, in order of registration."""
    return [part for function in _sections if (part := function(project, now))]


def register_open_now(function: Callable) -> Callable:
    """Say what residents can join now: `function(projects, now) -> {project id: [(label, address)]}`."""
    _open_now.append(function)
    return function


def open_now(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Gather what residents can join now, by project id. Costs queries per instrument, not per project."""
    return _by_project(_open_now, projects, now)


def register_any_day(function: Callable) -> Callable:
    """Say what residents can do on any day: `function(projects, now) -> {project id: [(label, address)]}`.

    What passes, such as an evening, is said to `register_open_now`.
    """
    if function not in _any_day:
        _any_day.append(function)
    return function


def any_day(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Gather what residents can do today and tomorrow, by project id. Costs queries per instrument."""
    return _by_project(_any_day, projects, now)


def _by_project(functions, projects, now) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for function in functions:
        for project_id, entries in function(projects, now).items():
            found.setdefault(project_id, []).extend(entries)
    return found


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


def register_came_out(function: Callable) -> Callable:
    """Say what came out last: `function(projects) -> CameOut | None`."""
    if function not in _came_out:
        _came_out.append(function)
    return function


def came_out_last(projects) -> CameOut | None:
    """Find what came out last of these projects, of whatever instrument."""
    found = [one for function in _came_out if (one := function(projects))]
    return max(found, key=lambda one: one.at, default=None)


def register_public_pages(function: Callable) -> Callable:
    """Say where residents read about projects: `function(projects) -> {project id: address}`."""
    _public_pages.append(function)
    return function


def public_pages(projects) -> dict[int, str]:
    """Gather by project id where residents read about it; what is not published is not in it."""
    found: dict[int, str] = {}
    for function in _public_pages:
        found.update(function(projects))
    return found


def is_public(project) -> bool:
    """Tell whether residents can read about this project at all."""
    return project.pk in public_pages([project])


def when_read(project, at_once) -> str:
    """Say when residents read what was written: at once, in the words given, or when there is a page."""
    if is_public(project):
        return at_once
    return _("The project has no page yet. Residents read this as soon as the page is published.")


def register_site_address(function: Callable) -> Callable:
    """Say where a municipality's site is: `function(municipality) -> "https://host"`."""
    _site_addresses.append(function)
    return function


def site_address(municipality) -> str:
    """Give scheme and host of a municipality's site, for links in mail; empty while there is none."""
    found = (function(municipality) for function in _site_addresses)
    return next((address for address in found if address), "")


def register_host(function: Callable) -> Callable:
    """Say whose site a handshake of a socket came to: `function(scope) -> Municipality | None`."""
    _hosts.append(function)
    return function


def municipality_asked(scope):
    """Find the municipality of the host in a handshake; None where the host is of nobody, as in a request."""
    return next((found for function in _hosts if (found := function(scope))), None)


def register_desk_section(function: Callable) -> Callable:
    """Add a part to the desk's project screen: `function(project, user, now) -> (template, context) | None`."""
    _desk_sections.append(function)
    return function


def desk_sections(project, user, now) -> list[tuple[str, dict]]:
    """List the parts that others show on the desk's screen of this project."""
    return [part for function in _desk_sections if (part := function(project, user, now))]


@dataclass(frozen=True, order=True)
class DeskLink:
    """One screen of the desk in its menu; `shown(user)` says for whom, None: for everybody with a role."""

    order: int
    url_name: str
    label: Any = field(compare=False)
    shown: Callable | None = field(default=None, compare=False)
    icon: str = field(default="group", compare=False)


def register_desk_link(label, url_name: str, order: int = 50, **about) -> None:
    """Add a screen to the desk's menu; the lowest order comes first, from 60 on it stands in its last part.

    `about` are `shown` and `icon` of a DeskLink; an icon is one of Wagtail's.
    """
    link = DeskLink(order, url_name, label, **about)
    if link not in _desk_links:
        _desk_links.append(link)


def desk_links(request) -> list[DeskLink]:
    """List the desk's screens for whoever asks; worked out once per request."""
    if not hasattr(request, "desk_links"):
        user = request.user
        with roles_read_once(user):
            somewhere = bool(roles_of(user))
            request.desk_links = [
                link
                for link in sorted(_desk_links)
                if (link.shown(user) if link.shown else somewhere)
            ]
    return request.desk_links


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


def register_desk_tasks(function: Callable) -> Callable:
    """Say what waits for somebody: `function(projects, user, now) -> list[Task]`.

    Asks the permission for each project itself; the number of queries must not grow with the projects.
    """
    if function not in _desk_tasks:
        _desk_tasks.append(function)
    return function


def desk_tasks(user, now) -> dict[Urgency, list[Task]]:
    """Gather what waits for somebody by urgency, the earliest first; what leads to one screen stands in it once."""
    with roles_read_once(user):
        projects = projects_of(user)
        found = [task for function in _desk_tasks for task in function(projects, user, now)]
    order = {urgency: number for number, urgency in enumerate(Urgency)}
    found.sort(key=lambda task: (order[task.urgency], str(task.day or "9999"), task.project))
    once = {task.href: task for task in reversed(found)}
    kept = [task for task in found if once[task.href] is task]
    groups = {urgency: [task for task in kept if task.urgency == urgency] for urgency in Urgency}
    return {urgency: tasks for urgency, tasks in groups.items() if tasks}


def on_promise_changed(function: Callable) -> Callable:
    """Hear of a chosen level or changed frames, inside the transaction: `function(decision_point, now)`."""
    if function not in _promise_listeners:
        _promise_listeners.append(function)
    return function


def promise_changed(decision_point, now) -> None:
    """Tell everybody who asked that another promise is in force."""
    for function in _promise_listeners:
        function(decision_point, now)


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


def register_took_part(function: Callable) -> Callable:
    """Say who took part: `function(points, participants | None) -> list[TookPart]`; None: everybody.

    The number of queries must not grow with the points.
    """
    if function not in _took_part:
        _took_part.append(function)
    return function


def took_part(points, participants=None) -> list[TookPart]:
    """List who took part in these decision points, or which of these participants did."""
    if not points:
        return []
    return [one for function in _took_part for one in function(points, participants)]


@dataclass(frozen=True)
class Offer:
    """One thing residents can do, could do or will be able to do at a decision point."""

    PLANNED, OPEN, HELD = "planned", "open", "held"

    point_id: int
    tool: str  # a name in deliberation/tools.py
    state: str
    what: str
    desk_href: str


def register_offers(function: Callable, begin: Callable | None = None) -> Callable:
    """Say what an instrument has for decision points: `function(points, now) -> list[Offer]`.

    The number of queries must not grow with the points. `begin(project) -> (label, address)` leads
    an officer to making one.
    """
    if (function, begin) not in _offers:
        _offers.append((function, begin))
    return function


def offers(points, now) -> list[Offer]:
    """List what instruments have for these decision points."""
    return [one for function, _begin in _offers for one in function(points, now)] if points else []


def ways_to_begin(project) -> list[tuple[str, str]]:
    """List where an officer can make something that asks residents for input: (label, address)."""
    return [begin(project) for _function, begin in _offers if begin]


def on_roles_changed(function: Callable) -> Callable:
    """Hear of a changed role after commit: `function(municipality_id)`."""
    _role_listeners.append(function)
    return function


def roles_changed(municipality_id: int) -> None:
    """Tell everybody who asked that roles changed."""
    for function in _role_listeners:
        function(municipality_id)
