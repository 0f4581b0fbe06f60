"""Can an evening be announced otherwise, practised with its own run sheet, and read back when it is over?"""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from compass.refusal import Refused
from deliberation.live import operations
from deliberation.live.events import replay, verify
from deliberation.live.models import Activity, Event, Item, JoinCode, LiveSession, Run
from deliberation.people.models import AuditEntry
from tests.builders import a_user
from tests.cms.site import a_project_page
from tests.live.builders import OPTIONS, an_evening
from tests.questions.builders import browser_of

pytestmark = pytest.mark.django_db
NEXT_WEEK = timedelta(days=7)
ABOUT = {"title": "Tweede avond", "place": "De Schuur", "intro": "We praten verder."}


def change(evening, actor=None, **fields):
    about = {**ABOUT, "starts_at": evening.now + NEXT_WEEK, **fields}
    return operations.change_session(
        actor=actor or evening.facilitator, session=evening.run.session, now=evening.now, **about
    )


def test_another_title_day_and_place_are_read_everywhere(client):
    evening = an_evening(state="draft")
    page = a_project_page(evening.run.project)
    changed = change(evening)
    assert {name: getattr(changed, name) for name in ABOUT} == ABOUT
    row = AuditEntry.objects.latest("id")
    assert (row.action, row.actor_id) == ("change_session", str(evening.facilitator.pk))
    assert json.loads(row.detail) == {"changed": ["title", "starts_at", "place", "intro"]}
    day = timezone.localtime(evening.now + NEXT_WEEK)
    shown = client.get(page.url).content.decode()
    assert "Tweede avond" in shown and "De Schuur" in shown and day.strftime("%H:%M") in shown
    agenda = client.get("/agenda.ics").content.decode()
    assert f"session-{changed.pk}" in agenda and "Tweede avond" in agenda
    assert (evening.now + NEXT_WEEK).strftime("%Y%m%d") in agenda


def test_an_evening_that_was_held_stays_as_it_was_announced():
    evening = an_evening(state="open")
    change(evening)
    evening.lead("close_run")
    with pytest.raises(Refused) as refusal:
        change(evening, title="Toch anders")
    assert refusal.value.code == "state" and "voorbij" in str(refusal.value.reason)
    screen = reverse("live:change_session", args=[evening.run.session_id])
    browser = browser_of(user=evening.facilitator)
    assert screen not in see(evening)
    answer = browser.post(screen, {**ABOUT, "starts_at": "2027-01-01T20:00"})
    assert answer.status_code == 409 and "voorbij" in answer.content.decode()
    assert LiveSession.objects.get().title == "Tweede avond"


@pytest.mark.parametrize("role", ["co_facilitator", "note_taker", "observer", "council"])
def test_who_prepares_no_evening_changes_none(role):
    evening = an_evening(state="draft")
    council = role == "council"
    user = a_user(role, **({} if council else {"project": evening.run.project}))
    with pytest.raises(Refused) as refusal:
        change(evening, actor=user)
    assert refusal.value.code == "forbidden"
    screen = reverse("live:change_session", args=[evening.run.session_id])
    assert browser_of(user=user).get(screen).status_code == 403


def test_the_screen_changes_what_it_shows_and_says_what_is_wrong():
    evening = an_evening(state="draft")
    browser = browser_of(user=evening.facilitator)
    screen = reverse("live:change_session", args=[evening.run.session_id])
    assert screen in see(evening)
    assert 'value="Avond over de straat"' in browser.get(screen).content.decode()
    assert browser.post(screen, {**ABOUT, "starts_at": "morgen"}).status_code == 400
    assert browser.post(screen, {**ABOUT, "starts_at": "2027-01-14T20:00"}).status_code == 302
    assert (
        timezone.localtime(LiveSession.objects.get().starts_at).strftime("%d %H:%M") == "14 20:00"
    )


def see(evening) -> str:
    browser = browser_of(user=evening.facilitator)
    return browser.get(reverse("live:see_session", args=[evening.run.session_id])).content.decode()


def a_rehearsal(evening) -> Run:
    return operations.create_run(
        actor=evening.facilitator,
        session=evening.run.session,
        kind=Run.Kind.REHEARSAL,
        now=evening.now,
    )


def test_the_evening_itself_stands_above_its_rehearsals_wherever_its_runs_are_listed():
    evening = an_evening(state="draft")
    a_rehearsal(evening)
    browser, session = browser_of(user=evening.facilitator), evening.run.session
    for path in (
        reverse("live:see_session", args=[session.pk]),
        reverse("live:see_sessions"),
        reverse("projects:see_project", args=[session.project_id]),
    ):
        page = browser.get(path).content.decode().partition("<main")[2]
        assert -1 < page.index("De avond zelf") < page.index("Oefening"), path


def test_a_rehearsal_begins_with_the_run_sheet_and_nothing_that_people_did():
    evening = an_evening(headcount=80, poll_open=True)
    evening.joined(hall=4)
    evening.votes("online", 6, 5)
    evening.close()
    evening.count(50, 20)
    evening.lead("reveal_result", to="public")
    rehearsal = a_rehearsal(evening)
    (item,), (poll,) = rehearsal.items.all(), rehearsal.activities.all()
    original = evening.activity
    assert (item.title, item.minutes) == (original.item.title, original.item.minutes)
    assert (poll.question, poll.options, poll.hall_mode) == (
        original.question,
        list(OPTIONS),
        original.hall_mode,
    )
    assert (poll.state, poll.reveal, poll.version, poll.item) == ("draft", "hidden", 1, item)
    kept = {Item, Activity, JoinCode, Event}
    for relation in Run._meta.related_objects:
        rows = relation.related_model.objects.filter(**{relation.field.name: rehearsal})
        assert relation.related_model in kept or not rows.exists(), relation.related_model
    for relation in Activity._meta.related_objects:
        assert not relation.related_model.objects.filter(**{relation.field.name: poll}).exists()
    assert verify(rehearsal) == [] and replay(rehearsal)["activities"]
    operations.ready_run(actor=evening.facilitator, run=rehearsal, sound=True, now=evening.now)
    assert Activity.objects.get(pk=poll.pk).state == "ready"


def test_a_void_poll_stays_behind_and_how_people_vote_comes_along():
    evening = an_evening(state="draft", hall_mode="H2", strictness="card", sensitive=True)
    operations.replace_activity(
        actor=evening.facilitator,
        activity=evening.activity,
        reason="Een tikfout",
        question="Wilt u meer bomen?",
        now=evening.now,
    )
    rehearsal = a_rehearsal(evening)
    assert [poll.question for poll in rehearsal.activities.all()] == ["Wilt u meer bomen?"]
    assert (rehearsal.strictness, rehearsal.cards.count()) == ("card", 0)
    item = rehearsal.items.get()
    operations.add_item(actor=evening.facilitator, run=rehearsal, title="Napraten", now=evening.now)
    assert (item.position, rehearsal.items.last().position) == (1, 2)


def test_without_the_evening_itself_a_rehearsal_begins_empty():
    evening = an_evening(state="draft")
    operations.cancel_run(actor=evening.facilitator, run=evening.run, now=evening.now)
    assert not a_rehearsal(evening).items.exists()


def test_an_evening_that_is_over_shows_its_outcome_on_the_desk():
    evening = an_evening(headcount=0, poll_open=True)
    page_of_project = a_project_page(evening.run.project)
    evening.votes("online", 6, 5)
    assert "Wat eruit kwam" not in see(evening)
    evening.close()
    evening.lead("close_run")
    page = see(evening)
    assert "zien deze uitkomst nog niet" in page and "Eerst oefenen" not in page
    evening.lead("reveal_result", to="public")
    page = see(evening)
    results = reverse("session_results", args=[evening.run.session_id])
    assert (
        "Wat eruit kwam" in page and results in page and "zien deze uitkomst nog niet" not in page
    )
    with translation.override("nl"):
        assert "6" in page.partition('id="outcome"')[2].partition("</section>")[0]
    page_of_project.unpublish()
    assert results not in see(evening), "nobody can read it there"
