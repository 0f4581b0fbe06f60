"""Desk tasks of frameworks: those that a colleague proposed or approved, for whoever takes the next step."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compass.models import FrameworkDraft
from deliberation.people.permissions import may
from deliberation.projects.extension_points import Task, Urgency
from deliberation.projects.staff import municipalities_of

from .operations import person
from .status import title_of

State = FrameworkDraft.State


def tasks(user, now) -> list[Task]:
    """List the drafts that wait for somebody who may approve or publish them."""
    places = {one.slug: one for one in municipalities_of(user)}
    waiting = FrameworkDraft.objects.filter(
        owner__in=places, state__in=(State.PROPOSED, State.APPROVED)
    )
    return [_task(draft) for draft in waiting if _takes(draft, user, places[draft.owner], now)]


def _takes(draft, user, place, now) -> bool:
    if draft.state == State.APPROVED:
        return may("cms.publish_framework", user, place, now)
    return not draft.is_by(person(user)) and may("cms.approve_framework", user, place, now)


def _task(draft) -> Task:
    text = (
        _("Read and approve the framework that a colleague proposes: %s")
        if draft.state == State.PROPOSED
        else _("Publish the framework that was approved: %s")
    )
    href = reverse("frameworks:see_draft", args=[draft.pk])
    return Task(Urgency.WAITING, text % title_of(draft.source, get_language()), href)
