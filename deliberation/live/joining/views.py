"""Public views of joining: with a code on a screen, a scanned code, or a card."""

from functools import partial
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from compass.refusal import Refused
from deliberation.people.codes import door_of
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import remember_participant
from deliberation.people.permissions import may
from deliberation.people.secret_fields import keeps_only
from deliberation.projects.extension_points import site_address, ways_on

from .. import operations
from ..models import Run
from ..queries import attendance_of, card_by_code, run_by_code, run_by_digits
from ..screens import pages
from ..screens.regions import drawn_once
from ..screens.scene import sheet_promises
from . import access, guesses
from .devices import device_of
from .forms import CardForm, CodeForm
from .guesses import Asks

UNKNOWN = 404
NOT_YET = 403  # the word is asked first
BUSY = 429


def no_fields(posted) -> tuple:
    """Name what of a code, a card and a word may wait behind the sign-in page: nothing."""
    return ()


@keeps_only(no_fields)
@never_cache
@require_http_methods(["GET", "POST"])
def meedoen(request):
    """Ask for the code on the screen, or on a card. Typing it leads to the page that says what it is."""
    if request.method == "GET":
        return door(request)
    leads = door_of(request.POST.get("card") or request.POST.get("code", ""))
    if leads and ("card" in request.POST or leads[0] != "join_run"):
        return redirect(*leads)
    if "card" in request.POST:
        return door(request, status=400, card_form=CardForm(request.POST))
    form = CodeForm(request.POST)
    if not form.is_valid():
        return door(request, form, 400)
    code = form.cleaned_data["code"]
    _found, answer = _look_up(request, form, code, word=form.cleaned_data["word"])
    return answer or redirect(f"{reverse('join_run', args=[code])}?{_proof(code)}")


@keeps_only(no_fields)
@never_cache
@require_http_methods(["GET", "POST"])
def join_run(request, code):
    """Say what a code leads to; joining is the button."""
    form = CodeForm({"code": code})
    found, answer = _look_up(request, form, code, proof=request.GET.get("q", ""))
    if answer:
        return answer
    run, lane = found
    if access.is_elsewhere(request.municipality, run):
        return to_its_own_host(request, run)
    if request.method == "GET":
        return _join_page(request, run, lane, code)
    try:
        attendance = _let_in(request, operations.join_run, run, code=code)
    except Refused as refusal:
        return _join_page(request, run, lane, code, str(refusal), 409)
    return _go_in(attendance)


@keeps_only(no_fields)
@never_cache
@require_http_methods(["GET", "POST"])
def use_card(request, card):
    """Say whose evening a card is for; using it is the button. Staff may type in the vote of who has no phone."""
    found = card_by_code(card)
    if found is None:
        form = CardForm({"card": card})
        form.add_error("card", _("We do not know this card. Look at the code again."))
        return door(request, status=UNKNOWN, card_form=form)
    if access.is_elsewhere(request.municipality, found.run):
        return to_its_own_host(request, found.run)
    if request.method == "GET":
        return _card_page(request, found)
    try:
        also = request.POST.get("also") == str(found.number)
        attendance = _let_in(request, operations.activate_card, found.run, code=card, also=also)
    except Refused as refusal:
        return _card_page(request, found, str(refusal), 409)
    return _go_in(attendance)


def to_its_own_host(request, run):
    """Lead to the host of the run's municipality: codes are known on every host, evenings on one."""
    return redirect(site_address(run.municipality) + request.get_full_path())


def door(request, form=None, status=200, *, reason="", ask_word=False, card_form=None):
    """Show the page that asks for a code, with what went wrong."""
    form, card_form = form or CodeForm(), card_form or CardForm()
    if not ask_word:
        del form.fields["word"]
    if form.errors or card_form.errors or reason:  # the summary has the focus
        del form.fields["code"].widget.attrs["autofocus"]
    context = {"form": form, "card_form": card_form, "reason": reason}
    return render(request, "deliberation/live/meedoen.html", context, status=status)


def _look_up(request, form, code, *, proof="", word=""):
    """Find the run of a code, or the page that says why not: (found, None) or (None, page)."""
    tried = guesses.begin(request, code, proof)
    asks_word = tried.asks is Asks.WORD
    if tried.asks is Asks.PATIENCE:
        return None, door(
            request, form, BUSY, reason=_("It is very busy. Wait a minute, or scan the QR code.")
        )
    if asks_word and not word:
        guesses.forget(tried)
        form.add_error("word", _("Type the word too. It stands beside the code on the screen."))
        return None, door(request, form, NOT_YET, ask_word=True)
    try:
        found = _found(request, code, word, tried)
    except Exception:
        guesses.forget(tried)  # nobody learned anything
        raise
    if found is None:
        reason = _(
            "This code does not work now. Look at it again. Does your session begin later, or is it of another "
            "municipality? Then fill in the word beside the code too."
        )
        if asks_word:
            reason = _("This code and this word do not belong together. Look at both again.")
        form.add_error("code", reason)
        page = door(request, form, UNKNOWN, ask_word=True)
        guesses.note_wrong(request, page, tried)
        return None, page
    guesses.was_right(code, tried)
    return found, None


def _found(request, code, word, tried):
    """Find what was shown: by the word or a proof any evening, by digits alone one that is open here."""
    if tried.proven:
        return run_by_code(code)
    found = run_by_code(code, word) if word else None
    if found or tried.asks is Asks.WORD:
        return found
    return run_by_digits(code, request.municipality or None)


def _let_in(request, operation, run, **arguments):
    """Let in who presses the button; a cookie is kept only when that worked."""
    participant = request.participant or None
    if participant is None:
        _check_open(run)
        participant = create_participant(user=request.user)
    attendance = operation(
        actor=participant, device=device_of(request, run), now=timezone.now(), **arguments
    )
    remember_participant(request.session, participant)
    return attendance


def _check_open(run) -> None:
    # Before somebody is made who then has nowhere to go.
    if run.state in operations.joining.NOT_NOW:
        raise Refused(operations.joining.NOT_NOW[run.state], code="state")


def _go_in(attendance):
    query = {"nieuw": "1"}
    if attendance.beside_id:
        query["kaart"] = attendance.card.number
    return redirect(f"{reverse('resident', args=[attendance.run_id])}?{urlencode(query)}")


def _join_page(request, run, lane, code, why_not="", status=200):
    known = attendance_of(run, request.participant or None)
    closed = operations.joining.NOT_NOW.get(run.state, "")
    needs = "" if known else _needs(request, run)
    stays = known is not None and (known.lane == lane or operations.joining.has_voted(known))
    context = _about(run) | {
        "lane": known.lane if stays else lane,
        "stays": stays,
        "code": code,
        "proof": guesses.proof_of(code),
        "needs": needs,
        "card_form": CardForm(),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': f'/s/{code}?{_proof(code)}'})}",
        "can_join": not closed and not why_not,
        "why_not": why_not or closed,
    }
    return render(request, "deliberation/live/join.html", context, status=status)


def _needs(request, run) -> str:
    """Say what this run asks for before somebody can come in with a code: a card, an account, or nothing."""
    if run.strictness == Run.Strictness.CARD:
        return "card"
    signed_in = request.user.is_authenticated
    return "account" if run.strictness == Run.Strictness.ACCOUNT and not signed_in else ""


def _card_page(request, card, why_not="", status=200):
    run = card.run
    mine = attendance_of(run, request.participant or None)
    closed = operations.joining.NOT_NOW.get(run.state, "")
    helps = may("live.see_console", request.user, run) if request.user.is_authenticated else False
    context = _about(run) | {
        "card": card,
        "code": card.code,
        "other": mine.card if mine and mine.card_id and mine.card_id != card.pk else None,
        "console": f"{reverse('console', args=[run.pk])}?kaart={card.number}" if helps else "",
        "can_join": not closed and not why_not,
        "why_not": why_not or closed,
    }
    return render(request, "deliberation/live/use_card.html", context, status=status)


def _about(run) -> dict:
    now = timezone.now()
    about = {"run": run, "session": run.session, "joinable": pages.JOINABLE}
    about["ways_on"] = ways_on(run.project, now) if run.state in Run.OVER else None
    language = get_language()
    promises = partial(sheet_promises, language=language)
    return about | {"promises": drawn_once(run, now, ("promises", language), promises)}


def _proof(code: str) -> str:
    return urlencode({"q": guesses.proof_of(code)})
