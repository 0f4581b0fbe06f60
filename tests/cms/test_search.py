"""Do people find what is public, however they write it, and never anything that is not?"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, PageViewRestriction

from cms.background import PatientWorker
from cms.models import NewsPage, ProjectPage
from cms.search import indexing
from cms.search.full_text import PER_PAGE
from cms.search.indexing import index_everything
from cms.search.search_index import VERSION, SearchEntry
from cms.search.stems import edits, stem, terms
from tests.builders import a_decision_point, a_municipality, a_phase, a_project, committed
from tests.questions.builders import a_desk

from .site import a_document, a_document_list, a_news_page, a_project_page, a_result_page, a_site

pytestmark = pytest.mark.django_db
WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def found(client, query, **filters):
    """Search, and give the titles that were found."""
    answer = client.get("/zoeken/", {"q": query, **filters})
    assert answer.status_code == 200
    return [hit.title for hit in answer.context["hits"]]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("fietser", "Ruimte voor fietsers"),
        ("fietsers", "Elke fietser telt"),
        ("parkeren", "Minder parkeerplaatsen"),
        ("boom", "De bomen komen"),
        ("BOMEN", "Een boom voor elk huis"),
        ("cafe", "Het café op de hoek"),
        ("café", "Het cafe op de hoek"),
        ("vergun", "De vergunningen zijn klaar"),
        ("plaatsen", "Minder parkeerplaatsen"),
        ("huizen", "Uw huis en de straat"),
        ("kastanjelan", "De Kastanjelaan gaat open"),
        ("de bomen", "Bomen"),
        ("lodz", "Onze zusterstad Łódź"),
        ("Łódź", "Bezoek uit Lodz"),
        ("soren", "Søren vertelt"),
        ("wifi", "Gratis wi-fi op het plein"),
        ("wi-fi", "Gratis wifi op het plein"),
        ("wi fi", "Gratis wifi op het plein"),
        ("bushalte", "De bus-halte gaat weg"),
        ("bus-halte", "De bushalte gaat weg"),
        ("bus halte", "De bushalte gaat weg"),
        ("fotos", "De foto’s van de buurt"),
        ("4811ab", "Iedereen in 4811 AB"),
        ("4811 AB", "Iedereen in 4811AB"),
        ("4811", "Iedereen in 4811 AB"),
        ("1000", "Wij planten 1.000 stuks"),
        ("1.000", "Wij planten 1000 stuks"),
        ("2500000", "Het kost 2.500.000 euro"),
    ],
)
def test_dutch_words_are_found_however_they_are_written(client, asked, written):
    home = a_site().root_page
    a_news_page(home, written)
    a_news_page(home, "Iets heel anders", intro="Over regen.", body=[])
    assert found(client, asked) == [written]


def test_every_word_has_to_be_there_and_titles_come_first(client):
    home = a_site().root_page
    a_news_page(home, "Regen", intro="Over bomen en over regen.", body=[])
    a_news_page(home, "Bomen in de regen", intro="Kort.", body=[])
    a_news_page(home, "Bomen", intro="Kort.", body=[])
    assert found(client, "bomen regen") == ["Bomen in de regen", "Regen"]


def test_decisions_results_and_documents_are_found(client, django_capture_on_commit_callbacks):
    page = a_project_page(a_project())
    with django_capture_on_commit_callbacks(execute=True):
        a_decision_point(a_phase(project=page.project), open=["De plek van het zandbed"])
    a_result_page(page)
    a_document_list(page, a_document("Bodemonderzoek"))
    assert found(client, "zandbed") == ["Hoe richten we de Lindestraat opnieuw in?"]
    assert found(client, "gasleiding") == ["Dit deden we met uw mening"]
    assert found(client, "bodemonderzoek") == ["Stukken"]
    assert found(client, "zandbed", kind="news") == []
    assert found(client, "zandbed", project=page.project.slug)
    html = client.get("/zoeken/", {"q": "zandbed"}).content.decode()
    assert "<mark>zandbed</mark>" in html and "#beslispunt-" in html


def secrets_of(home):
    """Make pages that nobody but staff may find, each with the word zilvermeeuw."""
    draft = a_news_page(home, "Concept zilvermeeuw")
    draft.unpublish()
    private = a_news_page(home, "Besloten zilvermeeuw")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    changed = a_news_page(home, "Gewoon nieuws")
    changed.title = "Gewijzigd zilvermeeuw"
    changed.save_revision()
    later = NewsPage(title="Later zilvermeeuw", slug="later", intro="Kort.", live=False)
    later.go_live_at = timezone.now() + timedelta(days=2)
    Page.objects.get(pk=home.pk).add_child(instance=later)
    later.save_revision().publish()
    hidden = a_document_list(home_project(home), a_document("Stuk zilvermeeuw"), title="Weg")
    hidden.unpublish()
    return [draft, private, later, hidden]


def home_project(home):
    return a_project_page(a_project(), title="Een project")


PUBLIC_LISTS = (
    "/",
    "/zoeken/?q=zilvermeeuw",
    "/nieuws/",
    "/nieuws/rss/",
    "/besluiten/rss/",
    "/stand-van-zaken/",
    "/stand-van-zaken/?format=csv",
    "/agenda.ics",
    "/sitemap.xml",
    "/een-project/",
)


def test_a16_what_is_not_public_is_in_no_list_search_feed_or_sitemap(client):
    home = a_site().root_page
    pages = secrets_of(home)
    other = a_municipality("verderop")
    a_site(other, "verderop.localhost")
    theirs = a_project_page(a_project(other, title="Project zilvermeeuw van de buren"))
    a_news_page(theirs, "Nieuws zilvermeeuw van de buren")
    for path in PUBLIC_LISTS:
        answer = client.get(path)
        body = answer.content.decode().replace('value="zilvermeeuw"', "")
        body = body.replace("Zoek: zilvermeeuw", "").replace("Search: zilvermeeuw", "")
        body = body.replace("?q=zilvermeeuw", "").replace("?q=zilvermeeuw", "")
        body = body.replace("%3Fq%3Dzilvermeeuw", "")
        assert "zilvermeeuw" not in body.split("</title>")[-1].lower(), path
        assert "gewijzigd" not in body.lower(), path
    for page in pages:
        for tail in ("", "?preview=1", "?mode=draft", "?revision=1"):
            answer = client.get((page.get_url() or f"/{page.slug}/") + tail)
            assert answer.status_code in (302, 404), (page.title, tail)
            # The address that was asked comes back in the link to the other language.
            told = answer.content.decode().lower().replace(page.slug, "")
            assert "zilvermeeuw" not in told


def test_a16_what_becomes_private_is_gone_at_once(client):
    page = a_news_page(a_site().root_page, "Zilvermeeuw")
    assert found(client, "zilvermeeuw") == ["Zilvermeeuw"]
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert found(client, "zilvermeeuw") == []
    page.unpublish()
    assert not SearchEntry.objects.filter(page=page).exists()


@pytest.mark.parametrize(
    "query",
    [
        "' OR 1=1 --",
        "%",
        "_",
        "\\",
        '"; DROP TABLE cms_searchentry; --',
        "a" * 5000,
        "\x00",
        "(a+)+$" * 50,
        "* OR title:x",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "😀" * 300,
        "á̂̃" * 300,
    ],
)
def test_a32_a_crooked_query_finds_nothing_and_costs_little(client, query):
    a_news_page(a_site().root_page)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(
            "/zoeken/", {"q": query, "project": query, "kind": query, "page": query}
        )
    assert answer.status_code == 200
    assert len(answer.context["query"]) <= 200
    assert len(caught) <= 20
    assert "<script>alert" not in answer.content.decode()
    assert "49" not in [hit.title for hit in answer.context["hits"]]


def test_a32_a_query_has_at_most_eight_words():
    assert len(terms(" ".join(f"woord{number}" for number in range(50)), 8)) == 8


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_a_search_asks_as_often_with_three_pages_of_results_as_with_one(client):
    home = a_site().root_page
    counts = []
    for upto in (1, 3, 3 * PER_PAGE):
        parent = Page.objects.get(pk=home.pk)
        for number in range(NewsPage.objects.count(), upto):
            parent.add_child(instance=NewsPage(title=f"Bomen {number}", intro="Kort."))
        index_everything()
        counts.append(asked(client, "/zoeken/?q=bomen"))
    assert len(set(counts)) == 1, counts
    assert f"{3 * PER_PAGE} " in client.get("/zoeken/?q=bomen").content.decode()


def test_the_index_can_be_made_again(client):
    a_news_page(a_site().root_page, "Bomen")
    SearchEntry.objects.all().delete()
    assert found(client, "bomen") == []
    call_command("index_search")
    assert found(client, "bomen") == ["Bomen"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("parkeren", "parkeerplaats"), ("boom", "bomen"), ("straat", "straten")],
)
def test_a_stem_begins_the_words_of_its_family(one, other):
    assert stem(other, "nl").startswith(stem(one, "nl"))


def test_edits_are_counted_up_to_a_limit():
    assert edits("boom", "boom", 2) == 0
    assert edits("boom", "bom", 2) == 1
    assert edits("boom", "bmoo", 2) == 2
    assert edits("kat", "hond", 1) == 2
    assert edits("a", "abcdef", 2) == 3


def test_a41_what_somebody_searches_for_is_in_no_log_line(client, caplog):
    from cms.logs import masked

    a_site()
    caplog.set_level("DEBUG")
    client.get("/zoeken/", {"q": "zilvermeeuw"})
    client.get("/zoeken/nergens", {"q": "zilvermeeuw"})
    assert "zilvermeeuw" not in masked(caplog.text)
    assert "zilvermeeuw" not in masked("GET /zoeken/?project=x&q=zilvermeeuw&page=2 HTTP/1.1")


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("volgcode", "/volg/"),
        ("mijn volgcode", "/volg/"),
        ("receipt", "/volg/"),
        ("code", "/meedoen"),
        ("gegevens wissen", "/mijn/"),
        ("wachtwoord", "/account/login/"),
        ("kompas", "/kompas/"),
    ],
)
def test_a_word_of_our_own_screens_leads_to_them(client, asked, leads):
    a_site()
    for before, language in (("", ""), ("/en", "?lang=en")):
        page = client.get(f"{before}/zoeken/", {"q": asked}).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        way = f"/en{leads}" if before and leads == "/kompas/" else leads + language
        assert f'href="{way}"' in main
        assert "Er is niets gevonden" not in main and "Nothing was found" not in main
    nothing = client.get("/zoeken/", {"q": "volgcode zeppelin"}).content.decode()
    assert 'href="/volg/"' not in nothing.partition("<main")[2].partition("</main>")[0]


def test_a_word_that_stands_very_often_is_looked_up_where_it_weighs_most(client, monkeypatch):
    home = a_site().root_page
    monkeypatch.setattr("cms.search.full_text.MOST_FOUND", 3)
    for number in range(5):
        a_news_page(home, f"Bericht {number}", intro="Over de straat.", body=[])
    a_news_page(home, "Straat", intro="Kort.", body=[])
    a_news_page(home, "Zilvermeeuw", intro="Op de straat.", body=[])
    assert found(client, "straat")[0] == "Straat"
    assert len(found(client, "straat")) == 3
    assert found(client, "straat zilvermeeuw") == ["Zilvermeeuw"], (
        "the rare word says where to look"
    )
    assert "Voeg een woord toe" in client.get("/zoeken/?q=straat").content.decode()


def test_a_changed_text_indexes_that_thing_and_nothing_else():
    desk = a_desk()
    first, other = desk.published(text="Komen er bomen?"), desk.published(text="Komt er gras?")
    before = dict(SearchEntry.objects.values_list("key", "pk"))
    desk.answered(first, text="Ja, een iep.")
    point = desk.point
    with committed():
        point.save()
    after = dict(SearchEntry.objects.values_list("key", "pk"))
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {str(first.pk), str(point.pk)} and before.keys() == after.keys()
    assert str(other.pk) in after


@pytest.fixture
def by_a_worker(settings, monkeypatch):
    """Leave work for a worker from here on; one in here may not close the test's transaction."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    return lambda: setattr(settings, "TASKS", WORKER)


def test_with_a_worker_a_thing_is_found_by_it_and_the_old_words_by_nobody(client, by_a_worker):
    desk = a_desk()
    question = desk.published(text="Komen er meeuwen?")
    assert found(client, "meeuwen") == ["Komen er meeuwen?"]
    by_a_worker()
    desk.answered(question, text="Ja, op het dak.")
    assert found(client, "meeuwen") == []
    call_command("worker", once=True)
    assert found(client, "dak") == ["Komen er meeuwen?"]


WORDS = ("meeuwen", "iepen", "gras")


class Killed(BaseException):
    """The worker is gone: nobody catches it, and nothing is done after it."""


class Breaks:
    """Let the database fail at what is written about something, or at the `nth` entry."""

    def __init__(self, failure, word="", nth=1):
        self.failure, self.word, self.left = failure, word, nth

    def __call__(self, execute, sql, params, *more):
        if sql.startswith('INSERT INTO "cms_searchentry"') and self.word in str(params):
            self.left -= 1
            if self.left <= 0:
                raise self.failure
        return execute(sql, params, *more)


@pytest.mark.parametrize("again", ["the worker", "the next publication"])
def test_an_index_that_was_cut_half_way_is_finished(client, by_a_worker, monkeypatch, again):
    desk = a_desk()
    for word in WORDS:
        desk.published(text=f"Komen er {word}?")
    page = ProjectPage.objects.get(project=desk.project)
    SearchEntry.objects.all().delete()
    monkeypatch.setattr(indexing, "BATCH", 1)
    by_a_worker()
    page.save_revision().publish()
    with connection.execute_wrapper(Breaks(Killed, nth=3)), pytest.raises(Killed):
        indexing.index_things.call(page.pk)
    DBTaskResult.objects.all().delete()  # what it had to do went with it
    assert 0 < SearchEntry.objects.exclude(key="page").count() < len(WORDS)
    if again == "the worker":
        call_command("worker", once=True)
    else:
        page.save_revision().publish()
        PatientWorker().run()
    assert all(found(client, word) for word in WORDS)
    assert set(SearchEntry.objects.values_list("version", flat=True)) == {VERSION}


def test_a_page_that_is_in_no_index_at_all_is_found_after_the_next_round(client, by_a_worker):
    for title in ("Meeuwen", "Iepen"):
        a_news_page(a_site().root_page, title)
    SearchEntry.objects.all().delete()
    by_a_worker()
    call_command("worker", once=True)
    assert found(client, "meeuwen") and found(client, "iepen")


def test_a_page_that_can_not_be_indexed_holds_up_no_other(client, by_a_worker, caplog):
    first, _other = (a_news_page(a_site().root_page, title) for title in ("Meeuwen", "Iepen"))
    SearchEntry.objects.all().delete()
    by_a_worker()
    with connection.execute_wrapper(Breaks(ValueError("no"), "Meeuwen")):
        call_command("worker", once=True)
    assert found(client, "iepen") and not found(client, "meeuwen")
    assert f"page {first.pk} can't be indexed" in caplog.text
    call_command("worker", once=True)
    assert found(client, "meeuwen")


def test_what_a_release_before_indexed_is_indexed_anew_by_the_worker(client, by_a_worker):
    page = a_news_page(a_site().root_page, "Łódź")
    SearchEntry.objects.update(version=1, title="lodz", text="")
    by_a_worker()
    call_command("worker", once=True)
    entry = SearchEntry.objects.get(page=page)
    assert (entry.title, entry.version) == ("Łódź", VERSION)
