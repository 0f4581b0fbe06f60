"""Public views of contributions: give one, read them, and follow one with a receipt."""

from contextlib import nullcontext
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.codes import door_of
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import remember_participant
from deliberation.people.views import about_oneself
from deliberation.projects.commitments import commitments_kept_and_open
from deliberation.projects.desk import STATUS, posted
from deliberation.projects.extension_points import public_pages
from deliberation.projects.models import Project
from deliberation.projects.queries import decision_points

from . import operations, queries
from .answer_terms import opening_in, opening_of, openings
from .forms import ReceiptForm
from .models import Contribution
from .operations.mailing import may_mail
from .operations.supporting import A_MINUTE
from .receipts import follow_path, spaced_code


@require_safe
def see_contributions(request, instrument, project_id):
    """List the approved contributions of a project, with their answers; search and page within."""
    project, page_href = public_project(request, project_id)
    text, state = request.GET.get("q", ""), request.GET.get("state", "")
    _refuse_nul(text, state)
    text = text[: queries.LONGEST_SEARCH]
    state = state if state in ("answered", "waiting") else ""
    now = timezone.now()
    found = queries.search_visible(instrument, project, text, state)
    fetch = partial(queries.told, instrument=instrument)
    page = queries.page_of(found, request.GET.get("page"), fetch)
    context = {
        "instrument": instrument,
        "project": project,
        "page_href": page_href,
        "give_href": instrument.give_path(project.pk),
        "page": page,
        "counted": instrument.counted(page.paginator.count),
        "text": text,
        "state": state,
        "query": urlencode({"q": text, "state": state}) + "&",
        "opening": opening_in(
            instrument, project, openings(instrument, decision_points(project), now)
        ),
        "kept": commitments_kept_and_open(project, now, of=instrument),
    }
    return render(request, instrument.template("see_contributions.html"), context)


@require_safe
def see_contribution(request, instrument, project_id, contribution_id):
    """Show one approved contribution, for who was given its address."""
    project, page_href = public_project(request, project_id)
    here = queries.visible(instrument, [project]).filter(pk=contribution_id)
    if not (one := queries.told(here, instrument)):
        raise Http404("There is no such contribution to read.")
    [found] = one
    context = {
        "instrument": instrument,
        "project": project,
        "page_href": page_href,
        "list_href": instrument.list_path(project.pk),
        "contribution": found,
        "support": _support(request, found) if instrument.supported else None,
    }
    return render(request, instrument.template("see_contribution.html"), context)


def _support(request, contribution) -> dict:
    """Say if somebody stands behind this, if they can now, and where to sign in while that is asked."""
    instrument, participant = contribution.way, request.participant
    own = {"participant": participant}
    mine = participant and queries.supports_behind(contribution.pk).filter(**own).exists()
    said_it = participant and queries.together(contribution.pk).filter(**own).exists()
    opening = opening_of(instrument, contribution.about, timezone.now())
    asked = not request.user.is_authenticated and A_MINUTE.is_full(str(contribution.project_id))
    back_here = urlencode({"next": contribution.href})
    return {
        "mine": bool(mine),
        "open": opening.open and not said_it,
        "href": instrument.support_path(contribution.project_id, contribution.pk),
        "take_back_href": reverse("take_back_support", args=[contribution.pk]),
        "sign_in": f"{reverse('account_login')}?{back_here}" if asked else "",
    }


@require_POST
def support_contribution(request, instrument, project_id, contribution_id):
    """Let somebody stand behind one; the page says what happened."""
    project, _page_href = public_project(request, project_id)
    found = get_object_or_404(queries.visible(instrument, [project]), pk=contribution_id)
    try:
        _as_giver(request, operations.support_contribution, contribution=found, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("You support this now."))
    return redirect(found.href)


@require_POST
@about_oneself
def take_back_support(request, user, participants, contribution_id):
    """Let somebody stand behind something no more, whatever became of it, from its page or from their own data."""
    here = Contribution.objects.filter(project__municipality=request.municipality or None)
    found = get_object_or_404(here.select_related("project"), pk=contribution_id)
    for participant in {*participants, *filter(None, [request.participant])}:
        operations.take_back_support(actor=participant, contribution=found, now=timezone.now())
    messages.success(request, _("You don't support this any more."))
    is_read = queries.is_open_to_all(found) and found.project_id in public_pages([found.project])
    if "from_own_data" in request.POST or not is_read:
        return redirect("people:see_own_data")
    return redirect(found.href)


@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def give(request, instrument, form_class, project_id):
    """Let somebody give one. The page says first by which day we answer."""
    project, page_href = public_project(request, project_id)
    now = timezone.now()
    found = openings(instrument, decision_points(project), now)
    opening = opening_in(instrument, project, found)
    context = {
        "instrument": instrument,
        "project": project,
        "page_href": page_href,
        "opening": opening,
        "openings": found,
    }
    status = 200
    if not opening.open:
        status = 403 if request.method == "POST" else 200
        context["written"] = request.POST.get("text", "")  # it may close while somebody writes
    else:
        form = form_class(posted(request), project=project, openings=found)
        given, status = _given(request, instrument, form, now)
        if given:
            messages.success(request, _("We have received it. Keep your receipt."))
            return redirect(follow_path(given))
        context["form"] = form
    template = instrument.template("give_contribution.html")
    return render(request, template, context, status=status)


def _given(request, instrument, form, now):
    """Keep what was sent. Gives it, or None with the status of the page that says what is wrong."""
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 400
    about = {"instrument": instrument, "now": now, **form.given()}
    try:
        return _as_giver(request, operations.give_contribution, **about), 200
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        return None, STATUS[refusal.code]


@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def follow(request):
    """Ask for a receipt; typing it leads to how the contribution stands."""
    form, leads = ReceiptForm(posted(request)), door_of(request.POST.get("code", ""))
    if leads and leads[0] != "follow_contribution":
        return redirect(*leads)
    if request.method == "POST" and form.is_valid():
        return _followed(request, form.cleaned_data["code"], lambda one: redirect(follow_path(one)))
    status = 400 if request.method == "POST" else 200
    return render(request, "deliberation/participation/follow.html", {"form": form}, status=status)


@never_cache
@require_safe
def follow_contribution(request, receipt):
    """Show who gave it how it stands, its answer or why it was not placed. The receipt is the key."""
    return _followed(request, receipt, lambda contribution: _follow_page(request, contribution))


def _followed(request, receipt, answer):
    # Wrong ones are not counted: 80 bits are not guessed, and a lookup costs less than any page.
    contribution = queries.contribution_by_code(receipt, request.municipality or None)
    if contribution and contribution.way:
        return answer(contribution)
    form = ReceiptForm({"code": receipt})
    form.add_error("code", _("We do not know this receipt. Look at it again."))
    return render(request, "deliberation/participation/follow.html", {"form": form}, status=404)


def _follow_page(request, contribution):
    told, project = contribution.merged_into or contribution, contribution.project
    instrument = contribution.way
    page_href = public_pages([project]).get(project.pk, "")
    readable = page_href and queries.is_open_to_all(told)
    context = {
        "contribution": contribution,
        "heading": instrument.yours(contribution.kind),
        "told": told,
        "receipt": spaced_code(contribution.code),
        "by_mail": bool(contribution.email) and may_mail(contribution),
        "page_href": page_href,
        "public_href": told.href if readable else "",
    }
    return render(request, instrument.template("follow_contribution.html"), context)


def public_project(request, project_id) -> tuple[Project, str]:
    """Find a project of this municipality that residents can read about, and where. Http404 otherwise."""
    projects = Project.objects.select_related("municipality")
    project = get_object_or_404(projects, pk=project_id, municipality=request.municipality or None)
    page_href = public_pages([project]).get(project.pk)
    if not page_href:
        raise Http404("This project has no page.")
    return project, page_href


def _as_giver(request, operation, **about):
    """Do something as who uses this browser. Who is new becomes somebody by it; a refusal then leaves nothing."""
    with nullcontext() if request.participant else transaction.atomic():
        giver = request.participant or create_participant(user=request.user)
        done = operation(actor=giver, **about)
    remember_participant(request.session, giver)
    return done


def _refuse_nul(*texts) -> None:
    if any("\x00" in text for text in texts):
        raise Http404("Nobody types that.")
