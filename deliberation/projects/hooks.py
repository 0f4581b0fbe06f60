"""What hangs on a project without the project knowing it? Instruments and the site register here."""

from collections.abc import Callable

from django.conf import settings

_sections: list[Callable] = []
_open_now: list[Callable] = []
_desk_sections: list[Callable] = []
_desk_links: list[tuple] = []
_role_listeners: list[Callable] = []
_public_url: list[Callable] = []
_public_pages: list[Callable] = []


def register_project_section(function: Callable) -> Callable:
    """Add a part to project pages: `function(project, now) -> (template name, context) | None`."""
    _sections.append(function)
    return function


def project_sections(project, now) -> list[tuple[str, dict]]:
    """List the parts that instruments show on this project's page, in order of registration."""
    return [part for function in _sections if (part := function(project, now))]


def register_open_now(function: Callable) -> Callable:
    """Say what residents can join now: `function(projects, now) -> {project id: [(label, address)]}`."""
    _open_now.append(function)
    return function


def open_now(projects, now) -> dict[int, list[tuple[str, str]]]:
    """Gather what residents can join now, by project id. Costs queries per instrument, not per project."""
    found: dict[int, list[tuple[str, str]]] = {}
    for function in _open_now:
        for project_id, entries in function(projects, now).items():
            found.setdefault(project_id, []).extend(entries)
    return found


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


def register_desk_section(function: Callable) -> Callable:
    """Add a part to the desk's project screen: `function(project, user, now) -> (template, context) | None`."""
    _desk_sections.append(function)
    return function


def desk_sections(project, user, now) -> list[tuple[str, dict]]:
    """List the parts that others show on the desk's screen of this project."""
    return [part for function in _desk_sections if (part := function(project, user, now))]


def register_desk_link(label, url_name: str, order: int = 50) -> None:
    """Add an address to the plain list of links on every desk screen; the lowest order comes first."""
    if (order, url_name) not in [(at, name) for at, name, _label in _desk_links]:
        _desk_links.append((order, url_name, label))


def desk_links() -> list[tuple]:
    """List (label, URL name) of the desk's screens in their order (Wagtail's menu needs JavaScript)."""
    return [(label, name) for _order, name, label in sorted(_desk_links, key=lambda link: link[:2])]


def on_roles_changed(function: Callable) -> Callable:
    """Hear of a changed role after commit: `function(municipality_id)`."""
    _role_listeners.append(function)
    return function


def roles_changed(municipality_id: int) -> None:
    """Tell everybody who asked that roles changed."""
    for function in _role_listeners:
        function(municipality_id)


def tell_public_url(function: Callable) -> Callable:
    """Say where residents find a municipality: `function(municipality) -> "https://host"`. The last one counts."""
    _public_url[:] = [function]
    return function


def public_url(municipality) -> str:
    """Give the address of a municipality's own host, without a slash at its end: for mail, codes and files."""
    return _public_url[0](municipality) if _public_url else settings.PUBLIC_URL
