"""Public views of questions: read them, ask one, and follow one with a receipt."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from compass.refusal import Refused
from deliberation.people.codes import door_of
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import remember_participant
from deliberation.projects.commitments import commitments_kept_and_open
from deliberation.projects.desk import STATUS, posted
from deliberation.projects.hooks import public_pages
from deliberation.projects.models import Project
from deliberation.projects.queries import decision_points

from . import operations, queries
from .answer_terms import asking_about, asking_in
from .commitments import KINDS
from .forms import AskForm, ReceiptForm
from .operations.mailing import may_mail


@require_safe
def see_questions(request, project_id):
    """List the approved questions of a project, with their answers; search and page within."""
    project, page_href = _public_project(request, project_id)
    text, state = request.GET.get("q", ""), request.GET.get("state", "")
    _refuse_nul(text, state)
    found = queries.search_visible(project, text, state)
    now = timezone.now()
    context = {
        "project": project,
        "page_href": page_href,
        "page": queries.page_of(found, request.GET.get("page")),
        "text": text[: queries.LONGEST_SEARCH],
        "state": state if state in ("answered", "waiting") else "",
        "asking": asking_in(project, asking_about(decision_points(project), now)),
        "kept": commitments_kept_and_open(project, now, KINDS),
    }
    return render(request, "deliberation/questions/see_questions.html", context)


@require_safe
def see_question(request, project_id, question_id):
    """Show one approved question, for who was given its address."""
    project, page_href = _public_project(request, project_id)
    found = queries.visible([project]).filter(pk=question_id).first()
    if found is None:
        raise Http404("There is no such question to read.")
    context = {"project": project, "page_href": page_href, "question": found}
    return render(request, "deliberation/questions/see_question.html", context)


@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def ask_question(request, project_id):
    """Let somebody ask. The page says first by which day we answer."""
    project, page_href = _public_project(request, project_id)
    now = timezone.now()
    askings = asking_about(decision_points(project), now)
    asking = asking_in(project, askings)
    about = {"project": project, "page_href": page_href, "asking": asking, "askings": askings}
    if not asking.open:
        status = 403 if request.method == "POST" else 200
        return render(request, "deliberation/questions/ask_question.html", about, status=status)
    form = AskForm(posted(request), project=project, askings=askings)
    if request.method != "POST":
        return _ask_page(request, form, about, 200)
    return _asked(request, form, about, now)


def _asked(request, form, about, now):
    if not form.is_valid():
        return _ask_page(request, form, about, 400)
    try:
        question = operations.ask_question(actor=_asker(request), now=now, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        return _ask_page(request, form, about, STATUS[refusal.code])
    messages.success(request, _("We have received it. Keep your receipt."))
    return redirect(queries.follow_path(question))


@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def follow(request):
    """Ask for a receipt; typing it leads to how the question stands."""
    form, leads = ReceiptForm(posted(request)), door_of(request.POST.get("code", ""))
    if leads and leads[0] != "follow_question":
        return redirect(*leads)
    if request.method == "POST" and form.is_valid():
        receipt = form.cleaned_data["code"]
        return _followed(request, receipt, lambda question: redirect(queries.follow_path(question)))
    status = 400 if request.method == "POST" else 200
    return render(request, "deliberation/questions/follow.html", {"form": form}, status=status)


@never_cache
@require_safe
def follow_question(request, receipt):
    """Show who asked how it stands, its answer or why it was not placed. The receipt is the key."""
    return _followed(request, receipt, lambda question: _follow_page(request, question))


def _followed(request, receipt, answer):
    # Wrong ones are not counted: 80 bits are not guessed, and a lookup costs less than any page.
    question = queries.question_by_code(receipt, request.municipality or None)
    if question:
        return answer(question)
    form = ReceiptForm({"code": receipt})
    form.add_error("code", _("We do not know this receipt. Look at it again."))
    return render(request, "deliberation/questions/follow.html", {"form": form}, status=404)


def _follow_page(request, question):
    told = question.merged_into or question
    page_href = public_pages([question.project]).get(question.project_id, "")
    context = {
        "question": question,
        "told": told,
        "receipt": queries.spaced_code(question.code),
        "by_mail": bool(question.email) and may_mail(question),
        "page_href": page_href,
        "public_href": queries.public_path(told)
        if page_href and told.state in queries.VISIBLE and not told.hidden
        else "",
    }
    return render(request, "deliberation/questions/follow_question.html", context)


def _public_project(request, project_id) -> tuple[Project, str]:
    """Find a project of this municipality that residents can read about, and where."""
    projects = Project.objects.select_related("municipality")
    project = get_object_or_404(projects, pk=project_id, municipality=request.municipality or None)
    page_href = public_pages([project]).get(project.pk)
    if not page_href:
        raise Http404("This project has no page.")
    return project, page_href


def _asker(request):
    participant = request.participant or create_participant(user=request.user)
    remember_participant(request.session, participant)
    return participant


def _ask_page(request, form, about, status):
    context = {"form": form, **about}
    return render(request, "deliberation/questions/ask_question.html", context, status=status)


def _refuse_nul(*texts) -> None:
    if any("\x00" in text for text in texts):
        raise Http404("Nobody types that.")
