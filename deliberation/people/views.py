"""Views of somebody's own data: see it, take it along and erase it."""

import functools
from itertools import groupby

from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused

from . import operations
from .models import Participant
from .privacy.consents import consents_in, offered_to, purpose
from .privacy.erasure import addresses_of
from .privacy.export import NotYours, as_rows, link_for, open_link
from .privacy.own_data import export_of, gave, said_before_erasing
from .privacy.unsubscribing import NoSuchLink, open_sealed
from .recent_sign_in import is_fresh, way_to_show
from .spreadsheet import FORMS, spreadsheet_response


def about_oneself(view):
    """Give a view who asks, (user | None, participants); no browser or proxy may keep the answer."""

    @cache_control(no_store=True, private=True)
    @functools.wraps(view)
    def screen(request, *args, **kwargs):
        user = request.user if request.user.is_authenticated else None
        if user:
            participants = list(Participant.objects.filter(user=user))
        else:
            participants = [request.participant] if request.participant else []
        return view(request, user, participants, *args, **kwargs)

    return screen


@require_http_methods(["GET", "HEAD", "POST"])
@about_oneself
def see_own_data(request, user, participants):
    """Show what somebody joined and gave here and agreed to; agree to something, or take it back."""
    place = request.municipality.slug if request.municipality else ""
    held = consents_in(user, participants, place)
    offered = offered_to(user, place)
    if request.method == "POST" and "agree" in request.POST:
        return _agree(request, user, offered, place)
    if request.method == "POST":
        consent = get_object_or_404(held, pk=_number(request.POST.get("consent")))
        actor = user or participants[0]
        operations.withdraw_consent(actor=actor, consent=consent, now=timezone.now())
        messages.success(request, _("You took your consent back. It ended at once."))
        return redirect("people:see_own_data")
    given = gave(participants, request.municipality or None)
    context = {
        "changed": [one for one in given if one.changed],
        "joined": [one for one in given if one.joined],
        "gave": [one for one in given if not (one.joined or one.changed)],
        "consents": held,
        "offered": offered,
        "known": bool(user or participants),
    }
    return render(request, "deliberation/people/see_own_data.html", context)


def _agree(request, user, offered, place):
    wanted = request.POST["agree"]
    if wanted in [one.key for one in offered]:
        operations.give_consent(actor=user, purpose=wanted, place=place, now=timezone.now())
        messages.success(request, _("You agreed. You can take it back here at any time."))
    return redirect("people:see_own_data")


@require_POST
@about_oneself
def ask_own_data(request, user, participants):
    """Make the link to one's own file, and go there."""
    if not (user or participants):
        return redirect("people:see_own_data")
    link = link_for(user, participants, request.municipality)
    return redirect("people:take_own_data", link)


@require_safe
@about_oneself
def take_own_data(request, user, participants, signed):
    """Show everything we keep of the person who asks; `?vorm=json`, `xlsx` or `csv` gives it as a file."""
    try:
        open_link(signed, user, participants, request.municipality)
    except signing.SignatureExpired:
        return _closed_link(request, 410)
    except NotYours:
        return _closed_link(request, 403)
    except signing.BadSignature as error:
        raise Http404 from error
    gathered = export_of(user, participants, request.municipality or None)
    shape = request.GET.get("vorm")
    if shape == "json":
        response = JsonResponse(gathered, json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
        return response
    rows = as_rows(gathered)
    if shape in FORMS:
        names = (_("Part"), _("Number"), _("What"), _("Value"))
        return spreadsheet_response([names, *rows], "mijn-gegevens", shape)
    parts = [(label, _by_number(held)) for label, held in groupby(rows, lambda row: row[0])]
    return render(request, "deliberation/people/take_own_data.html", {"parts": parts})


@csrf_exempt  # a mail program sends it without having read the page; the link says all there is to know
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def unsubscribe(request, sealed):
    """Say what a link in a mail ends, and end it when that is sent: programs that look through mail open links too."""
    try:
        mailed = open_sealed(sealed)
    except NoSuchLink as error:
        raise Http404 from error
    if not request.municipality or request.municipality.slug != mailed.place:
        raise Http404
    ended = request.method == "POST"
    if ended:
        operations.unsubscribe(actor=None, mailed=mailed, now=timezone.now())
    context = {"purpose": purpose(mailed.purpose), "ended": ended}
    return render(request, "deliberation/people/unsubscribe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@about_oneself
def erase_person(request, user, participants):
    """Say what goes and what stays, and erase everything when that is confirmed."""
    if not (user or participants):
        return redirect("people:see_own_data")
    if user and not is_fresh(request):
        way = way_to_show(request)
        return redirect(way) if way else _sign_in_again(request)
    context, status = {"addresses": sorted(addresses_of(user))}, 200
    if request.method == "POST":
        try:
            who = {"actor": user or participants[0], "user": user, "participants": participants}
            operations.erase_person(**who, now=timezone.now())
        except Refused as refusal:
            context["refusal"], status = refusal.reason, 409
        else:
            logout(request)
            return redirect("people:see_erased")
    context["goes"], context["stays"] = said_before_erasing()
    return render(request, "deliberation/people/erase_person.html", context, status=status)


@require_safe
@cache_control(no_store=True)
def see_erased(request):
    """Say that everything is gone."""
    return render(request, "deliberation/people/see_erased.html")


def _by_number(rows) -> list[list[tuple]]:
    """Group one part's rows by the thing they tell of, as (name, value) pairs."""
    return [[row[2:] for row in held] for _n, held in groupby(rows, lambda row: row[1])]


def _closed_link(request, status):
    context = {"expired": status == 410}
    return render(request, "deliberation/people/closed_link.html", context, status=status)


def _sign_in_again(request):
    return render(request, "deliberation/people/sign_in_again.html", status=200)


def _number(text) -> int:
    if not (text or "").isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
