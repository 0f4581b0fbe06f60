"""Do two people count the hands, and is no count ever overwritten?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from deliberation.live import queries
from deliberation.live.counting.rounds import standing_hands
from deliberation.live.counting.wording import outcome_words
from deliberation.live.models import HallCount
from deliberation.people.permissions import may
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    evening = an_evening(headcount=80, poll_open=True)
    evening.votes("online", 5, 10)
    evening.close()
    return evening


def correct_together(evening, hands, reason):
    for actor in (evening.facilitator, evening.counter):
        answer = evening.submit(actor, "correct_hall_count", hands=hands, reason=reason)
        assert answer.status == "applied", answer


def states():
    return list(HallCount.objects.order_by("id").values_list("state", flat=True))


def test_a_second_person_confirms(evening):
    evening.count(50, 20)
    assert states() == ["entered", "confirmed"]
    assert evening.refresh().activity.state == "closed"


def test_the_first_counter_cannot_confirm_alone(evening):
    evening.lead("enter_hall_count", hands=[50, 20])
    again = evening.submit(evening.facilitator, "confirm_hall_count", hands=[50, 20])
    assert again.code == 409
    assert evening.refresh().activity.state == "tallying"


def test_the_desk_says_before_the_evening_who_may_count(evening):
    place = evening.run.municipality
    users = {role: a_user(role, municipality=place) for role in Role}
    counts = [role for role in Role if may("live.enter_hall_count", users[role], evening.activity)]
    assert set(Role) - set(counts) == {Role.OBSERVER, Role.COUNCIL}
    desk = Client()
    desk.force_login(users[Role.OFFICER])
    page = desk.get(reverse("live:see_session", args=[evening.run.session_id])).content.decode()
    [told] = [line for line in page.splitlines() if "Twee mensen tellen de handen" in line]
    said = page[page.index(told) :][:400]
    with translation.override("nl"):
        for role in (Role.OBSERVER, Role.COUNCIL):
            assert f" {str(role.label).lower()}" in said.split("behalve")[1]
    assert "Wie de sessie leidt, mag een van hen zijn" in said


def test_a_small_team_counts_alone_and_says_so(evening):
    evening.lead("enter_hall_count", hands=[50, 20], alone=True)
    evening.lead("reveal_result", to="public")
    assert evening.result("pub").counted_by in ("Counted by one person", "Geteld door één persoon")


def test_who_finds_nobody_to_confirm_can_still_say_alone(evening):
    evening.lead("enter_hall_count", hands=[50, 20])
    evening.lead("enter_hall_count", hands=[51, 20], alone=True)
    assert states() == ["entered", "confirmed"]
    assert evening.result("mod") is None
    assert standing_hands(evening.activity.rounds.get()) == {"hands": [51, 20]}


def test_a_small_difference_is_accepted_and_both_numbers_are_kept(evening):
    evening.lead("enter_hall_count", hands=[50, 20])
    evening.submit(evening.counter, "confirm_hall_count", hands=[51, 20])
    assert states() == ["entered", "confirmed"]
    evening.lead("reveal_result", to="public")
    result = evening.result("pub")
    assert [row.hall for row in result.rows] == [50, 20]
    assert "50/20; 51/20" in result.counted_by


def test_a_difference_that_matters_is_disputed_and_a_third_count_decides(evening):
    evening.lead("enter_hall_count", hands=[40, 30])
    evening.submit(evening.counter, "confirm_hall_count", hands=[30, 40])
    assert states() == ["entered", "disputed"]
    assert evening.refresh().activity.state == "tallying"
    third = a_user("co_facilitator", project=evening.run.project)
    answer = evening.submit(third, "correct_hall_count", hands=[32, 38], reason="Opnieuw geteld.")
    assert answer.status == "applied"
    evening.lead("reveal_result", to="public")
    result = evening.result("pub")
    assert [row.hall for row in result.rows] == [32, 38]
    assert "40/30; 30/40; 32/38" in result.counted_by


def test_a37_a_correction_after_the_result_needs_a_reason_and_shows(evening):
    evening.count(50, 20)
    evening.lead("reveal_result", to="public")
    without = evening.submit(evening.facilitator, "correct_hall_count", hands=[48, 20])
    assert without.code == 400
    correct_together(evening, [48, 20], "Twee mensen waren dubbel geteld.")
    public, staff = evening.result("pub"), evening.result("mod")
    assert [row.hall for row in public.rows] == [48, 20]
    why = "Reden om opnieuw te tellen: Twee mensen waren dubbel geteld."
    assert staff.corrections == (why, why)
    said = str(outcome_words(public)["notes"])
    assert said.count("Opnieuw geteld") == 1 and "Twee mensen" not in said
    assert [one.hands for one in queries.hall_counts(evening.activity)] == [
        [50, 20],
        [50, 20],
        [48, 20],
        [48, 20],
    ]


# --- What two agreed on, one can't change alone ------------------------------------------------------

MOMENTS = {
    "while it is counted": [],
    "once there is a result": ["shut"],
    "once the team sees it": ["shut", "staff"],
    "once all see it": ["shut", "staff", "public"],
    "after the end": ["shut", "staff", "public", "end"],
}


def counted(moment):
    evening = an_evening(headcount=80, poll_open=True)
    evening.count(25, 10)
    for step in MOMENTS[moment]:
        if step == "shut":
            evening.close()
        elif step == "end":
            evening.lead("close_run")
        else:
            evening.lead("reveal_result", to=step)
    return evening


def correct(evening, actor, hands=(10, 25), reason="Nog eens geteld."):
    return evening.submit(actor, "correct_hall_count", hands=list(hands), reason=reason)


def stands(evening):
    evening.refresh()
    result = evening.activity.rounds.get().result
    return result["hall"] if result else standing_hands(evening.activity.rounds.get()).get("hands")


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_two_agreed_on_nobody_changes_alone(moment):
    evening = counted(moment)
    third = a_user("officer", project=evening.run.project)
    for one in (evening.facilitator, evening.counter, third):
        before = HallCount.objects.last()
        answers = [correct(evening, one).status for _time in range(2)]
        assert answers[-1] == "refused"
        assert stands(evening) in ([25, 10], None), "one person made another outcome"
        # A colleague says that it was right: so it stands as before.
        if HallCount.objects.last() != before:
            honest = evening.counter if one != evening.counter else evening.facilitator
            assert correct(evening, honest, [25, 10]).status == "applied"
        assert stands(evening) == [25, 10]


@pytest.mark.parametrize("moment", MOMENTS)
def test_two_mend_a_mistake_of_the_same_evening(moment):
    evening = counted(moment)
    correct_together(evening, [26, 9], "Verkeerd getypt.")
    assert stands(evening) == [26, 9]


def test_until_a_colleague_agrees_the_result_says_what_it_said():
    evening = counted("once all see it")
    before = evening.result("pub")
    correct(evening, evening.facilitator)
    assert evening.result("pub") == before
    assert correct(evening, evening.counter, [12, 23]).status == "applied"
    assert evening.result("pub") == before, "the second agreed with nobody"


@pytest.mark.parametrize("moment", ["once all see it", "after the end"])
def test_what_all_saw_is_called_in_question_by_who_decides(moment):
    evening = counted(moment)
    assert correct(evening, evening.counter).code == 403
    assert correct(evening, evening.facilitator).status == "applied"


@pytest.mark.parametrize("alone", [False, True])
def test_once_the_session_cannot_go_on_a_count_stays_and_the_refusal_says_the_way_on(alone):
    evening = an_evening(headcount=80, poll_open=True)
    if alone:
        evening.lead("enter_hall_count", hands=[25, 10], alone=True)
    else:
        evening.count(25, 10)
    evening.close()
    evening.lead("close_run")
    evening.pass_time(minutes=31)
    with translation.override("nl"):
        answer = correct(evening, evening.facilitator)
        assert (answer.code, "niet meetellen” en zeg" in str(answer.reason)) == (409, True), answer
    evening.lead("void_activity", reason="De telling klopt niet.")


def test_what_was_doubted_in_time_is_not_decided_weeks_later():
    evening = counted("after the end")
    correct(evening, evening.facilitator)
    evening.pass_time(days=60)
    assert correct(evening, evening.counter).code == 409
    assert stands(evening) == [25, 10]


def test_papers_of_a_later_day_can_be_mended_that_day():
    evening = an_evening(hall_mode="H3", headcount=80, poll_open=True, sensitive=False)
    evening.lead("expect_paper", due=(evening.now + timedelta(days=2)).date().isoformat())
    evening.count(25, 10)
    evening.close()
    evening.lead("close_run")
    evening.pass_time(days=1)
    for actor, do in ((evening.facilitator, "enter"), (evening.counter, "confirm")):
        evening.submit(actor, f"{do}_hall_count", part=1, hands=[5, 5])
    for actor in (evening.facilitator, evening.counter):
        said = {"hands": [6, 5], "reason": "Verkeerd getypt."}
        assert evening.submit(actor, "correct_hall_count", part=1, **said).status == "applied"
        assert correct(evening, actor).code == 409, "the hands were of the day before"
    assert stands(evening) == [31, 15]


def test_who_counted_alone_mends_it_alone_before_all_saw_it():
    evening = an_evening(headcount=80, poll_open=True)
    evening.submit(evening.counter, "enter_hall_count", hands=[25, 10], alone=True)
    evening.close()
    assert correct(evening, evening.counter, [26, 9]).status == "applied"
    evening.lead("reveal_result", to="public")
    assert correct(evening, evening.counter, [10, 25]).code == 403
    assert stands(evening) == [26, 9]
    assert HallCount.objects.last().alone


@pytest.mark.parametrize("second", [[40, 10], [34, 16]])
def test_a_count_that_was_begun_is_not_dropped_when_the_hall_is_said_to_be_empty(evening, second):
    """Somebody fills in nought in the break: the result of those at home would name another winner."""
    evening.lead("enter_hall_count", hands=[40, 10])
    disputed = second != [40, 10]
    if disputed:
        evening.submit(evening.counter, "confirm_hall_count", hands=second)
    evening.submit(evening.counter, "record_headcount", count=0)
    evening.refresh()
    assert evening.activity.state == "tallying"
    evening.submit(evening.counter, "record_headcount", count=80)
    if disputed:
        evening.lead("correct_hall_count", hands=[40, 10], reason="Nog eens geteld.")
    else:
        evening.submit(evening.counter, "confirm_hall_count", hands=second)
    evening.refresh()
    assert evening.activity.state == "closed"
    assert evening.activity.rounds.get().result["hall"] == [40, 10]


def test_a_part_that_nobody_had_to_count_is_not_spoken_of():
    evening = an_evening(headcount=0, poll_open=True)
    evening.lead("enter_hall_count", hands=[0, 0])
    evening.votes("online", 5, 10)
    evening.close()
    evening.lead("reveal_result", to="public")
    assert evening.result("pub").counted_by == ""


@pytest.mark.parametrize(
    ("hands", "code"),
    [
        ([9999, 0], 409),
        ([81, 0], 409),
        ([-3, 0], 400),
        ([1], 400),
        ([1, 2, 3], 400),
        ([1.0, 2], 400),
        ([True, 2], 400),
        (["1", 2], 400),
        (None, 400),
        ({"0": 1}, 400),
        ([10**9, 0], 400),
    ],
)
def test_a37_impossible_hands_are_refused(evening, hands, code):
    answer = evening.submit(evening.facilitator, "enter_hall_count", hands=hands)
    assert (answer.status, answer.code) == ("refused", code)
    assert not HallCount.objects.exists()


def test_hands_wait_for_a_headcount():
    evening = an_evening(poll_open=True)
    assert evening.submit(evening.facilitator, "enter_hall_count", hands=[1, 0]).code == 409
    evening.lead("record_headcount", count=1)
    evening.lead("enter_hall_count", hands=[1, 0])


def test_a_colleague_does_not_enter_over_a_count(evening):
    evening.lead("enter_hall_count", hands=[50, 20])
    assert evening.submit(evening.counter, "enter_hall_count", hands=[1, 1]).code == 409
    assert states() == ["entered"]


def test_counting_goes_on_beside_steering(evening):
    seen = evening.refresh().run.seq
    evening.lead("pause_run")
    answer = evening.submit(evening.facilitator, "enter_hall_count", hands=[5, 2], seen=seen)
    assert answer.status == "applied"


def test_the_console_offers_to_mend_an_own_count_by_its_form(evening):
    from django.http import QueryDict

    from deliberation.live.screens.forms import body_from_form
    from deliberation.live.screens.scene import scene
    from deliberation.live.screens.snapshot import Snapshot

    evening.lead("enter_hall_count", hands=[5, 20])
    [part] = scene(Snapshot(evening.refresh().run, evening.now), "mod", "en")["hall"]
    posted = QueryDict(mutable=True)
    posted.update({"do": part["mend"], "op_id": "x"})
    posted.setlist("hands", ["50", "20"])
    posted.setlist("hands.1", ["7", "7"])
    posted.update({"correct_hall_count.reason.1": "niet van deze"})
    body = body_from_form(posted)
    assert body == {
        "do": "enter_hall_count", "op_id": "x", "hands": [50, 20], "alone": False,
        "activity": evening.activity.pk, "seen": "tallying", "round": 1,
    }  # fmt: skip
