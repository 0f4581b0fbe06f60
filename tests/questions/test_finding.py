"""Does the site's search find what everybody may read of questions, and not a word more?"""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cms.models import ProjectPage
from cms.search.search_index import SearchEntry
from deliberation.people.operations import create_participant, erase_person
from tests.builders import a_decision_point, a_municipality, a_phase, a_project, committed
from tests.cms.site import a_project_page, a_site

from .builders import a_desk

pytestmark = pytest.mark.django_db
BIRD = "Broedt de zilvermeeuw op het dak van de school?"
QUESTION = "question"


def hits(query="zilvermeeuw", address="/zoeken/", host="testserver", **filters):
    answer = Client(headers={"host": host}).get(address, {"q": query, **filters})
    assert answer.status_code == 200
    return answer.context["hits"]


def titles(*args, **filters):
    return [hit.title for hit in hits(*args, **filters)]


def test_a_published_question_is_found_and_leads_to_its_place():
    desk = a_desk()
    question = desk.published(text=BIRD)
    [hit] = hits()
    assert (hit.title, hit.project) == (BIRD, desk.project)
    assert hit.href == reverse("see_question", args=[desk.project.pk, question.pk])
    assert BIRD in Client().get(hit.href).content.decode()
    assert titles(kind=QUESTION) == titles(project=desk.project.slug) == [BIRD]
    assert titles(kind="news") == []


def test_the_answer_is_found_too_the_newest_only():
    desk = a_desk()
    question = desk.answered(desk.published(text="Komen er bomen?"), text="De iep en de kastanje.")
    assert titles("kastanje") == ["Komen er bomen?"]
    desk.answered(question, text="Alleen de esdoorn.")
    assert titles("kastanje") == []
    assert titles("esdoorn") == ["Komen er bomen?"]


@pytest.mark.parametrize("waits", ["ask_question", "reject_question", "merge_question"])
def test_what_nobody_else_may_read_is_not_found(waits):
    desk = a_desk()
    question = desk.ask(text=BIRD, name="Zilvermeeuw")
    if waits == "reject_question":
        desk.do(waits, question, rejection="unclear")
    if waits == "merge_question":
        desk.do(waits, question, into=desk.published(text="Welke vogels zijn er?"))
    assert titles() == []
    assert not SearchEntry.objects.filter(text__icontains="zilvermeeuw").exists()


def test_what_was_left_out_and_who_asked_are_not_found():
    desk = a_desk()
    question = desk.ask(text=BIRD, name="Gerda Kievit")
    desk.do("publish_question", question, shown="Broedt er een vogel op het dak?")
    assert titles() == titles("kievit") == []
    assert titles("vogel dak") == ["Broedt er een vogel op het dak?"]


def test_a14_what_is_hidden_is_gone_at_once_and_comes_back_when_it_is_shown():
    desk = a_desk()
    question = desk.published(text=BIRD)
    desk.do("hide_question", question)
    assert titles() == []
    assert not SearchEntry.objects.filter(kind=QUESTION).exists()
    desk.do("show_question", question)
    assert titles() == [BIRD]


def test_what_was_put_together_later_is_gone():
    desk = a_desk()
    question, into = desk.published(text=BIRD), desk.published(text="Welke vogels zijn er?")
    desk.do("merge_question", question, into=into)
    assert titles() == []
    assert titles("vogels") == ["Welke vogels zijn er?"]


def test_a38_who_is_erased_leaves_nothing_in_the_index():
    desk = a_desk()
    gerda = create_participant()
    read = desk.ask(gerda, text="Ik ben Gerda Kievit. Komt er een esdoorn?", name="Gerda Kievit")
    desk.do("publish_question", read, shown="Komt er een esdoorn?")
    desk.ask(gerda, text="Kievit vraagt nog iets.")
    with committed():
        erase_person(actor=gerda, user=None, participants=[gerda], now=desk.now)
    call_command("index_search")
    assert titles("esdoorn") == ["Komt er een esdoorn?"]
    assert titles("kievit") == titles("gerda") == []
    assert not SearchEntry.objects.filter(text__icontains="kievit").exists()


def test_a16_a_project_without_a_public_page_has_no_questions_to_find():
    desk = a_desk(page=False)
    a_site(desk.project.municipality)
    question = desk.published(text=BIRD)
    assert titles() == []
    page = a_project_page(desk.project)
    assert titles() == [BIRD]
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert titles() == []
    page.view_restrictions.all().delete()
    page.unpublish()
    desk.do("hide_question", question)
    desk.do("show_question", question)
    assert titles() == []
    assert not SearchEntry.objects.filter(kind=QUESTION).exists()


def test_a16_a_neighbouring_municipality_finds_nothing_of_it(settings):
    settings.ALLOWED_HOSTS = ["testserver", "verderop.localhost"]
    a_desk().published(text="Broedt de zilvermeeuw hier?")
    other = a_municipality("verderop")
    a_site(other, "verderop.localhost")
    point = a_decision_point(a_phase(project=a_project(other, title="Buren")))
    a_desk(point=point).published(text="Broedt de zilvermeeuw daar?")
    assert titles() == ["Broedt de zilvermeeuw hier?"]
    assert titles(host="verderop.localhost") == ["Broedt de zilvermeeuw daar?"]


def test_in_english_the_link_keeps_the_language():
    desk = a_desk()
    question = desk.published(text=BIRD)
    [hit] = hits(address="/en/zoeken/")
    assert hit.href == f"/en/vragen/{desk.project.pk}/{question.pk}/"


def cost(work) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_a_search_and_a_publication_ask_as_often_with_many_questions_as_with_one(monkeypatch):
    monkeypatch.setattr("deliberation.participation.operations.flood.FLOODS", ())
    desk = a_desk()
    searches, publications, made = [], [], 0
    for upto in (1, 3, 60):
        for number in range(made, upto):
            last = desk.ask(text=f"Vraag {number}: broedt de zilvermeeuw?")
            publish = lambda last=last: desk.do("publish_question", last)  # noqa: E731
            publications.append(cost(publish))
        made = upto
        hits()
        searches.append(cost(hits))
    assert len(set(searches)) == 1, searches
    # A word that stands nowhere yet is written, whatever number of questions there are.
    assert max(publications) == publications[0], publications
    assert Client().get("/zoeken/?q=zilvermeeuw").context["page_of_hits"].paginator.count == 60


def test_a_page_that_is_published_later_brings_all_questions_in_one_go():
    desk = a_desk()
    desk.published(text="Broedt de zilvermeeuw?")
    page = ProjectPage.objects.get()
    few = cost(lambda: page.save_revision().publish())
    for number in range(5):
        desk.published(text=f"Nestelt de zilvermeeuw {number} keer?")
    assert cost(lambda: page.save_revision().publish()) <= few + 1
    assert len(titles()) == 6
