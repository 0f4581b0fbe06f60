"""The personal data in contributions: for somebody's own page, their export, and erasure.

Asked of every contribution at once: an instrument can't leave it out, and one that was taken out stays covered.
"""

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from deliberation.people.models import AuditEntry, Participant
from deliberation.people.privacy.erasure import blank_audit
from deliberation.people.privacy.own_data import ExportPart, PersonalEntry
from deliberation.projects.extension_points import public_pages

from .instrument import contribution_instruments
from .models import Contribution, ways
from .queries import WAITING, State, about_no_address, is_open_to_all, supports_of
from .receipts import follow_path, spaced_code
from .search import contribution_changed

MARK = "receipt "  # before a code, which only the row itself and who gave it know
TELLS_WHO = Q(participant__isnull=False) | ~Q(email="", name="", shown_name="")
UNSEEN = (State.PENDING, State.APART)
UNREAD = (*UNSEEN, State.REJECTED, State.MERGED)
EXPORTED = {
    "kind": _("Kind"),
    "project": _("Project"),
    "about": _("About"),
    "text": _("What you wrote"),
    "name": _("Name"),
    "email": _("E-mail address"),
    "asked_at": _("Sent on"),
    "receipt": _("Receipt"),
    "state": _("State"),
    "answer_promised_on": _("Answer promised by"),
    "answer": _("Answer"),
}


def gave(participants, municipality) -> list[PersonalEntry]:
    """List what these participants gave, with how it stands and the way to follow it; and what they support."""
    return [
        PersonalEntry(
            kind_label=one.kind_label,
            title=one.project.title,
            href=follow_path(one),
            text=Truncator(one.text).chars(200),
            language=one.language,
            at=timezone.localdate(one.given_at),
            happened=_happened(one),
            english=one.project.english,
        )
        for one in _given_by(participants, municipality)
    ] + [
        PersonalEntry(
            kind_label=_("Support"),
            title=told.project.title,
            href=told.href if is_read else "",
            text=Truncator(told.shown).chars(200) if is_read else "",
            language=told.language,
            english=told.project.english,
            take_back=reverse("take_back_support", args=[told.pk]),
        )
        for told, is_read in _supported_by(participants, municipality)
    ]


def supports_part() -> ExportPart:
    """Say how what somebody stands behind is gathered for the file that people take along."""
    fields = {"project": _("Project"), "text": _("What you support")}
    return ExportPart(_export_supports, _("Support"), fields)


def _export_supports(user, participants, municipality) -> list[dict]:
    return [
        {"project": told.project.title, "text": told.shown if is_read else ""}
        for told, is_read in _supported_by(participants, municipality)
    ]


def _supported_by(participants, municipality) -> list[tuple[Contribution, bool]]:
    """List what these people stand behind, or what that was put together with; and whether everybody reads it."""
    supports = [one.contribution for one in supports_of(participants, municipality)]
    found = list(dict.fromkeys(one.merged_into or one for one in supports))
    pages = public_pages({one.project for one in found}) if found else {}
    return [(one, one.project_id in pages and is_open_to_all(one)) for one in found]


def export_part() -> ExportPart:
    """Say how the contributions in the file that people take along are gathered, and what their fields mean."""
    fields = dict(EXPORTED)
    for instrument in contribution_instruments():
        fields |= instrument.own_fields
    return ExportPart(_export, _("What you told us"), fields)


def _export(user, participants, municipality) -> list[dict]:
    given = list(_given_by(participants, municipality))
    own = {}
    for instrument in contribution_instruments():
        own |= instrument.own_values([one for one in given if one.instrument == instrument.name])
    return [{**_row(one), **own.get(one.pk, {})} for one in given]


def _row(contribution) -> dict:
    point = contribution.decision_point
    answer = (contribution.merged_into or contribution).answer
    return {
        "kind": contribution.kind_label,
        "project": contribution.project.title,
        "about": point.question if point else "",
        "text": contribution.text,
        "name": contribution.name,
        "email": contribution.email,
        "asked_at": contribution.given_at,
        "receipt": spaced_code(contribution.code),
        "state": contribution.get_state_display(),
        "answer_promised_on": contribution.due_on,
        "answer": answer.text if answer else "",
    }


def who_left(address: str, place: str) -> list:
    """List the participants who left an address with what they gave in a municipality (its slug)."""
    return list(_with_address(address, place).values_list("participant", flat=True).distinct())


def forget_address(mailed) -> None:
    """Forget an address that wants no answer any more, where it was left for that: it is of no other use there."""
    asked = [one.name for one in contribution_instruments() if one.answer_purpose == mailed.purpose]
    found = _with_address(mailed.address, mailed.place).filter(instrument__in=asked)
    found.update(email="")


def _with_address(address: str, place: str):
    left = Contribution.objects.filter(email=address.lower(), participant__isnull=False)
    return left.filter(project__municipality__slug=place)


def erase(*, participants, now, municipality=None) -> None:
    """Take away who gave it. What others read stays without a name; what nobody else read goes.

    The original text goes in both cases: somebody may be recognised in it. Counts stay as they were.
    """
    _forget_supporters(participants, municipality)
    _erase_given(_in(municipality, Contribution.objects.filter(participant__in=participants)), now)


def left_here(municipality, email="", receipt="") -> dict[str, str]:
    """Give by mark what was given here and still tells of who gave it: all, or by an address or a receipt.

    An address is looked for where nobody had an account only: in what an account gave it may be somebody else's.
    """
    given = Contribution.objects.filter(TELLS_WHO, project__municipality=municipality)
    if email:
        given = given.filter(email=email, participant__user=None)
    if receipt:
        given = given.filter(code=receipt)
    return {MARK + code: address for code, address in given.values_list("code", "email")}


def erase_left(marks, municipality, now) -> None:
    """Take away who gave what has these marks, as `erase` does; their browser keeps what else it gave."""
    codes = [one.removeprefix(MARK) for one in marks if one.startswith(MARK)]
    given = Contribution.objects.filter(project__municipality=municipality, code__in=codes)
    # Read now: afterwards nobody gave them.
    people = list(given.exclude(participant=None).values_list("participant", flat=True))
    numbers = [str(pk) for pk in given.values_list("pk", flat=True)]
    _erase_given(given, now)
    about_no_address(people, municipality).delete()
    blank_audit(_trail_of_givers(numbers))


def _trail_of_givers(numbers):
    """Find the audit rows of what those who gave these contributions did about them."""
    labels = {
        model._meta.label for model in (Contribution, *(one.model for one in ways().values()))
    }
    rows = QuerySet(model=AuditEntry).filter(actor_label=Participant._meta.label)
    return rows.filter(object_label__in=labels, object_id__in=numbers)


def _erase_given(given, now) -> None:
    numbers = list(given.values_list("pk", flat=True))
    for contribution in Contribution.objects.select_for_update().filter(pk__in=numbers):
        if contribution.state in UNREAD or not contribution.shown:
            contribution.text = contribution.shown = ""
        else:
            contribution.text = contribution.shown
        if contribution.state in UNSEEN:
            _hand_on(contribution, numbers)
            contribution.state = State.WITHDRAWN
            contribution.closed_on = timezone.localdate(now)
        contribution.name = contribution.shown_name = contribution.email = ""
        contribution.participant = None
        if contribution.way:
            contribution.way.erase_own(contribution)
        contribution.version += 1
        contribution.save()
        contribution_changed(contribution)


def _forget_supporters(participants, municipality) -> None:
    """Leave a support without who it was; of what was put together one only, so that they count as before."""
    counted = set()
    for support in supports_of(participants, municipality):
        head = support.contribution.merged_into_id or support.contribution_id
        if (support.participant_id, head) in counted:
            support.delete()
            continue
        counted.add((support.participant_id, head))
        support.participant = None
        support.save()


def _hand_on(contribution, leaving) -> None:
    """Let the first of those that were put together with it wait in its place, or nobody would answer them."""
    others = Contribution.objects.select_for_update().filter(merged_into=contribution)
    others = others.filter(participant__isnull=False).exclude(pk__in=leaving)
    heir = others.order_by("given_at", "pk").first()
    if heir is None:
        return
    others.exclude(pk=heir.pk).update(merged_into=heir, version=F("version") + 1)
    heir.state, heir.merged_into, heir.closed_on = State.PENDING, None, None
    heir.version += 1
    heir.save()


def _given_by(participants, municipality):
    found = _in(municipality, Contribution.objects.filter(participant__in=participants))
    related = ("project", "decision_point", "answer", "merged_into__answer")
    return found.select_related(*related).order_by("-given_at")


def _in(municipality, given):
    return given.filter(project__municipality=municipality) if municipality else given


def _happened(contribution) -> str:
    told = contribution.merged_into or contribution
    if told.state == State.APART:
        return State.PENDING.label  # to who gave it, it is no other thing
    if told.answer:
        return told.answer.get_outcome_display()
    return (told if told.state in WAITING else contribution).get_state_display()
