"""Full-text search of this site: the same words, order and limits on every database."""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from compass.text import clean
from deliberation.projects.models import Project
from deliberation.projects.search import findable_kinds, own_address

from .search_index import SearchEntry, SearchStem, SearchWord
from .stems import edits, joined_pairs, joined_words, stem, ways_to_write, words

LONGEST_QUERY = 200
MOST_TERMS = 8
MOST_WAYS = 3  # in which two words of a query may be one
MOST_STEMS = 100  # that one word of a query may mean
MOST_COMPARED = 2_000
MOST_FOUND = 500  # entries; nobody turns fifty pages
PER_PAGE = 10
SNIPPET = 220
EXACT, BEGINS, CONTAINS, ALIKE = 10, 4, 2, 1
WRITTEN = re.compile(r"\w+(?:[-.,]\w+)*")  # a word, a joined one, or a number with points
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


def found_entries(query: str, visible, project=None, kind="") -> list[int]:
    """Find the entries on visible pages that hold every word, the best first, at most MOST_FOUND; gives their ids.

    A word counts most when it stands there itself, less when another word begins with it
    (parkeerplaats), and least within another word (blijverstuin). Of a word that stands in very many,
    those are looked up in which it weighs most: a search costs the same in a big town.
    `visible` says of `entry__page` what everybody may see (site_pages.py).
    """
    listed = SearchWord.objects.filter(visible)
    if project:
        listed = listed.filter(entry__project=project)
    if kind:
        listed = listed.filter(entry__kind=kind)
    ways = ways_to_write(query, MOST_TERMS)
    strengths = _strengths({term for way in ways for term in way})
    known = [way for way in ways if way and all(strengths[term] for term in way)][:MOST_WAYS]
    if not known:
        strengths |= _alike([term for term in ways[0] if not strengths[term] and len(term[0]) > 3])
        known = [ways[0]] if ways[0] and all(strengths[term] for term in ways[0]) else []
    postings = {term: Postings(listed, strengths[term]) for way in known for term in way}
    scores: dict[int, int] = {}
    for way in known:
        for entry, score in _in_all([postings[term] for term in way]).items():
            scores[entry] = max(score, scores.get(entry, 0))
    titles = {pk: title for one in postings.values() for pk, title in one.titles.items()}
    return sorted(scores, key=lambda pk: (-scores[pk], titles[pk], pk))[:MOST_FOUND]


class Postings:
    """Where one word of a query stands: by entry how much that counts; `cut` where there is more than was looked up."""

    def __init__(self, listed, strengths: dict[int, int]):
        self.listed, self.strengths = listed, strengths
        self.scores, self.titles = {}, {}
        self.cut = self._look_up(listed)

    def within(self, entries) -> dict[int, int]:
        """Give how much it counts in these entries."""
        if not self.cut:
            return {pk: self.scores[pk] for pk in entries if pk in self.scores}
        # Who may see these was asked when they were found.
        words = SearchWord.objects.filter(entry__in=entries, stem__in=list(self.strengths))
        found: dict[int, int] = {}
        for entry, stem_id, weight in words.values_list("entry", "stem", "weight"):
            found[entry] = found.get(entry, 0) + weight * self.strengths[stem_id]
        return found

    def _look_up(self, listed) -> bool:
        """Read first where the word itself stands, then the words that it is a part of."""
        exact = [pk for pk, strength in self.strengths.items() if strength == EXACT]
        rows = self._rows(listed, exact, MOST_FOUND)
        rest = [pk for pk in self.strengths if pk not in exact]
        rows += self._rows(listed, rest, MOST_FOUND - len(rows))
        found: dict[int, int] = {}
        for entry, title, stem_id, weight in rows:
            found[entry] = found.get(entry, 0) + weight * self.strengths[stem_id]
            self.titles[entry] = title
        self.scores |= found
        return len(rows) >= MOST_FOUND

    def _rows(self, listed, stems, most: int) -> list[tuple]:
        if not stems or most <= 0:
            return []
        rows = listed.filter(stem__in=stems).order_by("stem", "-weight")
        return list(rows.values_list("entry", "entry__title", "stem", "weight")[:most])


def _in_all(postings: list[Postings]) -> dict[int, int]:
    """Add up what counts in the entries that hold every word, beginning with the rarest."""
    first, *others = sorted(postings, key=lambda one: (one.cut, len(one.scores)))
    scores = dict(first.scores)
    for one in others:
        more = one.within(list(scores))
        scores = {pk: scores[pk] + more[pk] for pk in scores if pk in more}
    return scores


def hits(found, query: str, request) -> list[Hit]:
    """Put the entries with these ids into words with their addresses, in this order."""
    rows = SearchEntry.objects.select_related("page__locale", "project").in_bulk(list(found))
    entries = [rows[pk] for pk in found if pk in rows]
    labels = kinds()
    site = Site.find_for_request(request)
    asked = {*words(query), *joined_words(query)}
    asked |= {word for _place, word in joined_pairs(words(query))}
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
    found = [match for match in WRITTEN.finditer(text) if _is_found(match[0], stems, language)]
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


def _is_found(written: str, stems: set[str], language: str) -> bool:
    for word in [*words(written), *joined_words(written)]:
        own = stem(word, language)
        if own in stems or any(own.startswith(asked) for asked in stems if len(asked) > 2):
            return True
    return False


def _address(entry, request, site) -> str:
    page = entry.page
    if own := own_address(entry.kind, entry.project_id, entry.key):
        return own
    address = page.get_url(request, current_site=site) or ""
    return f"{address}#{entry.anchor}" if entry.anchor else address


def _strengths(asked) -> dict[tuple, dict[int, int]]:
    """Find per term the stems it means, with how well each fits. One question for all of them."""
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
    return {term: _fitting(term, known) for term in asked}


def _fitting(term, known) -> dict[int, int]:
    """Keep the stems that fit best, the shortest first."""
    found = [(max(_fit(one, text) for one in term), len(text), pk) for pk, text in known]
    best = sorted((-fit, length, pk) for fit, length, pk in found if fit)[:MOST_STEMS]
    return {pk: -fit for fit, _length, pk in best}


def _fit(asked: str, text: str) -> int:
    if text == asked:
        return EXACT
    if len(asked) > 2 and text.startswith(asked):
        return BEGINS
    return CONTAINS if len(asked) > 4 and asked in text else 0


def _alike(unknown) -> dict[tuple, dict[int, int]]:
    """Find stems that differ one letter (two in a long word) and begin with the same letter. One question."""
    condition = Q(pk__in=[])
    for term in unknown:
        slips, length = _slips(term[0]), len(term[0])
        condition |= Q(text__startswith=term[0][0], length__range=(length - slips, length + slips))
    known = SearchStem.objects.annotate(length=Length("text")).filter(condition)
    known = list(known.values_list("pk", "text")[:MOST_COMPARED])
    return {term: {pk: ALIKE for pk, text in known if _is_alike(term[0], text)} for term in unknown}


def _is_alike(asked: str, text: str) -> bool:
    slips = _slips(asked)
    return edits(asked, text, slips) <= slips


def _slips(term: str) -> int:
    return 2 if len(term) > 7 else 1
