"""Pagination on the projector: the answers that fit at once, in letters that the last row can read.

A line at 32 px on 1920 px holds about 75 signs over the full width and 40 in a column of two. A
question, a sentence and a promise stand beside the answers: what is left is room for six.
"""

from math import ceil

from ..models import Event

COLUMN, LINE = 40, 75  # signs
ROOM = 6.0  # answers of one line; one of two lines takes half as much again
FEW = 4  # so many stand in one column, large
# After these a screen begins again with its first page.
BEGIN_AGAIN = (
    "activity_opened", "activity_reopened", "activity_shut", "activity_closed", "activity_voided",
    "result_revealed",
)  # fmt: skip


def pages_of(answers: list[str]) -> list[range]:
    """Divide answers over pages, as evenly as they fit; short ones stand on one page in two columns."""
    costs = [1 + (ceil(max(1, len(one)) / LINE) - 1) / 2 for one in answers]
    fits = sum(costs) <= ROOM if len(answers) <= FEW else max(map(len, answers)) <= COLUMN
    if fits:
        return [range(len(answers))]
    for count in range(2, len(answers) + 1):
        size = ceil(len(answers) / count)
        starts = range(0, len(answers), size)
        found = [range(at, min(at + size, len(answers))) for at in starts]
        if all(sum(costs[at] for at in page) <= ROOM for page in found):
            return found
    return [range(at, at + 1) for at in range(len(answers))]


def page_now(run, activity) -> int:
    """Tell which page the projector shows, counted from 1."""
    last = Event.objects.filter(run=run, kind__in=("page_turned", *BEGIN_AGAIN)).last()
    turned = last and last.kind == "page_turned" and last.data["activity"] == activity.pk
    return last.data["page"] if turned else 1


def paging(run, activity) -> dict:
    """Gather what the projector and the console need: this page's answers, and how many pages there are."""
    answers = activity.answers if activity else []
    pages = pages_of(answers) if answers else [range(0)]
    number = min(page_now(run, activity), len(pages)) if len(pages) > 1 else 1
    page = pages[number - 1]
    return {
        "number": number,
        "count": len(pages),
        "next": number + 1 if number < len(pages) else 0,
        "previous": number - 1,
        "indexes": page,
        "start": page.start + 1,
        "options": [answers[at] for at in page],
    }
