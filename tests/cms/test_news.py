"""Do residents read news, what came of their input, documents, and the pages the law asks for?"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from cms.models import AccessibilityPage, NewsPage, PrivacyPage, ProjectPage
from cms.pages.legal_pages import starters
from cms.pages.results import PointBlock
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, a_decision_point, a_phase, a_project, the_officer
from tests.questions.builders import a_desk

from .site import (
    TEXT,
    a_document,
    a_document_list,
    a_news_page,
    a_project_page,
    a_result_page,
    a_site,
    publish,
)

pytestmark = pytest.mark.django_db
SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_project_page_leads_to_news_results_and_documents(client):
    page = a_project_page(a_project())
    pages = [
        a_news_page(page),
        a_result_page(page),
        a_document_list(page, a_document()),
    ]
    html = client.get(page.get_url()).content.decode()
    for one in pages:
        assert f'href="{one.get_url()}"' in html
        shown = client.get(one.get_url()).content.decode()
        assert shown.count("<h1") == 1 and f'href="{page.get_url()}"' in shown
    assert "Onder het gras ligt een gasleiding." in client.get(pages[1].get_url()).content.decode()


def test_the_first_page_shows_the_newest_news_and_the_list_all_of_it(client):
    home = a_site().root_page
    for number in range(14):
        day = timezone.localdate() - timedelta(days=number)
        a_news_page(home, f"Nieuws {number}", date=day)
    html = client.get("/").content.decode()
    assert "Nieuws 2<" in html and "Nieuws 3<" not in html
    first, second = (client.get("/nieuws/", {"page": page}).content.decode() for page in "12")
    assert first.count("<article") == 12 and second.count("<article") == 2
    assert client.get("/nieuws/", {"page": "zeven"}).status_code == 200


def test_a_point_that_is_still_looked_at_says_until_when():
    about = {"given": "Meer licht", "disposition": "looking", "reason": "We meten eerst."}
    block = PointBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python(about))
    day = timezone.localdate() + timedelta(days=30)
    assert block.clean(block.to_python(about | {"until": day.isoformat()}))["until"] == day
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"given": "Meer licht", "disposition": "not", "reason": ""}))


def test_a_result_quotes_what_was_answered_as_it_stands(client):
    desk = a_desk()
    result = a_result_page(ProjectPage.objects.get(), points=[], decision_point=desk.point)
    asked, other = desk.published(), desk.published(text="Waar blijft de bank?")
    desk.published(text="Hier komt nog antwoord op.")
    desk.answered(asked, reason="Er is plaats voor twaalf.")
    desk.answered(other)
    html = client.get(result.get_url()).content.decode()
    assert "Er is plaats voor twaalf." in html and "Waar blijft de bank?" in html
    assert "nog antwoord op" not in html
    assert f'href="/vragen/{desk.project.pk}/{asked.pk}/"' in html
    desk.answered(asked, disposition="not", reason="Het kan toch niet.")
    desk.do("hide_question", other)
    html = client.get(result.get_url()).content.decode()
    assert "Het kan toch niet." in html and "Er is plaats" not in html
    assert "Nee, dit doen we niet" in html and "Waar blijft de bank?" not in html
    desk.answered(asked, disposition="explained", text="Zo zit het.", reason="Het is een vraag.")
    html = client.get(result.get_url()).content.decode()
    assert "Zo zit het." in html and "Het is een vraag." in html


def test_a_result_without_answers_says_so_and_with_many_leads_to_all(client):
    desk = a_desk()
    result = a_result_page(ProjectPage.objects.get(), points=[], decision_point=desk.point)
    assert "Er zijn nog geen antwoorden." in client.get(result.get_url()).content.decode()
    for number in range(12):
        desk.answered(text=f"Antwoord {number}")
    page = client.get(result.get_url())
    html = page.content.decode()
    assert html.count("Lees het hele antwoord") == 10
    assert (
        f'href="/vragen/{desk.project.pk}/?state=answered"' in html
        and "Alle antwoorden (12)" in html
    )


def test_the_timeline_tells_what_was_decided_and_what_is_owed(client):
    point = a_decided_point()
    later = a_decided_point("inform", a_decision_point(point.phase, question="Welke lampen?"))
    page = a_project_page(point.project)
    html = client.get(page.get_url()).content.decode()
    assert html.index(f'id="beslispunt-{point.pk}"') < html.index(f'id="beslispunt-{later.pk}"')
    assert "sk-decisions__item--coming" in html
    record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate(),
        result="changed",
        outcome="Twintig bomen.",
        what_we_did="De speeltuin kan niet.",
        link="https://raad.example.org/besluit",
        now=timezone.now(),
    )
    html = client.get(page.get_url()).content.decode()
    assert "sk-decisions__item--decided" in html
    for words in ("Twintig bomen.", "De speeltuin kan niet.", "https://raad.example.org/besluit"):
        assert words in html


def test_A1_what_is_typed_is_shown_as_text(client):
    page = a_project_page(a_project(title=SCRIPT), title=SCRIPT)
    point = {"given": SCRIPT, "disposition": "not", "reason": SCRIPT, "until": None}
    shown = [
        page,
        a_news_page(page, SCRIPT, slug="nieuws-1", intro=SCRIPT),
        a_result_page(page, SCRIPT, slug="uitslag", intro=SCRIPT, points=[("point", point)]),
        a_document_list(page, a_document(SCRIPT), title="Stukken"),
    ]
    paths = [one.get_url() for one in shown]
    for path in [*paths, "/", "/nieuws/", f"/zoeken/?q={SCRIPT}", "/nieuws/rss/", "/agenda.ics"]:
        html = client.get(path).content.decode()
        assert "<script>alert" not in html and "<img src=x" not in html, path


def test_a_page_tells_who_shares_it_what_it_is_without_asking_others(client):
    page = a_project_page(a_project())
    html = client.get(page.get_url(), headers={"host": "testserver"}).content.decode()
    head = html[: html.index("</head>")]
    assert '<link rel="canonical" href="http://testserver/' in head
    assert '<meta property="og:title" content="Een nieuwe Lindestraat">' in head
    assert 'property="og:image" content="http://testserver/static/img/preview.png"' in head
    assert head.count("http://") == head.count("http://testserver/")


def test_the_accessibility_statement_begins_with_what_the_law_asks(client):
    home = a_site().root_page
    gap = {
        "what": "De kaart werkt niet met het toetsenbord.",
        "who": "Mensen die geen muis gebruiken",
        "instead": "Bel 14 0000.",
        "solved_before": timezone.localdate(),
    }
    about = {"contact": "Bel 14 0000.", "status": "partial", "gaps": [("gap", gap)]}
    page = publish(home, AccessibilityPage(title="Toegankelijkheid", slug="toegankelijk", **about))
    html = client.get(page.get_url()).content.decode()
    for words in ("WCAG 2.2", gap["what"], gap["instead"], "Bel 14 0000.", "ombudsman"):
        assert words in html
    assert html.count("<h1") == 1


def test_the_privacy_page_says_per_purpose_what_why_how_long_and_on_which_ground(client):
    home = a_site().root_page
    page = publish(home, PrivacyPage(title="Privacy", slug="privacy", contact="Bel 14 0000."))
    html = client.get(page.get_url()).content.decode()
    for purpose in starters()["privacy"]["purposes"]:
        for name in ("purpose", "what", "why", "how_long", "ground"):
            assert purpose[name] in html
    assert "Autoriteit Persoonsgegevens" in html


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def many(parent, kind, upto, **fields):
    """Put pages in the tree until there are so many, the short way."""
    parent = Page.objects.get(pk=parent.pk)
    for number in range(kind.objects.count(), upto):
        parent.add_child(instance=kind(title=f"Pagina {number}", intro="Kort.", **fields))


def test_home_project_and_news_ask_as_often_with_sixty_items_as_with_one(client):
    point = a_decided_point()
    page = a_project_page(point.project)
    paths = ("/", page.get_url(), "/nieuws/")
    counts = {path: [] for path in paths}
    for upto in (1, 3, 60):
        many(page, NewsPage, upto)
        for path in paths:
            counts[path].append(asked(client, path))
    assert all(len(set(found)) == 1 for found in counts.values()), counts


def test_home_asks_as_often_with_sixty_projects_as_with_one(client):
    project = a_phase(project=a_project()).project
    a_project_page(project)
    home = a_site().root_page
    counts = []
    for upto in (1, 3, 60):
        many(home, ProjectPage, upto, project=project, body=TEXT)
        counts.append(asked(client, "/"))
    assert len(set(counts)) == 1, counts
    assert client.get("/").content.decode().count("sk-card__link") <= 24
