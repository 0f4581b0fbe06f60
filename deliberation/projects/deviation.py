"""What must be explained when somebody chooses another level than the advice?"""

from django.utils.translation import gettext_lazy as _


def missing_explanations(advice: dict, level: str, motivation: str, decider: str) -> dict:
    """Name what is still missing, by field: a reason for another level, and who decides for less.

    A decision must rest on its real reason: who chooses what the means allow while more would fit,
    says so by name. `advice` is that of an adopted assessment.
    """
    missing = {}
    if level == advice["outcome"]:
        return missing
    if not motivation:
        missing["motivation"] = _("You choose another level than the advice. Explain why.")
    if level == advice["now"] and not decider:
        missing["decider"] = _("More would fit than there are means for. Name who decides this.")
    return missing
