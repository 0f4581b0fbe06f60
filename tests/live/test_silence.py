"""Does who leads hear at once that people at home hear nothing, and do they hear that it was heard?"""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils.html import strip_tags

from compass.refusal import Refused
from deliberation.live import operations, privacy, queries
from deliberation.live.events import replay
from deliberation.live.models import Event, Run, Silence
from deliberation.live.screens import scene
from deliberation.live.screens.snapshot import Snapshot
from deliberation.people.models import AuditEntry
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db
BUTTON, NOTICE = 'value="report_silence"', "U kunt de zaal thuis niet horen."


def report(evening, *participants):
    for one in participants:
        answer = evening.submit(one, "report_silence")
        assert answer.status == "applied", answer


def alarm(evening):
    return queries.silence_alarm(evening.run)


def console(evening) -> str:
    return Browser(evening, evening.facilitator).page("console").content.decode()


@pytest.mark.parametrize(
    ("online", "enough"), [(1, 1), (5, 1), (6, 2), (10, 2), (14, 3), (15, 3), (40, 3)]
)
def test_three_or_a_fifth_of_who_is_online_within_a_minute_raise_an_alarm(online, enough):
    evening = an_evening()
    people = evening.joined(hall=3, online=online)[3:]
    for number, one in enumerate(people[:enough], start=1):
        assert alarm(evening) is None, number
        report(evening, one)
    assert alarm(evening) == {"silent": enough, "online": online}


def test_the_same_person_again_counts_once_and_older_than_a_minute_counts_no_more():
    evening = an_evening()
    first, second, third, *_others = evening.joined(online=20)
    report(evening, first, first, first, second)
    evening.pass_time(seconds=61)
    report(evening, third)
    assert alarm(evening) is None
    assert queries.silent(evening.run) == 3
    report(evening, second)
    assert alarm(evening) is None
    report(evening, first)
    assert alarm(evening)
    assert Event.objects.filter(kind="silence_alarmed").count() == 1


def test_the_console_says_how_many_and_what_to_do_and_staff_settles_it():
    evening = an_evening()
    people = evening.joined(online=4)
    assert "lv-alarm" not in console(evening)
    report(evening, *people[:3])
    page = console(evening)
    part = page[page.index("lv-alarm") :].split("</section>")[0]
    assert '<span data-live="silent">3</span>' in part
    assert "van 4 mensen online zeggen: ik hoor niets" in strip_tags(part)
    assert part.count("<li") == 3 and 'value="tell_sound?sound=1&amp;seen=open"' in part
    assert scene.counts_for(Snapshot(evening.run, evening.now), "mod")["silent"] == 3
    evening.submit(people[0], "withdraw_silence")
    assert '<span data-live="silent">2</span>' in console(evening)
    form = Browser(evening, evening.facilitator).form("tell_sound?sound=1&seen=open", screen="mod")
    assert form.status_code == 302
    assert "lv-alarm" not in console(evening)
    assert not Silence.objects.exists()
    assert AuditEntry.objects.filter(action="tell_sound").count() == 1
    report(evening, *people[1:4])
    assert alarm(evening.refresh())
    assert replay(evening.run) == queries.fresh_state(evening.run)


def test_who_is_online_has_the_button_and_reads_what_was_done_about_it():
    evening = an_evening()
    browser = Browser(evening).join()
    page = browser.page().content.decode()
    assert BUTTON in page and "lv-silent" not in page
    assert browser.form("report_silence", screen="pub").status_code == 302
    assert "U zei: ik hoor niets." in strip_tags(browser.page().content.decode())
    evening.lead("tell_sound", sound=True)
    page = browser.page().content.decode()
    assert "lv-silent" not in page and BUTTON in page
    assert "is naar het geluid gekeken" in page
    evening.lead("tell_sound", sound=False)
    page = browser.page().content.decode()
    assert NOTICE in strip_tags(page) and BUTTON not in page
    assert "Thuis horen ze de zaal niet" in console(evening)
    evening.lead("tell_sound", sound=True)
    assert NOTICE not in strip_tags(browser.page().content.decode())


def test_what_was_recorded_before_the_doors_opened_is_told_too():
    evening = an_evening(state="draft")
    Run.objects.update(heard_online=None)
    evening.lead("ready_run", sound=False)
    evening.lead("open_lobby")
    page = Browser(evening).join().page().content.decode()
    assert NOTICE in strip_tags(page) and BUTTON not in page


def test_the_console_asks_about_the_sound_and_each_button_is_an_answer():
    evening = an_evening(state="draft")
    first = BeautifulSoup(console(evening), "html.parser").select_one(".lv-next")
    assert "Kunnen mensen thuis de zaal horen?" in first.get_text()
    answers = [button.get_text(strip=True) for button in first.select("button")]
    assert [text.split()[0] for text in answers] == ["Ja,", "Nee,", "Niemand"]


def test_where_nobody_is_at_home_the_console_says_nothing_about_sound_until_somebody_comes():
    evening = an_evening(state="draft")
    page = BeautifulSoup(console(evening), "html.parser")
    nobody = page.find("button", string=re.compile("Niemand doet thuis mee"))["value"]
    assert Browser(evening, evening.facilitator).form(nobody, screen="mod").status_code == 302
    evening.lead("open_lobby")
    assert told_to_write(evening).has_attr("hidden")
    resident = Browser(evening).join()
    assert NOTICE in strip_tags(resident.page().content.decode())
    asked = told_to_write(evening)
    assert not asked.has_attr("hidden")
    assert asked.h2.get_text() == "Er doet iemand thuis mee. Hoort die de zaal?"
    assert [button["value"].partition("&")[0] for button in asked.select("button")] == [
        "tell_sound?sound=1", "tell_sound?sound=0",
    ]  # fmt: skip
    evening.lead("tell_sound", sound=False)
    answered = told_to_write(evening)
    assert answered.h2.get_text() == "Thuis horen ze de zaal niet"
    assert len(answered.select("button")) == 1


def test_who_expects_nobody_at_home_reads_that_the_door_stays_open():
    evening = an_evening(state="draft")
    first = BeautifulSoup(console(evening), "html.parser").select_one(".lv-next")
    assert "sluit niemand buiten" in first.get_text()


def test_who_said_that_they_do_not_hear_is_not_asked_again():
    evening = an_evening(state="draft")
    evening.lead("ready_run", sound=False)
    evening.lead("open_lobby")
    evening.join()
    assert told_to_write(evening).h2.get_text() == "Thuis horen ze de zaal niet"


def told_to_write(evening):
    page = BeautifulSoup(console(evening), "html.parser")
    return page.find(id="silence").find_parent("section")


def test_in_the_hall_before_and_after_it_is_refused():
    evening = an_evening()
    in_the_hall, online = evening.join("hall"), evening.join()
    assert evening.submit(in_the_hall, "report_silence").code == 409
    evening.lead("close_run")
    assert evening.submit(online, "report_silence").code == 409
    assert evening.submit(evening.facilitator, "tell_sound", sound=True).code == 409
    assert not Silence.objects.exists()


def test_a19_who_does_not_attend_or_lead_can_do_nothing_with_it():
    evening, other = an_evening(), an_evening()
    resident, stranger = evening.join(), other.join()
    for name in ("report_silence", "withdraw_silence"):
        assert evening.submit(stranger, name).code == 403
        assert evening.submit(evening.facilitator, name).code == 403
    assert evening.submit(resident, "tell_sound", sound=False).code == 403
    for role, code in ((Role.NOTE_TAKER, 403), (Role.OBSERVER, 403), (Role.CO_FACILITATOR, 200)):
        user = a_user(role, project=evening.run.project)
        assert evening.submit(user, "tell_sound", sound=True).code == code, role
    assert evening.submit(evening.facilitator, "tell_sound", sound="ja").code == 400


def test_nothing_tells_residents_or_the_hall_who_or_how_many_hear_nothing():
    evening = an_evening()
    people = evening.joined(online=3)
    before = queries.region_heads(evening.run, "pub")
    report(evening, *people)
    assert queries.region_heads(evening.refresh().run, "pub") == before
    for audience in ("pub", "screen"):
        snapshot = Snapshot(evening.run, evening.now)
        assert "silent" not in scene.counts_for(snapshot, audience)
        shown = scene.scene(snapshot, audience, "nl")
        assert "alarm" not in shown and "silent" not in shown
    event = Event.objects.get(kind="silence_alarmed")
    assert set(event.data) == {"silent", "online"}
    assert (event.note.by, event.note.text) == (None, "")


def test_a38_what_somebody_said_goes_with_them_and_at_the_end_for_all():
    evening = an_evening()
    first, second = evening.joined(online=2)
    report(evening, first, second)
    privacy.erase(participants=[first], user=None, now=evening.now)
    assert Silence.objects.count() == 1
    evening.lead("close_run")
    assert not Silence.objects.exists()


def test_a22_who_was_sent_out_reports_nothing():
    evening = an_evening()
    out = evening.join()
    operations.ban_participant(
        actor=evening.facilitator,
        run=evening.run,
        participant=out,
        reason="Stoort",
        now=evening.now,
    )
    assert evening.submit(out, "report_silence").code == 403
    with pytest.raises(Refused):
        operations.report_silence(
            actor=out, run=evening.run, now=evening.now + timedelta(seconds=1)
        )


def test_staff_sees_one_voice_that_raises_no_alarm():
    """The phone says that the organisation sees it: also of one among many."""
    evening = an_evening()
    quiet = evening.joined(online=16)[0]
    evening.submit(quiet, "report_silence")
    staff = Browser(evening, evening.facilitator)
    assert queries.silence_alarm(evening.run) is None
    assert 'data-live="silent">1<' in staff.page("console").content.decode()
    assert staff.regions(**{"as": "mod"}).json()["live"]["silent"] == 1
