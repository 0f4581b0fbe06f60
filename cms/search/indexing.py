"""Indexing by signals: when a page or what hangs on it changes, so does what can be found; only that."""

import logging

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.html import strip_tags
from django_tasks import task
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.models import ProjectPage
from cms.pages.news import DocumentList, public_documents
from deliberation.people.commit_hooks import after_commit
from deliberation.people.outages import is_outage
from deliberation.projects.search import findable, findables

from .languages import language_of_words
from .search_index import VERSION, SearchEntry, SearchStem, SearchWord
from .stems import counted_stems

log = logging.getLogger(__name__)
PAGE = "page"
UNFINISHED = 0  # the version of a page of which not all is indexed yet that hangs on it
BATCH = 100
LONGEST_TEXT = 20_000
MOST_STEMS = 1_500
TITLE_WEIGHT, MOST_WEIGHT = 8, 20


def index_page(page) -> None:
    """Make what is live on a page findable at once; nothing else stays. What hangs on it follows, by the worker."""
    page = index_page_alone(page, UNFINISHED)
    if page.live and shows_a_project(page):
        _by_worker(index_things, page.pk)


@transaction.atomic
def index_page_alone(page, version=None):
    """Make the words of a page itself findable; gives the page as it is live.

    Its entry is unfinished until `index_things` was through, so that the worker ends what stopped half-way. It stays
    as finished as it was, unless a `version` is given.
    """
    # As it is live: what is given may hold a draft. The lock: two at once would both make the entry.
    page = Page.objects.select_for_update().get(pk=page.pk).specific
    entries = SearchEntry.objects.filter(page_id=page.pk)
    if not page.live:
        entries.delete()
        return page
    own = entries.filter(key=PAGE)
    before = own.values_list("version", flat=True).first() or UNFINISHED
    own.delete()
    entry = _page_entry(page, project_of(page))
    if shows_a_project(page):
        entry.version = before if version is None else version
    _write([entry])
    return page


def shows_a_project(page) -> bool:
    """Tell whether what stands in a project can be found on this page."""
    return isinstance(page, ProjectPage) and page.project_id is not None


@task()
def index_things(page_id: int) -> None:
    """Index all that a page shows of its project, a batch at a time: while one is written, others wait."""
    page = ProjectPage.objects.live().filter(pk=page_id).select_related("project").first()
    if page is None:
        return
    wanted = findables(page.project)
    language = language_of_words(page)
    held = SearchEntry.objects.filter(page_id=page_id).exclude(key=PAGE)
    here = {(one.kind, one.key) for one in wanted}
    gone = [pk for pk, *name in held.values_list("pk", "kind", "key") if tuple(name) not in here]
    for batch in _batches(gone, BATCH):
        SearchEntry.objects.filter(pk__in=batch).delete()
    right = held.filter(language=language, project=page.project_id, version=VERSION)
    done = set(right.values_list("kind", "key"))
    for batch in _batches([one for one in wanted if (one.kind, one.key) not in done], BATCH):
        _replace(page, batch)
    SearchEntry.objects.filter(page_id=page_id, key=PAGE).update(version=VERSION)


@transaction.atomic
def _replace(page, things) -> None:
    Page.objects.select_for_update().get(pk=page.pk)
    kinds, keys = {one.kind for one in things}, {one.key for one in things}
    here = {(one.kind, one.key) for one in things}
    held = SearchEntry.objects.filter(page_id=page.pk, kind__in=kinds, key__in=keys)
    stale = [pk for pk, *name in held.values_list("pk", "kind", "key") if tuple(name) in here]
    SearchEntry.objects.filter(pk__in=stale).delete()
    # Asked again under the lock: what was hidden since the list was made stays out.
    now = [found for one in things for found in findable(page.project, one.kind, one.key)]
    _write([_found_entry(page, page.project, one) for one in now])


def _by_worker(work, *about) -> None:
    """Have a task done by the worker; where there is none at once."""
    if work.get_backend().supports_defer:
        work.enqueue(*about)
    else:
        work.call(*about)


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
    """Index a decision point again when it or its outcome changes."""
    point_id = getattr(instance, "decision_point_id", instance.pk)
    after_commit(index_project, instance.project.pk, "decision", str(point_id))


def index_project(project_id: int, kind: str = "", key: str = "") -> None:
    """Index what the pages of a project say of it, because that changed; or one thing that hangs on it.

    Of a thing nothing of before is found from now on; the worker makes it findable as it is.
    """
    if kind:
        _index_anew(project_id, kind, key)
    else:
        for page in ProjectPage.objects.live().filter(project=project_id):
            index_page_alone(page)


def _index_anew(project_id: int, kind: str, key: str) -> None:
    try:
        SearchEntry.objects.filter(project=project_id, kind=kind, key=key).delete()
    finally:
        _by_worker(index_thing, project_id, kind, key)


@task()
def index_thing(project_id: int, kind: str, key: str) -> None:
    """Index one thing of a project on each of its pages: it, or nothing when it is not public."""
    for page in ProjectPage.objects.live().filter(project=project_id).select_related("project"):
        _index_thing(page, kind, key)


@transaction.atomic
def _index_thing(page, kind: str, key: str) -> None:
    Page.objects.select_for_update().get(pk=page.pk)
    SearchEntry.objects.filter(page_id=page.pk, kind=kind, key=key).delete()
    _write([_found_entry(page, page.project, one) for one in findable(page.project, kind, key)])


def index_older(most: int, after: int = 0) -> int:
    """Index some pages that were not (wholly), or in another way than now; give the number of the last, 0 when done.

    `after` is the number of the last one before: one page that can't be indexed holds up no other.
    """
    entries = SearchEntry.objects.filter(page=OuterRef("pk"))
    absent = Q(live=True, depth__gt=1) & ~Exists(entries.filter(key=PAGE))
    pages = Page.objects.filter(Exists(entries.filter(version__lt=VERSION)) | absent, pk__gt=after)
    last = 0
    for page in pages.order_by("pk")[:most]:
        last = page.pk
        try:
            _index_whole(page)
        except Exception as failure:
            if is_outage(failure):
                raise
            log.exception("page %s can't be indexed", page.pk)
    return last


def _index_whole(page) -> None:
    index_page_alone(page, UNFINISHED)
    index_things.call(page.pk)


def index_everything() -> int:
    """Index every live page again; give how many there are."""
    pages = Page.objects.live().filter(depth__gt=1).order_by("path")
    number = 0
    for page in pages.iterator(chunk_size=BATCH):
        SearchEntry.objects.filter(page_id=page.pk).delete()
        _index_whole(page)
        number += 1
    return number


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
        version=VERSION,
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
        version=VERSION,
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


def _write(entries) -> None:
    """Write entries with their words."""
    SearchEntry.objects.bulk_create(entries)
    wanted = {entry: _weights(entry) for entry in entries}
    stems = {stem for weights in wanted.values() for stem in weights}
    ids = _ids_of(stems)
    if new := [SearchStem(text=stem) for stem in sorted(stems - ids.keys())]:
        SearchStem.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
        ids |= _ids_of(stems - ids.keys())
    SearchWord.objects.bulk_create(
        [
            SearchWord(entry=entry, stem_id=ids[stem], weight=min(weight, MOST_WEIGHT))
            for entry, weights in wanted.items()
            for stem, weight in weights.items()
        ],
        batch_size=500,
    )


def _ids_of(stems) -> dict[str, int]:
    ids: dict[str, int] = {}
    for batch in _batches(sorted(stems), 500):
        ids |= dict(SearchStem.objects.filter(text__in=batch).values_list("text", "pk"))
    return ids


def _weights(entry) -> dict[str, int]:
    weights = counted_stems(entry.text, entry.language, MOST_STEMS)
    for stem in counted_stems(entry.title, entry.language, MOST_STEMS):
        weights[stem] = weights.get(stem, 0) + TITLE_WEIGHT
    return weights


def _batches(items, size):
    return (items[at : at + size] for at in range(0, len(items), size))
