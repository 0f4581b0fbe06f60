"""Do several answers, cards, an estimated hall, rows and papers give the numbers that may be shown, and no others?"""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from compass.refusal import Refused
from deliberation.live import operations, queries
from deliberation.live.commitments import commitments_to_count
from deliberation.live.counting.rounds import current_counts
from deliberation.live.models import Event, HallCount, SealedBallot
from deliberation.projects.extension_points import is_public
from tests.builders import a_user
from tests.cms.site import a_project_page
from tests.live.builders import a_card, an_evening, stored_votes

pytestmark = pytest.mark.django_db
FOUR = ("Bomen", "Parkeren", "Bankjes", "Speelplek")


def shown(evening):
    """Show the result to all and give it in English."""
    with override("en"):
        evening.lead("reveal_result", to="public")
        return evening.result("pub")


@pytest.mark.parametrize("mode", ["H1", "H2", "H3", "H4"])
def test_how_the_hall_voted_is_said_to_the_hall_and_to_who_is_at_home_alike(mode):
    """At home it read as if the hall had seen what you chose yourself."""
    evening = an_evening(hall_mode=mode, headcount=20, poll_open=True)
    if mode != "H2":
        evening.count(5, 5)
    evening.close()
    evening.lead("reveal_result", to="public")
    for language, to_one in (("nl", r"\b(u|uw)\b"), ("en", r"\byou(r)?\b")):
        with override(language):
            said = evening.result("pub").method
        assert said and not re.search(to_one, said, re.I), said


@pytest.mark.parametrize(("phones", "promised"), [(1, False), (6, True)])
def test_that_nobody_saw_it_is_only_said_where_nobody_can_work_it_out(phones, promised):
    evening = an_evening(hall_mode="H1", headcount=20, poll_open=True)
    for _phone in range(phones):
        evening.submit(evening.join(), "cast_ballot", activity=evening.activity.pk, choices=[0])
    evening.count(5, 5)
    evening.close()
    evening.lead("reveal_result", to="public")
    result = evening.result("pub")
    assert ("lieten we aan niemand zien" in result.method) is promised is result.lanes_shown


def several(**options):
    return an_evening(
        hall_mode="H2", options=FOUR, max_choices=3, dont_know=True, headcount=20, poll_open=True,
        **options,
    )  # fmt: skip


# --- Several answers, and "I don't know" -----------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [0, 0]},
        {"choices": [0, 1, 2, 3]},
        {"choices": [0, 4]},
        {"choices": [5]},
        {"choices": [-1]},
        {"choices": [0, 1.0]},
        {"choices": [0, None]},
        {"choices": [True]},
        {"choices": []},
        {"choices": None},
        {"choices": 0},
        {"choices": [[0]]},
        {"choices": ["0"]},
        {"choices": {"0": 1}},
        {"choices": [0], "choice": 0},
        {"choice": 5},
        {"choices": [0], "weight": 5},
        {},
    ],
)
def test_a6_what_does_not_fit_several_answers_stores_nothing(body):
    evening = several()
    voter = evening.join()
    about = {"do": "cast_ballot", "op_id": str(uuid.uuid4()), "activity": evening.activity.pk}
    assert evening.send(voter, about | body).code == 400
    assert not stored_votes()


def test_two_answers_on_a_single_choice_are_refused():
    evening = an_evening(poll_open=True, headcount=5)
    assert evening.submit(evening.join(), "cast_ballot", choices=[0, 1]).code == 400
    assert evening.submit(evening.join(), "cast_ballot", choices=[1]).code == 200


def test_a_ballot_holds_one_sorted_list_and_changes_until_close():
    evening = several()
    voter = evening.join()
    evening.vote(voter, [2, 0])
    evening.vote(voter, [3, 1, 0])
    assert stored_votes() == [[0, 1, 3]]
    evening.vote(voter, [4])
    assert stored_votes() == [[4]]


def test_percentages_name_their_base_with_and_without_dont_know():
    evening = several()
    for choices in ([0, 1], [0], [0, 1, 2], [0, 3], [1], [4], [4], [0]):
        evening.vote(evening.join(), choices)
    evening.close()
    result = shown(evening)
    assert [row.total for row in result.rows] == [5, 3, 1, 1, 2]
    assert (result.base, result.known_base, result.winner) == (8, 6, "Bomen")
    assert [row.percent for row in result.rows] == [62, 38, 12, 12, 25]
    assert [row.percent_known for row in result.rows] == [83, 50, 17, 17, None]
    assert "2 of 8 answered" in result.base_note
    assert "of who voted: 8 in all" in result.base_note
    assert "more than 100%" in result.base_note
    with override("en"):
        said = queries.result(evening.activity, "pub")
    assert said == result


def test_when_only_dont_know_was_chosen_nobody_wins():
    evening = several()
    for _ in range(5):
        evening.vote(evening.join(), [4])
    evening.close()
    result = shown(evening)
    assert (result.winner, result.why_no_winner) == ("", "Nobody chose an answer.")


def test_marks_and_voters_counted_by_hand_stand_apart():
    evening = an_evening(options=FOUR[:3], max_choices=2, headcount=20, poll_open=True)
    evening.vote(evening.join(), [0, 1])
    no_people = evening.submit(evening.facilitator, "enter_hall_count", hands=[5, 5, 1])
    assert no_people.code == 400
    for voters in (5, 12, 4):  # 11 marks are of 6 to 11 people
        refused = evening.submit(
            evening.facilitator, "enter_hall_count", hands=[5, 5, 1], voters=voters
        )
        assert refused.code == 409, voters
    evening.lead("enter_hall_count", hands=[5, 5, 1], voters=7)
    evening.submit(evening.counter, "confirm_hall_count", hands=[5, 5, 1], voters=7)
    evening.close()
    result = shown(evening)
    assert (result.base, [row.total for row in result.rows]) == (8, [6, 6, 1])
    count = HallCount.objects.first()
    assert (count.hands, count.voters) == ([5, 5, 1], 7)


# --- How the hall votes ----------------------------------------------------------------------------


def test_h2_adds_cards_and_phones_up_without_doubles():
    evening = an_evening(hall_mode="H2", headcount=12, poll_open=True)
    for number in range(1, 7):
        a_card(evening.run, number)
        answer = evening.submit(
            evening.facilitator, "cast_card_ballot", card=number, choice=number % 2
        )
        assert answer.status == "applied", answer
    evening.votes("online", 4, 2)
    without_card = evening.submit(evening.join("hall"), "cast_ballot", choice=0)
    assert without_card.code == 409
    assert evening.submit(evening.facilitator, "enter_hall_count", hands=[1, 1]).code == 409
    evening.close()
    assert evening.activity.state == "closed"
    result = shown(evening)
    assert [(row.hall, row.online, row.total) for row in result.rows] == [(3, 4, 7), (3, 2, 5)]
    assert (result.max_double, result.winner, result.base) == (0, "Ja", 12)


def test_h2_waits_for_printed_cards():
    evening = an_evening(hall_mode="H2")
    evening.run.cards.all().delete()
    assert evening.submit(evening.facilitator, "open_activity").code == 409


def test_h4_stands_apart_and_is_never_summed():
    evening = an_evening(hall_mode="H4", headcount=80, poll_open=True)
    evening.votes("hall", 3, 3)
    evening.votes("online", 2, 4)
    evening.lead("enter_hall_count", hands=[55, 20], alone=True)
    evening.close()
    result = shown(evening)
    assert [(row.hall, row.online, row.total) for row in result.rows] == [
        (55, 5, None),
        (20, 7, None),
    ]
    assert (result.base, result.hall_base, result.online_base) == (None, 75, 12)
    assert (result.winner, result.apart) == ("", True)
    stored = evening.activity.rounds.get().result
    assert (stored["total"], stored["base"]) == (None, None)


def test_h4_hides_devices_of_fewer_than_five_voters():
    evening = an_evening(hall_mode="H4", headcount=80, poll_open=True)
    evening.votes("online", 2, 1)
    evening.lead("enter_hall_count", hands=[40, 20], alone=True)
    evening.close()
    result = shown(evening)
    assert [(row.hall, row.online) for row in result.rows] == [(40, None), (20, None)]
    assert result.online_base is None
    assert result.small_group_note


@pytest.mark.parametrize(
    ("mode", "fits"), [("H1", False), ("H2", True), ("H3", True), ("H4", False)]
)
def test_something_sensitive_takes_no_hands(mode, fits):
    if not fits:
        with pytest.raises(Refused) as refusal:
            an_evening(hall_mode=mode, sensitive=True, strictness="card", state="draft")
        assert refusal.value.field == "hall_mode"
        return
    evening = an_evening(hall_mode=mode, sensitive=True, strictness="card", state="draft")
    assert evening.activity.sensitive


def test_something_sensitive_needs_to_know_who_votes():
    with pytest.raises(Refused) as refusal:
        an_evening(hall_mode="H2", sensitive=True, state="draft")
    assert refusal.value.field == "sensitive"


# --- Rows of the hall ------------------------------------------------------------------------------


def divided():
    evening = an_evening(headcount=80)
    evening.lead("divide_hall", blocks="Rij 1-4, Rij 5-8, Balkon")
    evening.lead("open_activity")
    return evening.refresh()


def count_block(evening, part, first, second):
    evening.lead("enter_hall_count", part=part, hands=first)
    return evening.submit(evening.counter, "confirm_hall_count", part=part, hands=second)


def test_blocks_of_rows_add_up_and_the_result_waits_for_all():
    evening = divided()
    evening.votes("online", 5, 5)
    evening.close()
    count_block(evening, 0, [10, 4], [10, 4])
    count_block(evening, 2, [6, 2], [7, 2])
    assert evening.refresh().activity.state == "tallying"
    count_block(evening, 1, [12, 8], [12, 8])
    assert evening.refresh().activity.state == "closed"
    result = shown(evening)
    assert [row.hall for row in result.rows] == [28, 14]
    assert evening.activity.rounds.get().result["spread"] == [1, 0]
    assert "Balkon" in result.counted_by
    assert "6/2; 7/2" in result.counted_by


def test_blocks_together_hold_no_more_hands_than_people():
    evening = divided()
    count_block(evening, 0, [30, 10], [30, 10])
    count_block(evening, 1, [30, 5], [30, 5])
    too_many = evening.submit(evening.facilitator, "enter_hall_count", part=2, hands=[6, 0])
    assert too_many.code == 409
    assert evening.submit(evening.facilitator, "enter_hall_count", part=3, hands=[1, 0]).code == 400


def test_a_disputed_block_keeps_the_result_back_until_a_third_count():
    evening = divided()
    evening.close()
    for part in (0, 1):
        count_block(evening, part, [5, 2], [5, 2])
    count_block(evening, 2, [5, 4], [4, 5])
    assert evening.refresh().activity.state == "tallying"
    third = a_user("co_facilitator", project=evening.run.project)
    evening.submit(third, "correct_hall_count", part=2, hands=[5, 4], reason="Samen geteld.")
    assert evening.refresh().activity.state == "closed"
    assert current_counts(evening.activity.rounds.get())["hands Balkon"].state == "corrected"


def test_a_counter_mends_an_own_mistake_and_both_stay():
    evening = an_evening(headcount=80, poll_open=True)
    evening.lead("enter_hall_count", hands=[5, 20])
    evening.lead("enter_hall_count", hands=[50, 20])
    evening.submit(evening.counter, "confirm_hall_count", hands=[50, 20])
    counts = HallCount.objects.order_by("id")
    assert [(one.hands, one.state) for one in counts] == [
        ([5, 20], "entered"), ([50, 20], "entered"), ([50, 20], "confirmed"),
    ]  # fmt: skip
    assert queries.fresh_state(evening.run)["activities"][evening.activity.pk]["hands"] == {
        "hands": [50, 20]
    }


def test_the_log_adds_up_to_the_rows_with_blocks_and_paper():
    from deliberation.live.events import replay, verify

    evening = divided()
    due = timezone.localdate(evening.now) + timedelta(days=1)
    evening.lead("expect_paper", due=due.isoformat())
    count_block(evening, 0, [5, 4], [4, 5])
    count_block(evening, 1, [5, 2], [5, 2])
    evening.close()
    assert replay(evening.run) == queries.fresh_state(evening.run)
    assert verify(evening.run) == []


# --- Paper -----------------------------------------------------------------------------------------


def on_paper():
    evening = an_evening(
        hall_mode="H3", sensitive=True, strictness="card", headcount=30, poll_open=True
    )
    for number in range(1, 8):
        a_card(evening.run, number)
        evening.submit(evening.facilitator, "cast_card_ballot", card=number, choice=number % 2)
    evening.close()
    return evening


def test_paper_is_counted_after_the_meeting_and_the_day_is_a_promise():
    evening = on_paper()
    assert evening.activity.state == "tallying"
    too_soon = evening.submit(evening.facilitator, "close_run")
    assert too_soon.code == 409
    today = timezone.localdate(evening.now)
    gone = evening.submit(
        evening.facilitator, "expect_paper", due=(today - timedelta(days=1)).isoformat()
    )
    assert gone.code == 409
    due = today + timedelta(days=1)
    evening.lead("expect_paper", due=due.isoformat())
    evening.lead("close_run")
    project = evening.run.project
    [owed] = commitments_to_count([project], evening.now)
    assert (owed.due_on, owed.kept_on) == (due, None)
    a_project_page(evening.run.project)
    page = Client().get(f"/s/uitslag/{evening.run.session_id}/", headers={"accept-language": "en"})
    assert page.status_code == 200
    evening.pass_time(hours=14)
    evening.count(9, 4)
    assert evening.refresh().activity.state == "closed"
    result = shown(evening)
    assert [row.total for row in result.rows] == [12, 8]
    assert HallCount.objects.first().medium == "paper"
    [owed] = commitments_to_count([project], evening.now)
    assert owed.kept_on == timezone.localdate(evening.now)


def test_a_promised_day_that_passed_does_not_move():
    evening = on_paper()
    evening.lead("expect_paper", due=timezone.localdate(evening.now).isoformat())
    evening.pass_time(days=2)
    later = (timezone.localdate(evening.now) + timedelta(days=3)).isoformat()
    assert evening.submit(evening.facilitator, "expect_paper", due=later).code == 409


def test_few_papers_hide_the_columns():
    evening = an_evening(
        hall_mode="H3", sensitive=True, strictness="card", headcount=30, poll_open=True
    )
    evening.close()
    evening.count(2, 1)
    result = shown(evening)
    assert [row.total for row in result.rows] == [2, 1]
    assert [row.hall for row in result.rows] == [None, None]
    assert "2/1" not in result.counted_by


# --- A37: corrections ------------------------------------------------------------------------------


def test_a37_a_correction_after_the_result_leaves_both_counts_in_result_export_and_trail():
    evening = an_evening(headcount=80, poll_open=True)
    evening.votes("online", 10, 15)
    evening.close()
    evening.count(50, 20)
    evening.lead("reveal_result", to="public")
    for hands, code in (([-3, 20], 400), ([9999, 20], 409)):
        wrong = evening.submit(
            evening.facilitator, "correct_hall_count", hands=hands, reason="Fout."
        )
        assert wrong.code == code
    for actor in (evening.facilitator, evening.counter):
        why = "Twee mensen dubbel geteld."
        evening.submit(actor, "correct_hall_count", hands=[48, 20], reason=why)
    with override("en"):
        result = evening.result("pub")
    assert [row.total for row in result.rows] == [58, 35]
    assert "50/20; 50/20; 48/20; 48/20" in result.counted_by
    [event] = Event.objects.filter(kind="result_corrected")
    assert event.data["result"]["total"] == [58, 35]
    note = Event.objects.get(kind="hall_count_corrected").note
    assert note.text == "Twee mensen dubbel geteld."
    a_project_page(evening.run.project)
    csv = Client().get(f"/s/uitslag/{evening.run.session_id}.csv").content.decode()
    assert "50/20; 50/20; 48/20" in csv


# --- A new version ---------------------------------------------------------------------------------


def test_an_opened_poll_is_replaced_and_the_old_one_is_void():
    evening = an_evening(headcount=5, poll_open=True)
    evening.votes("online", 3, 3)
    new = operations.replace_activity(
        actor=evening.facilitator, activity=evening.activity, reason="Een tikfout.",
        question="Wilt u eenrichting?", now=evening.now,
    )  # fmt: skip
    evening.refresh()
    assert (evening.activity.state, evening.activity.question) == (
        "voided",
        "Wilt u eenrichtingsverkeer in de straat?",
    )
    assert (new.version, new.replaces_id, new.state) == (2, evening.activity.pk, "ready")
    assert new.options == evening.activity.options
    assert not SealedBallot.objects.exists()


# --- The export ------------------------------------------------------------------------------------


def exports(evening):
    if not is_public(evening.run.project):
        a_project_page(evening.run.project)
    where = f"/s/uitslag/{evening.run.session_id}"
    return [Client().get(f"{where}{tail}") for tail in ("/", ".csv", ".json")]


def test_nothing_leaves_before_it_is_shown_to_all_nor_from_a_rehearsal():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 5, 6)
    evening.close()
    assert {page.status_code for page in exports(evening)} == {404}
    evening.lead("reveal_result", to="staff")
    assert {page.status_code for page in exports(evening)} == {404}
    evening.lead("reveal_result", to="public")
    assert {page.status_code for page in exports(evening)} == {200}
    rehearsal = an_evening(headcount=0, poll_open=True, kind="rehearsal")
    rehearsal.votes("online", 5, 6)
    rehearsal.close()
    rehearsal.lead("reveal_result", to="public")
    assert {page.status_code for page in exports(rehearsal)} == {404}


def test_a31_a_small_group_and_a_formula_leave_safely():
    evening = an_evening(
        hall_mode="H1", options=("=HYPERLINK(1)", "Nee"), headcount=40, poll_open=True
    )
    evening.votes("online", 1, 2)
    evening.close()
    evening.count(30, 10)
    evening.lead("reveal_result", to="public")
    _page, csv, answer = exports(evening)
    assert "'=HYPERLINK(1)" in csv.content.decode()
    [found] = json.loads(answer.content)["results"]
    assert [(one["hall"], one["online"], one["total"]) for one in found["answers"]] == [
        (None, None, 31), (None, None, 12),
    ]  # fmt: skip
    assert found["people"] == {"hall": None, "online": None, "total": 43}
