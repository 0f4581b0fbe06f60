"""Template tags for what the first page and a project's page show of news, results, documents and decisions."""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from cms.pages.news import NEWEST, DocumentList, NewsPage
from cms.pages.results import ResultPage
from cms.pages.timeline import decision_timeline
from cms.search.languages import language_of_words
from cms.search.site_pages import news, news_items

register = template.Library()


@register.simple_tag(takes_context=True)
def project_parts(context, page, overview) -> dict:
    """Gather the newest news, results and documents below a project's page, and its decisions."""
    request = context["request"]
    return {
        "decisions": decision_timeline(overview, timezone.now()),
        "news": news_items(_newest(NewsPage, page), request),
        "results": _entries(_newest(ResultPage, page), request),
        "documents": _entries(_below(DocumentList, page), request),
    }


@register.simple_tag(takes_context=True)
def newest_news(context) -> list:
    """List the newest news of a municipality for its first page."""
    request = context["request"]
    return news_items(news(request, get_language())[:NEWEST], request)


def _below(kind, page):
    return kind.objects.child_of(page).live().public().select_related("locale")


def _newest(kind, page):
    return _below(kind, page).order_by("-date", "-pk")[:NEWEST]


def _entries(pages, request) -> list[dict]:
    return [
        {
            "title": page.title,
            "language": language_of_words(page),
            "intro": page.intro,
            "date": getattr(page, "date", None),
            "href": page.get_url(request),
        }
        for page in pages
    ]
