"""Full-text search of this site: the same words, order and limits on every database."""

import re
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from compass.text import clean
from deliberation.projects.models import Project
from deliberation.projects.search import findable_kinds, own_address

from .search_index import SearchEntry, SearchStem
from .stems import edits, stem, terms, words

LONGEST_QUERY = 200
MOST_TERMS = 8
MOST_STEMS = 400
MOST_COMPARED = 5_000
PER_PAGE = 10
SNIPPET = 220
EXACT, BEGINS, CONTAINS, ALIKE = 10, 4, 2, 1
PAGE_KINDS = {
    "project": _("Project"),
    "news": _("News"),
    "result": _("Result"),
    "documents": _("Documents"),
    "page": _("Other page"),
}


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `snippet` is a list of (text, whether it was searched for)."""

    title: str
    language: str
    href: str
    kind: str
    project: Project | None
    snippet: list[tuple[str, bool]]


def kinds() -> dict[str, object]:
    """Give the label of every kind of thing that can be found."""
    return {**PAGE_KINDS, **findable_kinds()}


def clean_query(text: str) -> str:
    """Cut a query to what is searched for: one line of 200 characters, nothing a database chokes on."""
    return " ".join(clean(text).split())[:LONGEST_QUERY]


def found_entries(query: str, pages, project=None, kind=""):
    """Find the entries on visible pages that hold every word, the best first.

    A word counts most when it stands there itself, less when another word begins with it
    (parkeerplaats), and least within another word (blijverstuin).
    """
    asked = terms(query, MOST_TERMS)
    entries = SearchEntry.objects.filter(page__in=pages)
    if project:
        entries = entries.filter(project=project)
    if kind:
        entries = entries.filter(kind=kind)
    strengths = _strengths(asked)
    if not asked or not all(strengths.values()):
        return entries.none()
    score = Value(0)
    for number, found in enumerate(strengths.values()):
        name = f"term{number}"
        entries = entries.annotate(**{name: _sum_of(found)}).filter(**{f"{name}__gt": 0})
        score = score + F(name)
    return entries.annotate(score=score).order_by("-score", "title", "pk")


def hits(entries, query: str, request) -> list[Hit]:
    """Put entries into words with their addresses."""
    labels = kinds()
    site = Site.find_for_request(request)
    asked = set(words(query))
    return [
        Hit(
            title=entry.title,
            language=entry.language,
            href=_address(entry, request, site),
            kind=str(labels.get(entry.kind, "")),
            project=entry.project,
            snippet=snippet(entry.text, asked, entry.language),
        )
        for entry in entries
    ]


def snippet(text: str, asked: set[str], language: str) -> list[tuple[str, bool]]:
    """Cut the piece of a text where the first word stands, with every word that was found marked."""
    stems = {stem(word, language) for word in asked}
    found = [match for match in re.finditer(r"\w+", text) if _is_found(match[0], stems, language)]
    begin = max(0, found[0].start() - SNIPPET // 3) if found else 0
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    end = min(len(text), begin + SNIPPET)
    parts, at = [("… ", False)] if begin else [], begin
    for match in found:
        if begin <= match.start() and match.end() <= end:
            parts += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    rest = text[at:end] + (" …" if end < len(text) else "")
    return [part for part in [*parts, (rest, False)] if part[0]]


def _is_found(word: str, stems: set[str], language: str) -> bool:
    one = next(iter(words(word)), "")
    if not one:
        return False
    own = stem(one, language)
    return any(own.startswith(asked) for asked in stems if len(asked) > 2) or own in stems


def _address(entry, request, site) -> str:
    page = entry.page
    if own := own_address(entry.kind, entry.project_id, entry.key):
        return own
    address = page.get_url(request, current_site=site) or ""
    return f"{address}#{entry.anchor}" if entry.anchor else address


def _strengths(asked) -> dict[tuple, dict[int, int]]:
    """Find per term the stems it means, with how well each fits. One question, two when a word is unknown."""
    if not asked:
        return {}
    condition = Q()
    for one in {one for term in asked for one in term}:
        condition |= Q(text=one)
        if len(one) > 2:
            condition |= Q(text__startswith=one)
        if len(one) > 4:
            condition |= Q(text__contains=one)
    known = list(
        SearchStem.objects.filter(condition).values_list("pk", "text")[: MOST_STEMS * MOST_TERMS]
    )
    strengths = {term: _fitting(term, known) for term in asked}
    unknown = [term for term, found in strengths.items() if not found and len(term[0]) > 3]
    return strengths | _alike(unknown) if unknown else strengths


def _fitting(term, known) -> dict[int, int]:
    found = {pk: best for pk, text in known if (best := max(_fit(one, text) for one in term))}
    return dict(sorted(found.items(), key=lambda one: -one[1])[:MOST_STEMS])


def _fit(asked: str, text: str) -> int:
    if text == asked:
        return EXACT
    if len(asked) > 2 and text.startswith(asked):
        return BEGINS
    return CONTAINS if len(asked) > 4 and asked in text else 0


def _alike(unknown) -> dict[tuple, dict[int, int]]:
    """Find stems that differ one letter (two in a long word) and begin with the same letter."""
    condition = Q()
    for term in unknown:
        condition |= Q(text__startswith=term[0][0])
    known = list(SearchStem.objects.filter(condition).values_list("pk", "text")[:MOST_COMPARED])
    return {term: {pk: ALIKE for pk, text in known if _is_alike(term[0], text)} for term in unknown}


def _is_alike(asked: str, text: str) -> bool:
    slips = _slips(asked)
    return edits(asked, text, slips) <= slips


def _slips(term: str) -> int:
    return 2 if len(term) > 7 else 1


def _sum_of(found: dict[int, int]):
    by_strength: dict[int, list[int]] = {}
    for pk, strength in found.items():
        by_strength.setdefault(strength, []).append(pk)
    cases = [
        When(words__stem__in=ids, then=F("words__weight") * Value(strength))
        for strength, ids in by_strength.items()
    ]
    weight = Case(*cases, default=Value(0), output_field=IntegerField())
    return Coalesce(Sum(weight), Value(0))
