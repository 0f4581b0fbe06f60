"""Page checks: what an editor should look at before residents read a page. Findings warn; they never block."""

import html
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.redirects.lookup import is_taken
from cms.search.languages import language_of_words
from deliberation.projects.deciding.drift import drifts_of
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import levels_without_advice

from . import plain_language


@dataclass(frozen=True)
class PageHint:
    """One thing to look at: `weight` is promise (residents miss something), address, picture or language."""

    weight: str
    text: str


def findings(page, points=None, parent=None) -> list[PageHint]:
    """List what to look at on a page as it is now, draft included.

    `points` are decision points of points_of, `parent` is the page above; given by the report,
    which asks them for all pages at once.
    """
    found = about_address(page, parent or page.get_parent())
    project_id = getattr(page, "project_id", None)
    if project_id:
        points = points if points is not None else points_of([project_id])
        found += about_promises(project_id, points)
    found += about_pictures(page)
    if language_of_words(page) == "nl":
        found += about_language(readable_text(page))
    return found


def points_of(projects) -> list[DecisionPoint]:
    """Find the decision points of projects, each with `level_chosen` and `drift`. The number of queries is constant."""
    found = DecisionPoint.objects.filter(phase__project__in=projects)
    points = list(found.select_related("phase__project__municipality"))
    chosen = levels_without_advice(points)
    drifts = drifts_of(points, timezone.now(), chosen)
    for point in points:
        point.level_chosen = point.pk in chosen
        point.drift = drifts.get(point.pk)
    return points


def about_address(page, parent) -> list[PageHint]:
    """Say that residents can't reach a page, because its address already leads somewhere else."""
    if page.depth < 3 or not is_taken(parent, page.slug):
        return []
    taken = _("The address %s already leads somewhere else. Choose another one, under “Promote”.")
    return [PageHint("address", taken % f"/{page.slug}/")]


def about_promises(project_id: int, points) -> list[PageHint]:
    """Say which promise is missing: no decision point, no level, no list of what is fixed or open."""
    points = [point for point in points if point.phase.project_id == project_id]
    if not points:
        return [PageHint("promise", _("This project says nowhere what is being decided."))]
    found = []
    for point in points:
        name = Truncator(point.question).chars(80)
        if not point.level_chosen:
            found.append(_("Nobody chose how far residents may go: “%s”") % name)
        if point.drift:
            found.append(f"{point.drift.text} (“{name}”)")
        if not point.open:
            found.append(_("It does not say what residents can change: “%s”") % name)
        if not point.fixed:
            found.append(_("It does not say what is fixed: “%s”") % name)
    return [PageHint("promise", text) for text in found]


def about_pictures(page) -> list[PageHint]:
    """Say which pictures have no description."""
    missing = []
    if getattr(page, "picture_id", None) and not page.picture_description:
        missing.append(_("The picture at the top has no description."))
    for block in getattr(page, "body", None) or []:
        if block.block_type == "picture" and not block.value["description"]:
            missing.append(_("A picture in the text has no description."))
    return [PageHint("picture", text) for text in dict.fromkeys(missing)]


def about_language(text: str) -> list[PageHint]:
    """Put the hints about plain Dutch into words."""
    return [PageHint("language", _words(hint)) for hint in plain_language.hints(text)]


def readable_text(page) -> str:
    """Give the words of a page, each paragraph, heading and list item on its own line."""
    parts = [getattr(page, "intro", "")]
    for name in ("body", "points"):
        parts += [_lines(block.value) for block in getattr(page, name, None) or []]
    return "\n".join(part for part in parts if part)


def _words(hint) -> str:
    short = Truncator(hint.text).words(12)
    if hint.kind == "long":
        said = ngettext(
            "A sentence of %(number)s word: “%(text)s” Make two sentences of it.",
            "A sentence of %(number)s words: “%(text)s” Make two sentences of it.",
            hint.number,
        )
        return said % {"number": hint.number, "text": short}
    if hint.kind == "average":
        said = _("A sentence has %(number)s words on average. Stay below %(most)s.")
        return said % {"number": hint.number, "most": plain_language.LONG_ON_AVERAGE}
    if hint.kind == "word":
        said = _("“%(word)s” is an official word. Perhaps: “%(instead)s”.")
        return said % {"word": hint.text, "instead": hint.instead}
    return _("Say who does it: “%s”") % short


def _lines(value) -> str:
    if hasattr(value, "items"):
        return "\n".join(_lines(part) for name, part in value.items() if name != "image")
    if hasattr(value, "source"):
        return _without_marks(value.source)
    return value if isinstance(value, str) else ""


def _without_marks(source: str) -> str:
    for end in ("</p>", "</li>", "</h2>", "</h3>", "<br/>"):
        source = source.replace(end, f"{end}\n")
    return html.unescape(strip_tags(source))
