"""What the site's search finds of questions: approved text and answer, as everybody may read them."""

from django.urls import reverse
from django.utils.text import Truncator

from deliberation.projects.search import Findable, findable_changed

from .models import Question
from .queries import VISIBLE

KIND = "question"
LONGEST_TITLE = 120


def findable(project, kind, key=None) -> list[Findable]:
    """List the approved questions of a project, never who asked; or the one with this key."""
    found = Question.objects.filter(project=project, state__in=VISIBLE, hidden=False)
    found = found.filter(pk=key) if key else found
    return [
        Findable(KIND, str(one.pk), _title(one), _text(one))
        for one in found.select_related("answer").order_by("pk")
    ]


def found_at(kind: str, project_id: int, key: str) -> str:
    """Give the address of one question, in the language of who searches."""
    return reverse("see_question", args=[project_id, key])


def question_changed(question) -> None:
    """Let what can be found follow a question, after commit."""
    findable_changed(question.project_id, KIND, str(question.pk))


def _title(question) -> str:
    return Truncator(" ".join(question.shown.split())).chars(LONGEST_TITLE)


def _text(question) -> str:
    answer = question.answer
    return " ".join([question.shown, *([answer.text, answer.reason] if answer else [])])
