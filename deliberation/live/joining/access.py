"""Access control of live pages and sockets: who is behind one, what they may read, as whom they act."""

from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.core import signing
from django.utils import timezone

from deliberation.people.models import Participant, User
from deliberation.people.participant_session import KEY as PARTICIPANT
from deliberation.people.participant_session import participant_of
from deliberation.people.permissions import may
from deliberation.people.second_factor import (
    how_opened,
    lacks_second_factor,
    opened_again,
    with_session,
)
from deliberation.projects.models import Municipality
from deliberation.projects.tenancy import on_site_of

from ..commands import is_for_staff
from ..models import Attendance, Ban, Run
from ..queries import attendance_of

READS = {"pub": "live.see_run", "screen": "live.see_projector", "mod": "live.see_console"}
PROJECTOR_SALT = "live.projector"
PROJECTOR_LASTS = 24 * 3600  # seconds: set up in the afternoon, used in the evening
TICKET_SALT = "live.ticket"
TICKET_LASTS = 60  # seconds, between a page and its socket


@dataclass(frozen=True)
class Visitor:
    """What a socket brought along, and who that was when it came. What follows from it is looked up each time anew.

    `participant` is for whom it votes without looking it up: when it is somebody else's, the socket ends (`_recheck`).
    """

    session_key: str
    run_id: int
    audience: str
    key: str = ""
    card: str = ""
    municipality: Municipality | None = None  # of the host it came to, looked up once
    participant: UUID | None = None


@dataclass(frozen=True)
class Reader:
    """Somebody who may read this audience of this run now. `attendance` is for whom they vote here."""

    run: Run
    user: User | None
    participant: Participant | None
    attendance: Attendance | None
    observes: bool = False


def find_run(run_id: int) -> Run | None:
    """Read a run with what its screens show of the evening around it."""
    runs = Run.objects.select_related("session__project__municipality")
    return runs.filter(pk=run_id).first()


def is_elsewhere(municipality, run) -> bool:
    """Tell whether a run belongs to another municipality than that of the host that was asked."""
    return bool(municipality) and municipality != run.municipality


def is_host_of(visitor: Visitor, municipality_id: int) -> bool:
    """Tell whether a socket came to a host where a run of this municipality is shown."""
    return not visitor.municipality or visitor.municipality.pk == municipality_id


def session_of(visitor: Visitor):
    """Give the session that a socket's cookie names; with nothing in it when there is none."""
    return import_module(settings.SESSION_ENGINE).SessionStore(visitor.session_key or None)


def reader_of(visitor: Visitor, session=None) -> Reader | None:
    """Look up who is behind a socket now; None when they may not read this (any more).

    `session` is theirs, where it was just read.
    """
    run = find_run(visitor.run_id)
    if run is None or is_elsewhere(visitor.municipality, run):
        return None
    session = session or session_of(visitor)
    user = with_session(get_user(SimpleNamespace(session=session)), session)
    participant = participant_of(session)
    if visitor.participant and (participant is None or participant.pk != visitor.participant):
        return None
    with on_site_of(visitor.municipality):
        return reader(run, user, participant, visitor.audience, visitor.key, visitor.card)


def reader(run, user, participant, audience: str, key: str = "", card: str = "") -> Reader | None:
    """Tell who reads, or None when this audience is not for them.

    `card` is the number of a second card on the same phone; one that is not there is not for them either.
    """
    user = user if user is not None and user.is_authenticated else None
    if run is None or not may_read(run, user, participant, audience, key):
        return None
    attendance = attendance_of(run, participant, card)
    if card and attendance is None:
        return None
    observes = audience == "pub" and attendance is None and may("live.observe_run", user, run)
    return Reader(run, user, participant, attendance, observes)


def may_read(run, user, participant, audience: str, key: str = "") -> bool:
    """Tell whether a user or participant may read an audience. A projector may come with a signed link."""
    if audience not in READS:
        return False
    if audience == "screen" and key:
        user = maker_of(key, run) or user
    staff = user is not None and (audience == "pub" or not lacks_second_factor(user))
    if staff and may(READS[audience], user, run):
        return True
    return audience == "pub" and may("live.see_run", participant, run)


def projector_key(run, user) -> str:
    """Sign a link for a projector: it works as long as who made it may see it, for a day at most.

    It holds how its maker signed in: a second factor that their organisation asked stands in no row.
    """
    return signing.dumps([run.pk, user.pk, how_opened(user)], salt=PROJECTOR_SALT)


def told_by(key: str) -> list | None:
    """Read what a projector's link says, without asking the database; None when it is not ours, or too old."""
    try:
        run_id, user_id, *opened = signing.loads(key, salt=PROJECTOR_SALT, max_age=PROJECTOR_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return [run_id, user_id, *opened]


def maker_of(key: str, run) -> User | None:
    """Find who made a projector's link; None when it is not for this run, too old, or not ours."""
    if not (told := told_by(key)):
        return None
    run_id, user_id, *opened = told  # a version before this one told no more
    user = User.objects.filter(pk=user_id, is_active=True).first() if run_id == run.pk else None
    return opened_again(user, opened[0]) if user and opened else user


def ticket_for(reader: Reader, session_key: str | None) -> str:
    """Sign for whom a page was drawn, so that its socket need not look it up again. Blank: it has to.

    Good for a minute, with the cookie of that browser, where the page itself could be read. Whether they may stay is
    looked up before the first thing they do, and as of any socket.
    """
    mine = reader.attendance
    if mine is None or mine.participant_id is None:
        return ""
    run = reader.run
    told = [run.pk, run.municipality.pk, str(mine.participant_id), str(mine.pk)]
    return signing.dumps(told, salt=f"{TICKET_SALT} {session_key}")


def holder_of(ticket: str, visitor: Visitor) -> tuple[UUID, str] | None:
    """Read the participant and attendance of a ticket.

    None when it is not for this browser, run or host, or too old.
    """
    if not visitor.session_key or visitor.card or visitor.audience != "pub":
        return None
    salt = f"{TICKET_SALT} {visitor.session_key}"
    try:
        told = signing.loads(ticket, salt=salt, max_age=TICKET_LASTS)
        run_id, municipality, participant, attendance = told
    except (signing.BadSignature, ValueError, TypeError):
        return None
    here = run_id == visitor.run_id and is_host_of(visitor, municipality)
    return (UUID(participant), attendance) if here else None


def no_longer_allowed(visitors) -> set[Visitor]:
    """List the visitors whose sockets must close: signed out, blocked, or a role withdrawn."""
    joined = _still_joined([visitor for visitor in visitors if visitor.audience == "pub"])
    return {one for one in visitors if one not in joined and reader_of(one) is None}


def _still_joined(visitors) -> set[Visitor]:
    """Find in three queries who is only a participant and still attends here: nearly everybody in a full hall."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if not hasattr(store, "get_model_class"):
        return set()
    keys = {visitor.session_key for visitor in visitors}
    rows = store.get_model_class().objects.filter(
        session_key__in=keys, expire_date__gt=timezone.now()
    )
    sessions = {row.session_key: row.get_decoded() for row in rows}
    people = {key: data.get(PARTICIPANT, "") for key, data in sessions.items()}
    people = {key: one for key, one in people.items() if one and SESSION_KEY not in sessions[key]}
    attending = Attendance.objects.filter(participant__in=people.values()).values_list(
        "run_id", "participant_id", "run__session__project__municipality_id"
    )
    sent_out = Ban.objects.filter(participant__in=people.values()).values_list(
        "run_id", "participant_id"
    )
    away = {*sent_out}
    there = {(run, str(one)): whose for run, one, whose in attending if (run, one) not in away}
    return {
        one
        for one in visitors
        if not one.card
        and str(one.participant) == people.get(one.session_key)
        and (mine := (one.run_id, str(one.participant))) in there
        and is_host_of(one, there[mine])
    }


def acting_as(command: str, user, participant):
    """Choose as whom somebody acts: staff commands as User when signed in, residents' as participant.

    May be None. Whether they are allowed is for the permission table to say.
    """
    signed_in = user is not None and user.is_authenticated
    return user if signed_in and is_for_staff(command) else participant
