"""Can the parts of a run sheet be changed, put in another order and taken off, until the evening starts?"""

import pytest

from compass.refusal import Refused
from deliberation.live import events, operations, queries
from deliberation.live.models import Activity, Item, Run
from deliberation.people.models import AuditEntry
from tests.builders import a_user
from tests.live.screens.test_desk import DESK, at_desk

from .builders import an_evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    """An evening in preparation with three parts: the first, which has a poll, a welcome and an end."""
    made = an_evening(state="draft")
    for title in ("Welkom", "Napraten"):
        about = {"actor": made.facilitator, "now": made.now}
        operations.add_item(run=made.run, title=title, **about)
    return made


def parts(evening) -> list[str]:
    return list(evening.run.items.order_by("position").values_list("title", flat=True))


def positions(evening) -> list[int]:
    return list(evening.run.items.order_by("position").values_list("position", flat=True))


def part(evening, title) -> Item:
    return evening.run.items.get(title=title)


def does(evening, name, title, /, **about):
    item = part(evening, title)
    return getattr(operations, name)(
        actor=about.pop("actor", evening.facilitator), item=item, now=evening.now, **about
    )


def test_a_part_is_changed_and_the_record_says_what(evening):
    does(evening, "change_item", "Welkom", title="Welkom en uitleg", minutes=20)
    changed = part(evening, "Welkom en uitleg")
    assert (changed.minutes, changed.position) == (20, 2)
    row = AuditEntry.objects.latest("id")
    assert row.action == "change_item" and "title" in str(row.detail)


def test_a_change_keeps_the_english_of_texts_that_stay(evening):
    does(evening, "change_item", "Welkom", title="Welkom", english={"title": "Welcome"})
    does(evening, "change_item", "Welkom", title="Welkom", minutes=3)
    assert part(evening, "Welkom").english == {"title": {"Welkom": "Welcome"}}


@pytest.mark.parametrize(
    ("title", "up", "after"),
    [
        ("Welkom", True, ["Welkom", "De straat", "Napraten"]),
        ("Welkom", False, ["De straat", "Napraten", "Welkom"]),
        ("De straat", True, ["De straat", "Welkom", "Napraten"]),
        ("Napraten", False, ["De straat", "Welkom", "Napraten"]),
    ],
)
def test_a_part_moves_one_place_and_no_further_than_the_ends(evening, title, up, after):
    does(evening, "move_item", title, up=up)
    assert parts(evening) == after and positions(evening) == [1, 2, 3]


def test_a_part_is_taken_off_with_its_polls_and_the_rest_closes_up(evening):
    does(evening, "remove_item", "De straat")
    assert parts(evening) == ["Welkom", "Napraten"] and positions(evening) == [1, 2]
    assert not Activity.objects.exists()
    assert AuditEntry.objects.latest("id").action == "remove_item"


def test_a_poll_that_was_made_anew_goes_too(evening):
    about = {"actor": evening.facilitator, "now": evening.now}
    new = operations.replace_activity(
        activity=evening.activity, reason="Tikfout", question="Wat dan?", **about
    )
    operations.replace_activity(activity=new, reason="Nog een", question="En nu?", **about)
    does(evening, "remove_item", "De straat")
    assert not Activity.objects.exists()


def test_the_log_adds_up_after_every_change(evening):
    for name, about in (
        ("change_item", {"title": "Welkom"}),
        ("move_item", {"up": True}),
        ("move_item", {"up": False}),
        ("remove_item", {}),
    ):
        does(evening, name, "Welkom", **about)
        assert events.replay(evening.run) == queries.fresh_state(evening.run), name
    does(evening, "remove_item", "De straat")
    assert events.replay(evening.run) == queries.fresh_state(evening.run)
    assert events.verify(evening.run) == []


@pytest.mark.parametrize("state", sorted(set(Run.State.values)))
def test_it_is_possible_until_the_evening_starts(evening, state):
    Run.objects.filter(pk=evening.run.pk).update(state=state)
    page = at_desk(evening.facilitator).get(f"{DESK}{evening.run.session_id}/").content.decode()
    before = state in ("draft", "ready", "lobby")
    for name, where, about in (
        ("move_item", "verplaatsen", {"up": True}),
        ("change_item", "wijzigen", {"title": "Welkom"}),
        ("remove_item", "weghalen", {}),
    ):
        address = f"{DESK}onderdelen/{part(evening, 'Welkom').pk}/{where}/"
        assert (address in page) is before, (name, state)
        if before:
            continue
        with pytest.raises(Refused) as refusal:
            does(evening, name, "Welkom", **about)
        assert refusal.value.code == "state"
    if before:
        does(evening, "remove_item", "Welkom")


@pytest.mark.parametrize("name", ["change_item", "move_item", "remove_item"])
def test_only_who_prepares_may(evening, name):
    about = {"change_item": {"title": "X"}, "move_item": {"up": True}, "remove_item": {}}[name]
    for role in ("note_taker", "co_facilitator", "observer"):
        with pytest.raises(Refused) as refusal:
            someone = a_user(role, project=evening.run.session.project)
            does(evening, name, "Welkom", actor=someone, **about)
        assert refusal.value.code == "forbidden"


def test_the_desk_changes_moves_and_removes_once_for_a_form_that_comes_twice(evening):
    client = at_desk(evening.facilitator)
    at = f"{DESK}onderdelen/{part(evening, 'Napraten').pk}/"
    form = client.get(f"{at}wijzigen/").context["form"]
    assert form.initial["title"] == "Napraten"
    changed = {"title": "Napraten en koffie", "minutes": 30}
    assert client.post(f"{at}wijzigen/", changed).status_code == 302
    for _twice in range(2):
        client.post(f"{at}verplaatsen/", {"up": "1", "op_id": "eens"})
    assert parts(evening) == ["De straat", "Napraten en koffie", "Welkom"]
    moved = client.post(f"{at}verplaatsen/", {"up": "", "op_id": "weer"})
    place = moved.url.partition("#")[2]
    assert f'id="{place}"' in client.get(moved.url).content.decode(), "back to where it stands"
    assert parts(evening)[-1] == "Napraten en koffie"
    street = f"{DESK}onderdelen/{part(evening, 'De straat').pk}/weghalen/"
    asked = client.get(street).content.decode()
    assert evening.activity.question in asked, "who removes a part reads which polls go along"
    assert parts(evening)[0] == "De straat"
    answers = [client.post(street, {"op_id": "weg"}) for _twice in range(2)]
    assert [one["Location"] for one in answers] == [f"{DESK}{evening.run.session_id}/"] * 2
    assert parts(evening) == ["Welkom", "Napraten en koffie"]


def test_the_first_part_offers_no_way_up_and_the_last_none_down(evening):
    page = at_desk(evening.facilitator).get(f"{DESK}{evening.run.session_id}/").content.decode()
    assert page.count('name="up" value="1"') == page.count('name="up" value=""') == 2
