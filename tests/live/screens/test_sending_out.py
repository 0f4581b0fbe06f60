"""Can who leads send somebody out and let them in again, without JavaScript, and nobody else?"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compass.refusal import Refused
from deliberation.live import operations
from deliberation.live.joining.pseudonyms import bare_sign, sign_of
from deliberation.live.models import Ban, Event
from deliberation.people.models import AuditEntry
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.live.builders import an_evening

from .browsers import Browser

pytestmark = pytest.mark.django_db


def list_of(evening, user=None, **query):
    path = f"/admin/participatie/sessies/runs/{evening.run.pk}/deelnemers/"
    return Browser(evening, user or evening.facilitator).client.get(path, query)


def out_of(evening, participant) -> str:
    attendance = evening.run.attendances.get(participant=participant)
    return (
        f"/admin/participatie/sessies/runs/{evening.run.pk}/deelnemers/{attendance.pk}/wegsturen/"
    )


def sign_on(page) -> str:
    return re.search(r"<code>([2-9A-Z]{2}-[2-9A-Z]{3})</code>", page.content.decode())[1]


def test_a28_the_sign_on_a_phone_leads_to_a_confirmation_and_out_and_in_again():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    resident = Browser(evening).join()
    sign = sign_on(resident.page())
    desk = Browser(evening, evening.facilitator).client
    page = list_of(evening, sign=sign.lower()).content.decode()
    assert page.count(">Wegsturen<") == 1 and sign in page
    asked = desk.get(out_of(evening, resident.participant))
    assert sign in asked.content.decode() and not Ban.objects.exists()
    without = desk.post(out_of(evening, resident.participant), {"reason": " "})
    assert without.status_code == 400 and not Ban.objects.exists()
    done = desk.post(out_of(evening, resident.participant), {"reason": "Scheldt mensen uit"})
    assert done.status_code == 302
    assert resident.page().status_code == 403
    assert resident.vote().status_code == 403
    fresh = Browser(evening)
    assert fresh.client.post(f"/s/{evening.run.online_code}").status_code == 409, "same phone"
    ban = Ban.objects.get()
    page = list_of(evening).content.decode()
    assert sign in page and not re.search(r">\s*Wegsturen\s*<", page)
    back = f"/admin/participatie/sessies/runs/{evening.run.pk}/weggestuurd/{ban.pk}/toelaten/"
    assert desk.get(back).status_code == 405
    assert desk.post(back).status_code == desk.post(back).status_code == 302
    assert resident.page().status_code == 200
    assert resident.vote().status_code == 200
    kinds = list(Event.objects.filter(kind__contains="ban").values_list("kind", flat=True))
    assert kinds == ["participant_banned", "ban_lifted"]
    assert (
        AuditEntry.objects.filter(action="lift_ban", actor_id=evening.facilitator.pk).count() == 1
    )


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.CO_FACILITATOR, True),
        (Role.OFFICER, True),
        (Role.NOTE_TAKER, False),
        (Role.OBSERVER, False),
        (Role.COUNCIL, False),
    ],
)
def test_a33_only_who_leads_sees_the_list_and_sends_out(role, may):
    evening = an_evening()
    resident = evening.join()
    where = {} if role == Role.COUNCIL else {"project": evening.run.project}
    municipality = evening.run.municipality
    user = a_user(role, **(where or {"municipality": municipality}))
    assert (list_of(evening, user).status_code == 200) is may
    client = Browser(evening, user).client
    assert (client.get(out_of(evening, resident)).status_code == 200) is may
    sent = client.post(out_of(evening, resident), {"reason": "Stoort"})
    assert (sent.status_code, Ban.objects.exists()) == ((302, True) if may else (403, False))
    console = Browser(evening, user).page("console").content.decode()
    assert ("/deelnemers/" in console) is may


def test_a33_somebody_who_leads_elsewhere_does_nothing_here():
    evening, other = an_evening(), an_evening()
    resident = evening.join()
    client = Browser(other, other.facilitator).client
    assert client.get(out_of(evening, resident)).status_code == 403
    assert client.post(out_of(evening, resident), {"reason": "Stoort"}).status_code == 403
    mixed = out_of(evening, resident).replace(f"runs/{evening.run.pk}/", f"runs/{other.run.pk}/")
    assert client.post(mixed, {"reason": "Stoort"}).status_code == 404
    ban = evening.sent_out(resident)
    operations_path = (
        f"/admin/participatie/sessies/runs/{other.run.pk}/weggestuurd/{ban.pk}/toelaten/"
    )
    assert client.post(operations_path).status_code == 302
    assert Ban.objects.filter(pk=ban.pk).exists(), "a ban of another evening is unknown here"
    with pytest.raises(Refused):
        operations.lift_ban(actor=other.facilitator, ban=ban, now=evening.now)


def test_the_list_says_who_is_there_and_never_who_voted_or_what_they_are_called():
    evening = an_evening(hall_mode="H3", headcount=5, poll_open=True)
    quiet, voted = evening.join("hall"), evening.join("hall")
    before = rows_of(list_of(evening))
    evening.vote(voted, 0)
    assert rows_of(list_of(evening)) == before
    assert len(rows_of(list_of(evening, lane="hall"))) == 2
    assert rows_of(list_of(evening, lane="online")) == []
    assert str(quiet.pk) not in list_of(evening).content.decode()


def rows_of(answer) -> list[str]:
    return re.findall(r'<li class="sk-rows__row">.*?</li>', answer.content.decode(), re.DOTALL)


def test_the_list_asks_as_often_for_three_hundred_as_for_one():
    evening = an_evening()
    client = Browser(evening, evening.facilitator).client
    path = f"/admin/participatie/sessies/runs/{evening.run.pk}/deelnemers/"
    counts = []
    for number in (1, 2, 60):
        evening.joined(online=number)
        evening.sent_out()
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts
    assert "page=2" in client.get(path).content.decode()


def test_when_it_is_over_nobody_is_sent_out_any_more():
    evening = an_evening()
    resident = evening.join()
    evening.lead("close_run")
    assert not re.search(r">\s*Wegsturen\s*<", list_of(evening).content.decode())
    client = Browser(evening, evening.facilitator).client
    assert client.post(out_of(evening, resident), {"reason": "Stoort"}).status_code == 409


def test_signs_tell_people_apart_and_lead_nowhere():
    evening = an_evening()
    evening.joined(online=50)
    signs = {sign_of(one) for one in evening.run.attendances.all()}
    assert len(signs) == 50
    sign = signs.pop()
    assert bare_sign(f" {sign.lower()} ") == sign.replace("-", "")
