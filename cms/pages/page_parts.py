"""What do the first page and a project's page show of news, results, documents and decisions?"""

from django.utils.translation import get_language

from cms.finding.languages import language_of_words
from cms.finding.site_pages import news, news_items

from .news import NEWEST, DocumentList, NewsPage, ResultPage
from .timeline import decision_timeline


def project_parts(page, overview, now, request) -> dict:
    """Gather the newest news, results and documents below a project's page, and its decisions."""
    return {
        "decisions": decision_timeline(overview, now),
        "news": news_items(_newest(NewsPage, page), request),
        "results": _entries(_newest(ResultPage, page), request),
        "documents": _entries(_below(DocumentList, page), request),
    }


def newest_news(request) -> list:
    """List the newest news of a municipality for its first page."""
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
