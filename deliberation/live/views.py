"""What does each live address answer: to a browser, to its script, and to a form without script?"""

import json

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from compass.refusal import Refused
from deliberation.people.operations import create_participant
from deliberation.people.session import remember_participant

from . import access, commands, guesses, operations, pages, regions
from .forms import CodeForm, body_from_form, kept_from
from .models import Attendance
from .presence import presence
from .queries import attendance_of, run_by_code
from .scene import run_promises

LARGEST = 16 * 1024  # bytes of a command, the same as on the socket
PAGES = {"pub": "resident", "mod": "console"}


@never_cache
@require_http_methods(["GET", "POST"])
def meedoen(request):
    """Ask for the code on the screen. Typing it leads to the page that says what it is."""
    form = CodeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _code_page(request, form, 200 if request.method == "GET" else 400)
    code = form.cleaned_data["code"]
    if not guesses.may_try(request, code):
        form.add_error("code", _too_many())
        return _code_page(request, form, 429)
    if run_by_code(code) is None:
        form.add_error("code", _("We do not know this code. Look at it again."))
        response = _code_page(request, form, 404)
        guesses.note_wrong(request, response)
        return response
    return redirect("join_run", code)


@never_cache
@require_http_methods(["GET", "POST"])
def join_run(request, code):
    """Say what a code leads to; joining is the button."""
    if not guesses.may_try(request, code, request.GET.get("q", "")):
        return _wrong_code(request, _too_many(), 429)
    found = run_by_code(code) if code.isascii() else None
    if found is None:
        response = _wrong_code(request, _("We do not know this code. Look at it again."), 404)
        guesses.note_wrong(request, response)
        return response
    run, lane = found
    if request.method == "GET":
        return _join_page(request, run, lane, code)
    if run.state not in pages.JOINABLE:
        return _join_page(request, run, lane, code, status=409)
    try:
        _let_in(request, request.participant or None, code)
    except Refused as refusal:
        return _join_page(request, run, lane, code, str(refusal), 409)
    return redirect("resident", run.pk)


@never_cache
@require_GET
def resident(request, run_id):
    """Show a resident the evening. Who did not join is asked for the code."""
    run, reader = _reader(request, run_id, "pub")
    if reader is None:
        return _no_entry(request, run)
    _finish(run)
    now, language = timezone.now(), get_language()
    context = pages.resident_context(access.find_run(run_id), reader.attendance, language, now)
    return render(request, "deliberation/live/resident.html", context)


@never_cache
@require_GET
def console(request, run_id):
    """Show the console to who leads or counts."""
    run, reader = _reader(request, run_id, "mod")
    if reader is None:
        return _no_entry(request, run)
    _finish(run)
    now, language = timezone.now(), get_language()
    context = pages.console_context(access.find_run(run_id), reader.user, language, now)
    return render(request, "deliberation/live/console.html", context)


@never_cache
@require_GET
def projector(request, run_id):
    """Show the screen in the hall, to staff or with the console's signed link."""
    key = request.GET.get("key", "")
    run, reader = _reader(request, run_id, "screen", key)
    if reader is None:
        return _no_entry(request, run)
    _finish(run)
    context = pages.projector_context(
        access.find_run(run_id),
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
    run, reader = _reader(request, run_id, audience, key)
    if reader is None:
        reason = _("You may not see this.")
        return JsonResponse({"reason": reason}, status=404 if run is None else 403)
    _finish(run)
    run, language = access.find_run(run_id), get_language()
    epoch = request.GET.get("epoch", "")
    news = regions.snapshot(run, audience, language, int(since), epoch, timezone.now())
    if audience == "pub" and reader.attendance:
        presence.saw(run.pk, str(reader.attendance.pk))
        news["regions"]["me"] = regions.me(run, reader.attendance, language)
    return JsonResponse(news)


@never_cache
@require_POST
def do(request, run_id):
    """Carry out a command: JSON gets the answer as it is, a form gets a page."""
    body = _body(request)
    actor = access.acting_as(str(body.get("do")), request.user, request.participant)
    promise = commands.submit(run_id=run_id, actor=actor or None, body=body, now=timezone.now())
    answer = promise.result()
    if request.accepts("text/html") and not _speaks_json(request):
        return _answer_page(request, run_id, body, answer)
    return JsonResponse(answer.body(), status=answer.code)


def _body(request) -> dict:
    if len(request.body) > LARGEST:
        return {}
    if request.content_type != "application/json":
        return body_from_form(request.POST)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _speaks_json(request) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.content_type == "application/json" or accepts.startswith("application/json")


def _answer_page(request, run_id, body, answer):
    audience = request.POST.get("screen")
    audience = audience if audience in PAGES else "pub"
    if answer.status != "refused":
        said = answer.reason or _("Received ✓")
        messages.success(request, said)
        return redirect(PAGES[audience], run_id)
    run, reader = _reader(request, run_id, audience)
    messages.error(request, answer.reason)
    if reader is None:
        return _no_entry(request, run)
    kept, now, language = kept_from(body), timezone.now(), get_language()
    if audience == "mod":
        context = pages.console_context(run, reader.user, language, now, kept)
    else:
        context = pages.resident_context(run, reader.attendance, language, now, kept)
    template = f"deliberation/live/{PAGES[audience]}.html"
    return render(request, template, context, status=answer.code)


def _reader(request, run_id, audience, key=""):
    run = access.find_run(run_id)
    participant = request.participant if request.participant else None
    return run, access.reader(run, request.user, participant, audience, key)


def _finish(run) -> None:
    """A grace that is over ends now, also when no screen's timer did it."""
    operations.finish_closing(run=run, now=timezone.now())


def _let_in(request, participant, code) -> Attendance:
    now = timezone.now()
    if participant is None:
        participant = create_participant(user=request.user)
    attendance = operations.join_run(actor=participant, code=code, now=now)
    remember_participant(request.session, participant)
    return attendance


def _join_page(request, run, lane, code, why_not="", status=200):
    joinable = run.state in pages.JOINABLE
    closed = operations.joining.NOT_NOW.get(run.state, "")
    known = attendance_of(run, request.participant or None)
    context = {
        "run": run,
        "session": run.session,
        "lane": known.lane if known else lane,
        "known": known is not None,
        "code": code,
        "proof": guesses.proof_of(code),
        "can_join": joinable and not why_not,
        "why_not": why_not or closed,
        "promises": run_promises(run, get_language(), timezone.now()),
    }
    return render(request, "deliberation/live/join.html", context, status=status)


def _code_page(request, form, status):
    return render(request, "deliberation/live/meedoen.html", {"form": form}, status=status)


def _wrong_code(request, reason, status):
    form = CodeForm()
    return render(
        request, "deliberation/live/meedoen.html", {"form": form, "reason": reason}, status=status
    )


def _no_entry(request, run):
    if run is None:
        reason, status = _("We do not know this session."), 404
    else:
        reason, status = _("You may not see this. Do you have a code? Fill it in."), 403
    return _wrong_code(request, reason, status)


def _too_many() -> str:
    return _("Too many wrong codes were tried. Wait a few minutes, or scan the QR code.")
