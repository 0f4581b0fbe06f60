"""Required explanations of a chosen level: what must be written down, and by whom."""

from django.utils.translation import gettext_lazy as _

from compass.engine.anatomy import BOARD_MUST_LISTEN

CONFIRM_EXCLUSION = "confirm_exclusion"  # the flag with which a framework asks for a manager's name
# What who decides must see beside the choice; the others stand in the advice.
TO_MIND = ("C1", "C2", "gap", BOARD_MUST_LISTEN, CONFIRM_EXCLUSION, "council_first")
# What is written down with a choice, and how long it may be.
EXPLANATIONS = {
    "motivation": 1000,
    "decider": 100,
    "conflict_decider": 100,
    "conflict_reason": 600,
    "confirmed_by": 100,
    "change_reason": 600,
}


def asked_for(advice: dict) -> list[str]:
    """List what an advice can ask somebody to write down; a form shows these fields and no other."""
    asked = ["motivation"]
    if advice["gap"]:
        asked.append("decider")
    if advice["conflicts"]:
        asked += ["conflict_decider", "conflict_reason"]
    if CONFIRM_EXCLUSION in advice["flags"]:
        asked.append("confirmed_by")
    return asked


def missing_explanations(advice: dict, ranks: dict, level: str, told: dict) -> dict:
    """Name what is still missing, by field; `told` is what was written down, by EXPLANATIONS.

    A decision must rest on its real reason: who chooses less than fits because of the means says so
    by name, and who settles a conflict says how. `advice` is that of an adopted assessment, `ranks`
    the order of its framework's levels.
    """
    wanted = {}
    if level != advice["outcome"]:
        wanted["motivation"] = _("You choose another level than the advice. Explain why.")
    if chooses_less(advice, ranks, level):
        wanted["decider"] = _("More would fit than there are means for. Name who decides this.")
    if advice["conflicts"]:
        wanted["conflict_decider"] = _("The advice holds a conflict. Name who decided about it.")
        wanted["conflict_reason"] = _("The advice holds a conflict. Say how it was settled.")
    if CONFIRM_EXCLUSION in advice["flags"] and level == advice["outcome"]:
        wanted["confirmed_by"] = _("Many people notice this. Name the manager who confirms it.")
    return {field: reason for field, reason in wanted.items() if not told.get(field)}


def chooses_less(advice: dict, ranks: dict, level: str) -> bool:
    """Tell whether less is chosen than fits, where the means fall short."""
    if not advice["gap"] or level not in ranks:
        return False
    return ranks[level] < ranks[advice["outcome"]]


def ranks_of(framework) -> dict[str, int]:
    """Give the order of a framework's levels, by key."""
    return {level.key: level.rank for level in framework.levels}


def to_mind(advice: dict) -> list[str]:
    """List what who decides must see beside the choice: conflicts, and flags that ask for the board or a manager.

    `advice` is told in the reader's language.
    """
    said = [one["text"] for code, one in advice["explanations"].items() if code in TO_MIND]
    return said + [text for name, text in advice["flag_texts"].items() if name in TO_MIND]
