"""Desk views of questions: the queue, one question with its actions, and the flood, for who moderate and answer."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.permissions import may, require
from deliberation.projects.desk import desk_screen, form_page, posted, run_with
from deliberation.projects.hooks import public_pages
from deliberation.projects.models import DecisionPoint, Project
from deliberation.projects.staff import projects_of, projects_where

from . import desk_forms, operations, queries
from .answer_terms import terms_of
from .models import Question
from .personal_data import personal_data_in

State = Question.State
NOT_LISTED = (State.WITHDRAWN, State.APART)  # what is apart stands below the queue, folded
QUESTIONS = Question.objects.select_related(
    "project__municipality", "decision_point", "answer", "merged_into"
)


@dataclass(frozen=True)
class Action:
    """One thing to do with a question: its form, in which states, and the word on its button."""

    name: str
    form: type
    states: tuple
    label: str
    done: str


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "publish_question", desk_forms.PublishQuestionForm, (State.PENDING,),
            gettext_lazy("Publish"), gettext_lazy("Everybody can read it now."),
        ),
        Action(
            "answer_question", desk_forms.AnswerForm, (*queries.WAITING, State.ANSWERED),
            gettext_lazy("Give an answer"), gettext_lazy("The answer is there. Who asked for it gets it by mail."),
        ),
        Action(
            "merge_question", desk_forms.MergeForm, queries.WAITING,
            gettext_lazy("Put together with another"), gettext_lazy("They get one answer together."),
        ),
        Action(
            "park_question", desk_forms.ParkForm, queries.WAITING,
            gettext_lazy("Answer later"), gettext_lazy("The new day is promised."),
        ),
        Action(
            "change_promise", desk_forms.PromiseForm, (State.PENDING, State.PUBLISHED, State.PARKED),
            gettext_lazy("Change the day"), gettext_lazy("Residents read the new day, and the old one."),
        ),
        Action(
            "reject_question", desk_forms.RejectForm, (State.PENDING,),
            gettext_lazy("Don't place"), gettext_lazy("It is not placed. Who asked it reads why."),
        ),
        Action(
            "show_question", desk_forms.SeenQuestionForm, queries.VISIBLE,
            gettext_lazy("Show again"), gettext_lazy("Everybody can read it again."),
        ),
    )
}  # fmt: skip


@require_safe
@desk_screen
def see_queue(request):
    """List what waits in the projects where I moderate, what is due first in front."""
    projects = projects_where("questions.see_queue", request.user, projects_of(request.user))
    if not projects:
        require("questions.see_queue", request.user, request.municipality or None)
    chosen = [one for one in projects if str(one.pk) == request.GET.get("project")]
    state = request.GET.get("state", State.PENDING)
    listed = [one for one in State if one not in NOT_LISTED]
    state = state if state in [*listed, *queries.HIDDEN_STATES] else State.PENDING
    page = queries.page_of(queries.queue(chosen or projects, state), request.GET.get("page"))
    context = {
        "projects": projects,
        "chosen": chosen[0] if chosen else None,
        "state": state,
        "states": _states(queries.counts_by_state(chosen or projects)),
        "page": page,
        "groups": _by_urgency(page, timezone.now()),
        "apart": queries.apart(chosen or projects),
    }
    return render(request, "deliberation/questions/desk/see_queue.html", context)


@require_POST
@desk_screen
def settle_apart(request, project_id):
    """Put what was set apart in a flood into the queue, or away; many at once."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=project_id)
    require("questions.see_queue", request.user, project)
    form = desk_forms.ApartForm(request.POST, project=project)
    if not form.is_valid():
        reasons = [reason for reasons in form.errors.values() for reason in reasons]
        raise Refused(reasons[0], code="malformed")
    operation = getattr(operations, form.cleaned_data["do"])
    questions = form.cleaned_data["question"]
    settled = operation(
        actor=request.user, project=project, questions=questions, now=timezone.now()
    )
    messages.success(request, _("Done: %d.") % settled)
    return redirect(f"{reverse('questions:see_queue')}?project={project.pk}")


@require_safe
@desk_screen
def see_question(request, pk):
    """Show one question with all that can be done with it."""
    question = _question(pk)
    require("questions.see_queue", request.user, question.project)
    return _question_page(request, question)


def _screen_of(name: str):
    """Make the screen of one action: reading it shows its form opened, sending it does it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @desk_screen
    def screen(request, pk):
        question = _question(pk)
        require(f"questions.{name}", request.user, question)
        if request.method != "POST":
            return _question_page(request, question, opened=name)
        return _do(request, question, ACTIONS[name])

    screen.__name__ = name
    return screen


publish_question = _screen_of("publish_question")
reject_question = _screen_of("reject_question")
merge_question = _screen_of("merge_question")
answer_question = _screen_of("answer_question")
park_question = _screen_of("park_question")
change_promise = _screen_of("change_promise")
show_question = _screen_of("show_question")


@require_POST
@desk_screen
def hide_question(request, pk):
    """Hide what everybody can read: one click, no question asked."""
    question = _question(pk)
    operations.hide_question(actor=request.user, question=question, now=timezone.now())
    messages.success(request, _("Nobody else can read it now. The original is kept."))
    return redirect("questions:see_question", question.pk)


@desk_screen
def set_answer_term(request, point_id):
    """Set within how many working days questions about a decision point are answered."""
    points = DecisionPoint.objects.select_related("phase__project__municipality")
    point = get_object_or_404(points, pk=point_id)
    require("questions.set_answer_term", request.user, point)
    form = desk_forms.AnswerTermForm(
        posted(request), initial={"working_days": terms_of([point])[point.pk]}
    )
    if request.method == "POST":
        operation = operations.set_answer_term
        if run_with(form, operation, actor=request.user, decision_point=point):
            messages.success(request, _("New questions get this term. Earlier promises stay."))
            return redirect("projects:see_project", point.project.pk)
    template = "deliberation/questions/desk/set_answer_term.html"
    return form_page(request, template, form, point=point, project=point.project)


def _do(request, question, action):
    form = action.form(request.POST, question=question)
    try:
        done = run_with(
            form, getattr(operations, action.name), actor=request.user, question=question
        )
    except Refused as refusal:
        if refusal.code != "state":
            raise
        question = _question(question.pk)
        form.question = question
        form.look_again()
        about = {"opened": action.name, "bound": form, "refusal": refusal, "status": 409}
        return _question_page(request, question, **about)
    if not done:
        return _question_page(request, question, opened=action.name, bound=form, status=400)
    messages.success(request, action.done)
    queue = reverse("questions:see_queue")
    narrowed = request.POST.get("project") == str(question.project_id)
    return redirect(f"{queue}?project={question.project_id}" if narrowed else queue)


def _question_page(request, question, opened="", bound=None, refusal=None, status=200):
    page_href = public_pages([question.project]).get(question.project_id, "")
    open_to_all = question.state in queries.VISIBLE
    merged = list(question.merged.all())
    context = {
        "question": question,
        "project": question.project,
        "personal": personal_data_in(question.text),
        "answers": list(question.answers.select_related("answered_by")),
        "changes": list(question.changes.all()),
        "merged": merged,
        "unmailed": queries.unmailed(question, [question, *merged]),
        "actions": _actions_for(request, question, opened, bound),
        "may_hide": open_to_all
        and not question.hidden
        and may("questions.hide_question", request.user, question),
        "public_href": queries.public_path(question)
        if page_href and open_to_all and not question.hidden
        else "",
        "narrowed": request.GET.get("project", "") or request.POST.get("project", ""),
        "urgency": queries.urgency(question, timezone.now()),
        "refusal": refusal,
    }
    template = "deliberation/questions/desk/see_question.html"
    return render(request, template, context, status=status)


def _actions_for(request, question, opened, bound) -> list[dict]:
    found = []
    for action in ACTIONS.values():
        fits = question.state in action.states and (
            question.hidden if action.name == "show_question" else True
        )
        mine = bound is not None and action.name == opened
        if not may(f"questions.{action.name}", request.user, question) or not (fits or mine):
            continue
        form = bound if mine else _empty_form(action, question)
        if action.name != "merge_question" or form.has_targets():
            found.append(_entry(action, form, question, opened))
    return found


def _empty_form(action, question):
    # Every form has fields called "seen" and "reason": a prefix would be in the way of operations.
    return action.form(question=question, auto_id=f"{action.name}_%s")


def _entry(action, form, question, opened) -> dict:
    return {
        "name": action.name,
        "label": action.label,
        "form": form,
        "href": reverse(f"questions:{action.name}", args=[question.pk]),
        "open": action.name == opened,
    }


def _states(counts) -> list[tuple]:
    shown = [state for state in State if state not in NOT_LISTED]
    return [(state.value, state.label, counts[state]) for state in shown] + [
        ("hidden", _("Hidden"), counts["hidden"])
    ]


def _by_urgency(page, now) -> list[tuple]:
    titles = {
        "late": _("Too late"),
        "soon": _("Within three working days"),
        "later": _("Later"),
        "done": _("Done"),
    }
    rows = [(queries.urgency(one, now), _row(one)) for one in page]
    groups = [(key, title, [row for at, row in rows if at == key]) for key, title in titles.items()]
    return [group for group in groups if group[2]]


def _row(question) -> dict:
    return {"question": question, "personal": personal_data_in(question.text)}


def _question(pk) -> Question:
    question = QUESTIONS.filter(pk=pk).first()
    if question is None:
        raise Http404("There is no such question.")
    return question
