"""What does a test of the site need? A Wagtail Site for a municipality, and pages published in it."""

from django.utils import translation
from wagtail.models import Locale, Page, Site

from cms.models import HomePage, ProjectPage, StandardPage
from deliberation.projects.models import Municipality
from tests.builders import a_municipality, a_project

TEXT = [("text", "<p>Een korte uitleg.</p>")]


def a_site(municipality=None, hostname="testserver"):
    """Make the first page and the Site of a municipality; the rest of Wagtail's tree is ours too."""
    municipality = municipality or a_municipality()
    found = Site.objects.filter(site_name=municipality.slug).first()
    if found:
        return found
    Locale.objects.get_or_create(language_code="nl")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    # The Site that Wagtail's own migration makes belongs to nobody.
    Site.objects.exclude(site_name__in=Municipality.objects.values("slug")).delete()
    home = HomePage(
        title="Wat kunt u veranderen?", slug=municipality.slug, intro="Kijk waar u mee kunt doen."
    )
    publish(root, home)
    is_default = not Site.objects.filter(is_default_site=True).exists()
    return Site.objects.create(
        hostname=hostname,
        root_page=home,
        site_name=municipality.slug,
        is_default_site=is_default,
    )


def publish(parent, page):
    """Put a page in the tree and publish it, as the editor does."""
    with translation.override("nl"):
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        page.save_revision().publish()
    return page


def a_project_page(project=None, title=None, **fields):
    """Publish the page of a project under the first page of its municipality."""
    project = project or a_project()
    home = a_site(project.municipality).root_page
    page = ProjectPage(
        title=title or project.title,
        slug=project.slug,
        project=project,
        intro="De straat gaat open. Daarna richten we hem opnieuw in.",
        body=TEXT,
        **fields,
    )
    return publish(home, page)


def a_standard_page(parent, title="Privacy", **fields):
    """Publish a page of text."""
    return publish(parent, StandardPage(title=title, slug=title.lower(), body=TEXT, **fields))
