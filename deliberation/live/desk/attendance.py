"""Desk views of who is there: send somebody out, let them in again, by a sign because nobody has a name here."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen, form_page, posted, run_with

from .. import operations
from ..joining.pseudonyms import bare_sign, sign_of
from ..models import Attendance, Lane, Run

PER_PAGE = 40


class BanForm(forms.Form):
    """Why somebody is sent out."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you send this person out?"),
        help_text=gettext_lazy("This is recorded. Write what happened, and no name."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_safe
@never_cache
@desk_screen
def see_attendances(request, run_id):
    """List who takes part with a phone or computer, by sign, and who was sent out. Never who voted."""
    run = _run(run_id)
    require("live.see_attendances", request.user, run)
    asked, lane = bare_sign(request.GET.get("sign", "")), request.GET.get("lane", "")
    lane = lane if lane in Lane.values else ""
    found = [one for one in _attending(run) if not lane or one.lane == lane]
    rows = sorted(
        ({"sign": sign_of(one), "attendance": one} for one in found), key=lambda row: row["sign"]
    )
    rows = [row for row in rows if asked in bare_sign(row["sign"])]
    context = {
        "run": run,
        "session": run.session,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1")[:6]),
        "asked": asked,
        "lane": lane,
        "lanes": Lane.choices,
        "query": urlencode({"sign": asked, "lane": lane}) + "&",
        "bans": _bans(run),
        "over": run.state in Run.OVER,
    }
    return render(request, "deliberation/live/desk/see_attendances.html", context)


@never_cache
@desk_screen
def ban_participant(request, run_id, attendance_id):
    """Say what happens when somebody is sent out, ask why, and do it."""
    attendances = Attendance.objects.filter(run=_run(run_id)).select_related("participant", "card")
    attendance = get_object_or_404(attendances, pk=attendance_id, participant__isnull=False)
    run = _run(run_id)
    require("live.ban_participant", request.user, run)
    form = BanForm(posted(request))
    if request.method == "POST":
        about = {"actor": request.user, "run": run, "participant": attendance.participant}
        if run_with(form, operations.ban_participant, **about):
            said = _("%s is sent out. You can let this person in again below.")
            messages.success(request, said % sign_of(attendance))
            return redirect("live:see_attendances", run_id)
    template = "deliberation/live/desk/ban_participant.html"
    about = {"run": run, "session": run.session, "attendance": attendance}
    return form_page(request, template, form, sign=sign_of(attendance), **about)


@require_POST
@desk_screen
def lift_ban(request, run_id, ban_id):
    """Let somebody in again; pressing twice does it once."""
    run = _run(run_id)
    require("live.lift_ban", request.user, run)
    ban = run.bans.filter(pk=ban_id).first()
    if ban:
        operations.lift_ban(actor=request.user, ban=ban, now=timezone.now())
    messages.success(request, _("This person can come in again, with the same code."))
    return redirect("live:see_attendances", run_id)


def _attending(run):
    """Find who takes part with a phone and was not sent out; a card without a phone is blocked instead."""
    found = run.attendances.filter(participant__isnull=False, beside=None)
    gone = run.bans.exclude(participant=None).values("participant")
    return found.exclude(participant__in=gone).select_related("card", "participant__user")


def _bans(run) -> list[dict]:
    bans = list(run.bans.select_related("by").order_by("-pk"))
    people = [ban.participant_id for ban in bans]
    signs = {
        one.participant_id: sign_of(one) for one in run.attendances.filter(participant__in=people)
    }
    return [{"ban": ban, "sign": signs.get(ban.participant_id, "")} for ban in bans]


def _run(run_id):
    runs = Run.objects.select_related("session__project__municipality")
    return get_object_or_404(runs, pk=run_id)
