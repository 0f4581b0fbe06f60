"""Notices of a changed promise: everybody who took part sees it, and who agreed to mail gets one mail."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_tasks import task

from deliberation.people.mail_limit import room_for
from deliberation.people.mailing import send_by_consent
from deliberation.people.models import Participant
from deliberation.people.privacy.consents import who_agree
from deliberation.people.privacy.own_data import PersonalEntry
from deliberation.people.privacy.unsubscribing import MailedConsent
from deliberation.people.throttling import Limit

from ..extension_points import public_pages, site_address, took_part
from ..models import FrameChange, MailedNotice

CHANGES = Limit("mails about changes to an address", 3, 3600, "goes when there is room again")
PURPOSE = "changes_by_mail"


@task()
def mail_change(change_id: int) -> None:
    """Give everybody who took part and agreed to mail a mail of their own, so that one that fails stops no other."""
    change = _change(change_id)
    if change is None:
        return
    reachable = _reachable(change)
    mailed = change.mailed.filter(participant__in=reachable)
    reached = {reachable[pk][0] for pk in mailed.values_list("participant", flat=True)}
    for participant_id, (address, _language) in reachable.items():
        if address not in reached:
            reached.add(address)
            mail_one.enqueue(change_id, str(participant_id))


@task()
def mail_one(change_id: int, participant_id: str) -> None:
    """Mail one person about a change, once; not when they took their consent back meanwhile."""
    change = _change(change_id)
    participant = Participant.objects.filter(pk=participant_id).first()
    if change is None or participant is None:
        return
    address, language = _reachable(change, [participant]).get(participant.pk, ("", ""))
    if not address or MailedNotice.objects.filter(change=change, participant=participant).exists():
        return
    with room_for(CHANGES, address):
        _send(change, address, language)  # with no lock held: a mail server may take its time
    MailedNotice.objects.get_or_create(change=change, participant=participant)


def changes_for(participants, municipality) -> list[PersonalEntry]:
    """Tell "Mijn deelname" what changed since somebody took part, with what it was before."""
    from .queries import frame_changes
    from .versions import in_words

    found = frame_changes()
    if municipality:
        found = found.filter(decision_point__phase__project__municipality=municipality)
    changes = list(found)
    points = {change.decision_point_id: change.decision_point for change in changes}
    since = _first_part(took_part(list(points.values()), participants))
    mine = [
        change
        for change in changes
        if change.decision_point_id in since
        and since[change.decision_point_id] <= change.changed_at
    ]
    pages = public_pages({change.decision_point.project for change in mine}) if mine else {}
    return [_given(in_words(change, translation.get_language()), pages) for change in mine]


def _first_part(parts) -> dict:
    first: dict = {}
    for one in parts:
        first[one.point_id] = min(first.get(one.point_id, one.since), one.since)
    return first


def _given(change, pages) -> PersonalEntry:
    from ..decision_standing import anchor

    point = change.decision_point
    page = pages.get(point.project.pk, "")
    day = date_format(timezone.localdate(change.changed_at), "j F Y")
    return PersonalEntry(
        kind_label=_("Changed since you took part"),
        title=point.question,
        href=page and f"{page}#{anchor(point)}",
        at=timezone.localdate(change.changed_at),
        happened=_("This changed on %(day)s, because:") % {"day": day},
        why=change.reason,
        english=point.english | change.english,
        differences=tuple(change.differences),
        changed=True,
    )


def _change(pk) -> FrameChange | None:
    from .queries import frame_changes

    return frame_changes().filter(pk=pk).first()


def _reachable(change, participants=None) -> dict:
    """Find who may be mailed, by participant: (address, language). The account's address goes first."""
    parts = [
        one
        for one in took_part([change.decision_point], participants)
        if one.since <= change.changed_at
    ]
    place = change.project.municipality.slug
    agree = who_agree([one.participant_id for one in parts], PURPOSE, place)
    users = dict(
        Participant.objects.filter(pk__in=agree, user__is_active=True).values_list(
            "pk", "user__email"
        )
    )
    found: dict = {}
    for one in parts:
        address = users.get(one.participant_id) or one.address
        if one.participant_id in agree and address:
            found[one.participant_id] = (
                address.lower(),
                one.language or settings.LANGUAGE_CODE,
            )
    return found


def _send(change, address: str, language: str) -> None:
    from ..decision_standing import anchor
    from .versions import in_words

    project = change.project
    with translation.override(language):
        host = site_address(project.municipality)
        page = public_pages([project]).get(project.pk, "")
        context = {
            "project": project,
            "change": in_words(change, language),
            "link": f"{host}{page}#{anchor(change.decision_point)}" if page else host,
        }
        body = render_to_string("deliberation/projects/mail/frame_change.txt", context)
        mailed = MailedConsent(address, PURPOSE, project.municipality.slug)
        subject, name = _("Changed: “%s”") % project.title, project.municipality.name
        send_by_consent(subject, body, mailed, host, name)
