"""What does a screen replace of what stands there, and what does it say of that, to whoever listens?"""

import pytest

from tests.journeys.test_scripts import screen, script

assert screen  # a fixture
pytestmark = pytest.mark.browser


def test_what_is_said_keeps_the_language_it_is_written_in(screen):
    screen.set_content(
        """<html lang="en"><body><div id="status"></div><div data-region="stage"></div></body></html>"""
    )
    screen.evaluate(
        """async (source) => {
        const started = new Function("showCountdowns", source + "; return { apply };")(() => {});
        const stage = `<p data-say>Voting is open.</p><h2 data-say><span lang="nl">Komen er
          bomen?</span></h2><p>Not this</p>`;
        const told = new Promise((done) =>
          new MutationObserver(done).observe(document.getElementById("status"), { childList: true }));
        started.apply({ regions: { stage } }, {});
        await told;
      }""",
        script("regions.js"),
    )
    status = screen.locator("#status")
    assert status.inner_text().strip() == "Voting is open. Komen er bomen?"
    assert screen.locator("#status [lang=nl]").all_inner_texts() == ["Komen er bomen?"]


def test_who_counted_first_is_not_offered_the_second_count(screen):
    screen.set_content(
        """<i id="status"></i><div data-me="7"><div data-region="counts"></div></div>"""
    )
    shown = screen.evaluate(
        """(source) => {
        const started = new Function("showCountdowns", source + "; return { apply };")(() => {});
        const shows = (who) => {
          const counts = `<b data-by="${who}" hidden>mend</b><b data-not-by="${who}">confirm</b>`;
          started.apply({ regions: { counts } }, {});
          return [...document.querySelectorAll("b:not([hidden])")].map((one) => one.textContent);
        };
        return [shows(7), shows(8), shows("")];
      }""",
        script("regions.js"),
    )
    assert shown == [["mend"], ["confirm"], ["confirm"]]


def test_an_outcome_that_was_looked_at_is_gone_once_another_poll_stands_there(screen):
    """It would read as the count of that one."""
    screen.set_content(
        """<i id="status"></i><div data-region="poll"><p id="live-sent" data-pressed="peek" data-told>Ja 3</p></div>"""
    )
    shown = screen.evaluate(
        """(source) => {
        const started = new Function("showCountdowns", source + "; return { apply };")(() => {});
        const shows = (button) => {
          started.apply({ regions: { poll: `<h2>${button}</h2><button name="do" value="${button}">x</button>` } }, {});
          return !document.getElementById("live-sent").hidden;
        };
        return [shows("peek"), shows("open")];
      }""",
        script("regions.js"),
    )
    assert shown == [True, False]


def test_what_no_longer_holds_is_not_said_any_more(screen):
    screen.set_content(
        """<html lang="en"><body><div id="status"></div><div data-region="next"></div></body></html>"""
    )
    said = screen.evaluate(
        """async (source) => {
        const started = new Function("showCountdowns", source + "; return { apply };")(() => {});
        const status = document.getElementById("status"), said = [];
        const show = (text) => started.apply({ regions: { next: `<p data-say>${text}</p>` } }, {});
        const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        show("Voting closes.");
        show("Count the hands.");
        await wait(300);
        said.push(status.textContent.trim());
        show("Show the result.");
        said.push(status.textContent.trim());
        show("Next poll.");
        await wait(5000);
        said.push(status.textContent.trim());
        await wait(5000);
        said.push(status.textContent.trim());
        return said;
      }""",
        script("regions.js"),
    )
    was_said = ["Voting closes. Count the hands.", "Show the result. Next poll."]
    assert said == [was_said[0], "", was_said[1], ""], "all is said once, and nothing stays"


@pytest.mark.parametrize(("seconds", "times"), [(40, 1), (10, 0), (20, 1)])
def test_who_heard_of_a_long_closing_hears_once_of_its_last_seconds(screen, seconds, times):
    screen.set_content(
        """<p data-say>Closes in <b data-ends=""></b> seconds.</p><i data-ends=""></i>"""
    )
    said = screen.evaluate(
        """([source, seconds]) => {
        let now = Date.now();
        Date.now = () => now;
        const clock = new Function(source + "; return { showCountdowns, lastSeconds };")();
        const ends = new Date(now + seconds * 1000).toISOString();
        for (const place of document.querySelectorAll("[data-ends]")) place.dataset.ends = ends;
        const said = [];
        for (let half = 0; half < 100; half += 1, now += 500) {
          clock.showCountdowns();
          said.push(clock.lastSeconds());
        }
        return said.filter((one) => one);
      }""",
        [script("clock.js"), seconds],
    )
    assert said == ["Closes in 10 seconds."] * times
