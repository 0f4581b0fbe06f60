"""The personal data in evenings: what somebody joined, their export, and erasure. Never a vote."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.counters import counters
from deliberation.people.privacy.own_data import ExportPart, PersonalEntry
from deliberation.projects import extension_points

from .models import Attendance, Ban, EventNote, Op, Run, Silence, Spent


def gave(participants, municipality) -> list[PersonalEntry]:
    """List the evenings they took part in. The date is the evening's: when somebody came is not kept."""
    attended = _attended(participants, municipality)
    pages = extension_points.public_pages({one.run.session.project for one in attended})
    return [_given(one, pages) for one in attended]


def export(user, participants, municipality) -> list[dict]:
    """Give what is kept of them here: the evening, the lane and the number of their card."""
    return [
        {
            "evening": one.run.session.title,
            "date": _day(one),
            "rehearsal": one.run.kind == Run.Kind.REHEARSAL,
            "lane": one.get_lane_display(),
            "card": one.card.number if one.card else None,
        }
        for one in _attended(participants, municipality)
    ]


EXPORT = ExportPart(
    export,
    _("Live sessions"),
    {
        "evening": _("Session"),
        "date": _("Date"),
        "rehearsal": _("Rehearsal"),
        "lane": _("Where you took part"),
        "card": _("Card"),
    },
)


def erase(*, participants, user, now, municipality=None) -> None:
    """Take away by what they could be known: receipts, bans' hints, the phone that is remembered.

    The attendance itself stays, of nobody: it counts in turnouts, and a round that is open must not
    take a second vote. Which ballot was theirs nobody knows, so totals stay. Refused while they vote:
    who came back without a past could vote again.
    """
    runs = Run.objects.all()
    if municipality:
        runs = runs.filter(session__project__municipality=municipality)
    attended = Attendance.objects.filter(participant__in=participants, run__in=runs)
    if Spent.objects.filter(attendance__in=attended, round__closed_at=None).exists():
        raise Refused(
            _("There is a vote in a poll that is still open. Wait until it is closed."),
            code="state",
        )
    counters.delete_many([f"live-device-{attendance.pk}" for attendance in attended])
    actors = [f"p:{participant.pk}" for participant in participants]
    if user:
        actors.append(f"u:{user.pk}")
        # Without its salt a note is erased: the log keeps the digest and still verifies.
        EventNote.objects.filter(by=user, event__run__in=runs).update(by=None, text="", salt="")
    Op.objects.filter(actor__in=actors, run__in=runs).delete()
    Silence.objects.filter(attendance__in=attended).delete()
    Ban.objects.filter(participant__in=participants, run__in=runs).update(device="")


def _attended(participants, municipality) -> list[Attendance]:
    found = Attendance.objects.filter(participant__in=participants)
    if municipality:
        found = found.filter(run__session__project__municipality=municipality)
    found = found.select_related("card", "run__session__project__municipality")
    return list(found.order_by("-run__session__starts_at"))


def _given(attendance, pages) -> PersonalEntry:
    session = attendance.run.session
    return PersonalEntry(
        kind_label=_("Session"),
        title=session.title,
        href=pages.get(session.project_id, ""),
        at=_day(attendance),
        happened=_happened(attendance.run, session.project_id in pages),
        joined=True,
        english=session.english,
    )


def _happened(run, has_page: bool) -> str:
    if run.kind == Run.Kind.REHEARSAL:
        return _("This was a rehearsal. Nothing of it counts.")
    if run.state not in (Run.State.CLOSED, Run.State.ARCHIVED):
        return _("You take part.")
    if has_page:
        return _("You took part. The results stand on the page of the project.")
    return _("You took part.")


def _day(attendance):
    return timezone.localdate(attendance.run.session.starts_at)
