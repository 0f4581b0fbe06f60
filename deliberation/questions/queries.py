"""Queries: the questions that may be read by everybody, by who asked, and by who moderates."""

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from deliberation.people.codes import typed_code
from deliberation.projects.working_days import add_working_days

from .models import CODE_LENGTH, SIGNS, Answer, PromiseChange, Question

State = Question.State
VISIBLE = (State.PUBLISHED, State.ANSWERED, State.PARKED)
WAITING = (State.PENDING, State.PUBLISHED, State.PARKED)
PER_PAGE = 20
LONGEST_SEARCH = 80
SOON = 3  # working days: due within this is urgent on the desk
MOST_APART = 50  # that are listed with their text; a press can settle all the others with them
HIDDEN_STATES = {"hidden": Q(hidden=True), "all": Q()}


def visible(projects):
    """Find what everybody may read: approved, not hidden, not put together with another."""
    found = Question.objects.filter(project__in=projects, state__in=VISIBLE, hidden=False)
    return _told(found).order_by("-published_at", "-id")


def search_visible(project, text: str = "", state: str = ""):
    """Search what everybody may read, in the approved text and the answer that counts."""
    found = visible([project])
    if state == State.ANSWERED:
        found = found.filter(state=state)
    elif state == "waiting":
        found = found.exclude(state=State.ANSWERED)
    if text := " ".join(text[:LONGEST_SEARCH].split()):
        found = found.filter(Q(shown__icontains=text) | Q(answer__text__icontains=text))
    return found


def page_of(found, number, per_page: int = PER_PAGE):
    """Cut one page; a number nobody has gives the first or last page."""
    return Paginator(found, per_page).get_page(number)


def question_by_code(code: str, municipality) -> Question | None:
    """Find the question a receipt belongs to, at this municipality's own address only."""
    questions = Question.objects.filter(code=typed_code(code), project__municipality=municipality)
    related = ("merged_into__answer", "project__municipality")
    return _told(questions).select_related(*related).first() if municipality else None


def address_of_code(code: str) -> tuple[str, str] | None:
    """Say where the code to follow a question with leads, by how it looks."""
    is_ours = len(code) == CODE_LENGTH and set(code) <= set(SIGNS)
    return ("follow_question", spaced_code(code)) if is_ours else None


def spaced_code(code: str) -> str:
    """Write a code so that it can be typed over: four by four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def follow_path(question, language: str = "") -> str:
    """Give the address on which who asked can follow a question; in a language, where it leads from a mail."""
    path = reverse("follow_question", args=[spaced_code(question.code)])
    return f"{path}?lang={language}" if language else path


def public_path(question) -> str:
    """Give the address of one question for everybody."""
    return reverse("see_question", args=[question.project_id, question.pk])


def queue(projects, state: str):
    """Find the questions of the desk's queue in a state, what is due first in front."""
    which = HIDDEN_STATES.get(state, Q(state=state or State.PENDING))
    found = Question.objects.filter(which, project__in=projects).exclude(
        state__in=(State.WITHDRAWN, State.APART)
    )
    asked = Q(participant__questions__state__in=WAITING)
    waiting = Count("participant__questions", filter=asked, distinct=True)
    return _told(found).annotate(waiting_of_asker=waiting).order_by("due_on", "id")


def apart(projects) -> list[tuple]:
    """List by project what was set apart: (project, how many, the first ones). Two queries."""
    found = Question.objects.filter(project__in=projects, state=State.APART).order_by("id")
    counts = dict(found.order_by().values_list("project").annotate(Count("pk")))
    first = list(found[:MOST_APART])
    return [
        (one, counts[one.pk], [row for row in first if row.project_id == one.pk])
        for one in projects
        if one.pk in counts
    ]


def counts_by_state(projects) -> dict[str, int]:
    """Count the questions of projects in each state, and those that are hidden."""
    rows = Question.objects.filter(project__in=projects)
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in State.values} | {
        "hidden": rows.filter(hidden=True).count()
    }


def has_ended(question) -> bool:
    """Tell whether there is an outcome to mail: an answer, also "still looking", or a rejection."""
    return bool(question.answer_id or question.state == State.REJECTED)


def unmailed(question, askers) -> list[Question]:
    """Find who of those that asked a question left an address, and were not mailed yet how it ended.

    Nobody while it has not ended. The address goes when a final outcome is mailed.
    """
    if not has_ended(question):
        return []
    return [
        one
        for one in askers
        if one.email and (question.answer_id is None or one.mailed_id != question.answer_id)
    ]


def urgency(question, now) -> str:
    """Say how urgent a question is on the desk: late, soon (3 working days), later or done."""
    if question.state not in WAITING:
        return "done"
    today = timezone.localdate(now)
    if question.due_on < today:
        return "late"
    return "soon" if question.due_on <= add_working_days(today, SOON) else "later"


def targets(question, text: str = ""):
    """Find what a question can be put together with: others of its project that get an answer."""
    found = Question.objects.filter(project_id=question.project_id, state__in=[*VISIBLE, "pending"])
    found = found.exclude(pk=question.pk)
    if text := " ".join(text[:LONGEST_SEARCH].split()):
        found = found.filter(Q(text__icontains=text) | Q(shown__icontains=text))
    return found.order_by("-asked_at")


def _told(questions):
    """Fetch with questions what is told of them: three queries, however many they are."""
    return (
        questions.select_related("answer", "decision_point", "project")
        .prefetch_related(
            Prefetch("changes", PromiseChange.objects.order_by("id")),
            Prefetch("answers", Answer.objects.order_by("-id")),
        )
        .annotate(others=Count("merged", distinct=True))
    )
