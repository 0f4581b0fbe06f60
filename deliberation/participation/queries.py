"""Queries: the contributions that may be read by everybody, by who gave them, and by who moderates."""

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from deliberation.people.codes import typed_code
from deliberation.people.models import Consent
from deliberation.projects.working_days import add_working_days

from .models import Contribution, Support

State = Contribution.State
VISIBLE = (State.PUBLISHED, State.ANSWERED, State.PARKED)
WAITING = (State.PENDING, State.PUBLISHED, State.PARKED)
PER_PAGE = 20
LONGEST_SEARCH = 80
SOON = 3  # working days: due within this is urgent on the desk
MOST_APART = (
    50  # of a project that are listed with their text; a press can settle all the others with them
)
# Under its limits a machine fills the queue too: what strangers send by the hundred is put away by the hundred.
# What others sent was put together with it? Then it is settled by itself: they get an answer with it.
OF_STRANGERS = Q(state=State.PENDING, participant__user=None, merged=None)
HIDDEN_STATES = {"hidden": Q(hidden=True), "all": Q()}


def visible(instrument, projects):
    """Find what everybody may read: approved, not hidden, not put together with another."""
    found = instrument.model.objects.filter(project__in=projects, state__in=VISIBLE, hidden=False)
    return found.order_by("-published_at", "-id")


def told(found, instrument) -> list:
    """Fetch contributions, few enough to show, with what is told of them, in their order. Three queries."""
    numbers = list(found.values_list("pk", flat=True))
    rows = _told(instrument.model.objects.filter(pk__in=numbers), instrument).in_bulk()
    return [rows[pk] for pk in numbers if pk in rows]


def is_open_to_all(contribution) -> bool:
    """Tell whether everybody may read a contribution, where its project has a page."""
    return bool(contribution.way) and contribution.state in VISIBLE and not contribution.hidden


def together(head):
    """Find a contribution, by its id, and all that was put together with it."""
    return Contribution.objects.filter(Q(pk=head) | Q(merged_into=head))


def supports_behind(head):
    """Find the supports of a contribution, by its id, and of what was put together with it."""
    return Support.objects.filter(contribution__in=together(head))


def with_supporters(contributions, instrument):
    """Count for contributions who stands behind each, as `supporters`, where the instrument has such.

    People count once over all that was put together; each who was erased counts too.
    """
    if not instrument.supported:
        return contributions
    people = Count("participant", distinct=True) + Count("pk", filter=Q(participant=None))
    counted = supports_behind(OuterRef(OuterRef("pk"))).values("contribution__project")
    counted = counted.annotate(people=people).values("people")
    return contributions.annotate(supporters=Coalesce(Subquery(counted), 0))


def supports_of(participants, municipality):
    """Find what these people stand behind, in one municipality when named."""
    found = Support.objects.filter(participant__in=participants)
    found = found.select_related(
        "contribution__project", "contribution__merged_into__project"
    ).order_by("pk")
    return found.filter(contribution__project__municipality=municipality) if municipality else found


def about_no_address(people, municipality):
    """Find what these agreed to about an address, of who has none there any more and no account."""
    written_to = Contribution.objects.filter(
        project__municipality=municipality, participant__in=people
    ).exclude(email="")
    agreed = Consent.objects.filter(
        participant__in=people, participant__user=None, place=municipality.slug
    )
    return agreed.exclude(participant__in=written_to.values("participant"))


def search_visible(instrument, project, text: str = "", state: str = ""):
    """Search what everybody may read, in the approved text and the answer that counts."""
    found = visible(instrument, [project])
    if state == State.ANSWERED:
        found = found.filter(state=state)
    elif state == "waiting":
        found = found.exclude(state=State.ANSWERED)
    if text := " ".join(text[:LONGEST_SEARCH].split()):
        found = found.filter(Q(shown__icontains=text) | Q(answer__text__icontains=text))
    return found


def page_of(found, number, fetch):
    """Cut one page, and only then fetch its rows; a number nobody has gives the first or last page."""
    page = Paginator(found, PER_PAGE).get_page(number)
    page.object_list = fetch(page.object_list)
    return page


def contribution_by_code(code: str, municipality) -> Contribution | None:
    """Find what a receipt belongs to, at this municipality's own address only."""
    if not municipality:
        return None
    found = Contribution.objects.filter(code=typed_code(code), project__municipality=municipality)
    return _told(found).select_related("merged_into__answer", "project__municipality").first()


def queue(instrument, projects, state: str):
    """Find the contributions of the desk's queue in a state, what is due first in front."""
    which = HIDDEN_STATES.get(state, Q(state=state or State.PENDING))
    found = instrument.model.objects.filter(which, project__in=projects).exclude(
        state__in=(State.WITHDRAWN, State.APART)
    )
    return found.order_by("due_on", "id")


def told_in_queue(found, instrument) -> list:
    """Fetch contributions of the queue as `told`, with how many of who gave each wait for an answer there."""
    numbers = list(found.values_list("pk", flat=True))
    unanswered = Q(
        participant__contributions__instrument=instrument.name,
        participant__contributions__project=F("project"),
        participant__contributions__state__in=WAITING,
    )
    waiting = Count("participant__contributions", filter=unanswered, distinct=True)
    rows = _told(instrument.model.objects.filter(pk__in=numbers), instrument)
    rows = rows.annotate(waiting_of_author=waiting).in_bulk()
    return [rows[pk] for pk in numbers if pk in rows]


def apart(instrument, projects) -> list[tuple]:
    """List by project what was set apart: (project, how many, the first ones). Two queries."""
    return _together(instrument, projects, Q(state=State.APART))


def of_strangers(instrument, projects) -> list[tuple]:
    """List likewise what strangers sent that waits, where it is more than one page of the queue."""
    found = _together(instrument, projects, OF_STRANGERS)
    return [one for one in found if one[1] > PER_PAGE]


def _together(instrument, projects, which: Q) -> list[tuple]:
    found = instrument.model.objects.filter(which, project__in=projects).order_by("id")
    counts = dict(found.order_by().values_list("project").annotate(Count("pk")))
    nth = Window(RowNumber(), partition_by="project", order_by="id")
    first = list(found.annotate(nth=nth).filter(nth__lte=MOST_APART))
    return [
        (one, counts[one.pk], [row for row in first if row.project_id == one.pk])
        for one in projects
        if one.pk in counts
    ]


def counts_by_state(instrument, projects) -> dict[str, int]:
    """Count the contributions of projects in each state, and those that are hidden."""
    rows = instrument.model.objects.filter(project__in=projects).order_by()
    counts = dict.fromkeys([*State.values, "hidden"], 0)
    for state, hidden, number in rows.values_list("state", "hidden").annotate(Count("pk")):
        counts[state] += number
        counts["hidden"] += number if hidden else 0
    return counts


def unanswered_of(instrument, participants, project):
    """Find what these people gave in a project that still waits for an answer."""
    waiting = (State.APART, *WAITING)
    own = instrument.model.objects.filter(participant__in=participants, project=project)
    return own.filter(state__in=waiting) | own.filter(
        state=State.MERGED, merged_into__state__in=waiting
    )


def has_ended(contribution) -> bool:
    """Tell whether there is an outcome to mail: an answer, also "still looking", or a rejection."""
    return bool(contribution.answer_id or contribution.state == State.REJECTED)


def unmailed(contribution, given) -> list[Contribution]:
    """Find which of these, that get one answer, left an address and were not mailed yet how it ended.

    None while it has not ended. The address goes when a final outcome is mailed.
    """
    if not has_ended(contribution):
        return []
    return [
        one
        for one in given
        if one.email and (contribution.answer_id is None or one.mailed_id != contribution.answer_id)
    ]


def urgency(contribution, now) -> str:
    """Say how urgent a contribution is on the desk: late, soon (3 working days), later or done."""
    if contribution.state not in WAITING:
        return "done"
    today = timezone.localdate(now)
    if contribution.due_on < today:
        return "late"
    return "soon" if contribution.due_on <= add_working_days(today, SOON) else "later"


def targets(contribution):
    """Find what a contribution can be put together with: others of its kind and project that get an answer."""
    found = contribution.way.model.objects.filter(
        project_id=contribution.project_id, state__in=[*VISIBLE, State.PENDING]
    ).exclude(pk=contribution.pk)
    return found.order_by("-given_at")


def _told(contributions, instrument=None):
    """Fetch with contributions what is told of them: two queries, however many they are."""
    if instrument:
        contributions = with_supporters(contributions, instrument)
    return (
        contributions.select_related("answer", "decision_point", "project")
        .prefetch_related("changes")
        .annotate(others=Count("merged", distinct=True))
    )
