"""Database work of sockets: what one message leads to. Everything here runs in a thread of the hub."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.utils import timezone
from django.utils.translation import override

from deliberation.people.operations import origin
from deliberation.projects.extension_points import municipality_asked
from deliberation.projects.tenancy import on_site_of

from .. import commands, operations, round_secrets
from ..joining import access
from ..screens import regions
from . import presence
from .hub import Work


def finish_closing(run_id: int, now) -> None:
    """End the graces that are over, and destroy what a stopped process left of rounds that were closed."""
    round_secrets.destroy_old_secrets()
    operations.finish_closing(run=access.find_run(run_id), now=now)


WORK = Work(regions.updates, regions.Drawn, access.no_longer_allowed, finish_closing)


def visitor_from(scope) -> tuple[access.Visitor, str, str]:
    """Read from a handshake who comes, for which screen, in which language, and with which ticket."""
    query = parse_qs(scope["query_string"].decode("latin1"))
    language = query.get("lang", [""])[0]
    visitor = access.Visitor(
        session_key=scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""),
        run_id=scope["url_route"]["kwargs"]["run_id"],
        audience=query.get("as", ["pub"])[0],
        key=query.get("key", [""])[0],
        card=query.get("kaart", [""])[0],
    )
    known = language in dict(settings.LANGUAGES)
    ticket = query.get("ticket", [""])[0]
    return visitor, language if known else settings.LANGUAGE_CODE, ticket


@dataclass(frozen=True)
class Arrival:
    """Who came: as what they are present and by which key, and what is theirs alone as it is now.

    With a ticket they were not looked up yet.
    """

    visitor: access.Visitor
    kind: str
    key: str
    mine: str
    by_ticket: bool = False


def arrive(visitor, language: str, ticket: str, scope) -> Arrival | None:
    """Look up once to whose host a socket came, and who is behind it; None when they may not read there.

    A ticket says who it is: the page that gave it was drawn just now, with what is theirs alone. Without one, what
    costs least is asked first: whether anybody is behind this cookie or key at all.
    """
    session = None
    if not access.holder_of(ticket, visitor):
        session = access.session_of(visitor)
        if not (session.keys() or access.told_by(visitor.key)):
            return None
    try:
        visitor = replace(visitor, municipality=municipality_asked(scope))
    except DisallowedHost:
        return None
    if holder := access.holder_of(ticket, visitor):
        participant, attendance = holder
        presence.KINDS["attends"].saw(visitor.run_id, attendance)
        visitor = replace(visitor, participant=participant)
        return Arrival(visitor, "attends", attendance, mine="", by_ticket=True)
    reader = access.reader_of(visitor, session)
    if reader is None:
        return None
    if reader.attendance and visitor.audience == "pub":
        visitor = replace(visitor, participant=reader.participant.pk)
    kind, key = presence.known_as(reader, visitor.audience)
    return Arrival(visitor, kind, key, me(visitor, language, reader))


def submit_ballot(visitor, language: str, body: dict):
    """Hand over a vote of whoever came with this socket. Asks no database, so the loop itself may."""
    about = {"run_id": visitor.run_id, "participant_id": visitor.participant}
    with override(language):
        return commands.submit_ballot(**about, body=body, now=timezone.now())


def submit(visitor, language: str, body: dict):
    """Carry out a command of whoever is behind the socket now; None when they may not be here any more."""
    reader = access.reader_of(visitor)
    if reader is None:
        return None
    actor = access.acting_as(body.get("do"), reader.user, reader.participant)
    with origin("socket"), on_site_of(visitor.municipality), override(language):
        return commands.submit(run_id=visitor.run_id, actor=actor, body=body, now=timezone.now())


def me(visitor, language: str, reader=None) -> str | None:
    """Render what only this person sees; None when they may not read any more, blank when there is nothing.

    `reader` is who they are, where that was just looked up.
    """
    reader = reader or access.reader_of(visitor)
    if reader is None:
        return None
    presence.saw(reader, visitor.audience)
    if reader.attendance is None or visitor.audience != "pub":
        return ""
    return regions.me(reader.run, reader.attendance, language, timezone.now())
