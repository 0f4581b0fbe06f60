"""The desk screens on which a gap in a document is filled in: their names and addresses."""

from django.urls import reverse
from django.utils.translation import gettext as _

from .anatomy import Missing


def place_name(where: str) -> str:
    """Name the place in the reader's language."""
    return {
        "notes": _("Details for the documents"),
        "point": _("Decision point"),
        "compass": _("Compass"),
        "level": _("Level decision"),
        "project": _("Project"),
        "roles": _("People and roles"),
        "outcome": _("Write down the decision"),
        "document": _("In this document"),
    }[where]


def place_href(where: str, point) -> str:
    """Give the address of the place; empty where the document itself is it."""
    names = {
        "notes": "documents:note_point",
        "point": "projects:see_decision_point",
        "compass": "projects:assess_decision_point",
        "level": "projects:decide_level",
        "outcome": "projects:record_outcome",
    }
    if where in names:
        return reverse(names[where], args=[point.pk])
    about_project = {"project": "projects:see_project", "roles": "projects:invite_colleague"}
    if where in about_project:
        return reverse(about_project[where], args=[point.project.pk])
    return ""


def gap_words(block: Missing) -> tuple[str, str]:
    """Name a gap in two parts: that it is one, and where it can be filled in."""
    return _("Not filled in yet: %s") % block.what, f" ({place_name(block.where)})"
