"""Is one card one vote, whoever types it, scans it or lends a phone?"""

import uuid
from datetime import timedelta

import pytest

from compass.refusal import Refused
from deliberation.live import operations, queries
from deliberation.live.commands import submit
from deliberation.live.models import Attendance, Card, Event, Op, Run, SealedBallot, Spent
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from tests.builders import a_user, committed
from tests.live.builders import a_card, an_evening, stored_votes
from tests.live.test_parallel import at_once

pytestmark = pytest.mark.django_db


def card_evening(**options):
    """An evening whose hall votes with cards; the first one is there."""
    evening = an_evening(hall_mode="H2", headcount=20, **options)
    a_card(evening.run)
    evening.lead("open_activity")
    return evening.refresh()


def use(evening, card, participant=None, **how):
    """Use a card on a phone."""
    participant = participant or create_participant()
    with committed():
        attendance = operations.activate_card(
            actor=participant, code=card.code, now=evening.now, **how
        )
    return participant, attendance


def type_in(evening, card, choice, actor=None):
    return evening.submit(
        actor or evening.facilitator, "cast_card_ballot", card=card.number, choice=choice
    )


def totals(evening):
    evening.close()
    evening.lead("reveal_result", to="public")
    return [row.total for row in evening.result().rows]


# --- Printing --------------------------------------------------------------------------------------


def test_cards_are_numbered_on_and_their_codes_differ():
    evening = an_evening(state="draft")
    about = {"actor": evening.facilitator, "run": evening.run, "now": evening.now}
    first = operations.print_cards(count=8, **about)
    more = operations.print_cards(count=2, **about)
    assert [card.number for card in (*first, *more)] == list(range(1, 11))
    assert len({card.code for card in Card.objects.all()}) == 10
    assert {len(card.code) for card in first} == {10}


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_a_number_of_cards_that_makes_no_sense_is_refused(count):
    evening = an_evening(state="draft")
    with pytest.raises(Refused):
        operations.print_cards(
            actor=evening.facilitator, run=evening.run, count=count, now=evening.now
        )
    assert not Card.objects.exists()


def test_a41_no_code_of_a_card_stands_in_a_log_row(caplog):
    evening = card_evening()
    operations.print_cards(actor=evening.facilitator, run=evening.run, count=3, now=evening.now)
    for card in Card.objects.all():
        use(evening, card)
        type_in(evening, card, 0)
        operations.block_card(actor=evening.facilitator, card=card, reason="weg", now=evening.now)
    kept = [str(event.data) for event in Event.objects.all()]
    kept += list(AuditEntry.objects.values_list("detail", flat=True))
    kept += [record.getMessage() for record in caplog.records]
    for code in Card.objects.values_list("code", flat=True):
        assert not [line for line in kept if code in line]


# --- One card, one vote ----------------------------------------------------------------------------


def test_a4_a_card_used_on_a_phone_and_then_typed_in_counts_once():
    evening, card = card_evening(), None
    card = a_card(evening.run)
    voter, _attendance = use(evening, card)
    evening.vote(voter, 0)
    answer = type_in(evening, card, 1)
    assert (answer.status, answer.code) == ("refused", 409)
    assert len(stored_votes()) == Spent.objects.count() == 1
    assert totals(evening) == [1, 0]


def test_a4_a_card_typed_in_and_then_used_on_a_phone_counts_once():
    evening = card_evening()
    card = a_card(evening.run)
    assert type_in(evening, card, 1).status == "applied"
    voter, attendance = use(evening, card)
    assert Attendance.objects.get() == attendance
    evening.vote(voter, 0)
    assert type_in(evening, card, 1).status == "refused"
    assert len(stored_votes()) == Spent.objects.count() == 1
    assert totals(evening) == [1, 0]


def test_what_was_typed_in_wrong_can_be_typed_in_again():
    evening = card_evening()
    card = a_card(evening.run)
    type_in(evening, card, 0)
    assert type_in(evening, card, 1, evening.counter).status == "applied"
    assert totals(evening) == [0, 1]


def test_a_card_without_a_vote_yet_can_be_typed_in_when_the_phone_is_empty():
    evening = card_evening()
    card = a_card(evening.run)
    use(evening, card)
    assert type_in(evening, card, 1).status == "applied"
    assert totals(evening) == [0, 1]


def test_a_card_typed_in_counts_until_the_grace_is_over():
    evening = card_evening()
    card, late = a_card(evening.run), a_card(evening.run, 2)
    evening.lead("close_activity")
    assert type_in(evening, card, 1).status == "applied"
    evening.pass_time(seconds=evening.run.grace_seconds)
    assert type_in(evening, late, 1).status == "refused"


def test_a_card_counts_once_in_every_round():
    evening = card_evening()
    card = a_card(evening.run)
    type_in(evening, card, 0)
    evening.close()
    evening.lead("reopen_activity", reason="Nog eens")
    voter, _attendance = use(evening, card)
    evening.vote(voter, 1)
    assert type_in(evening, card, 0).status == "refused"
    assert totals(evening) == [0, 1]


def test_in_a_poll_with_hands_only_no_card_is_typed_in():
    evening = an_evening(hall_mode="H1", headcount=5, poll_open=True)
    assert type_in(evening, a_card(evening.run), 0).code == 409


@pytest.mark.parametrize("number", [0, 2, 99_999])
def test_a_number_that_is_no_card_of_this_run_is_refused(number):
    evening = card_evening()
    a_card(an_evening(kind="rehearsal", point=evening.activity.decision_point).run, 2)
    answer = evening.submit(evening.facilitator, "cast_card_ballot", card=number, choice=0)
    assert answer.code == 409
    assert not Attendance.objects.exists()


def test_a19_a_resident_types_in_no_card():
    evening = card_evening()
    voter, _attendance = use(evening, a_card(evening.run))
    assert type_in(evening, a_card(evening.run, 2), 0, voter).code == 403
    assert not Spent.objects.exists()


# --- One card, one phone ---------------------------------------------------------------------------


def test_a8_a_card_that_is_used_elsewhere_lets_nobody_else_in():
    evening = card_evening()
    card = a_card(evening.run)
    use(evening, card)
    with pytest.raises(Refused, match=r"andere|another"):
        use(evening, card)
    assert Attendance.objects.count() == 1


def test_a_card_scanned_twice_on_one_phone_is_used_once():
    evening = card_evening()
    card = a_card(evening.run)
    voter, attendance = use(evening, card)
    assert use(evening, card, voter) == (voter, attendance)


def test_who_joined_with_the_code_and_then_scans_a_card_is_one_person():
    evening = card_evening()
    card, voter = a_card(evening.run), evening.join("hall")
    assert evening.submit(voter, "cast_ballot", choice=0).code == 409
    use(evening, card, voter)
    evening.vote(voter, 0)
    assert Attendance.objects.get().card == card
    assert totals(evening) == [1, 0]


def test_who_joined_and_whose_card_was_typed_in_is_one_person():
    evening = card_evening()
    card, voter = a_card(evening.run), evening.join("hall")
    type_in(evening, card, 1)
    use(evening, card, voter)
    evening.vote(voter, 0)
    assert Attendance.objects.count() == 1
    assert totals(evening) == [1, 0]


def test_a_second_card_on_a_phone_is_asked_for_and_votes_apart():
    evening = card_evening()
    mine, theirs = a_card(evening.run), a_card(evening.run, 2)
    voter, _attendance = use(evening, mine)
    with pytest.raises(Refused):
        use(evening, theirs, voter)
    _voter, second = use(evening, theirs, voter, also=True)
    evening.vote(voter, 0)
    answer = evening.submit(voter, "cast_ballot", choice=1, card=2)
    assert answer.status == "applied"
    assert evening.submit(voter, "cast_ballot", choice=1, card=1).status == "applied"
    assert second.beside.participant == voter
    assert totals(evening) == [0, 2]


def test_a8_the_card_of_a_stranger_is_not_on_my_phone():
    evening = card_evening()
    voter, _attendance = use(evening, a_card(evening.run))
    use(evening, a_card(evening.run, 2))
    answer = evening.submit(voter, "cast_ballot", choice=1, card=2)
    assert (answer.code, Spent.objects.count()) == (403, 0)


def test_a_phone_takes_a_household_and_no_more():
    evening = card_evening()
    voter, _attendance = use(evening, a_card(evening.run))
    for number in range(2, 7):
        use(evening, a_card(evening.run, number), voter, also=True)
    with pytest.raises(Refused):
        use(evening, a_card(evening.run, 7), voter, also=True)


def test_a_blocked_card_does_nothing_any_more_and_its_phone_neither():
    evening = card_evening()
    card = a_card(evening.run)
    voter, _attendance = use(evening, card)
    operations.block_card(actor=evening.facilitator, card=card, reason="Kwijt", now=evening.now)
    assert evening.submit(voter, "cast_ballot", choice=0).code == 403
    assert type_in(evening, card, 0).code == 403
    with pytest.raises(Refused):
        use(evening, card)
    assert not Spent.objects.exists()


def test_the_lane_of_a_card_that_voted_stays():
    evening = card_evening()
    card = a_card(evening.run)
    type_in(evening, card, 0)
    voter, _attendance = use(evening, card)
    answer = evening.submit(voter, "change_lane", lane="online")
    assert answer.code == 409


def test_who_shares_the_phone_moves_along():
    evening = card_evening()
    voter, _attendance = use(evening, a_card(evening.run))
    _voter, second = use(evening, a_card(evening.run, 2), voter, also=True)
    assert evening.submit(voter, "change_lane", lane="online").status == "applied"
    second.refresh_from_db()
    assert second.lane == "online"
    evening.join("hall", voter)
    second.refresh_from_db()
    assert second.lane == "hall"


def test_who_holds_a_card_says_themselves_that_they_are_in_the_hall():
    evening = card_evening()
    voter, attendance = use(evening, a_card(evening.run))
    for lane in ("online", "hall"):
        assert evening.submit(voter, "change_lane", lane=lane).status == "applied"
        attendance.refresh_from_db()
        assert attendance.lane == lane


# --- What a run asks for -----------------------------------------------------------------------------


def strict(strictness, **options):
    evening = an_evening(hall_mode="H2", **options)
    Run.objects.update(strictness=strictness)
    return evening.refresh()


def test_where_cards_are_needed_a_code_alone_lets_nobody_in():
    evening = strict("card")
    with pytest.raises(Refused):
        evening.join()
    _voter, attendance = use(evening, a_card(evening.run))
    assert attendance.lane == "hall"


def test_a_card_holder_comes_back_with_the_code_as_well():
    evening = strict("card")
    voter, attendance = use(evening, a_card(evening.run))
    evening.join("online", voter)
    attendance.refresh_from_db()
    assert attendance.lane == "online"


def test_a4_where_accounts_are_needed_one_account_has_one_vote_on_every_device():
    evening = strict("account", headcount=0)
    a_card(evening.run)
    evening.lead("open_activity")
    with pytest.raises(Refused):
        evening.join()
    user = a_user()
    phone, laptop = create_participant(user=user), create_participant(user=user)
    assert phone == laptop
    evening.join(participant=phone)
    evening.join(participant=laptop)
    evening.vote(phone, 0)
    evening.vote(laptop, 1)
    assert Spent.objects.count() == 1
    assert totals(evening) == [0, 1]


@pytest.mark.parametrize("strictness", ["open", "card", "account"])
def test_each_result_says_what_was_asked(strictness):
    evening = card_evening()
    Run.objects.update(strictness=strictness)
    type_in(evening.refresh(), a_card(evening.run), 0)
    evening.close()
    evening.lead("reveal_result", to="public")
    found = evening.result("pub")
    assert found.strictness == Run.Strictness(strictness).label


def test_what_is_asked_changes_only_before_the_doors_open():
    evening = an_evening(state="ready")
    about = {"actor": evening.facilitator, "run": evening.run, "now": evening.now}
    assert operations.set_strictness(strictness="card", **about).strictness == "card"
    evening.lead("open_lobby")
    with pytest.raises(Refused):
        operations.set_strictness(strictness="open", **about)


# --- Who was sent out, and what is no credential -------------------------------------------------------


def send_out(evening, participant):
    with committed():
        operations.ban_participant(
            actor=evening.facilitator, run=evening.run, participant=participant,
            reason="Stoort de avond", now=evening.now,
        )  # fmt: skip


def test_a28_who_was_sent_out_votes_and_sees_no_more():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    voter = evening.join()
    send_out(evening, voter)
    assert evening.submit(voter, "cast_ballot", choice=0).code == 403
    with pytest.raises(Refused):
        evening.join(participant=voter)
    with pytest.raises(Refused):
        use(evening, a_card(evening.run), voter)


def test_a28_who_cleared_cookies_is_known_by_the_phone_and_a_neighbour_gets_in_with_a_card():
    evening = an_evening()
    voter = create_participant()
    about = {"code": evening.run.online_code, "now": evening.now, "device": "same phone"}
    operations.join_run(actor=voter, **about)
    send_out(evening, voter)
    with pytest.raises(Refused):
        operations.join_run(actor=create_participant(), **about)
    operations.join_run(actor=create_participant(), **{**about, "device": "other phone"})
    use(evening, a_card(evening.run), device="same phone")


def test_a28_after_rotating_the_old_codes_let_nobody_in_and_who_is_in_stays():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    voter, old = evening.join(), evening.run
    words = set(old.codes.values_list("word", flat=True))
    evening.lead("rotate_codes")
    evening.refresh()
    assert {evening.run.hall_code, evening.run.online_code}.isdisjoint(
        {old.hall_code, old.online_code}
    )
    assert words.isdisjoint(evening.run.codes.values_list("word", flat=True))
    assert queries.run_by_code(old.hall_code) is None
    assert queries.run_by_code(evening.run.hall_code) == (evening.run, "hall")
    evening.vote(voter, 0)


def test_a8_a_receipt_opens_nothing():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    voter, other = evening.join(), evening.join()
    receipt = evening.vote(voter, 0).receipt
    sealed = SealedBallot.objects.get()
    for code in (receipt, receipt.replace("-", ""), sealed.voter_key):
        assert queries.card_by_code(code) is None
        assert queries.run_by_code(code) is None
    op = Op.objects.get(receipt=receipt)
    body = {"do": "cast_ballot", "op_id": str(op.op_id), "activity": evening.activity.pk}
    answer = evening.send(other, {**body, "choice": 1})
    assert answer.receipt != receipt, "another's number is mine to use, and gives me my own vote"
    assert Spent.objects.count() == 2
    for extra in ("receipt", "ballot", "voter_key", "attendance"):
        new = {**body, "op_id": str(uuid.uuid4()), "choice": 1, extra: receipt}
        assert evening.send(other, new).code == 400


# --- All at once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a4_a_card_on_a_phone_and_typed_in_all_at_once_counts_once():
    evening = card_evening(commits=False)
    cards = [a_card(evening.run, number) for number in range(1, 6)]
    phones = [create_participant() for _ in cards]

    def send(actor, body):
        body = {"op_id": str(uuid.uuid4()), "activity": evening.activity.pk, **body}
        about = {"actor": actor, "body": body, "now": evening.now}
        return lambda: submit(run_id=evening.run.pk, **about).result(timeout=120)

    def activate(phone, card):
        def job():
            try:
                operations.activate_card(actor=phone, code=card.code, now=evening.now)
            except Refused:
                return "refused"
            return "used"

        return job

    jobs = []
    for phone, card in zip(phones, cards, strict=True):
        typed = {"do": "cast_card_ballot", "card": card.number, "choice": 1, "seen": 1}
        jobs += [activate(phone, card), send(evening.facilitator, typed)]
        jobs += [send(phone, {"do": "cast_ballot", "choice": 0})] * 2
    at_once(jobs)
    assert Attendance.objects.count() == len(cards)
    assert Spent.objects.count() == len(stored_votes()) == len(cards)
    evening.close()
    assert sum(evening.activity.rounds.get().tally["total"]) == len(cards)


def test_extending_gives_thirty_seconds_and_votes_count_until_then():
    evening = an_evening(headcount=0, poll_open=True, hall_mode="H3")
    voter = evening.join()
    evening.lead("extend_closing")
    evening.refresh()
    assert evening.activity.state == "closing"
    assert evening.activity.closes_at - evening.now == timedelta(seconds=30), "as the button says"
    evening.pass_time(seconds=25)
    evening.lead("extend_closing")
    evening.pass_time(seconds=30)
    evening.vote(voter, 0)
    evening.pass_time(seconds=5)
    assert evening.submit(voter, "cast_ballot", choice=1).code == 409


def test_the_room_waits_two_minutes_at_most():
    evening = an_evening(headcount=0, poll_open=True, hall_mode="H3")
    answers = [evening.submit(evening.facilitator, "extend_closing").code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 409]
