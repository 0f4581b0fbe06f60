"""Operations on numbered cards: print, use, vote with and block them; a card is one person and one vote.

A card is used on a phone (its attendance is that phone's), on a phone that has a card already (a second
attendance beside the first), or typed in by who helps (an attendance without a phone). In every case the
card's one attendance is the voting unit, and `Spent` is unique per round and attendance.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.models import Participant
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import may, require

from .. import randomness
from ..events import append, lock_run, ring_live
from ..models import Attendance, Card, Lane, Run
from ..polls import read_poll
from ..queries import card_by_code
from .ballots import check_choices, check_in_time, check_level, store
from .joining import NOT_NOW, check_not_banned, check_not_blocked, has_voted, remember_device

MOST_CARDS = 1000  # per run; a code's length is reckoned with 20 sessions of 300 (docs/adr/0025)
MOST_ON_A_PHONE = 6  # a household, not a polling station
OVER = (Run.State.CLOSED, Run.State.ARCHIVED, Run.State.CANCELLED)
CODE_TRIES = 20


@operation
def print_cards(*, actor, run, count, now) -> list[Card]:
    """Make this many numbered cards more. Their codes stand on paper only: in no log, event or audit row."""
    run = lock_run(run.pk)
    require("live.print_cards", actor, run, now)
    if run.state in OVER:
        raise Refused(_("This session is over."), code="state")
    first = run.cards.count() + 1
    if not 1 <= count <= MOST_CARDS or first + count - 1 > MOST_CARDS:
        raise Refused(_("A session has at most %d cards.") % MOST_CARDS, field="count")
    numbers = range(first, first + count)
    cards = Card.objects.bulk_create(
        Card(run=run, number=number, code=code, issued_at=now)
        for number, code in zip(numbers, _free_codes(count), strict=True)
    )
    append(run, "cards_printed", {"cards": first + count - 1}, now, by=actor)
    record_audit(
        actor=actor, action="print_cards", obj=run, now=now, detail={"from": first, "count": count}
    )
    return cards


@operation
def block_card(*, actor, card, reason="", now) -> Card:
    """Block a lost card: nobody can use it any more, also not the phone it was used on. Twice is once."""
    run = lock_run(card.run_id)
    card = Card.objects.get(pk=card.pk)
    require("live.block_card", actor, run, now)
    if card.blocked:
        return card
    card.blocked = True
    card.save(update_fields=["blocked"])
    append(run, "card_blocked", {"card": card.number}, now, by=actor, text=reason)
    record_audit(
        actor=actor, action="block_card", obj=card, now=now,
        detail={"number": card.number, "reason": reason},
    )  # fmt: skip
    return card


@transaction.atomic
def activate_card(*, actor, code, also=False, device="", now) -> Attendance:
    """Use a card on this phone: that card is this attendance. No audit row: who came when is theirs.

    A card works on one phone. A phone that has a card already takes a second one only with `also`: that
    person has an attendance of their own. Refused when the card is blocked or used elsewhere.
    """
    card = card_by_code(code)
    if card is None:
        raise Refused(_("We do not know this card. Look at the code again."), field="card")
    require("live.activate_card", actor, card.run, now)
    run = lock_run(card.run_id)
    card = Card.objects.get(pk=card.pk)
    if run.state in NOT_NOW:
        raise Refused(NOT_NOW[run.state], code="state")
    check_not_banned(run, actor)  # not by the looks of the phone: the card is the proof
    check_not_blocked(card)
    attendance = _on_this_phone(run, actor, card, also)
    remember_device(attendance, device)
    ring_live(run)
    return attendance


@transaction.atomic
def cast_card_ballot(*, actor, activity, card, choices, now) -> None:
    """Type in the vote of somebody with a card and no phone. The card counts once per round in total.

    `card` is its number, `choices` are numbers of answers. What was typed in can be typed in again (the last
    counts) until the card is used on a phone; a vote from a phone is never overwritten. No audit row and no
    event: they would keep who chose what.
    """
    run = lock_run(activity.run_id)
    poll = read_poll(run, activity.pk, now)
    activity = poll.activity
    if not may("live.cast_card_ballot", actor, activity, now):
        check_level(activity, now)
        require("live.cast_card_ballot", actor, activity, now)
    if activity.hall_mode == activity.HallMode.HANDS:
        raise Refused(_("In this poll the hall votes with hands, not with cards."), code="state")
    found = Card.objects.filter(run=run, number=card).first()
    if found is None:
        raise Refused(_("This session has no card %d.") % card, field="card")
    check_not_blocked(found)
    attendance = _held_by(run, found)
    if has_phone(attendance) and _is_spent(poll.round, attendance):
        raise Refused(_("Card %d voted on a phone in this round already.") % card, code="state")
    check_choices(activity, choices)
    check_in_time(poll, attendance, now)
    store(poll, {attendance: sorted(choices)})
    ring_live(run)


def has_phone(attendance) -> bool:
    """Tell whether somebody votes with a phone of their own or another's, and not through who helps."""
    return attendance.participant_id is not None or attendance.beside_id is not None


def _is_spent(round_, attendance) -> bool:
    return round_ is not None and round_.spent.filter(attendance=attendance).exists()


def _on_this_phone(run, actor: Participant, card, also) -> Attendance:
    holder = run.attendances.filter(card=card).first()
    mine = run.attendances.filter(participant=actor).first()
    if holder and mine and (holder.pk == mine.pk or holder.beside_id == mine.pk):
        return holder
    if holder and has_phone(holder):
        raise Refused(
            _("This card is used on another phone already. Ask for a new card."), code="state"
        )
    if mine is None:
        return _use(holder or _new(run, card), participant=actor)
    if mine.card_id is None:
        return _take_card(mine, holder, card)
    if not also:
        raise Refused(_("Another card votes on this phone already."), code="state")
    if mine.companions.count() + 1 >= MOST_ON_A_PHONE:
        raise Refused(_("There are too many cards on this phone. Use another one."), code="state")
    return _use(holder or _new(run, card, mine.lane), beside=mine)


def _take_card(mine, holder, card) -> Attendance:
    """Give the card to who joined with a code before: they are one person, so one attendance stays."""
    if holder is None:
        return _use(mine, card=card)
    if has_voted(mine):
        raise Refused(
            _("You voted on this phone without your card. Give your card to who helps you."),
            code="state",
        )
    participant = mine.participant
    mine.delete()
    return _use(holder, participant=participant)


def _held_by(run, card) -> Attendance:
    return run.attendances.filter(card=card).first() or _use(_new(run, card))


def _new(run, card, lane=Lane.HALL) -> Attendance:
    return Attendance(run=run, card=card, lane=lane)


def _use(attendance, **changes) -> Attendance:
    for name, value in changes.items():
        setattr(attendance, name, value)
    attendance.save()
    return attendance


def _free_codes(count) -> list[str]:
    """Draw codes that no card has, over the whole installation. The unique column guards it."""
    codes: list[str] = []
    for _attempt in range(CODE_TRIES):
        drawn = [randomness.card_code() for _ in range(count - len(codes))]
        taken = set(Card.objects.filter(code__in=drawn).values_list("code", flat=True))
        codes += [code for code in dict.fromkeys(drawn) if code not in taken | set(codes)]
        if len(codes) == count:
            return codes
    raise Refused(_("No code is free. Try again."))
