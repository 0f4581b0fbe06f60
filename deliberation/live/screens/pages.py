"""Template context of live pages: where a page listens, where it stands, and what it may send."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deliberation.people.permissions import may
from deliberation.people.read_once import reading_once
from deliberation.projects.extension_points import site_address
from deliberation.projects.rules import lacks_role

from .. import randomness
from ..command_validation import COMMANDS
from ..joining.access import projector_key
from ..joining.guesses import proof_of
from ..joining.qr import qr_svg
from ..models import Lane, Run
from ..queries import counts_people, headcount_question, headcount_saved
from ..sockets.presence import observers
from . import regions
from .scene import is_hall_lost, shell_of


@dataclass(frozen=True)
class LivePage:
    """The shell of one live page."""

    run: Run
    screen: str
    seq: int
    epoch: str
    now: str
    socket: str
    regions_href: str
    lane: str
    may_act: bool
    op_id: str
    whose: str  # who presses here: what another one pressed is not sent from this page
    card: str


def live_page(
    run, audience: str, now, *, actor=None, lane="", key="", card="", ticket=""
) -> LivePage:
    """Gather what a page's shell says. The number of the command is new with every page.

    `actor` is the User or Participant who acts there; None: nobody does.
    """
    query = {"as": audience, "lang": get_language(), "key": key, "kaart": card}
    query = {name: value for name, value in query.items() if value}
    with_ticket = query | ({"ticket": ticket} if ticket else {})
    return LivePage(
        run=run,
        screen=audience,
        seq=run.seq,
        epoch=str(run.epoch),
        now=now.isoformat(),
        socket=f"/ws/s/run/{run.pk}/?{urlencode(with_ticket)}",
        regions_href=f"{reverse('regions', args=[run.pk])}?{urlencode(query)}",
        lane=lane,
        may_act=actor is not None,
        op_id=str(randomness.new_id()),
        whose=whose(actor) if actor else "",
        card=card,
    )


def whose(actor) -> str:
    """Mark a User or Participant so that a browser tells two of them apart, and nobody reads who they are."""
    told = f"{type(actor).__name__} {actor.pk}"
    return salted_hmac("live.whose", told, algorithm="sha256").hexdigest()[:16]


def resident_context(run, reader, language, now, kept=None, card="", ticket="") -> dict:
    """Gather what a resident's page shows; with `card` the page of a second person on the same phone."""
    attendance = reader.attendance
    if kept:
        shown = regions.page_regions(run, "pub", language, now, kept)
    else:
        shown = regions.resident_regions(run, language, now)
    mine = regions.me(run, attendance, language, now) if attendance else ""
    lane = attendance.lane if attendance else ""
    actor = reader.participant if attendance else None
    page = live_page(run, "pub", now, actor=actor, lane=lane, card=card, ticket=ticket)
    return {
        "page": page,
        "regions": shown | {"me": mine},
        "observes": reader.observes,
        "other": attendance.beside.card if card else None,
        "hall_lost": is_hall_lost(run),
        "observers": observers.connected(run.pk),
    }


def console_context(run, user, language, now, kept=None) -> dict:
    """Gather what the console shows, with a signed link for the projector."""
    address = reverse("projector", args=[run.pk])
    key = urlencode({"key": projector_key(run, user)})
    reader = {"me": user.pk, "may_not": _may_not(user, run)}
    return {
        "page": live_page(run, "mod", now, actor=user),
        "regions": regions.page_regions(run, "mod", language, now, kept, **reader),
        "kept": kept or {},
        **reader,
        "ask_heads": headcount_question(run, now),
        "heads": headcount_saved(run),
        "counts_people": counts_people(run),
        "over": run.state in Run.OVER,
        "shell": shell_of(run, "mod"),
        "projector_href": f"{address}?{key}",
        "broadcast_href": f"{address}?view=broadcast&{key}",
        "desk_href": reverse("live:see_session", args=[run.session_id]),
        "attendances_href": reverse("live:see_attendances", args=[run.pk])
        if may("live.see_attendances", user, run, now)
        else "",
        "codes": code_entries(run),
    }


IN_THE_SHELL = ("record_headcount", "divide_hall", "rotate_codes")


def refusal(context: dict, reason: str, pressed: str) -> dict:
    """Tell why a form was refused right above the button that was pressed; on top when that stands here no more."""
    shown, command = context["regions"], pressed.partition("?")[0]
    for value in (f'value="{escape(pressed)}"', f'value="{escape(command)}?'):
        for name, html in shown.items():
            if value in html:
                alert = {"kind": "error", "message": reason, "role": "alert", "refused": True}
                told = render_to_string("components/_alert.html", alert)
                return {"regions": shown | {name: told + html}}
    stands = command == "record_headcount" and context.get("counts_people")
    at = command in IN_THE_SHELL and (stands or not context.get("over"))
    return {"refused": reason, "refused_at": command if at else ""}


def projector_context(run, language, now, *, broadcast: bool, key: str) -> dict:
    """Gather what the projector shows. In a broadcast without the hall's code: viewers would join as hall."""
    lanes = [Lane.ONLINE] if broadcast else [Lane.HALL, Lane.ONLINE]
    codes = code_entries(run, lanes, size=280) if run.state in (*JOINABLE, "draft", "ready") else []
    return {
        "page": live_page(run, "screen", now, key=key),
        "regions": regions.page_regions(run, "screen", language, now),
        "codes": codes if broadcast else codes[:1],
        "observers": observers.connected(run.pk),
        "shell": shell_of(run, "screen"),
    }


JOINABLE = Run.JOINABLE


OFFERED = (
    *(name for name, one in COMMANDS.items() if one.staff),
    "change_session",
    "contest_seen_count",
)


def _may_not(user, run) -> list[str]:
    """List what a console offers that is not for the role of who reads it."""
    with reading_once():
        return [name for name in OFFERED if lacks_role(f"live.{name}", user, run)]


def code_entries(run, lanes=(Lane.HALL, Lane.ONLINE), size=240) -> list[dict]:
    """List the codes of a run as people read, type and scan them, each with its word."""
    names = {Lane.HALL: _("In the hall"), Lane.ONLINE: _("Online")}
    codes = {one.lane: one for one in run.codes.all()}
    site = site_address(run.municipality) or settings.PUBLIC_URL
    return [_code_entry(names[lane], codes[lane], size, site) for lane in lanes]


def _code_entry(name: str, join_code, size: int, site: str) -> dict:
    code = join_code.code
    address = f"{site}/s/{code}"
    spaced = f"{code[:3]} {code[3:]}"
    label = _("QR code for %(name)s: %(code)s") % {"name": name, "code": spaced}
    return {
        "name": name,
        "code": spaced,
        "word": join_code.word,
        "href": f"/s/{code}",
        "host": site.partition("://")[2],
        "qr": qr_svg(f"{address}?q={proof_of(code)}", label, size),
    }
