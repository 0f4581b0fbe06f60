"""Template tags for a page's metadata: what search engines, feed readers and whoever shares it are told."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Site

from .pictures import copy_of

register = template.Library()
LOCALES = {"nl": "nl_NL", "en": "en_GB"}
PREVIEW = "img/preview.png"


@register.simple_tag(takes_context=True)
def page_meta(context, page, text="") -> dict:
    """Give title, description, address in every language, picture and feeds of a page."""
    request = context.get("request")
    said = page.search_description or text or ""
    language = page.locale.language_code
    return {
        "title": page.seo_title or page.title,
        "description": Truncator(said).chars(160),
        "canonical": (page.alias_of or page).get_full_url(request) or "",
        "languages": _translations(page, request),
        "image": absolute(request, _picture(page)),
        "locale": LOCALES.get(language, LOCALES[settings.LANGUAGE_CODE]),
        "feeds": _feeds(page, request),
    }


@register.simple_tag(takes_context=True)
def absolute_url(context, path) -> str:
    """Give an address with its host, for feeds and previews."""
    return absolute(context.get("request"), path)


def absolute(request, path: str) -> str:
    """Put the site's own host before a path; never the host a visitor typed."""
    site = Site.find_for_request(request) if request else None
    root = site.root_url if site else settings.PUBLIC_URL
    return path if path.startswith(("https://", "http://")) else f"{root}{path}"


def _translations(page, request) -> list[dict]:
    if page.alias_of_id:  # it repeats another page, which is the one to be found
        page = page.alias_of
    own = [
        page,
        *page.get_translations().live().public().filter(alias_of=None).select_related("locale"),
    ]
    if len(own) == 1:
        return []
    found = [{"code": one.locale.language_code, "href": one.get_full_url(request)} for one in own]
    return [*found, {"code": "x-default", "href": found[0]["href"]}]


def _picture(page) -> str:
    picture = getattr(page, "picture", None)
    made = picture and copy_of(picture, "fill-1200x630|format-png")
    return made.url if made else static(PREVIEW)


def _feeds(page, request) -> list[dict]:
    project = getattr(page, "project", None)
    names = ("news_feed", "decision_feed")
    titles = (_("News"), _("Decisions"))
    try:
        addresses = [reverse(name) for name in names]
    except NoReverseMatch:
        return []
    query = f"?project={project.slug}" if project else ""
    kind = "application/rss+xml"
    return [
        {"type": kind, "title": title, "href": f"{address}{query}"}
        for title, address in zip(titles, addresses, strict=True)
    ]
