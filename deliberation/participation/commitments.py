"""Commitments to who gave something: an answer by a day, and later the end of “we are still looking”."""

from collections import Counter
from datetime import date

from django.db.models import Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from deliberation.projects.commitments import EVERYTHING, Asked, Commitment, Standing, by_day

from .models import Contribution, Disposition

State, Outcome = Contribution.State, Disposition.Outcome
# Of these nobody sees anything; to who gave it, the reason was the answer.
NOT_COUNTED = (State.REJECTED, State.WITHDRAWN)
# What a machine may have sent is owed once somebody took it over.
NOT_OWED = (State.WITHDRAWN, State.APART)
FIELDS = (
    "pk",
    "project_id",
    "kind",
    "state",
    "hidden",
    "shown",
    "due_on",
    "missed_on",
    "first_answered_on",
    "closed_on",
    "merged_into__first_answered_on",
    "merged_into__closed_on",
)


DUE = Coalesce("missed_on", "due_on")
# As the index of what is open has it: a database uses that only where it reads the same.
OPEN = {"first_answered_on": None, "closed_on": None}


def commitments(instrument, projects, asked: Asked) -> list[Commitment]:
    """List the promised answers of projects, and the days until which we look further. At most three queries."""
    rows = instrument.model.objects.filter(project__in=projects).exclude(state__in=NOT_OWED)
    kinds = [rows.filter(**OPEN), _merged_and_open(rows)] if asked.only_open else [rows]
    found = [
        _commitment(instrument, row)
        for kind in kinds
        for row in _cut(kind.annotate(due=DUE), asked).values(*FIELDS)
    ]
    found += _still_looking(instrument, projects, asked)
    return sorted(found, key=by_day)


def _merged_and_open(rows):
    """Find what was put together with something that has no answer yet."""
    told = {f"merged_into__{name}": value for name, value in OPEN.items()}
    return rows.filter(state=State.MERGED, **told)


def _cut(rows, asked: Asked):
    if asked.since:
        rows = rows.filter(due__gte=asked.since)
    if asked.until:
        rows = rows.filter(due__lte=asked.until)
    return rows.order_by("due", "project_id", "pk")[: asked.most]


def standings(instrument, projects, now) -> Counter:
    """Count the public promises by project and Standing. Two queries; rows of answers are not read."""
    rows = instrument.model.objects.filter(project__in=projects)
    rows = rows.exclude(state__in=(*NOT_OWED, *NOT_COUNTED)).annotate(due=DUE, kept=KEPT_ON)
    today = timezone.localdate(now)
    standing = Case(
        When(kept__isnull=True, due__gte=today, then=Value(Standing.OPEN)),
        When(kept__isnull=True, then=Value(Standing.BROKEN)),
        When(kept__lte=F("due"), then=Value(Standing.KEPT)),
        default=Value(Standing.KEPT_LATE),
    )
    counted = rows.order_by().values_list("project", standing).annotate(Count("pk"))
    counts = Counter({(pk, Standing(name)): number for pk, name, number in counted})
    looking = [one for one in _still_looking(instrument, projects, EVERYTHING) if one.public]
    return counts + Counter((one.project_id, one.standing(today)) for one in looking)


# The day on which it was kept, of what is public: what was put together with another is kept with that.
# While that waits for its answer this does too: said first, as PostgreSQL takes the greatest of what is there.
KEPT_ON = Case(
    When(
        state=State.MERGED,
        merged_into__first_answered_on=None,
        merged_into__closed_on=None,
        then=None,
    ),
    When(
        state=State.MERGED,
        then=Greatest(
            Coalesce("merged_into__first_answered_on", "merged_into__closed_on"), "closed_on"
        ),
    ),
    default=F("first_answered_on"),
)


def _commitment(instrument, row: dict) -> Commitment:
    return Commitment(
        project_id=row["project_id"],
        kind="answer",
        what=_what(row["hidden"], row["shown"]),
        due_on=row["missed_on"] or row["due_on"],
        kept_on=_kept_on(row),
        desk_href=instrument.desk_path(row["pk"]),
        public=row["state"] not in NOT_COUNTED,
    )


def _kept_on(row: dict) -> date | None:
    if row["state"] in NOT_COUNTED:
        return row["closed_on"]
    if row["state"] != State.MERGED:
        return row["first_answered_on"]
    told = row["merged_into__first_answered_on"] or row["merged_into__closed_on"]
    return max(told, row["closed_on"]) if told else None


def _what(hidden: bool, shown: str) -> str:
    # Who may see promises may not see what nobody approved.
    if hidden or not shown:
        return _("Answer what nobody published yet")
    return _("Answer: %s") % Truncator(shown).chars(80)


def _still_looking(instrument, projects, asked: Asked) -> list[Commitment]:
    looking = Disposition.objects.filter(
        outcome=Outcome.LOOKING, contribution__project__in=projects, contribution__instrument=instrument.name
    ).annotate(due=F("look_until"), project_id=F("contribution__project"))  # fmt: skip
    # The newer answer is what ends the older one's looking.
    newer = Disposition.objects.filter(contribution=OuterRef("contribution"), pk__gt=OuterRef("pk"))
    ended = Subquery(newer.order_by("pk").values("answered_at")[:1])
    rows = looking.annotate(ended_at=ended).select_related("contribution")
    if asked.only_open:
        rows = rows.filter(ended_at=None).exclude(contribution__state__in=NOT_COUNTED)
    return [_looking(instrument, answer) for answer in _cut(rows, asked)]


def _looking(instrument, answer: Disposition) -> Commitment:
    about = answer.contribution
    return Commitment(
        project_id=about.project_id,
        kind="looking",
        what=_what(about.hidden, about.shown),
        due_on=answer.look_until,
        kept_on=timezone.localdate(answer.ended_at) if answer.ended_at else None,
        desk_href=instrument.desk_path(about.pk),
        public=about.state not in NOT_COUNTED,
    )
