"""Public views besides the pages that editors write: search, news, how projects go, and robots.txt."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from deliberation.people.spreadsheet import FORMS
from deliberation.projects.reporting.desk_views import table_context
from deliberation.projects.reporting.status_table import as_file, sorted_projects, status_rows

from . import full_text as searching
from .own_screens import own_screens
from .site_pages import addresses, news, news_items, public_projects, visible

NEWS_PER_PAGE = 12
ROWS_PER_PAGE = 20


@require_safe
def search(request):
    """Find pages and decisions; nothing that is not public is found, named or counted."""
    language = get_language()
    query = searching.clean_query(request.GET.get("q", ""))
    projects = public_projects(request, language)
    project = _chosen(projects, request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in searching.kinds() else ""
    shown = visible(request, language, "entry__page__")
    found = searching.found_entries(query, shown, project, kind)
    page = Paginator(found, searching.PER_PAGE).get_page(_number(request))
    asked = {"q": query, "project": project.slug if project else "", "kind": kind}
    context = {
        "query": query,
        "screens": [] if project or kind or page.number > 1 else own_screens(query),
        "page_of_hits": page,
        "hits": searching.hits(page, query, request),
        "more": len(found) == searching.MOST_FOUND,
        "projects": projects.order_by("title")[:100],
        "project": project,
        "kinds": searching.kinds().items(),
        "kind": kind,
        "asked": urlencode({name: value for name, value in asked.items() if value}) + "&",
        "longest": searching.LONGEST_QUERY,
    }
    return render(request, "cms/search.html", context)


@require_safe
def news_list(request):
    """List all news, or that of one project, a screen at a time."""
    language = get_language()
    projects = public_projects(request, language)
    project = _chosen(projects, request)
    page = Paginator(news(request, language, project), NEWS_PER_PAGE).get_page(_number(request))
    context = {
        "project": project,
        "project_href": addresses(request, language, [project]).get(project.pk) if project else "",
        "items": news_items(page, request),
        "page_of_news": page,
        "asked": f"project={project.slug}&" if project else "",
    }
    return render(request, "cms/news_list.html", context)


@require_safe
def status(request):
    """Show how all public projects go, for council and residents; also as a spreadsheet."""
    language, now = get_language(), timezone.now()
    sort = request.GET.get("sort", "")[:20]
    projects = sorted_projects(public_projects(request, language), sort, now)
    if (form := request.GET.get("format")) in FORMS:
        return as_file(status_rows(projects, now), form)
    page = Paginator(projects, ROWS_PER_PAGE).get_page(_number(request))
    rows = status_rows(page, now, addresses(request, language, list(page)))
    return render(request, "cms/status.html", table_context(page, rows, sort))


def _chosen(projects, request):
    slug = request.GET.get("project", "")[:50]
    return projects.filter(slug=slug).first() if slug else None


def _number(request) -> str:
    return request.GET.get("page", "1")[:6]


@require_safe
def robots(request):
    """Tell search engines what is for them, and where the list of pages is."""
    from cms.templatetags.site_meta import absolute

    closed = ("/admin/", "/account/", "/s/", "/ws/", "/api/")
    closed += ("/zoeken/", "/en/zoeken/", "/kompas/verschil/", "/en/kompas/verschil/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {absolute(request, '/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
