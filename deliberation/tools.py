"""Tools: what residents may do at which level, in which phase; the promise to the public, in code."""

from dataclasses import dataclass
from enum import StrEnum

PREPARE, DESIGN, EXECUTE, EVALUATE = PHASES = ("prepare", "design", "execute", "evaluate")
NONE, INFORM, CONSULT, CO = -1, 0, 1, 2  # the influence of a level: compass.md, section 1


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to take part. `least_influence` None: open at every level and in every phase."""

    name: str
    title: str
    least_influence: int | None
    phases: frozenset[str]


class Closed(StrEnum):
    """Why a tool is closed."""

    NO_LEVEL = "no_level"
    LEVEL_TOO_LOW = "level_too_low"
    DECIDED = "decided"
    NO_PHASE = "no_phase"
    OTHER_PHASE = "other_phase"


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("information", "Information", None, frozenset(PHASES)),
        Tool("questions_and_concerns", "Questions and concerns", INFORM, frozenset(PHASES)),
        Tool("live_poll", "Live poll", CONSULT, frozenset({PREPARE, DESIGN, EXECUTE})),
    )
}


def why_closed(
    name: str, influence: int | None, phase: str | None, decided: bool = False
) -> Closed | None:
    """Say why a tool is closed, or None when it is open.

    `influence` is that of the level decision in force (None: nobody decided yet), `phase` the kind
    of the phase that runs now (None: between phases), `decided` whether the thing itself was decided.
    An unknown tool is a KeyError, never open.
    """
    tool = TOOLS[name]
    if tool.least_influence is None:
        return None
    if influence is None:
        return Closed.NO_LEVEL
    if influence < tool.least_influence:
        return Closed.LEVEL_TOO_LOW
    if decided:
        return Closed.DECIDED
    if phase is None:
        return Closed.NO_PHASE
    return None if phase in tool.phases else Closed.OTHER_PHASE


def is_available(name: str, influence: int | None, phase: str | None) -> bool:
    """Tell whether a tool is open: the outermost AND of every permission of residents."""
    return why_closed(name, influence, phase) is None
