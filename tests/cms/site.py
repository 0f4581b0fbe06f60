"""What does a test of the site need? A Wagtail Site for a municipality, and pages published in it."""

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.text import slugify
from wagtail.documents.models import Document
from wagtail.models import Collection, Locale, Page, Site

from cms.models import (
    DocumentList,
    HomePage,
    ListedDocument,
    NewsPage,
    ProjectPage,
    ResultPage,
    StandardPage,
)
from deliberation.projects.models import Municipality
from tests.builder_cache import cached
from tests.builders import a_municipality, a_project

TEXT = [("text", "<p>Een korte uitleg.</p>")]


@cached
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
    with translation.override("nl"):
        root.add_child(
            instance=home
        )  # live, but without the editor's rounds: most tests only stand on it
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


@cached
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


@cached
def a_standard_page(parent, title="Privacy", **fields):
    """Publish a page of text."""
    about = {"slug": slugify(title), "body": TEXT, **fields}
    return publish(parent, StandardPage(title=title, **about))


@cached
def a_news_page(parent, title="De bomen zijn besteld", **fields):
    """Publish a piece of news under the first page or a project's page."""
    about = {
        "intro": "In het voorjaar komen er twintig bomen.",
        "body": TEXT,
        "slug": slugify(title),
    }
    return publish(parent, NewsPage(title=title, **{**about, **fields}))


@cached
def a_result_page(parent, title="Dit deden we met uw mening", **fields):
    """Publish what came out of something, with one point."""
    point = {
        "given": "Wij willen een speeltuin.",
        "disposition": "not",
        "reason": "Onder het gras ligt een gasleiding.",
        "until": None,
    }
    about = {"intro": "Wij kregen 65 reacties.", "points": [("point", point)]}
    about["slug"] = slugify(title)
    return publish(parent, ResultPage(title=title, **{**about, **fields}))


def a_document(title="Tekening van de straat", collection=None, name="tekening.pdf"):
    """Store a small document; in the root collection unless told."""
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    file = ContentFile(b"%PDF-1.4 tekening", name=name)
    return Document.objects.create(title=title, file=file, collection=collection or root)


def a_document_list(parent, *documents, title="Stukken"):
    """Publish a list of documents."""
    page = DocumentList(title=title, slug=slugify(title), intro="Alle stukken bij elkaar.")
    page.documents = [
        ListedDocument(document=document, title=document.title) for document in documents
    ]
    return publish(parent, page)
