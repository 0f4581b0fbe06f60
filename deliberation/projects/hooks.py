"""What hangs on a project without the project knowing it? Instruments and the site register here."""

from collections.abc import Callable

_sections: list[Callable] = []
_open_now: list[Callable] = []
_role_listeners: list[Callable] = []


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


def on_roles_changed(function: Callable) -> Callable:
    """Hear of a changed role after commit: `function(municipality_id)`."""
    _role_listeners.append(function)
    return function


def roles_changed(municipality_id: int) -> None:
    """Tell everybody who asked that roles changed."""
    for function in _role_listeners:
        function(municipality_id)
