"""Do the regions keep their laws: updates add up to fresh, nobody reads more than they may, a form stands still?"""

import re
import time
from datetime import timedelta
from functools import cache
from html import unescape
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.live.joining.access import find_run
from deliberation.live.models import Activity, Event
from deliberation.live.screens import regions
from deliberation.live.screens.next_step import next_step, other_steps
from tests.cms.site import a_project_page
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser

pytestmark = pytest.mark.django_db
AUDIENCES = tuple(regions.REGIONS)


@pytest.fixture(autouse=True)
def kept_until_the_log_moves(settings, monkeypatch):
    settings.PAGES_ARE_KEPT = 300
    monkeypatch.setattr(regions.Drawn, "LONGEST", timedelta(hours=1))


SECRETS = ("csrf", "op_id", "receipt", "data-lane")


class Screens:
    """One screen per audience and language, fed by updates alone."""

    def __init__(self, evening):
        self.evening, self.log = evening, []
        self.shown = {(one, language): {} for one in AUDIENCES for language in ("nl", "en")}
        self.known = dict.fromkeys(self.shown, ("", 0))
        self.hear("start")

    def hear(self, step):
        """Take in what changed, and hold it against a fresh rendering."""
        now = timezone.now()
        wants = {key: (*key, *self.known[key]) for key in self.shown}
        news = regions.updates(self.evening.run.pk, set(wants.values()), now)
        for key, want in wants.items():
            update = news.updates[want]
            if update:
                self.shown[key] |= update["regions"]
                self.known[key] = (update["epoch"], update["seq"])
                self.log.append((step, key, set(update["regions"])))
            run = find_run(self.evening.run.pk)
            fresh = regions.page_regions(run, *key, now)
            page = regions.resident_regions(run, key[1], now) if key[0] == "pub" else fresh
            for name, html in fresh.items():
                assert still(self.shown[key][name]) == still(html), (step, key, name)
                assert still(page[name]) == still(html), (step, key, name, "on a page")

    def html(self, audience):
        return "".join(unescape(html) for html in self.shown[(audience, "nl")].values())

    def replaced(self, step, audience="pub"):
        return next(
            (names for at, key, names in self.log if at == step and key == (audience, "nl")), set()
        )


def still(html):
    """Take out what moves without an event: counts and what depends on them."""
    html = re.sub(r'(data-live="[^"]+">)\d+', r"\1", html)
    return re.sub(r'(data-live-shown="[^"]+") hidden', r"\1", html)


class Balance(HTMLParser):
    """Counts whether every element that opens also closes."""

    VOID = {"input", "br", "path", "rect", "circle", "wbr", "img"}

    def __init__(self, html):
        super().__init__()
        self.open, self.wrong = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


def walk(evening, screens):
    """Do everything that can be done in an evening, and hear each step."""

    def lead(do, **arguments):
        evening.lead(do, **arguments)
        screens.hear(do)

    lead("ready_run")
    lead("open_lobby")
    evening.joined(hall=3, online=3)
    screens.hear("joined")
    lead("start_run")
    lead("record_headcount", count=60)
    lead("open_activity")
    evening.votes("online", 6, 7)
    screens.hear("voted")
    for one in evening.joined(online=3):
        evening.submit(one, "report_silence")
    screens.hear("silence")
    lead("turn_page", page=1)
    lead("tell_sound", sound=False)
    lead("tell_sound", sound=True)
    lead("pause_activity")
    lead("resume_activity")
    lead("pause_run")
    lead("resume_run")
    lead("enter_hall_count", hands=[30, 10])
    evening.submit(evening.counter, "confirm_hall_count", hands=[40, 10])
    screens.hear("disputed")
    lead("correct_hall_count", hands=[31, 10], reason="Rij voor rij geteld.")
    lead("close_activity")
    evening.pass_time(seconds=evening.run.grace_seconds)
    from deliberation.live.operations import finish_closing

    with evening._committing():
        finish_closing(run=evening.run, now=evening.now)
    screens.hear("closed")
    lead("peek_result")
    lead("reveal_result", to="staff")
    lead("reveal_result", to="public")
    lead("correct_hall_count", hands=[32, 10], reason="Eén hand gemist.")
    again = {"hands": [32, 10], "reason": "Eén hand gemist."}
    evening.submit(evening.counter, "correct_hall_count", **again)
    screens.hear("agreed")
    lead("reopen_activity", reason="Niet iedereen begreep de vraag.")
    lead("enter_hall_count", hands=[20, 20])
    lead("void_activity", reason="De vraag was onduidelijk.")
    lead("close_run")
    lead("reopen_run", reason="Te vroeg gesloten.")
    lead("close_run")


@cache
def walked() -> tuple:
    """Walk once for all who look at what was heard; nothing of it is read from the database afterwards."""
    evening = an_evening(state="draft")
    screens = Screens(evening)
    walk(evening, screens)
    return screens, set(Event.objects.values_list("kind", flat=True))


def test_updates_add_up_to_what_is_rendered_fresh_after_every_kind_of_event():
    _screens, happened = walked()
    assert len(happened) > 18, "the walk did too little to mean anything"
    heard = set.union(
        *(kinds for audience in regions.REGIONS.values() for kinds in audience.values())
    )
    assert happened - heard - {"result_peeked"} == set()


def test_the_law_finds_a_region_that_does_not_know_when_it_changes(monkeypatch):
    monkeypatch.setitem(regions.REGIONS["pub"], "stage", regions.ROUND)
    evening = an_evening(state="draft")
    with pytest.raises(AssertionError, match="stage"):
        walk(evening, Screens(evening))


def test_a_phone_in_a_hall_that_raises_hands_shows_between_what_it_chooses():
    evening = an_evening(poll_open=True, hall_mode="H1")
    shown = regions.page_regions(find_run(evening.run.pk), "pub", "nl", timezone.now())
    root = BeautifulSoup(shown["ballot"], "html.parser")
    [hall] = root.select(".lv-hall-only")
    assert [one.get_text(strip=True) for one in hall.select("li")] == evening.activity.answers


def test_the_region_with_the_ballot_stands_still_while_the_round_is_open():
    screens, _happened = walked()
    assert "ballot" in screens.replaced("open_activity")
    for step in (
        "voted",
        "silence",
        "tell_sound",
        "turn_page",
        "pause_activity",
        "resume_activity",
        "pause_run",
        "resume_run",
        "enter_hall_count",
        "disputed",
        "correct_hall_count",
        "close_activity",
        "record_headcount",
    ):
        assert "ballot" not in screens.replaced(step), step
        assert "hands" not in screens.replaced(step, "mod"), step
    assert screens.shown[("pub", "nl")]["ballot"] == ""
    assert "ballot" in screens.replaced("reopen_activity")


def shows(html, number):
    """Tell whether a number stands somewhere as a number of its own."""
    return re.search(rf">\s*{number}[\s<]", html) is not None


def test_no_audience_reads_more_than_it_may():
    evening = an_evening(hall_mode="H3", headcount=60, poll_open=True)
    voters = evening.votes("online", 6, 7)
    screens = Screens(evening)
    evening.lead("enter_hall_count", hands=[33, 11])
    screens.hear("entered")
    for audience in AUDIENCES:
        assert not shows(screens.html(audience), 33), "a second counter would see the first count"
    evening.submit(evening.counter, "confirm_hall_count", hands=[33, 11])
    screens.hear("confirmed")
    assert shows(screens.html("mod"), 33)
    evening.close()
    screens.hear("closed")
    for audience in AUDIENCES:
        assert not shows(screens.html(audience), 39), audience
        assert not shows(screens.html(audience), 18), audience
    evening.lead("reveal_result", to="staff")
    screens.hear("staff")
    shown = {audience: shows(screens.html(audience), 39) for audience in AUDIENCES}
    assert shown == {"pub": False, "screen": False, "mod": True}
    for name in ("pub", "screen"):
        assert evening.facilitator.email not in screens.html(name)
        assert not shows(screens.html(name), 33)
    evening.lead("reveal_result", to="public")
    screens.hear("public")
    assert shows(screens.html("pub"), 39)
    for html in (screens.html(audience) for audience in AUDIENCES):
        assert not [one for one in voters if str(one.pk) in html]


def test_regions_hold_no_token_no_person_and_no_code_and_are_whole():
    evening = an_evening(state="draft", hall_mode="H3")
    screens = Screens(evening)
    walk(evening, screens)
    everything = {
        (key, name): html for key, all_ in screens.shown.items() for name, html in all_.items()
    }
    for where, html in everything.items():
        assert not [word for word in SECRETS if word in html], where
        assert evening.run.hall_code not in html.replace(" ", ""), where
        assert "style=" not in html
        assert "<script" not in html
        balance = Balance(html)
        assert (balance.open, balance.wrong) == ([], []), where


def test_the_page_is_made_of_the_same_regions():
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True)
    resident, staff = Browser(evening).join(), Browser(evening, evening.facilitator)
    for audience, page in (
        ("pub", resident.page()),
        ("mod", staff.page("console")),
        ("screen", staff.page("projector")),
    ):
        html = page.content.decode()
        fresh = regions.page_regions(find_run(evening.run.pk), audience, "nl", timezone.now())
        for name, part in fresh.items():
            assert still(part) in still(html), (audience, name)
        assert html.count("csrfmiddlewaretoken") == (0 if audience == "screen" else 1)


def test_controls_point_to_the_one_form_of_the_shell():
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True)
    for audience in ("pub", "mod"):
        for html in regions.page_regions(
            find_run(evening.run.pk), audience, "nl", timezone.now()
        ).values():
            for control in re.findall(r"<(?:button|input|textarea|select)[^>]*>", html):
                assert 'form="do"' in control, control


def test_the_console_always_offers_a_step_that_is_allowed():
    evening = an_evening(state="draft", headcount=None)
    pressed = []
    for _ in range(12):
        evening.refresh()
        activity = evening.activity if evening.activity.rounds.exists() else None
        upcoming = evening.activity if evening.activity.state == "ready" else None
        step = next_step(evening.run, activity, upcoming, has_page=False)
        assert step.why
        if not step.value:
            break
        staff = Browser(evening, evening.facilitator)
        assert staff.form(step.value, screen="mod").status_code == 302, step
        pressed.append(step.value.partition("?")[0])
        if pressed[-1] == "start_run":
            evening.lead("record_headcount", count=0)
        if pressed[-1] == "close_activity":
            evening.now = timezone.now()
            evening.pass_time(seconds=11)
            with evening._committing():
                from deliberation.live.operations import finish_closing

                finish_closing(run=evening.run, now=evening.now)
    assert pressed == [
        "ready_run",
        "open_lobby",
        "start_run",
        "open_activity",
        "close_activity",
        "reveal_result",
        "reveal_result",
        "close_run",
    ]


def test_other_steps_name_their_reason_field():
    evening = an_evening(poll_open=True)
    steps = {step.command: step for step in other_steps(evening.run, evening.activity)}
    assert set(steps) == {"pause_run", "pause_activity", "void_activity"}
    assert steps["void_activity"].reason == "void_activity.reason"
    answer = Browser(evening, evening.facilitator).form(
        steps["void_activity"].value, screen="mod", **{"void_activity.reason": "Onduidelijk."}
    )
    assert answer.status_code == 302
    assert evening.refresh().activity.state == Activity.State.VOIDED


def test_hands_of_a_closed_poll_can_be_corrected_and_a_look_at_the_result_is_recorded():
    evening = an_evening(hall_mode="H3", headcount=60, poll_open=True)
    evening.votes("online", 6, 7)
    evening.count(20, 10)
    evening.close()
    staff = Browser(evening, evening.facilitator)
    console = staff.page("console").content.decode()
    value = unescape(re.search(r'value="(correct_hall_count[^"]+)"', console).group(1))
    without = staff.form(value, hands=["21", "10"], screen="mod")
    assert without.status_code == 400
    assert 'value="21"' in without.content.decode()
    reason = {"correct_hall_count.reason": "Eén hand gemist."}
    assert staff.form(value, hands=["21", "10"], screen="mod", **reason).status_code == 302
    said = staff.page("console").content.decode()
    assert "Een collega telt ook" in said, "whoever reads this closed poll learns that it takes two"
    second = Browser(evening, evening.counter)
    assert second.form(value, hands=["21", "10"], screen="mod", **reason).status_code == 302
    peek = unescape(re.search(r'value="(peek_result[^"]+)"', console).group(1))
    staff.form(peek, screen="mod")
    assert "Ja: 27" in staff.page("console").content.decode()
    assert "result_peeked" in Event.objects.values_list("kind", flat=True)


def test_a_count_that_stays_after_the_end_leaves_the_button_that_the_refusal_names():
    evening = an_evening(headcount=60, poll_open=True)
    evening.count(20, 10)
    evening.close()
    evening.lead("close_run")
    evening.pass_time(minutes=31)
    staff = Browser(evening, evening.facilitator)
    console = staff.page("console").content.decode()
    void = unescape(re.search(r'value="(void_activity[^"]+)"', console).group(1))
    assert (
        staff.form(void, screen="mod", **{"void_activity.reason": "Fout geteld."}).status_code
        == 302
    )
    assert evening.refresh().activity.state == Activity.State.VOIDED


def test_the_console_asks_for_a_headcount_in_the_readers_words():
    evening = an_evening(poll_open=True)
    staff = Browser(evening, evening.facilitator)
    asked = {
        language: staff.client.get(
            f"/s/run/{evening.run.pk}/regions/", {"as": "mod", "lang": language}
        ).json()["live"]["ask_heads"]
        for language in ("nl", "en")
    }
    assert asked["nl"] != asked["en"]
    assert all(asked.values())
    evening.lead("record_headcount", count=12)
    assert staff.regions(**{"as": "mod"}).json()["live"]["ask_heads"] == ""
    assert "ask_heads" not in Browser(evening).join().regions().json()["live"]


def test_after_the_evening_no_screen_asks_or_offers_what_is_over():
    evening = an_evening(poll_open=True, hall_mode="H3", headcount=20)
    a_project_page(evening.run.project)
    voter = evening.join()
    phone, console = Browser(evening), Browser(evening, evening.facilitator)
    phone.join()
    evening.submit(voter, "report_silence")
    evening.submit(phone.participant, "report_silence")
    assert 'data-live="silent">2<' in console.page("console").content.decode()
    screen = console.page("projector").content.decode()
    assert "lv-code-shown" in screen and 'data-shell-shown="0"' in screen
    evening.close()
    evening.lead("close_run")
    shown = console.page("console").content.decode()
    gone = (
        'name="count"',
        "rotate_codes",
        "lv-code-shown",
        'data-live="away"',
        'data-live="silent"',
    )
    assert [one for one in gone if one in shown] == []
    assert "Bekijk wat inwoners lezen" in shown and "Zo gaat het verder" not in shown
    assert 'data-shell="over-uncounted"' in shown and 'data-shell-shown="over-uncounted"' in shown
    screen = console.page("projector").content.decode()
    assert "lv-code-shown" not in screen and 'data-shell-shown="0over"' in screen
    mine = phone.page().content.decode()
    assert "U doet" not in mine and "lv-silent" not in mine
    assert "Zo gaat het verder: naar het project" in mine


def test_who_read_the_run_earlier_is_shown_what_is_newer_and_nobody_waits_for_who_hangs(
    monkeypatch,
):
    evening = an_evening(poll_open=True)
    earlier, now = find_run(evening.run.pk), timezone.now()
    evening.lead("pause_activity")
    shown = regions.latest(find_run(evening.run.pk), now)
    assert shown.run.seq > earlier.seq
    assert regions.latest(earlier, now) is shown, (
        "drawn once, also while somebody still has the old one"
    )
    assert regions.snapshot(earlier, "pub", "nl", 0, "", now)["seq"] == shown.run.seq
    monkeypatch.setattr(regions, "MOST_WAIT", 0.01)
    with regions._of_pages(evening.run):
        assert regions.resident_regions(find_run(evening.run.pk), "nl", now)["stage"]
    assert regions.latest(find_run(evening.run.pk), now) is shown


class Hung:
    """The lock of who hangs while they draw: nobody gets it. Remembers how long each was ready to wait."""

    def __init__(self):
        self.waits = []

    def acquire(self, timeout):
        self.waits.append(timeout)
        return False


PAGES = {
    "who joined": lambda phone, _console: phone.page(),
    "who comes late": lambda phone, _console: phone.page(nieuw=1),
    "without a socket": lambda phone, _console: phone.regions(since=0),
    "who joins": lambda phone, _console: phone.client.get(f"/s/{phone.run.online_code}"),
    "a vote refused": lambda phone, _console: phone.form(
        f"cast_ballot?activity={phone.evening.activity.pk}"
    ),
    "console": lambda _phone, console: console.page("console"),
    "projector": lambda _phone, console: console.page("projector"),
    "console without a socket": lambda _phone, console: console.regions(since=0, **{"as": "mod"}),
}


@pytest.mark.parametrize("grace_ended", [False, True])
@pytest.mark.parametrize("asked_by", PAGES)
def test_a_page_waits_once_for_who_hangs_and_draws_the_rest_alone(
    monkeypatch, asked_by, grace_ended
):
    evening = an_evening(poll_open=True)
    phone, console = Browser(evening).join(), Browser(evening, evening.facilitator)
    PAGES[asked_by](phone, console)
    monkeypatch.setattr(regions, "_pages", {})
    with CaptureQueriesContext(connection) as free:
        answer = PAGES[asked_by](phone, console)
    if grace_ended:
        evening.close()
        evening.run.activities.update(closes_at=timezone.now() - timedelta(seconds=1))
    kept = regions._pages[evening.run.pk] = regions.Drawn()
    kept.lock = hung = Hung()
    with CaptureQueriesContext(connection) as asked:
        again = PAGES[asked_by](phone, console)
    assert again.status_code == answer.status_code or grace_ended
    assert hung.waits[0] == regions.MOST_WAIT and not any(hung.waits[1:]), hung.waits
    assert grace_ended or len(asked) <= len(free)


class Slow:
    """A lock that comes after a while."""

    takes = 0.05

    def acquire(self, timeout):
        time.sleep(self.takes)
        return True


def test_what_is_left_of_a_wait_is_less_each_time():
    patience, left = regions.Patience(), regions.MOST_WAIT
    for _ in range(3):
        assert patience.gets(Slow())
        left -= Slow.takes
        assert 0 < patience.left <= left


def test_no_region_promises_what_only_a_script_does():
    """Who has no script reads the same regions: there nothing comes by itself, and the page says to refresh."""
    folder = settings.BASE_DIR / "templates" / "deliberation" / "live" / "regions"
    regions = {path.name: path.read_text() for path in folder.glob("*.html")}
    assert len(regions) > 10
    assert [name for name, text in regions.items() if "by itself" in text] == []


def test_the_console_asks_for_no_count_that_is_in():
    evening = an_evening(poll_open=True, headcount=4)
    evening.votes("online", 1)

    def asks():
        evening.refresh()
        return next_step(evening.run, evening.activity, None, has_page=False).why

    evening.close()
    assert evening.activity.state == "tallying" and "Tel de handen" in asks()
    evening.lead("enter_hall_count", hands=[0, 0])
    assert "Tel de handen" not in asks() and "telt ook" in asks()
    evening.submit(evening.counter, "confirm_hall_count", hands=[4, 0])
    assert "derde keer" in asks()
