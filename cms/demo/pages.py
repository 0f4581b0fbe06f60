"""Which pages does the demo's site have?"""

from urllib.parse import urlparse

from django.conf import settings
from wagtail.models import Locale, Page, Site

from cms.models import HomePage, ProjectPage, StandardPage
from cms.page_rights import sync_page_rights

from . import content


def make_site(municipality, projects) -> None:
    """Make the site of a municipality with a page for each project ({slug: Project}), and publish it."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    home = _add(
        root, HomePage(title="Meedoen in Lindewaard", slug="thuis", intro=content.HOME_INTRO)
    )
    _point_site_at(home, municipality)
    for slug, text in (
        (content.STREET["slug"], content.STREET_TEXT),
        (content.BYLAW["slug"], content.BYLAW_TEXT),
    ):
        project = projects[slug]
        _add(
            home,
            ProjectPage(
                title=project.title, slug=slug, project=project, intro=project.summary,
                body=[("text", text)],
            ),
        )  # fmt: skip
    for title, slug, text in content.STANDARD_PAGES:
        _add(home, StandardPage(title=title, slug=slug, show_in_menus=True, body=[("text", text)]))
    sync_page_rights(municipality.pk)


def _add(parent, page):
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _point_site_at(home, municipality) -> None:
    # Wagtail's first migration makes a welcome page with a Site; ours takes its place.
    address = urlparse(settings.PUBLIC_URL)
    Site.objects.all().delete()
    Page.objects.filter(depth=2).exclude(pk=home.pk).delete()
    Site.objects.create(
        hostname=address.hostname,
        port=address.port or (443 if address.scheme == "https" else 80),
        site_name=municipality.slug,
        root_page=home,
        is_default_site=True,
    )
