"""Does an evening run from its first step to its result, hall and online together?"""

import pytest
from django.utils.translation import override

from compass.refusal import Refused
from deliberation.live import operations, queries
from deliberation.live.models import Activity, Event, Round, Run
from deliberation.people.models import AuditEntry
from tests.live.builders import a_session, an_evening

pytestmark = pytest.mark.django_db


def test_hands_only_gives_sixty_to_thirty_five_of_ninety_five():
    evening = an_evening(hall_mode="H1", headcount=80, poll_open=True)
    evening.votes("online", 10, 15)
    evening.close()
    assert evening.activity.state == "tallying"
    evening.count(50, 20)
    evening.lead("reveal_result", to="public")
    result = evening.result("pub")
    assert [row.total for row in result.rows] == [60, 35]
    assert (result.base, result.hall_base, result.online_base) == (95, 70, 25)
    assert (result.winner, result.max_double) == ("Ja", 0)
    assert result.counted_by in ("Geteld door twee mensen", "Counted by two people")


def test_phone_or_hand_gives_sixty_five_to_thirty_seven_and_no_winner():
    evening = an_evening(hall_mode="H3", headcount=80, poll_open=True)
    evening.votes("hall", 30, 12)
    evening.votes("online", 10, 15)
    refused = evening.submit(evening.facilitator, "enter_hall_count", hands=[25, 20])
    assert (refused.status, refused.code) == ("refused", 409)
    assert "7" in refused.reason
    evening.count(25, 10)
    evening.close()
    evening.lead("reveal_result", to="staff")
    result = evening.result()
    assert [(row.hall, row.online, row.total) for row in result.rows] == [
        (55, 10, 65),
        (22, 15, 37),
    ]
    assert (result.base, result.max_double, result.winner) == (102, 35, "")
    assert "35" in result.why_no_winner


def test_of_one_person_it_is_said_as_of_one():
    evening = an_evening(hall_mode="H3", headcount=10, poll_open=True)
    evening.votes("hall", 1, 0)
    evening.count(4, 4)
    evening.close()
    evening.lead("reveal_result", to="staff")
    for language, one, many in (("nl", "1 persoon", "1 mensen"), ("en", "1 person", "1 people")):
        with override(language):
            found = evening.result()
            said = f"{found.why_no_winner} {found.double_note}"
            assert said.count(one) == 1 and many not in said, said


@pytest.mark.parametrize(
    ("options", "said"), [(2, "Beide antwoorden"), (3, "De meest gekozen antwoorden")]
)
def test_of_a_tie_it_is_said_between_which_answers(options, said):
    """Of two answers it was said that the first two have as many."""
    evening = an_evening(headcount=0, poll_open=True, options=["Ja", "Nee", "Allebei"][:options])
    evening.votes("online", *[3] * options)
    evening.close()
    evening.lead("reveal_result", to="staff")
    with override("nl"):
        assert evening.result().why_no_winner == f"{said} hebben evenveel stemmen."


def test_a_result_is_hidden_until_it_is_revealed():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 5, 3)
    assert evening.result("mod") is None
    early = evening.submit(evening.facilitator, "reveal_result", to="public")
    assert early.code == 409
    evening.close()
    assert evening.activity.state == "closed"
    assert (evening.result("mod"), evening.result("pub")) == (None, None)
    evening.lead("reveal_result", to="staff")
    assert evening.result("mod").winner == "Ja"
    assert evening.result("pub") is None
    evening.lead("reveal_result", to="public")
    assert [row.percent for row in evening.result("pub").rows] == [62, 38]
    backwards = evening.submit(evening.facilitator, "reveal_result", to="staff")
    assert backwards.code == 409


def test_somebody_who_peeks_is_told_in_words_and_the_log_keeps_it():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 5, 3)
    assert evening.submit(evening.facilitator, "peek_result").code == 409
    evening.close()
    assert evening.lead("peek_result").reason == "Ja: 5 · Nee: 3"
    assert evening.result("mod") is None
    assert Event.objects.filter(kind="result_peeked").count() == 1
    assert AuditEntry.objects.filter(action="peek_result", result="done").count() == 1


def test_hands_entered_while_voting_give_the_result_when_the_grace_is_over():
    evening = an_evening(headcount=8, poll_open=True)
    evening.votes("online", 5, 6)
    evening.count(6, 1)
    assert evening.refresh().activity.state == "open"
    evening.close()
    assert evening.activity.state == "closed"


def test_votes_count_in_the_grace_and_not_after_it():
    evening = an_evening(headcount=0, poll_open=True)
    early, late = evening.joined(online=2)
    evening.lead("close_activity")
    evening.pass_time(seconds=9.9)
    evening.vote(early, 0)
    evening.pass_time(seconds=0.1)
    too_late = evening.submit(late, "cast_ballot", choice=0)
    assert (too_late.code, too_late.receipt) == (409, "")
    operations.finish_closing(run=evening.run, now=evening.now)
    operations.finish_closing(run=evening.run, now=evening.now)
    evening.refresh()
    evening.lead("reveal_result", to="public")
    assert evening.result().base == 1
    assert Event.objects.filter(kind="activity_closed").count() == 1


def test_nothing_shuts_before_the_grace_is_over():
    evening = an_evening(headcount=0, poll_open=True)
    evening.lead("close_activity")
    evening.pass_time(seconds=9)
    operations.finish_closing(run=evening.run, now=evening.now)
    assert evening.refresh().activity.state == "closing"


def test_closing_twice_is_one_close():
    evening = an_evening(headcount=0, poll_open=True)
    evening.lead("close_activity")
    closes_at = evening.refresh().activity.closes_at
    evening.pass_time(seconds=5)
    evening.lead("close_activity")
    assert evening.refresh().activity.closes_at == closes_at
    assert Event.objects.filter(kind="activity_closing").count() == 1


def test_closing_with_fewer_heads_than_phones_asks_for_a_new_headcount():
    evening = an_evening(hall_mode="H3", headcount=2, poll_open=True)
    evening.votes("hall", 2, 1)
    assert evening.submit(evening.facilitator, "close_activity").code == 409
    assert queries.headcount_question(evening.run, evening.now)
    evening.lead("record_headcount", count=3)
    evening.lead("close_activity")


def test_more_phones_than_people_never_keep_a_poll_open():
    """Who sits elsewhere with the code of the hall would hold up the evening: who leads reads it, and goes on."""
    evening = an_evening(hall_mode="H3", headcount=2, poll_open=True)
    evening.votes("hall", 2, 1)
    evening.lead("close_activity", anyway=True)
    closing = Event.objects.get(kind="activity_closing")
    assert (closing.data["phones"], closing.data["heads"]) == (3, 2)
    evening.pass_time(seconds=10)
    operations.finish_closing(run=evening.run, now=evening.now)
    evening.count(1, 1)
    evening.lead("reveal_result", to="staff")
    found = evening.result()
    assert (found.base, found.max_double) == (5, 2)
    assert "meer telefoons" in found.double_note


def test_hands_that_phones_leave_no_room_for_are_saved_after_who_counts_said_so():
    evening = an_evening(hall_mode="H3", headcount=12, poll_open=True)
    evening.votes("hall", 7, 3)
    evening.close()
    refused = evening.submit(evening.facilitator, "enter_hall_count", hands=[6, 0])
    assert refused.code == 409 and "minstens 4 dubbel" in refused.reason
    more = evening.submit(evening.facilitator, "enter_hall_count", hands=[13, 0], anyway=True)
    assert more.code == 409, "more hands than people is nobody's phone"
    evening.lead("enter_hall_count", hands=[6, 0], anyway=True)
    entered = Event.objects.get(kind="hall_count_entered")
    assert (entered.data["phones"], entered.data["heads"]) == (10, 12)
    evening._must(evening.submit(evening.counter, "confirm_hall_count", hands=[6, 0]))
    evening.lead("reveal_result", to="staff")
    assert (evening.result().base, evening.result().max_double) == (16, 6)


def test_saying_so_while_the_numbers_fit_doubts_no_phone():
    evening = an_evening(hall_mode="H3", headcount=12, poll_open=True)
    evening.votes("hall", 3)
    evening.lead("enter_hall_count", hands=[6, 0], anyway=True)
    evening.votes("hall", 5)
    again = evening.submit(evening.counter, "confirm_hall_count", hands=[6, 0])
    assert again.code == 409
    evening.lead("close_activity", anyway=True)
    assert "phones" not in Event.objects.get(kind="activity_closing").data


def test_a_headcount_is_asked_for_at_first_and_after_twenty_minutes():
    evening = an_evening()
    assert queries.headcount_question(evening.run, evening.now)
    evening.lead("record_headcount", count=12)
    assert queries.headcount_question(evening.run, evening.now) == ""
    evening.pass_time(minutes=20, seconds=1)
    assert queries.headcount_question(evening.run, evening.now)


def test_a_new_headcount_settles_a_poll_that_waited_for_it():
    evening = an_evening(hall_mode="H3", headcount=10, poll_open=True)
    evening.votes("hall", 3, 2)
    evening.count(3, 2)
    # One more phone votes in the grace, so that the hands no longer fit.
    evening.lead("close_activity")
    evening.votes("hall", 1)
    evening.pass_time(seconds=10)
    operations.finish_closing(run=evening.run, now=evening.now)
    assert evening.refresh().activity.state == "tallying"
    evening.lead("record_headcount", count=11)
    assert evening.refresh().activity.state == "closed"


def test_a_round_more_has_its_own_votes_and_is_hidden_again():
    evening = an_evening(headcount=0, poll_open=True)
    (voter,) = evening.votes("online", 1)
    evening.close()
    evening.lead("reveal_result", to="public")
    evening.lead("reopen_activity", reason="De vraag was niet goed te horen.")
    assert evening.result("pub") is None
    evening.vote(voter, 1)
    evening.close()
    assert evening.result("pub") is None
    evening.lead("reveal_result", to="public")
    assert [row.total for row in evening.result("pub").rows] == [0, 1]
    assert list(Round.objects.values_list("number", flat=True)) == [1, 2]


def test_a_voided_poll_has_no_result_and_its_ballots_keep_no_key():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 3, 2)
    evening.lead("void_activity", reason="De antwoorden stonden verkeerd om.")
    round_ = Round.objects.get()
    assert evening.result("mod") is None
    assert not round_.ballots.exclude(voter_key=None).exists()
    assert (round_.tally, round_.result) == (None, None)


def test_one_poll_is_open_at_a_time():
    evening = an_evening(poll_open=True)
    other = operations.add_activity(
        actor=evening.facilitator,
        item=evening.activity.item,
        decision_point=evening.activity.decision_point,
        question="En de bomen?",
        options=["Links", "Rechts"],
        now=evening.now,
    )
    refused = evening.submit(evening.facilitator, "open_activity", activity=other.pk)
    assert refused.code == 409
    assert Activity.objects.get(pk=other.pk).state == "ready"


def test_the_current_activity_is_the_one_the_stage_shows():
    evening = an_evening(headcount=5)
    assert queries.current_activity(evening.run) is None
    evening.lead("open_activity")
    evening.close()
    second = operations.add_activity(
        actor=evening.facilitator,
        item=evening.activity.item,
        decision_point=evening.activity.decision_point,
        question="En de bomen?",
        options=["Links", "Rechts"],
        now=evening.now,
    )
    assert queries.current_activity(evening.run) == evening.activity
    evening.lead("open_activity", activity=second.pk)
    assert queries.current_activity(evening.run) == second


def test_a_run_does_not_close_under_an_open_poll_but_does_while_hands_are_counted():
    evening = an_evening(headcount=5, poll_open=True)
    assert evening.submit(evening.facilitator, "close_run").code == 409
    evening.close()
    evening.lead("close_run")
    evening.count(3, 1)
    evening.lead("reveal_result", to="public")
    assert evening.result("pub").base == 4


def test_a_closed_run_reopens_within_half_an_hour():
    evening = an_evening()
    evening.lead("close_run")
    evening.pass_time(minutes=30)
    evening.lead("reopen_run", reason="Er kwam nog een vraag.")
    evening.lead("close_run")
    evening.pass_time(minutes=31)
    late = evening.submit(evening.facilitator, "reopen_run", reason="Te laat.")
    assert late.code == 409


def test_an_evening_has_one_real_run_and_many_rehearsals():
    evening = an_evening(kind="rehearsal", state="draft")
    session = evening.run.session
    about = {"actor": evening.facilitator, "session": session, "now": evening.now}
    operations.create_run(kind="rehearsal", **about)
    operations.create_run(kind="real", **about)
    with pytest.raises(Refused) as refusal:
        operations.create_run(kind="real", **about)
    assert refusal.value.code == "state"
    assert Run.objects.filter(session=session).count() == 3


def test_a_rehearsal_is_in_no_result():
    evening = an_evening(kind="rehearsal", headcount=0, poll_open=True)
    evening.votes("online", 1)
    evening.close()
    evening.lead("reveal_result", to="public")
    assert evening.result("pub").base == 1
    assert queries.revealed_results(evening.run.project) == []


def test_what_was_revealed_of_a_real_run_can_be_listed():
    evening = an_evening(headcount=0, poll_open=True)
    evening.votes("online", 1)
    evening.close()
    assert queries.revealed_results(evening.run.project) == []
    evening.lead("reveal_result", to="public")
    (listed,) = queries.revealed_results(evening.run.project)
    assert listed.activity == evening.activity


def test_small_groups_are_not_shown_apart_nor_kept_apart():
    evening = an_evening(hall_mode="H3", headcount=40, poll_open=True)
    evening.votes("hall", 6, 2)
    evening.votes("online", 1, 2)
    evening.close()
    evening.count(1, 0)
    evening.lead("reveal_result", to="public")
    result = evening.result("pub")
    assert [(row.hall, row.online, row.total) for row in result.rows] == [
        (None, None, 8),
        (None, None, 4),
    ]
    assert (result.hall_base, result.online_base, result.lanes_shown) == (None, None, False)
    assert result.small_group_note
    round_ = Round.objects.get()
    assert set(round_.ballots.values_list("lane", flat=True)) == {""}
    assert (round_.tally["hall"], round_.tally["online"]) == (None, None)


def test_a_small_session_is_said_before_voting():
    evening = an_evening(headcount=4)
    evening.joined(hall=2, online=5)
    assert queries.is_small_session(evening.run)
    evening.join("online")
    assert not queries.is_small_session(evening.run)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"options": ["Ja"]}, "options"),
        ({"options": ["Ja", "Nee", "Weet ik niet", "Anders"]}, "options"),
        ({"options": ["Ja", "ja "]}, "options"),
        ({"options": ["Ja", " "]}, "options"),
        ({"options": ["Daarvoor", "Daar\u00advoor"]}, "options"),
        ({"options": ["Ja", "weet ik niet"], "dont_know": True}, "options"),
        ({"options": ["Voor", "Tegen"], "english": {"options": "Tegen\nTegen"}}, "options_en"),
        ({"options": ["Voor", "Tegen"], "english": {"options": "For\nfor"}}, "options_en"),
        (
            {
                "options": ["Ja", "Geen idee"],
                "dont_know": True,
                "english": {"options": "Yes\nI don't know"},
            },
            "options_en",
        ),
        ({"question": " "}, "question"),
    ],
)
def test_a_poll_has_a_question_and_two_or_three_different_answers(fields, field):
    evening = an_evening(state="draft")
    about = {"question": "En nu?", "options": ["Ja", "Nee"], **fields}
    with pytest.raises(Refused) as refusal:
        operations.add_activity(
            actor=evening.facilitator,
            item=evening.activity.item,
            decision_point=evening.activity.decision_point,
            now=evening.now,
            **about,
        )
    assert refusal.value.field == field


def test_a_session_belongs_to_a_project():
    evening = an_evening(state="draft")
    session = a_session(evening.run.project, evening.facilitator)
    assert session.municipality == evening.run.municipality
