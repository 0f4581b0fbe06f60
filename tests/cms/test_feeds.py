"""Can people follow news, decisions and the calendar, with what is public and nothing else?"""

import xml.etree.ElementTree as etree
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.live import offers
from deliberation.live import operations as live
from deliberation.live.models import LiveSession, Run
from deliberation.projects import agenda
from deliberation.projects.models import Phase
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, a_municipality, a_project, the_officer
from tests.live.builders import an_evening

from .site import a_news_page, a_project_page, a_site

pytestmark = pytest.mark.django_db


def feed(client, path):
    answer = client.get(path)
    assert answer.status_code == 200 and "rss+xml" in answer["Content-Type"]
    return etree.fromstring(answer.content).findall(".//item")  # noqa: S314 (we wrote it)


def calendar(client, path="/agenda.ics"):
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    made = icalendar.Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in made.walk("VEVENT")}


def decided(point, **fields):
    return record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate(),
        result="taken",
        outcome="De bomen komen er.",
        what_we_did="Alles overgenomen.",
        now=timezone.now(),
        **fields,
    )


def test_the_news_is_followed_for_the_site_and_for_a_project(client):
    page = a_project_page(a_project())
    a_news_page(page, "Nieuws van het project")
    a_news_page(a_site().root_page, "Nieuws van de gemeente")
    assert len(feed(client, "/nieuws/rss/")) == 2
    (item,) = feed(client, f"/nieuws/rss/?project={page.project.slug}")
    assert item.findtext("title") == "Nieuws van het project"
    assert item.findtext("link").startswith("http://testserver/")
    assert item.findtext("guid").startswith("samenkompas:news:")


def test_a_guid_and_a_uid_stay_when_a_page_moves(client):
    point = a_decided_point()
    page = a_project_page(point.project)
    item = a_news_page(page)
    before = feed(client, "/nieuws/rss/")[0].findtext("guid"), set(calendar(client))
    item.slug = "nieuwe-plek"
    item.save_revision().publish()
    page.title = "Andere naam"
    page.save_revision().publish()
    assert (feed(client, "/nieuws/rss/")[0].findtext("guid"), set(calendar(client))) == before


def test_a_decision_is_followed_with_what_was_done(client):
    point = a_decided_point()
    a_project_page(point.project)
    decided(point)
    (item,) = feed(client, "/besluiten/rss/")
    assert item.findtext("title") == point.question
    assert "Alles overgenomen." in item.findtext("description")
    assert item.findtext("link").endswith(f"#beslispunt-{point.pk}")


def test_the_calendar_holds_phases_decisions_and_sessions_on_the_right_clock(client):
    point = a_decided_point()
    project = point.project
    a_project_page(project)
    starts = datetime(2027, 7, 1, 20, tzinfo=ZoneInfo("Europe/Amsterdam"))
    session = live.create_session(
        actor=the_officer(project.municipality),
        project=project,
        title="Avond over de straat",
        starts_at=starts,
        place="Buurthuis",
        intro="Kom langs.",
        now=timezone.now(),
    )
    live.create_run(actor=the_officer(project.municipality), session=session, now=timezone.now())
    events = calendar(client)
    evening = events[f"session-{session.pk}@testserver"]
    assert evening.decoded("DTSTART") == starts
    assert str(evening["DTSTART"].params["TZID"]) == "Europe/Amsterdam"
    decision = events[f"decision-{point.pk}@testserver"]
    assert decision.decoded("DTSTART") == point.decides_on
    phase = events[f"phase-{point.phase_id}@testserver"]
    assert phase.decoded("DTEND") == point.phase.ends_on + timedelta(days=1)


AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize("starts", [time(23), time(21, 59), time(20)])
def test_an_evening_that_runs_past_midnight_stays_on_the_calendar(starts):
    """Whatever is asked for: of what comes, of what was, or of one whole day."""
    day, after = date(2026, 11, 30), date(2026, 12, 1)
    evening = an_evening(now=datetime.combine(day, starts, AMSTERDAM))
    project = evening.run.project

    def on(now, **window):
        found = agenda.events([project], now, agenda.Window(**window))
        return [one.ends for one in found if one.uid.startswith("session-")]

    night = datetime.combine(after, time(0, 30), AMSTERDAM)
    evening.lead("pause_run")
    (ends,) = on(night, since=after)
    assert ends >= datetime.combine(after, time(), AMSTERDAM) and not on(night, until=after)
    assert on(night) == on(night, since=day, until=after + timedelta(days=1)) == [ends]
    # Closed, it is of the day on which it would have ended.
    evening.lead("close_run")
    announced = evening.now + timedelta(hours=2)
    assert on(night) == [announced]
    assert on(night, since=after) == ([announced] if starts == time(23) else [])
    # One that nobody closed comes back no other day.
    Run.objects.update(state="open")
    assert not on(night + timedelta(days=1), since=after + timedelta(days=1))


def test_an_evening_of_tonight_that_did_not_begin_yet_is_not_missed_at_midnight():
    evening = an_evening(state="ready", now=datetime(2026, 11, 30, 23, tzinfo=AMSTERDAM))
    session, state = evening.run.session, offers.Offer
    for hours, told in (
        (1.5, state.PLANNED),
        (20, state.MISSED),
        (26, state.MISSED),
    ):
        (offer,) = offers.offers(
            [evening.activity.decision_point], evening.now + timedelta(hours=hours)
        )
        assert offer.state == told, hours
    assert session.day_near(evening.now - timedelta(days=29)) == date(2026, 11, 30)


def test_a_postponed_decision_moves_on_the_calendar(client):
    point = a_decided_point()
    a_project_page(point.project)
    later = timezone.localdate() + timedelta(days=200)
    record_outcome(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        decided_on=timezone.localdate(),
        result="postponed",
        outcome="Het onderzoek is niet klaar.",
        postponed_to=later,
        now=timezone.now(),
    )
    assert calendar(client)[f"decision-{point.pk}@testserver"].decoded("DTSTART") == later


@pytest.mark.parametrize("path", ["/nieuws/rss/", "/besluiten/rss/", "/agenda.ics"])
def test_a16_a_project_without_public_page_is_in_no_feed(client, path):
    point = a_decided_point()
    decided(point)
    page = a_project_page(point.project)
    page.unpublish()
    other = a_municipality("verderop")
    a_site(other, "verderop.localhost")
    a_project_page(a_project(other, title="Van de buren"))
    text = client.get(path).content.decode()
    assert point.question not in text and "Van de buren" not in text
    assert client.get(path, {"project": point.project.slug}).status_code == 404


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    "path", ["/nieuws/", "/nieuws/rss/", "/besluiten/rss/", "/agenda.ics", "/stand-van-zaken/"]
)
def test_a_list_asks_as_often_with_many_as_with_one(client, path):
    def one_more(number):
        point = a_decided_point()
        a_news_page(a_project_page(point.project), f"Nieuws {number}")
        decided(point)

    one_more(0)
    few = asked(client, path)
    for number in range(1, 6):
        one_more(number)
    assert asked(client, path) == few


@pytest.mark.parametrize("lang", ["", "/en"])
def test_the_status_of_projects_is_public_and_can_be_ordered(client, lang):
    a_project_page(a_project(title="Zonnestraat"))
    a_project_page(a_project(title="Aardestraat"))
    for sort, first in (("project", "Aardestraat"), ("-project", "Zonnestraat"), ("evil", "Aarde")):
        html = client.get(f"{lang}/stand-van-zaken/", {"sort": sort}).content.decode()
        rows = html[html.index("<tbody") :]
        assert rows.index(first) == min(rows.index("Aardestraat"), rows.index("Zonnestraat"))
    answer = client.get(f"{lang}/stand-van-zaken/", {"format": "csv"})
    assert answer["Content-Disposition"].startswith("attachment")


def test_robots_and_sitemap_name_this_site_only(client):
    page = a_project_page(a_project())
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    tree = etree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 (we wrote it)
    found = [one.text for one in tree.findall(".//{*}loc")]
    assert f"http://testserver/{page.slug}/" in found
    assert all(one.startswith("http://testserver/") for one in found)
    assert len(found) == len(set(found))


def test_a_text_from_before_the_cleaning_breaks_no_feed(client):
    page = a_news_page(a_site().root_page)
    point = a_decided_point()
    a_project_page(point.project)
    models.QuerySet(type(page)).filter(pk=page.pk).update(intro="A\x0bB \ufffe 🌳")
    models.QuerySet(type(point)).filter(pk=point.pk).update(question="A\x0bB \ufffe 🌳")
    (item,) = feed(client, "/nieuws/rss/")
    assert item.findtext("description") == "A\nB  🌳"
    assert "A\nB  🌳" in str(calendar(client)[f"decision-{point.pk}@testserver"]["SUMMARY"])


def test_a_date_from_before_the_window_breaks_no_calendar(client):
    evening = an_evening()
    a_project_page(evening.run.project)
    for model, far in (
        (Phase, {"ends_on": date.max}),
        (LiveSession, {"starts_at": datetime.max.replace(tzinfo=UTC)}),
    ):
        models.QuerySet(model).update(**far)
    assert calendar(client)
