"""Indexing by signals: when a page or what hangs on it changes, so does what can be found."""

from django.db import transaction
from django.utils.html import strip_tags
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.models import ProjectPage
from cms.pages.news import DocumentList, public_documents
from deliberation.people.commit_hooks import after_commit
from deliberation.projects.search import findable, findables

from .languages import language_of_words
from .search_index import SearchEntry, SearchStem, SearchWord
from .stems import counted_stems

PAGE = "page"
LONGEST_TEXT = 20_000
MOST_STEMS = 1_500
TITLE_WEIGHT, MOST_WEIGHT = 8, 20


@transaction.atomic
def index_page(page) -> None:
    """Make what is live on a page findable, and what it shows of its project; nothing else stays."""
    # As it is live: what is given may hold a draft. The lock: two at once would both make the entries.
    page = Page.objects.select_for_update().get(pk=page.pk).specific
    SearchEntry.objects.filter(page_id=page.pk).delete()
    if not page.live:
        return
    project = project_of(page)
    entries = [_page_entry(page, project)]
    if project is not None and getattr(page, "project_id", None):
        entries += [_found_entry(page, project, one) for one in findables(project)]
    SearchEntry.objects.bulk_create(entries)
    _index_words(entries)


def index_published(sender, instance, **_signal) -> None:
    """Index a page when it is published."""
    index_page(instance)


def index_copied(sender, instance, created, raw=False, **_signal) -> None:
    """Index a page that is live from the start: a copy in another language is never published."""
    if created and not raw and isinstance(instance, Page) and instance.live:
        after_commit(_index_still_there, instance)


def _index_still_there(page) -> None:
    if Page.objects.filter(pk=page.pk).exists():
        index_page(page)


def index_lists_of(sender, instance, **_signal) -> None:
    """Index the lists of documents again when one of them, or the place they lie in, becomes private or public."""
    listed = {"documents__document__collection__path__startswith": instance.collection.path}
    if isinstance(instance, get_document_model()):
        listed = {"documents__document": instance}
    for page in DocumentList.objects.live().filter(**listed).distinct():
        after_commit(_index_still_there, page)


def forget_page(sender, instance, **_signal) -> None:
    """Take a page that is no longer public out of the index, with all that hangs on it."""
    SearchEntry.objects.filter(page_id=instance.pk).delete()


def index_point(sender, instance, **_signal) -> None:
    """Index a project again when one of its decision points or outcomes changes."""
    project_id = instance.project.pk
    after_commit(index_project, project_id)


def index_project(project_id: int, kind: str = "", key: str = "") -> None:
    """Index the pages of a project again, because something they show changed; or that one thing only."""
    for page in ProjectPage.objects.live().filter(project=project_id).select_related("project"):
        if kind:
            _index_thing(page, kind, key)
        else:
            index_page(page)


@transaction.atomic
def _index_thing(page, kind: str, key: str) -> None:
    Page.objects.select_for_update().get(pk=page.pk)
    SearchEntry.objects.filter(page_id=page.pk, kind=kind, key=key).delete()
    found = findable(page.project, kind, key)
    entries = [_found_entry(page, page.project, one) for one in found]
    SearchEntry.objects.bulk_create(entries)
    _index_words(entries)


def index_everything() -> int:
    """Index every live page again; give how many there are."""
    pages = Page.objects.live().filter(depth__gt=1).specific()
    for page in pages:
        index_page(page)
    return len(pages)


def project_of(page):
    """Find the project a page is about: its own, or that of the page above it."""
    own = getattr(page, "project", None)
    if own is not None or page.depth < 3:
        return own
    return getattr(page.get_parent().specific, "project", None)


def kind_of(page) -> str:
    """Name what kind of page it is in the filter: news, result, documents, project or page."""
    names = {"newspage": "news", "resultpage": "result", "documentlist": "documents"}
    return names.get(page.content_type.model, "project" if hasattr(page, "project") else PAGE)


def _page_entry(page, project) -> SearchEntry:
    return SearchEntry(
        page_id=page.pk,
        kind=kind_of(page),
        key=PAGE,
        project=project,
        language=language_of_words(page),
        title=page.title,
        text=page_text(page)[:LONGEST_TEXT],
    )


def _found_entry(page, project, found) -> SearchEntry:
    return SearchEntry(
        page_id=page.pk,
        kind=found.kind,
        key=found.key,
        project=project,
        language=language_of_words(page),
        title=found.title[:255],
        text=found.text[:LONGEST_TEXT],
        anchor=found.anchor,
    )


def page_text(page) -> str:
    """Give the words of a page without its marks: introduction, text, points, names of documents.

    Of a project's page also what the project is called and how to reach it.
    """
    parts = [getattr(page, "intro", ""), getattr(page, "contact", "")]
    for name in ("body", "points", "gaps", "purposes"):
        parts += [_words_in(block.value) for block in getattr(page, name, None) or []]
    if hasattr(page, "documents"):
        parts += [document.title for document in public_documents(page)]
    if getattr(page, "project_id", None):
        parts += [page.project.title, page.project.contact]
    return " ".join(" ".join(parts).split())


def _words_in(value) -> str:
    if hasattr(value, "items"):
        return " ".join(_words_in(part) for name, part in value.items() if name != "image")
    if hasattr(value, "source"):
        return strip_tags(value.source.replace("<", " <"))
    return value if isinstance(value, str) else ""


def _index_words(entries) -> None:
    wanted = {entry: _weights(entry) for entry in entries}
    stems = {stem for weights in wanted.values() for stem in weights}
    SearchStem.objects.bulk_create(
        [SearchStem(text=stem) for stem in stems], ignore_conflicts=True, batch_size=500
    )
    ids = {}
    for batch in _batches(sorted(stems), 500):
        ids |= dict(SearchStem.objects.filter(text__in=batch).values_list("text", "pk"))
    SearchWord.objects.bulk_create(
        [
            SearchWord(entry=entry, stem_id=ids[stem], weight=min(weight, MOST_WEIGHT))
            for entry, weights in wanted.items()
            for stem, weight in weights.items()
        ],
        batch_size=500,
    )


def _weights(entry) -> dict[str, int]:
    weights = counted_stems(entry.text, entry.language, MOST_STEMS)
    for stem in counted_stems(entry.title, entry.language, MOST_STEMS):
        weights[stem] = weights.get(stem, 0) + TITLE_WEIGHT
    return weights


def _batches(items, size):
    return (items[at : at + size] for at in range(0, len(items), size))
