"""What does the contract ask of an instrument where others can stand behind what somebody said?"""

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from rules.permissions import perm_exists

from compass.refusal import Refused
from deliberation import tools
from deliberation.participation import operations
from deliberation.participation.answer_terms import opening_of
from deliberation.people.models import AuditEntry, Participant
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY
from deliberation.people.permissions import may
from deliberation.people.privacy import own_data
from deliberation.projects.models import Phase
from tests.questions.builders import browser_of

from .desk import DAY, TEXT, list_of, refused


def supported_once_by_each(desk):
    """Where others can stand behind one, people count once, by a button for which no script is needed."""
    instrument, everybody = desk.instrument, Client()
    given, other = desk.give(), desk.give(actor=create_participant())
    with refused("state" if instrument.supported else "forbidden"):
        operations.support_contribution(actor=desk.giver, contribution=given, now=desk.now)
    desk.act("publish_contribution", given)
    if not instrument.supported:
        assert "steun" not in everybody.get(given.href).content.decode()
        return
    assert perm_exists(instrument.permission("support_contribution"))
    assert not may(instrument.permission("support_contribution"), desk.officer, desk.point)
    desk.act("publish_contribution", other)
    for one in (given, other):
        assert "U steunt dit nu." in pressed(everybody, one.href)
    assert everybody.post(support_path(given)).status_code == 302
    assert operations.support_contribution(
        actor=create_participant(), contribution=other, now=desk.now
    )
    desk.act("merge_contribution", other, into=given)
    for page in (given.href, list_of(desk)):
        assert "2 mensen steunen dit." in everybody.get(page).content.decode()
    officer = browser_of(user=desk.officer)
    for screen in (f"{instrument.queue_path()}?state=published", instrument.desk_path(given.pk)):
        assert "2 mensen steunen dit." in officer.get(screen).content.decode()
    (person,) = [one.participant for one in given.supports.all()]
    (entry,) = own_data.gave([person], None)
    (row,) = own_data.export_of(None, [person], desk.project.municipality)["supports"]
    assert TEXT == entry.text == row["text"]
    assert not AuditEntry.objects.filter(action__contains="support", result="done")
    own_data.erase_in_slices(participants=[person], user=None, now=desk.now)
    assert not own_data.gave([person], None)
    assert "2 mensen steunen dit." in everybody.get(given.href).content.decode()
    assert "U steunt dit." not in everybody.get(given.href).content.decode()


def support_taken_back(desk):
    """Whoever stands behind something ends that by one button, whatever it was put together with or became of it."""
    if not desk.instrument.supported:
        return
    first, head = desk.give(), desk.give(actor=create_participant())
    for one in (first, head):
        desk.act("publish_contribution", one)
    before, both, hidden = Client(), Client(), Client()
    for browser, ones in {before: [first], both: [first, head], hidden: [head]}.items():
        for one in ones:
            pressed(browser, one.href)
    desk.act("merge_contribution", first, into=head)
    assert "3 mensen steunen dit." in Client().get(head.href).content.decode()
    assert "U steunt dit niet meer." in pressed(before, head.href)
    assert "2 mensen steunen dit." in before.get(head.href).content.decode()
    close(desk)
    assert "U steunt dit niet meer." in pressed(both, head.href)
    page = both.get(head.href).content.decode()
    assert "1 persoon steunt dit." in page and "steun dit" not in page
    desk.act("hide_contribution", head)
    own = reverse("people:see_own_data")
    (form,) = forms_of(hidden, own, "/volg/steun/")
    for _time in range(2):
        page = hidden.post(form.action, {"from_own_data": "1"}, follow=True)
        assert page.redirect_chain[-1][0] == own
    assert not forms_of(hidden, own, "/volg/steun/")
    assert not head.supports.exists() and not first.supports.exists()


def supported_by_others(desk):
    """Nobody stands behind what they said themselves, alone or with others."""
    if not desk.instrument.supported:
        return
    given, same = desk.give(), desk.give(actor=create_participant())
    desk.act("publish_contribution", given)
    desk.act("merge_contribution", same, into=given)
    for person in (desk.giver, same.participant):
        browser = browser_of(person)
        assert "Ik steun dit" not in browser.get(given.href).content.decode()
        page = browser.post(support_path(given), follow=True).content.decode()
        assert "U zei dit zelf." in page
    assert not given.supports.exists()


def support_path(contribution) -> str:
    return contribution.way.support_path(contribution.project_id, contribution.pk)


def forms_of(client, path, to) -> list:
    page = lxml.html.fromstring(client.get(path).content)
    return [form for form in page.xpath("//main//form") if to in form.action]


def pressed(client, path) -> str:
    """Press the button on the page of a contribution, and give the page that says what happened."""
    (form,) = forms_of(client, path, "")
    return client.post(form.action, dict(form.form_values()), follow=True).content.decode()


def close(desk) -> None:
    """Let the phase be over in which it is open."""
    assert desk.point.phase.kind in tools.TOOLS[desk.instrument.tool].phases
    day = timezone.localdate(desk.now)
    Phase.objects.filter(pk=desk.point.phase_id).update(starts_on=day - 9 * DAY, ends_on=day - DAY)


def supported_while_open_only(desk):
    """A closed level or phase closes supporting too, says why, and makes nobody of who tried."""
    given = desk.give()
    desk.act("publish_contribution", given)
    close(desk)
    given = desk.instrument.model.objects.get(pk=given.pk)
    why = opening_of(desk.instrument, given.about, desk.now).reason
    with pytest.raises(Refused) as caught:
        operations.support_contribution(
            actor=create_participant(), contribution=given, now=desk.now
        )
    assert caught.value.code == "forbidden"
    assert "Ik steun dit" not in Client().get(given.href).content.decode()
    if desk.instrument.supported:
        assert caught.value.reason == why
        people, somebody = Participant.objects.count(), Client()
        assert escape(why) in somebody.post(support_path(given), follow=True).content.decode()
        somebody.post(reverse("take_back_support", args=[given.pk]))
        assert Participant.objects.count() == people and KEY not in somebody.session
