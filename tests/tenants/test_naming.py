"""Does a municipality's own name for a level stand everywhere, and change no rule?"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from compass.queries import advice_in
from compass.refusal import Refused
from deliberation.projects.models import LevelDecision, Role
from deliberation.projects.naming import level_name, name_levels, named_framework
from deliberation.projects.queries import level_of, promise_for, tool_status
from tests.builders import a_decided_point, a_framework, a_municipality, a_user
from tests.cms.site import a_project_page
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db
NAMES = {
    "consult": {
        "plain": {"nl": "U praat met ons mee", "en": "You talk along with us"},
        "official": {"nl": "meepraten", "en": "talking along"},
    }
}


def named(municipality, names=NAMES):
    actor = a_user(Role.ADMINISTRATOR, municipality=municipality)
    return name_levels(actor=actor, municipality=municipality, names=names, now=timezone.now())


@pytest.fixture
def point():
    found = a_decided_point("consult")
    named(found.project.municipality)
    found.refresh_from_db()
    return type(found).objects.get(pk=found.pk)


def test_a_promise_bears_the_name_in_both_languages(point):
    dutch, english = promise_for(point, "nl"), promise_for(point, "en")
    assert (dutch.plain, dutch.official) == ("U praat met ons mee", "meepraten")
    assert (english.plain, english.official) == ("You talk along with us", "talking along")


def test_a_level_without_a_name_keeps_the_frameworks(point):
    municipality = point.project.municipality
    framework = LevelDecision.objects.get().assessment.framework
    inform = named_framework(framework, municipality).level("inform")
    level = level_of(LevelDecision.objects.get())
    assert level_name(municipality, inform, "nl") == inform.plain["nl"]
    assert level_name(None, level, "nl") == level.plain["nl"]


def test_a_name_changes_no_rule(point):
    decision = LevelDecision.objects.get()
    municipality = point.project.municipality
    rulebook = named_framework(decision.assessment.framework, municipality)
    with_names = advice_in(decision.assessment, "nl", rulebook)
    without = advice_in(decision.assessment, "nl")
    for part in ("outcome", "now", "possible", "bounds", "version"):
        assert with_names.get(part) == without.get(part), part
    assert decision.assessment.advice["outcome"] == "consult"
    assert tool_status("live_poll", point, timezone.now()).open


def test_residents_and_staff_read_the_name_on_every_screen(point):
    page = a_project_page(point.project)
    evening = an_evening(point=point)
    visitor, officer = Client(), Client()
    officer.force_login(a_user(Role.OFFICER, municipality=point.project.municipality))
    read = {
        "/": visitor,
        page.get_url(): visitor,
        f"/s/{evening.run.online_code}": visitor,
        f"/admin/participatie/beslispunten/{point.pk}/": officer,
        f"/admin/participatie/beslispunten/{point.pk}/niveau/": officer,
        f"/admin/participatie/beslispunten/{point.pk}/kompas/vragen/": officer,
        f"/admin/participatie/projecten/{point.project.pk}/": officer,
    }
    for path, client in read.items():
        text = client.get(path, follow=True).content.decode()
        assert "U praat met ons mee" in text, path


def test_no_badge_bears_the_frameworks_name_any_more(point):
    own = level_of(LevelDecision.objects.get()).plain["nl"]
    page = Client().get(a_project_page(point.project).get_url()).content.decode()
    assert not re.search(
        rf">\s*{re.escape(own)}\s*<", page
    )  # the sentence of the promise may still begin with these words
    assert ">U praat met ons mee<" in page


@pytest.mark.parametrize(
    "names",
    [
        {"no_such_level": {"plain": {"nl": "x"}}},
        {"consult": {"influence": {"nl": "3"}}},
        {"consult": {"plain": {"fr": "x"}}},
        {"consult": {"plain": {"nl": "x" * 61}}},
    ],
)
def test_a34_unknown_and_endless_names_are_refused(names):
    a_framework()
    with pytest.raises(Refused):
        named(a_municipality(), names)
    assert a_municipality().level_names == {}


def test_only_an_administrator_names_levels():
    a_framework()
    municipality = a_municipality()
    with pytest.raises(Refused) as refusal:
        name_levels(
            actor=a_user(Role.OFFICER), municipality=municipality, names=NAMES, now=timezone.now()
        )
    assert refusal.value.code == "forbidden"


def test_names_of_one_municipality_are_not_those_of_another(point):
    assert a_municipality("verderop").level_names == {}
