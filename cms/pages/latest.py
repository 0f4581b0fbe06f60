"""The latest decision and the latest result, for the first page."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.search.languages import language_of_words
from cms.templatetags.site_components import stay
from compass.templatetags.compass_text import english_text
from deliberation.projects.extension_points import came_out_last
from deliberation.projects.models import DecisionOutcome

from .results import ResultPage


@dataclass(frozen=True)
class Latest:
    """One line on the first page that leads to more."""

    label: str
    title: str
    href: str
    language: str


def latest(home, pages, request) -> list[Latest]:
    """Find what was decided last about one of these project pages, and what came out last. Four queries."""
    found = [_last_decision(pages, request), _last_result(home, pages, request)]
    return [one for one in found if one]


def _last_decision(pages, request) -> Latest | None:
    outcome = (
        DecisionOutcome.objects.filter(decision_point__phase__project__in=pages.values("project"))
        .exclude(result=DecisionOutcome.Result.POSTPONED)
        .select_related("decision_point__phase")
        .order_by("-decided_on", "-pk")
        .first()
    )
    if outcome is None:
        return None
    page = pages.filter(project=outcome.decision_point.phase.project_id).first()
    return _line(_("Decided last"), outcome.outcome, outcome, page.get_url(request))


def _last_result(home, pages, request) -> Latest | None:
    page = ResultPage.objects.descendant_of(home).live().public().order_by("-date", "-pk").first()
    poll = came_out_last(pages.values("project"))
    if poll and not (page and page.date >= timezone.localdate(poll.at)):
        return _line(_("What came out last"), poll.title, poll, stay(poll.href))
    if page is None:
        return None
    where, language = page.get_url(request), language_of_words(page)
    return Latest(_("What came out last"), page.title, where, language)


def _line(label, text, row, href) -> Latest:
    """Say it in English where somebody gave that, else in Dutch."""
    english = english_text(text, row)
    return Latest(label, english or text, href, "en" if english else settings.LANGUAGE_CODE)
