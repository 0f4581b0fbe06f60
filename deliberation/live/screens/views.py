"""Views of live pages: phone, console and projector, their regions for scripts, and commands with or without one."""

import json

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from compass.text import clean_value
from deliberation.people.outages import outage_page, try_again
from deliberation.people.secret_fields import keeps_only
from deliberation.projects.rules import who_may

from .. import commands, operations
from ..joining import access
from ..joining.views import door
from ..models import Run
from ..sockets import presence
from . import pages, regions
from .forms import body_from_form, kept_from
from .kept_commands import kept_fields, labels_of, words_of
from .recap import recap_of

LARGEST = 16 * 1024  # bytes of a command, the same as on the socket
PAGES = {"pub": "resident", "mod": "console"}


@never_cache
@require_GET
def resident(request, run_id):
    """Show a resident the evening. Who did not join is asked for the code."""
    card = request.GET.get("kaart", "")
    run, reader = _reader(request, run_id, "pub", card=card)
    if reader is None:
        return _no_entry(request, run)
    run = _finish(run)
    presence.saw(reader, "pub")
    now, language = timezone.now(), get_language()
    ticket = "" if card else access.ticket_for(reader, request.session.session_key)
    context = pages.resident_context(run, reader, language, now, card=card, ticket=ticket)
    if "nieuw" in request.GET:
        context["recap"] = regions.drawn_once(run, now, ("recap", language), recap_of)
    return render(request, "deliberation/live/resident.html", context)


@never_cache
@require_GET
def console(request, run_id):
    """Show the console to who leads or counts."""
    run, reader = _reader(request, run_id, "mod")
    if reader is None:
        return _no_entry(request, run, _not_yours(request.user, "live.see_console"))
    run = _finish(run)
    presence.saw(reader, "mod")
    now, language = timezone.now(), get_language()
    card = request.GET.get("kaart", "")
    kept = {"card": card} if card.isascii() and card.isdigit() else None
    context = pages.console_context(run, reader.user, language, now, kept)
    return render(request, "deliberation/live/console.html", context)


@never_cache
@require_GET
def projector(request, run_id):
    """Show the screen in the hall, to staff or with the console's signed link."""
    key = request.GET.get("key", "")
    run, reader = _reader(request, run_id, "screen", key)
    if reader is None:
        return _no_entry(request, run, _not_yours(request.user, "live.see_projector"))
    context = pages.projector_context(
        _finish(run),
        get_language(),
        timezone.now(),
        broadcast=request.GET.get("view") == "broadcast",
        key=key,
    )
    return render(request, "deliberation/live/projector.html", context)


@never_cache
@require_GET
def regions_since(request, run_id):
    """Give the regions that changed since a number of the log, for screens without a socket."""
    audience, key = request.GET.get("as", "pub"), request.GET.get("key", "")
    since = request.GET.get("since", "0")
    if audience not in access.READS or not (
        since.isascii() and since.isdigit() and len(since) < 10
    ):
        return JsonResponse({"reason": _("This address is not right.")}, status=400)
    card = request.GET.get("kaart", "") if audience == "pub" else ""
    run, reader = _reader(request, run_id, audience, key, card)
    if reader is None:
        reason = _("You may not see this.")
        return JsonResponse({"reason": reason}, status=404 if run is None else 403)
    run, now, language = _finish(run), timezone.now(), get_language()
    epoch = request.GET.get("epoch", "")
    news = regions.snapshot(run, audience, language, int(since), epoch, now)
    presence.saw(reader, audience)
    if audience == "pub" and reader.attendance:
        news["regions"]["me"] = regions.me(run, reader.attendance, language, now)
    return JsonResponse(news)


@keeps_only(kept_fields, labels_of=labels_of, words_of=words_of)
@never_cache
@require_POST
def do(request, run_id):
    """Carry out a command: JSON gets the answer as it is, a form gets a page."""
    body = _body(request)
    if commands.is_for_staff(str(body.get("do"))) and not _run_here(request, run_id):
        raise Http404("no such evening on this host")
    actor = access.acting_as(str(body.get("do")), request.user, request.participant)
    promise = commands.submit(run_id=run_id, actor=actor or None, body=body, now=timezone.now())
    answer = commands.answer_to(promise, run_id, body)
    if request.accepts("text/html") and not _speaks_json(request):
        return _answer_page(request, run_id, body, answer)
    if answer.code == commands.BUSY:
        return try_again(JsonResponse(answer.body(), status=answer.code))
    if not (_is_nobody(request) and commands.is_for_staff(body.get("do"))):
        return JsonResponse(answer.body(), status=answer.code)
    response = JsonResponse(answer.body() | {"sign_in": True}, status=answer.code)
    response["Location"] = redirect_to_login(reverse("console", args=[run_id]))["Location"]
    return response


def _body(request) -> dict:
    if request.content_type != "application/json":
        return body_from_form(request.POST)  # its stream was read: there is no body any more
    if len(request.body) > LARGEST:
        return {}
    try:
        body = clean_value(json.loads(request.body))
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _speaks_json(request) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.content_type == "application/json" or accepts.startswith("application/json")


def _answer_page(request, run_id, body, answer):
    if answer.code == commands.BUSY:
        return outage_page(request)
    audience = request.POST.get("screen")
    audience = audience if audience in PAGES else "pub"
    card = str(body.get("card", "")) if audience == "pub" else ""
    here = reverse(PAGES[audience], args=[run_id]) + (f"?kaart={card}" if card.isdigit() else "")
    if answer.status != "refused":
        said = answer.reason or _("Received ✓")
        messages.success(request, said)
        return redirect(here)
    run, reader = _reader(request, run_id, audience, card=card)
    if reader is None:
        no_entry = _no_entry if audience == "mod" else _ask_code
        return no_entry(request, run, answer.reason)
    kept = kept_from(body) | {"wrong": answer.field}
    now, language = timezone.now(), get_language()
    if audience == "mod":
        context = pages.console_context(run, reader.user, language, now, kept)
    else:
        context = pages.resident_context(run, reader, language, now, kept, card=card)
    template = f"deliberation/live/{PAGES[audience]}.html"
    context |= {"here": here} | pages.refusal(context, answer.reason, request.POST.get("do", ""))
    return render(request, template, context, status=answer.code)


def _reader(request, run_id, audience, key="", card=""):
    run = _run_here(request, run_id)
    participant = request.participant if request.participant else None
    return run, access.reader(run, request.user, participant, audience, key, card)


def _run_here(request, run_id):
    """Find a run on the host of its municipality; on another one there is no such run."""
    run = access.find_run(run_id)
    return None if run is None or access.is_elsewhere(request.municipality, run) else run


def _finish(run) -> Run:
    """End a grace that is over, also when no screen's timer did it, and give the run as it is then."""
    now = timezone.now()
    ended = operations.finish_closing(run=run, now=now, rounds=regions.latest(run, now).open_rounds)
    return regions.read_anew(run) if ended else run


def _not_yours(user, permission) -> str:
    """Say to a colleague who may see a screen; blank for anybody else, who may have a code."""
    said = _("You may not see this.")
    return f"{said} {who_may(permission)}" if user.is_staff else ""


def _no_entry(request, run, reason=""):
    """Say no; but what nobody sent comes from a colleague whose session is over, and waits until they signed in."""
    if run and request.method == "POST" and _is_nobody(request):
        return redirect_to_login(reverse("console", args=[run.pk]))
    return _ask_code(request, run, reason)


def _is_nobody(request) -> bool:
    """Tell whether a browser brought neither an account nor a place in the hall, as after the session's end."""
    return not (request.user.is_authenticated or request.participant)


def _ask_code(request, run, reason=""):
    if run is None:
        return door(request, status=404, reason=_("We do not know this session."))
    reason = reason or _("You may not see this. Do you have a code? Fill it in.")
    return door(request, status=403, reason=reason)
