"""Queries: the pages of this site that everybody may see now, their projects, and the news."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from wagtail.models import Page, Site

from cms.models import ProjectPage
from cms.pages.news import NewsPage
from cms.pages.results import ResultPage
from cms.tenants.view_restrictions import hidden_paths
from deliberation.projects.models import DecisionOutcome, Project

from .languages import language_of_words


@dataclass(frozen=True)
class NewsItem:
    """One piece of news in a list."""

    page: Page
    title: str
    language: str
    intro: str
    date: date
    href: str
    project: str


def visible_pages(request, language: str, kind=Page):
    """Find the pages of this site that everybody may see now, in the reader's language where they are.

    Of one kind when it is given.
    """
    return kind.objects.filter(visible(request, language))


def visible(request, language: str, page: str = "") -> Q:
    """Say which pages these are, for a query on what hangs on them: `page` leads there, as in "entry__page__"."""
    root = root_of(request, language)
    if root is None:
        return Q(pk__in=[])
    shown = Q(**{f"{page}live": True, f"{page}path__startswith": root.path})
    for path in hidden_paths():
        shown &= ~Q(**{f"{page}path__startswith": path})
    return shown


def root_of(request, language: str) -> Page | None:
    """Find the first page of this site in a language, else in the language it was written in."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    homes = site.root_page.get_translations(inclusive=True).live().select_related("locale")
    by_language = {home.locale.language_code: home for home in homes}
    return by_language.get(language, site.root_page)


def public_projects(request, language: str):
    """Find the projects that have a page everybody may see on this site."""
    pages = visible_pages(request, language, ProjectPage)
    return Project.objects.filter(pk__in=pages.values("project"))


def addresses(request, language: str, projects=None) -> dict[int, str]:
    """Give the address of every project's page on this site by project id."""
    pages = visible_pages(request, language, ProjectPage)
    if projects is not None:
        pages = pages.filter(project__in=projects)
    return {page.project_id: page.get_url(request) for page in pages.select_related("locale")}


def news(request, language: str, project=None):
    """Find the news on this site, the newest first; of one project when it is given."""
    pages = visible_pages(request, language, NewsPage)
    if project is not None:
        pages = pages.filter(path__startswith=_place_of(project, language, request))
    return pages.select_related("locale").order_by("-date", "-pk")


def news_items(pages, request) -> list[NewsItem]:
    """Put news into words with addresses; the number of queries doesn't grow with it."""
    pages = list(pages)
    above = {page.path[: -Page.steplen] for page in pages}
    titles = dict(ProjectPage.objects.filter(path__in=above).values_list("path", "title"))
    return [
        NewsItem(
            page=page,
            title=page.title,
            language=language_of_words(page),
            intro=page.intro,
            date=page.date,
            href=page.get_url(request),
            project=titles.get(page.path[: -Page.steplen], ""),
        )
        for page in pages
    ]


def results(request, language: str, project):
    """Find the pages with results of a project, the newest first."""
    pages = visible_pages(request, language, ResultPage)
    place = _place_of(project, language, request)
    return pages.filter(path__startswith=place).select_related("locale").order_by("-date", "-pk")


def decided(projects):
    """Find what was decided in projects, the newest first; only what counts now."""
    newest = DecisionOutcome.objects.filter(decision_point__phase__project__in=projects)
    replaced = newest.filter(decision_point__outcomes__pk__gt=F("pk"))
    return (
        newest.exclude(pk__in=replaced.values("pk"))
        .select_related("decision_point__phase__project")
        .order_by("-decided_on", "-pk")
    )


def _place_of(project, language: str, request) -> str:
    pages = visible_pages(request, language, ProjectPage).filter(project=project)
    return pages.values_list("path", flat=True).first() or "-"
