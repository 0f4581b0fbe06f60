"""What the site's search finds of contributions: approved text and answer, as everybody may read them."""

from django.utils.text import Truncator

from deliberation.projects.search import Findable, findable_changed

from .queries import VISIBLE

LONGEST_TITLE = 120


def findable(instrument, project, key=None) -> list[Findable]:
    """List the approved contributions of a project, never who gave them; or the one with this key."""
    found = instrument.model.objects.filter(project=project, state__in=VISIBLE, hidden=False)
    found = found.filter(pk=key) if key else found
    return [
        Findable(instrument.noun, str(one.pk), _title(one), _text(one))
        for one in found.select_related("answer").order_by("pk")
    ]


def contribution_changed(contribution) -> None:
    """Let what can be found follow a contribution, after commit."""
    if contribution.way:
        findable_changed(contribution.project_id, contribution.way.noun, str(contribution.pk))


def _title(contribution) -> str:
    return Truncator(" ".join(contribution.shown.split())).chars(LONGEST_TITLE)


def _text(contribution) -> str:
    answer = contribution.answer
    return " ".join([contribution.shown, *([answer.text, answer.reason] if answer else [])])
