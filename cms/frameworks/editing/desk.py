"""The decorator of the editor's screens: one gets its draft, keeps a change, and finds its way."""

import functools

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.frameworks import operations
from compass.engine.formats import read_document
from compass.engine.framework import FrameworkErrors
from compass.engine.writing import write_framework
from compass.refusal import Refused
from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen

from .document import rows, words
from .parts import PARTS
from .problems import problems_of
from .references import said


def draft_screen(view):
    """Make a view a screen of the editor: it gets the draft and what the draft says."""

    @desk_screen
    @functools.wraps(view)
    def screen(request, pk, **places):
        draft = operations.draft_here(request, pk)
        require("cms.edit_framework", request.user, operations.municipality_of(draft))
        return view(request, draft, document_of(draft), **places)

    return screen


def document_of(draft) -> dict:
    """Read a draft's text; refuse when it isn't TOML at all, because forms can't show it then."""
    try:
        return read_document(draft.source)
    except FrameworkErrors as error:
        text = _("The text of this draft can't be read: %(error)s. Import it again, mended.")
        raise Refused(text % {"error": error}, code="state") from error


def mistakes_in(draft) -> list[dict]:
    """List what keeps a draft from being a framework, each with the screen that mends it."""
    document = document_of(draft)
    return [
        {
            "text": one.text,
            "expected": one.expected,
            "line": one.line,
            "href": _screen_of(draft, one),
            "where": _where(document, one),
        }
        for one in problems_of(draft.source, document, prove=False)
    ]


def _screen_of(draft, problem) -> str:
    if problem.place:
        return go_to("edit_in_part", draft, problem.part, problem.place)
    return go_to("edit_part", draft, problem.part) if problem.part else go_to("edit_titles", draft)


def _where(document: dict, problem) -> str:
    """Name what isn't right: one of a part, the part, or what stands on top."""
    part = PARTS.get(problem.part)
    if part is None:
        return _("Title")
    found = rows(document, part.table)
    one = found[problem.place - 1] if problem.place and problem.place <= len(found) else {}
    return said(document, part.table, one) or str(part.title)


def kept(request, draft, document: dict):
    """Keep a changed document, unless somebody else changed the draft since it was opened."""
    seen = request.POST.get("seen", "")
    operations.change_draft(
        actor=request.user,
        draft=draft,
        source=write_framework(document),
        seen=int(seen) if seen.isdecimal() else -1,
        now=timezone.now(),
    )


def go_to(name: str, draft, *places) -> str:
    """Give the address of a screen of this draft."""
    return reverse(f"frameworks:{name}", args=[draft.pk, *places])


def draft_address(draft) -> str:
    return reverse("frameworks:see_draft", args=[draft.pk])


def crumbs(draft, document: dict, *, editing=False, part=None) -> list[dict]:
    """List the screens above this one."""
    title = words(document, "title") or draft.key
    links = [
        {"label": _("Frameworks"), "href": reverse("frameworks:see_frameworks")},
        {"label": title, "href": draft_address(draft)},
    ]
    if editing:
        links.append({"label": _("All parts"), "href": go_to("edit_framework", draft)})
    if part:
        links.append({"label": part.title, "href": go_to("edit_part", draft, part.slug)})
    return links
