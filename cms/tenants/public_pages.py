"""Public pages of projects: the address where residents read about one, if there is such a page."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Site

from cms.models import ProjectPage

SLASH = re.compile("/")


def public_pages(projects) -> dict[int, str]:
    """Give by project id the address of its page: published, private for nobody, in the reader's language."""
    pages = _pages_of(projects).only("url_path", "project", "locale__language_code")
    language, roots = get_language(), Site.get_site_root_paths()
    found: dict[int, str] = {}
    for page in sorted(pages.order_by("-pk"), key=lambda one: one.locale.language_code != language):
        page._wagtail_cached_site_root_paths = roots  # Wagtail would read them again for each page
        if page.project_id not in found and (address := page.get_url()):
            found[page.project_id] = address
    return found


def read_about(projects) -> set[int]:
    """Tell about which projects, by id, there is such a page: no address is made."""
    roots = {root.root_path for root in Site.get_site_root_paths()}
    return {
        project
        for project, path in _pages_of(projects).values_list("project", "url_path")
        if roots & set(_above(path))
    }


def _pages_of(projects):
    pages = ProjectPage.objects.live().public().filter(project__in=projects)
    return pages.select_related("locale")


def _above(path: str):
    """List the places in the tree that a place lies below, itself too: "/", "/town/", "/town/project/"."""
    return (path[: match.end()] for match in SLASH.finditer(path))


def site_address(municipality) -> str:
    """Give scheme and host of a municipality's site; PUBLIC_URL is the default site's own address."""
    site = Site.objects.filter(site_name=municipality.slug).first()
    if site is None or site.is_default_site:
        return settings.PUBLIC_URL
    ours = urlsplit(settings.PUBLIC_URL)
    port = f":{ours.port}" if ours.port else ""
    return f"{ours.scheme}://{site.hostname}{port}"
