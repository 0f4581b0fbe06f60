"""Do the screens of the editor keep what is right, refuse what isn't, and lose nothing?"""

import tomllib

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cms.frameworks import operations
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user
from tests.compass.engine.shipped import SOURCE

from .drafts import a_draft, an_officer
from .officer import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return an_officer()


@pytest.fixture
def draft(person):
    return a_draft(person, a_municipality(), SOURCE)


@pytest.fixture
def officer(client, person):
    client.force_login(person)
    return Officer(client)


def to(draft, name, *places):
    return reverse(f"frameworks:{name}", args=[draft.pk, *places])


def document(draft):
    draft.refresh_from_db()
    return tomllib.loads(draft.source)


def test_every_screen_opens(officer, draft):
    places = {"niveaus": 5, "vragen": 30, "scores": 1, "regels": 12, "methoden": 3}
    for address in [
        to(draft, "edit_framework"), to(draft, "edit_titles"), to(draft, "edit_bands", 1),
        *(to(draft, "edit_part", part) for part in (*places, "proefcases")),
        *(to(draft, "add_to_part", part) for part in (*places, "proefcases")),
        *(to(draft, "edit_in_part", part, place) for part, place in places.items()),
        to(draft, "add_to_part", "vragen") + "?soort=gate",
    ]:  # fmt: skip
        page = officer.open(address)
        assert officer.status == 200, address
        assert len(page.select("h1")) == 1


@pytest.mark.parametrize("address", ["edit_part", "add_to_part"])
def test_a_part_that_does_not_exist_is_not_found(officer, draft, address):
    assert officer.client.get(to(draft, address, "iets")).status_code == 404
    assert officer.client.get(to(draft, "edit_in_part", "regels", 999)).status_code == 404
    assert officer.client.get(to(draft, "edit_in_part", "regels", 0)).status_code == 404


def test_a_rule_is_made_from_menus_without_javascript(officer, draft):
    officer.open(to(draft, "add_to_part", "regels"))
    officer.fill(when__group__0__test__0__subject="question:impact")
    officer.press("menus")
    assert not officer.errors
    officer.fill(when__group__0__test__0__compare="at_least", when__group__0__test__0__values="2")  # fmt: skip
    officer.press("add:when-group-0-test")
    officer.fill(when__group__0__test__1__subject="score:need")
    officer.press("menus")
    officer.fill(when__group__0__test__1__low=9)
    officer.press("add:when-group")
    officer.fill(when__group__1__test__0__subject="question:g_crisis")
    officer.press("menus")
    officer.fill(when__group__1__test__0__compare="not is", when__group__1__test__0__values="true")  # fmt: skip
    officer.fill(effect="at_least:policy", level="consult", because_nl="Mensen merken het.")
    officer.press()
    assert not officer.errors
    rule = document(draft)["rules"][-1]
    assert rule["when"] == "(impact >= 2 or need >= 9) and not g_crisis"
    assert (rule["at_least"], rule["kind"], rule["id"]) == (
        "consult",
        "policy",
        "mensen_merken_het",
    )
    assert rule["because"] == {"nl": "Mensen merken het.", "en": "Mensen merken het."}


def test_a_group_that_is_added_where_another_went_is_empty(officer, draft):
    conditions = [rule["when"] for rule in document(draft)["rules"]]
    place = conditions.index("(impact>=2 or knowledge=2) and room>=1") + 1
    officer.open(to(draft, "edit_in_part", "regels", place))
    assert officer.sent["when-group-1-test-0-subject"] != [""]
    officer.press("remove:when-group:1")
    assert officer.sent["when-group-TOTAL_FORMS"] == ["1"]
    officer.press("add:when-group")
    assert officer.sent["when-group-1-test-TOTAL_FORMS"] == ["1"]
    assert officer.sent["when-group-1-test-0-subject"] == [""]
    officer.press("add:when-group-1-test")
    assert officer.sent["when-group-1-test-1-subject"] == [""]


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(officer, draft):
    before = document(draft)
    officer.open(to(draft, "add_to_part", "regels"))
    officer.fill(because_nl="Omdat het zo is.", effect="points_to")
    officer.fill(when__group__0__test__0__subject="question:impact")
    officer.press()
    assert officer.status == 400
    assert len(officer.errors) >= 2  # the level, and which answers count
    assert officer.sent["because_nl"] == ["Omdat het zo is."]
    assert officer.form.select("[name=when-group-0-test-0-values]")  # now there to choose from
    assert document(draft) == before


def test_a_colleague_who_was_first_is_not_overwritten(officer, draft, person):
    officer.open(to(draft, "edit_titles"))
    officer.fill(title_nl="Van mij")
    changed = draft.source.replace("Afwegingskader participatie", "Van een collega")
    operations.change_draft(
        actor=person, draft=draft, source=changed, seen=draft.revision, now=timezone.now()
    )
    officer.press()
    assert officer.status == 400
    assert officer.errors
    assert officer.sent["title_nl"] == ["Van mij"]
    assert document(draft)["title"]["nl"] == "Van een collega"


def test_what_something_reads_is_not_taken_away(officer, draft):
    before = document(draft)
    questions = [row["key"] for row in before["questions"]]
    place = questions.index("impact") + 1
    sent = {"do": "remove", "seen": draft.revision}
    with translation.override("en"):
        response = officer.client.post(to(draft, "move_in_part", "vragen", place), sent)
    assert response.status_code == 400
    assert "Hoe nodig meedoen is" in response.content.decode()  # the score that reads it
    assert document(draft) == before


def test_tables_move_and_go(officer, draft):
    names = [rule["id"] for rule in document(draft)["rules"]]
    for do, place in (("down", 1), ("up", 3), ("remove", 1)):
        sent = {"do": do, "seen": draft.revision}
        assert (
            officer.client.post(to(draft, "move_in_part", "regels", place), sent).status_code == 302
        )
        draft.refresh_from_db()
    now = [rule["id"] for rule in document(draft)["rules"]]
    assert now == [names[2], names[0], *names[3:]]


def test_levels_that_move_are_numbered_anew(officer, draft):
    sent = {"do": "down", "seen": draft.revision}
    officer.client.post(to(draft, "move_in_part", "niveaus", 1), sent)
    levels = document(draft)["levels"]
    assert [(row["key"], row["rank"]) for row in levels] == [
        ("inform", 0), ("none", 1), ("consult", 2), ("co_create", 3), ("collaborate", 3),
    ]  # fmt: skip


def test_a_case_shows_the_advice_beside_what_is_expected(officer, draft):
    officer.open(to(draft, "add_to_part", "proefcases"))
    officer.fill(text_nl="Een wet verbiedt het", answer_g_law_excludes="true", expect="consult")
    officer.press("look")
    assert "informeren" in officer.form.select_one("[data-look]").text
    assert officer.form.select("[data-look] .utrecht-badge-status--danger")
    officer.fill(expect="inform")
    officer.press("look")
    assert officer.form.select("[data-look] .utrecht-badge-status--safe")


def test_a_draft_that_does_not_load_says_what_is_missing_and_where(officer, person):
    draft = a_draft(person, a_municipality(), 'title = { nl = "a", en = "b" }\n', "leeg")
    officer.open(to(draft, "edit_framework"))
    assert officer.page.select(".fe-problem--error")
    officer.open(to(draft, "edit_part", "niveaus"))
    assert officer.status == 200


def test_somebody_of_another_municipality_sees_nothing(client, draft):
    other = a_municipality("elders")
    client.force_login(a_user(Role.ADMINISTRATOR, municipality=other))
    for address in (to(draft, "edit_framework"), to(draft, "edit_in_part", "regels", 1)):
        assert client.get(address).status_code in (403, 404)
    sent = {"do": "remove", "seen": draft.revision}
    assert client.post(to(draft, "move_in_part", "regels", 1), sent).status_code in (403, 404)


def test_strange_numbers_of_rows_do_no_harm(officer, draft):
    address = to(draft, "edit_in_part", "vragen", 15)
    for count in ("-1", "99999999", "x", ""):
        rows = {"option-TOTAL_FORMS": count, "option-INITIAL_FORMS": count}
        sent = {"do": "save", "seen": "x", "text_nl": "a", "name_nl": "b", **rows}
        assert officer.client.post(address, sent).status_code == 400


def test_who_begins_again_finds_what_is_in_the_making(officer, draft):
    page = officer.open(reverse("frameworks:start_framework"))
    assert page.select_one(f'main a[href="{reverse("frameworks:see_draft", args=[draft.pk])}"]')
