"""Public pages of projects: the address where residents read about one, if there is such a page."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Site

from cms.models import ProjectPage


def public_pages(projects) -> dict[int, str]:
    """Give by project id the address of its page: published, private for nobody, in the reader's language."""
    pages = ProjectPage.objects.live().public().filter(project__in=projects)
    pages = pages.select_related("locale").order_by("pk")
    language = get_language()
    found: dict[int, str] = {}
    for page in sorted(pages, key=lambda page: page.locale.language_code == language):
        if address := page.get_url():
            found[page.project_id] = address
    return found


def site_address(municipality) -> str:
    """Give scheme and host of a municipality's site; PUBLIC_URL is the default site's own address."""
    site = Site.objects.filter(site_name=municipality.slug).first()
    if site is None or site.is_default_site:
        return settings.PUBLIC_URL
    ours = urlsplit(settings.PUBLIC_URL)
    port = f":{ours.port}" if ours.port else ""
    return f"{ours.scheme}://{site.hostname}{port}"
