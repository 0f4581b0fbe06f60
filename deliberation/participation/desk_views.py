"""Desk views of contributions: the queue, one with its actions, and the flood, for who moderate and answer."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.permissions import may, require
from deliberation.projects.desk import desk_screen, run_with
from deliberation.projects.extension_points import public_pages
from deliberation.projects.models import Project
from deliberation.projects.staff import projects_of, projects_where

from . import desk_forms, operations, queries
from .models import Contribution
from .personal_data_in_texts import personal_data_in

State = Contribution.State
# What can be done from the queue itself.
# What is offered beside a contribution in the queue, by how far it is.
IN_A_ROW = {
    State.PENDING: ("publish_contribution", "answer_contribution", "reject_contribution"),
    State.PUBLISHED: ("answer_contribution",),
}
NOT_LISTED = (State.WITHDRAWN, State.APART)  # what is apart stands below the queue, folded


@dataclass(frozen=True)
class Action:
    """One thing to do with a contribution: its address, its form, in which states, and the word on its button."""

    name: str
    address: str
    form: type
    states: tuple
    label: str
    done: str


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "publish_contribution", "publiceren", desk_forms.PublishForm, (State.PENDING,),
            gettext_lazy("Publish"), gettext_lazy("Everybody can read it now."),
        ),
        Action(
            "answer_contribution", "beantwoorden", desk_forms.AnswerForm, (*queries.WAITING, State.ANSWERED),
            gettext_lazy("Give an answer"), gettext_lazy("The answer is there. It is mailed to all who wanted that."),
        ),
        Action(
            "merge_contribution", "samenvoegen", desk_forms.MergeForm, queries.WAITING,
            gettext_lazy("Put together with another"), gettext_lazy("They get one answer together."),
        ),
        Action(
            "park_contribution", "later", desk_forms.ParkForm, queries.WAITING,
            gettext_lazy("Answer later"), gettext_lazy("The new day is promised."),
        ),
        Action(
            "change_promise", "datum", desk_forms.PromiseForm, queries.WAITING,
            gettext_lazy("Change the day"), gettext_lazy("Residents read the new day, and the old one."),
        ),
        Action(
            "reject_contribution", "niet-plaatsen", desk_forms.RejectForm, (State.PENDING,),
            gettext_lazy("Don't place"), gettext_lazy("It is not placed. Who sent it reads why."),
        ),
        Action(
            "show_contribution", "tonen", desk_forms.SeenForm, queries.VISIBLE,
            gettext_lazy("Show again"), gettext_lazy("Everybody can read it again."),
        ),
    )
}  # fmt: skip


@require_safe
@desk_screen
def see_queue(request, instrument):
    """List what waits in the projects where I moderate, what is due first in front."""
    permission = instrument.permission("see_queue")
    projects = projects_where(permission, request.user, projects_of(request.user))
    if not projects:
        require(permission, request.user, request.municipality or None)
    chosen = [one for one in projects if str(one.pk) == request.GET.get("project")]
    state = request.GET.get("state", State.PENDING)
    listed = [one for one in State if one not in NOT_LISTED]
    state = state if state in [*listed, *queries.HIDDEN_STATES] else State.PENDING
    found = queries.queue(instrument, chosen or projects, state)
    fetch = partial(queries.told_in_queue, instrument=instrument)
    page = queries.page_of(found, request.GET.get("page"), fetch)
    counts = queries.counts_by_state(instrument, chosen or projects)
    context = {
        "instrument": instrument,
        "query": urlencode({"state": state, "project": chosen[0].pk if chosen else ""}) + "&",
        "projects": projects,
        "chosen": chosen[0] if chosen else None,
        "state": state,
        "states": _states(counts),
        "owed": state == State.PENDING and counts[State.PUBLISHED],
        "page": page,
        "groups": _by_urgency(request.user, page, timezone.now()),
        "apart": _with_ways(request, instrument, queries.apart(instrument, chosen or projects)),
        "waiting": [],
    }
    if state == State.PENDING:
        waiting = queries.of_strangers(instrument, chosen or projects)
        away = _with_ways(request, instrument, waiting, {"discard_contributions"})
        context["waiting"] = [one for one in away if one[-1]]
    return render(request, "deliberation/participation/desk/see_queue.html", context)


@require_POST
@desk_screen
def settle_apart(request, instrument, project_id):
    """Put what was set apart in a flood into the queue, or away; many at once."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=project_id)
    require(instrument.permission("see_queue"), request.user, project)
    form = desk_forms.ApartForm(request.POST, instrument=instrument, project=project)
    if not form.is_valid():
        reasons = [reason for reasons in form.errors.values() for reason in reasons]
        raise Refused(reasons[0], code="malformed")
    settled = getattr(operations, form.cleaned_data["do"])(
        actor=request.user,
        instrument=instrument,
        project=project,
        contributions=form.cleaned_data["contribution"],
        now=timezone.now(),
    )
    messages.success(request, _("Done: %d.") % settled)
    return redirect(instrument.queue_path(project.pk))


@require_safe
@desk_screen
def see_contribution(request, instrument, pk):
    """Show one contribution with all that can be done with it."""
    contribution = _contribution(instrument, pk)
    require(instrument.permission("see_queue"), request.user, contribution.project)
    return _page(request, contribution)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_screen
def act_on_contribution(request, instrument, action, pk):
    """Show one contribution with the form of one action opened; sending that does it."""
    contribution = _contribution(instrument, pk)
    require(instrument.permission(action), request.user, contribution)
    if request.method != "POST":
        return _page(request, contribution, opened=action)
    return _do(request, contribution, ACTIONS[action])


@require_POST
@desk_screen
def hide_contribution(request, instrument, pk):
    """Hide what everybody can read: one click, no question asked."""
    contribution = _contribution(instrument, pk)
    operations.hide_contribution(actor=request.user, contribution=contribution, now=timezone.now())
    messages.success(request, _("Nobody else can read it now. The original is kept."))
    return redirect(instrument.desk_path(contribution.pk))


def _do(request, contribution, action):
    form = action.form(request.POST, contribution=contribution)
    operation = getattr(operations, action.name)
    try:
        done = run_with(form, operation, actor=request.user, contribution=contribution)
    except Refused as refusal:
        if refusal.code != "state":
            raise
        contribution = _contribution(contribution.way, contribution.pk)
        form.contribution = contribution
        form.look_again()
        about = {"opened": action.name, "bound": form, "refusal": refusal, "status": 409}
        return _page(request, contribution, **about)
    if not done:
        return _page(request, contribution, opened=action.name, bound=form, status=400)
    messages.success(request, action.done)
    narrowed = request.POST.get("project") == str(contribution.project_id)
    return redirect(contribution.way.queue_path(contribution.project_id if narrowed else None))


def _page(request, contribution, opened="", bound=None, refusal=None, status=200):
    instrument, project = contribution.way, contribution.project
    open_to_all = queries.is_open_to_all(contribution)
    has_page = bool(public_pages([project]).get(project.pk))
    merged = list(contribution.merged.all())
    narrowed = request.GET.get("project", "") or request.POST.get("project", "")
    may_hide = may(instrument.permission("hide_contribution"), request.user, contribution)
    context = {
        "instrument": instrument,
        "contribution": contribution,
        "project": project,
        "queue_href": instrument.queue_path(project.pk if narrowed else None),
        "hide_href": instrument.desk_url("hide_contribution", contribution.pk),
        "personal": personal_data_in(contribution.text),
        "answers": list(contribution.answers.select_related("answered_by")),
        "changes": list(contribution.changes.all()),
        "merged": merged,
        "unmailed": queries.unmailed(contribution, [contribution, *merged]),
        "actions": _actions_for(request, contribution, opened, bound),
        "may_hide": open_to_all and may_hide,
        "public_href": contribution.href if has_page and open_to_all else "",
        "narrowed": narrowed,
        "urgency": queries.urgency(contribution, timezone.now()),
        "refusal": refusal,
    }
    template = "deliberation/participation/desk/see_contribution.html"
    return render(request, template, context, status=status)


def _actions_for(request, contribution, opened, bound) -> list[dict]:
    found = []
    for action in ACTIONS.values():
        fits = contribution.state in action.states and (
            contribution.hidden if action.name == "show_contribution" else True
        )
        sent = bound is not None and action.name == opened
        if not _may(request.user, action, contribution) or not (fits or sent):
            continue
        form = bound if sent else _empty_form(action, contribution)
        if action.name != "merge_contribution" or form.has_targets():
            found.append(_entry(action, form, contribution, opened))
    return found


def _may(user, action, contribution) -> bool:
    """Tell whether somebody may do this; what waits is published with it, and that asks its own permission."""
    publishes = contribution.state == State.PENDING and issubclass(
        action.form, desk_forms.ApprovalForm
    )
    names = {action.name, *(["publish_contribution"] if publishes else [])}
    return all(may(contribution.way.permission(one), user, contribution) for one in names)


def _empty_form(action, contribution):
    # Every form has fields called "seen" and "reason": a prefix would be in the way of operations.
    name = contribution.way.named(action.name)
    return action.form(contribution=contribution, auto_id=f"{name}_%s")


def _entry(action, form, contribution, opened) -> dict:
    return {
        "name": action.name,
        "label": action.label,
        "form": form,
        "href": contribution.way.desk_url(action.name, contribution.pk),
        "open": action.name == opened,
    }


def _states(counts) -> list[tuple]:
    shown = [state for state in State if state not in NOT_LISTED]
    return [(state.value, state.label, counts[state]) for state in shown] + [
        ("hidden", _("Hidden"), counts["hidden"])
    ]


def _by_urgency(user, page, now) -> list[tuple]:
    titles = {
        "late": _("Too late"),
        "soon": _("Within three working days"),
        "later": _("More than three working days"),
        "done": _("Done"),
    }
    rows = [(queries.urgency(one, now), _row(user, one)) for one in page]
    groups = [(key, title, [row for at, row in rows if at == key]) for key, title in titles.items()]
    return [group for group in groups if group[2]]


def _row(user, contribution) -> dict:
    names = IN_A_ROW.get(contribution.state, ())
    hrefs = {
        name: contribution.way.desk_url(name, contribution.pk)
        for name in names
        if _may(user, ACTIONS[name], contribution)
    }
    personal = personal_data_in(contribution.text)
    return {"contribution": contribution, "personal": personal, "hrefs": hrefs}


def _with_ways(request, instrument, found, only=()) -> list[tuple]:
    """Put behind each project with contributions where they are settled together, and the ways of who may."""
    ways = desk_forms.ApartForm.base_fields["do"].choices
    ways = [way for way in ways if not only or way[0] in only]
    return [
        (
            *one,
            instrument.desk_url("settle_apart", one[0].pk),
            [way for way in ways if may(instrument.permission(way[0]), request.user, one[0])],
        )
        for one in found
    ]


def _contribution(instrument, pk) -> Contribution:
    related = ("project__municipality", "decision_point", "answer", "merged_into")
    found = queries.with_supporters(instrument.model.objects, instrument)
    found = found.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such contribution.")
    return found
