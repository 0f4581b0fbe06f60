"""Public views of contributions: give one, read them, and follow one with a receipt."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.codes import door_of
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import remember_participant
from deliberation.projects.commitments import commitments_kept_and_open
from deliberation.projects.desk import STATUS, posted
from deliberation.projects.extension_points import public_pages
from deliberation.projects.models import Project
from deliberation.projects.queries import decision_points

from . import operations, queries
from .answer_terms import opening_in, opening_of, openings
from .forms import ReceiptForm
from .operations.mailing import may_mail
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
    page = queries.page_of(found, request.GET.get("page"))
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
    found = queries.visible(instrument, [project]).filter(pk=contribution_id).first()
    if found is None:
        raise Http404("There is no such contribution to read.")
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
    """Say if somebody stands behind this, and whether that can be changed now."""
    instrument = contribution.way
    mine = request.participant and contribution.supports.filter(participant=request.participant)
    return {
        "mine": bool(mine),
        "open": opening_of(instrument, contribution.about, timezone.now()).open,
        "href": instrument.support_path(contribution.project_id, contribution.pk),
    }


@require_POST
def support_contribution(request, instrument, project_id, contribution_id):
    """Let somebody stand behind one, or take that back; the page says what happened."""
    project, _page_href = public_project(request, project_id)
    found = get_object_or_404(queries.visible(instrument, [project]), pk=contribution_id)
    back = "take_back" in request.POST
    operation = operations.take_back_support if back else operations.support_contribution
    try:
        operation(actor=_giver(request), contribution=found, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        said = _("You don't support this any more.") if back else _("You support this now.")
        messages.success(request, said)
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
    about = {"actor": _giver(request), "instrument": instrument, "now": now}
    try:
        return operations.give_contribution(**about, **form.given()), 200
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
    readable = page_href and told.state in queries.VISIBLE and not told.hidden
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


def _giver(request):
    participant = request.participant or create_participant(user=request.user)
    remember_participant(request.session, participant)
    return participant


def _refuse_nul(*texts) -> None:
    if any("\x00" in text for text in texts):
        raise Http404("Nobody types that.")
