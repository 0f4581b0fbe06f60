"""What residents gave about a decision point, in words for its documents, as each instrument says."""

from dataclasses import dataclass

from deliberation.registry import gather_all


@dataclass(frozen=True)
class Contributions:
    """What came in by one road: a title and short lines, only what everybody may read."""

    title: str
    lines: tuple[str, ...]


def gathered(decision_point, now) -> list[Contributions]:
    """List what residents gave, in order of registration."""
    return gather_all("gathered", decision_point, now)
