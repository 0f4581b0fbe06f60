"""Rules: the promise made to residents as a predicate, for the permission to give something with an instrument."""

import rules

from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.queries import decision_points, tool_statuses


def level_opens(tool: str):
    """Make the predicate that the level in force opens this tool, in the phase that runs."""

    @rules.predicate(f"level opens {tool}")
    def level_allows(actor, about):
        if isinstance(about.obj, DecisionPoint):
            points = [about.obj]
        elif isinstance(about.obj, Project):
            points = decision_points(about.obj)
        else:
            return False
        return any(status.open for status in tool_statuses(tool, points, about.now).values())

    return level_allows
