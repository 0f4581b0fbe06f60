"""Do screens come back soon after the server does, and does a vote stay kept until it is known?"""

import json
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.browser
SCRIPTS = settings.BASE_DIR / "static" / "js" / "live"
MOST_WAIT = 5000  # milliseconds; the whole of coming back has ten seconds


def script(name) -> str:
    """Read a module as a plain script: what it brings in stands in the page of the test."""
    lines = (SCRIPTS / name).read_text().splitlines()
    return "\n".join(
        line.removeprefix("export ") for line in lines if not line.startswith("import")
    )


@pytest.fixture
def screen(page):
    """An empty screen on an address of ours, without a server behind it."""
    page.route(
        "**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    page.goto("http://localhost/")
    return page


def test_after_many_failures_a_screen_waits_no_longer_than_after_one(screen):
    waits = screen.evaluate(
        """(source) => {
        const waits = [], again = [], sockets = [];
        window.setTimeout = (work, after) => waits.push({ work, after });
        window.setInterval = () => 0;
        Math.random = () => 0.999;
        window.WebSocket = class { constructor() { this.readyState = 0; sockets.push(this); } close() {} };
        const start = new Function(source + "; return startTransport;")();
        start({ socket: "/ws", regions: "/r?", known: {}, onMessage() {}, onState() {} });
        for (let round = 0; round < 20; round += 1) {
          sockets.at(-1).readyState = 3;
          sockets.at(-1).onclose({ code: 1006 });
          again.push(waits.at(-1).after);
          waits.at(-1).work();
        }
        return { most: Math.max(...again), tries: sockets.length };
      }""",
        script("transport.js"),
    )
    assert waits["tries"] == 21
    assert waits["most"] <= MOST_WAIT


def outbox(given="{ ask: async () => null, onAnswer() {}, onReceived() {} }") -> str:
    """Read the outbox and start it on the page of the test, with a socket that takes no votes unless told otherwise."""
    elements = 'document.getElementById("do"), document.getElementById("live")'
    drawing = "const standBeside = () => false, bringIntoView = () => {};"
    return f"{drawing} {script('outbox.js')}; return startOutbox({elements}, {given});"


PAGE = """<div id="live-sent"><span data-words></span><button data-again></button></div>
<div id="live" data-run="1" data-says-busy="…" data-says-others="van een ander"
data-says-unsent="niet" data-says-refused="nee"></div><form id="do" action="/do/" data-whose="a">
<input name="csrfmiddlewaretoken" value="x"><button name="do" value="v">Stem</button></form>"""
NOT_YET = [
    {"status": 503, "body": '{"status": "refused", "reason": "druk"}', "type": "application/json"},
    {"status": 200, "body": "<html>Log in op het netwerk</html>", "type": "text/html"},
    {"status": 200, "body": '{"login": "here"}', "type": "application/json"},
    {"status": 403, "body": "<html>Nee</html>", "type": "text/html"},
    {"status": 429, "body": "{}", "type": "application/json"},
    None,
]
KNOWN = {
    "status": 409,
    "body": '{"status": "refused", "reason": "Te laat"}',
    "type": "application/json",
}


def test_a_vote_is_kept_and_sent_with_the_same_number_until_it_is_known(screen):
    screen.set_content(PAGE)
    told = screen.evaluate(
        """async ([source, answers]) => {
        const sent = [], waits = [];
        const later = window.setTimeout;
        window.setTimeout = (work, after) => waits.push({ work, after });
        window.fetch = async (_address, asked) => {
          sent.push(asked.body);
          const one = answers.shift();
          if (!one) throw new TypeError("no network");
          return new Response(one.body, { status: one.status, headers: { "Content-Type": one.type } });
        };
        new Function("say", source)(() => {});
        const kept = () => JSON.parse(sessionStorage.getItem("outbox 1") || "[]").length;
        const settle = () => new Promise((done) => later(done, 30));
        document.querySelector("button[name=do]").click();
        const seen = [];
        await settle();
        while (kept() && seen.length < 20) {
          seen.push(kept());
          waits.at(-1).work();
          await settle();
        }
        const words = document.querySelector("[data-words]").textContent;
        return { sent, seen, words, left: kept(), waits: waits.map((one) => one.after) };
      }""",
        [outbox(), [*NOT_YET, KNOWN]],
    )
    assert told["seen"] == [1] * len(NOT_YET), "kept after each answer that says nothing"
    assert len(set(told["sent"])) == 1 and "op_id=" in told["sent"][0]
    assert (told["left"], told["words"]) == (0, "Te laat")
    assert max(told["waits"]) <= MOST_WAIT


def test_what_asks_to_sign_in_first_waits_at_the_server_and_what_comes_after_here(screen):
    """The session is over: who presses is led to where they sign in, once the server has what they sent."""
    screen.set_content(PAGE)
    with screen.expect_navigation(url="**/account/login/?next=kept"):
        screen.evaluate(
            """(source) => {
            const answers = [[503, "{}"], [403, '{"status": "refused", "reason": "nee", "sign_in": true}']];
            let sent = 0;
            window.setTimeout = (work) => Promise.resolve().then(work);
            window.fetch = async () => {
              const [status, body] = answers[Math.min(sent, 1)];
              sent += 1;
              if (sent === 1) sessionStorage.setItem("before", sessionStorage.getItem("outbox 1"));
              const headers = status === 403 ? { Location: "/account/login/?next=kept" } : {};
              return new Response(body, { status, headers });
            };
            new Function("say", source)(() => {});
            const button = document.querySelector("button[name=do]");
            button.click();
            button.click();
          }""",
            outbox(),
        )
    before, left = (
        json.loads(screen.evaluate(f"sessionStorage.getItem('{name}')"))
        for name in ("before", "outbox 1")
    )
    assert len(before) == 1 and len(left) == 1 and left[0]["body"] != before[0]["body"]
    assert left[0]["whose"] == "a", "only for who pressed it"


def test_an_answer_that_asks_to_sign_in_and_says_not_where_loses_nothing(screen):
    screen.set_content(PAGE)
    left = screen.evaluate(
        """async (source) => {
        window.fetch = async () => new Response('{"status": "refused", "sign_in": true}', { status: 403 });
        new Function("say", source)(() => {});
        document.querySelector("button[name=do]").click();
        await new Promise((done) => setTimeout(done, 50));
        return JSON.parse(sessionStorage.getItem("outbox 1")).length;
      }""",
        outbox(),
    )
    assert left == 1


def test_what_was_refused_before_goes_when_something_else_is_sent(screen):
    """The page of a form that was refused keeps its reason while a script sends what comes next."""
    alert = 'nee"><p data-refused>Dit mag niet</p></div>'
    screen.set_content("<title>Fout: Bediening</title>" + PAGE.replace('nee"></div>', alert))
    left = screen.evaluate(
        """([source, known]) => {
        window.fetch = async () => new Response(known.body, { status: known.status });
        new Function("say", source)(() => {});
        const before = document.querySelectorAll("[data-refused]").length;
        document.querySelector("button[name=do]").click();
        return [before, document.querySelectorAll("[data-refused]").length, document.title];
      }""",
        [outbox(), KNOWN],
    )
    assert left == [1, 0, "Bediening"]


def test_a_refusal_stands_to_be_read_and_goes_when_the_session_goes_on(screen):
    screen.set_content(PAGE)
    seen = screen.evaluate(
        """async ([source, known]) => {
        window.fetch = async () => new Response(known.body, { status: known.status });
        const outbox = new Function("say", source)(() => {});
        document.querySelector("button[name=do]").click();
        await new Promise((done) => setTimeout(done, 30));
        const line = document.getElementById("live-sent"), seen = [line.textContent.trim()];
        outbox.moveOn();
        seen.push(line.hidden);
        const now = Date.now();
        Date.now = () => now + 11000;
        seen.push(line.hidden);
        outbox.moveOn();
        return [...seen, line.hidden];
      }""",
        [outbox(), KNOWN],
    )
    assert seen == ["Te laat", False, False, True]


def test_after_a_vote_arrived_the_next_one_waits_as_short_as_the_first(screen):
    screen.set_content(PAGE)
    waits = screen.evaluate(
        """async ([source, known]) => {
        const waits = [];
        const later = window.setTimeout;
        let away = true;
        window.setTimeout = (work, after) => waits.push({ work, after });
        Math.random = () => 0.999;
        window.fetch = async () => {
          if (away) throw new TypeError("no network");
          return new Response(known.body, { status: known.status });
        };
        new Function("say", source)(() => {});
        const settle = () => new Promise((done) => later(done, 20));
        const vote = () => document.querySelector("button[name=do]").click();
        vote();
        await settle();
        const first = waits.at(-1).after;
        for (let round = 0; round < 6; round += 1) {
          waits.at(-1).work();
          await settle();
        }
        const most = waits.at(-1).after;
        away = false;
        waits.at(-1).work();
        await settle();
        const left = sessionStorage.getItem("outbox 1");
        away = true;
        vote();
        await settle();
        return { first, most, left, next: waits.at(-1).after };
      }""",
        [outbox(), KNOWN],
    )
    assert waits["most"] > 3000 and waits["left"] is None, "it failed often, then it arrived"
    assert waits["next"] == waits["first"] <= 1000


LEFT = {
    "by this version": (
        '[{"version": 2, "body": "do=v&op_id=2", "whose": "a", "words": "Stem"}]',
        ["do=v&op_id=2"],
        0,
    ),
    "by a later version": (
        '[{"version": 9, "body": "do=v&op_id=3", "whose": "a", "to": "x"}]',
        ["do=v&op_id=3"],
        0,
    ),
    "half of it damaged": (
        '[null, {"body": 7}, {"body": "do=v&op_id=4", "whose": "a"}]',
        ["do=v&op_id=4"],
        1,
    ),
    "broken off": ('[{"body": "do=v', [], 1),
    "of another shape": ('{"do": "v"}', [], 1),
    "a bare word": ('"do=v"', [], 1),
}


@pytest.mark.parametrize("left", LEFT)
def test_what_was_left_in_the_outbox_is_sent_or_set_aside_and_told(screen, left):
    """Nothing that stands there stops the screen, and nothing is thrown away without a word."""
    text, sent, aside = LEFT[left]
    screen.set_content(PAGE)
    told = screen.evaluate(
        """async ([source, text]) => {
        sessionStorage.setItem("outbox 1", text);
        const sent = [];
        window.fetch = async (_address, asked) => {
          sent.push(asked.body);
          return new Response('{"status": "applied"}', { headers: { "Content-Type": "application/json" } });
        };
        new Function("say", source)(() => {});
        const settle = () => new Promise((done) => setTimeout(done, 50));
        await settle();
        const words = document.querySelector("[data-words]").textContent;
        const before = sent.length;
        document.querySelector("button[name=do]").click();
        await settle();
        const names = Object.keys(sessionStorage).filter((name) => name.startsWith("unread "));
        const kept = names.map((name) => sessionStorage.getItem(name));
        return { sent, before, words, kept, left: sessionStorage.getItem("outbox 1") };
      }""",
        [outbox(), text],
    )
    assert told["sent"][: told["before"]] == sent
    assert told["kept"] == [text] * aside
    assert ("nee" in told["words"]) == bool(aside), "what can't be sent is said"
    assert len(told["sent"]) == len(sent) + 1 and told["left"] is None, "and voting goes on"


OF_ANOTHER = '{"version": 2, "body": "do=w&op_id=1", "whose": "b", "words": "Sluiten"}'
OTHERS = {
    "by who was here before": (f"[{OF_ANOTHER}]", [], "van een ander: Sluiten"),
    "by a version that did not say by whom": (
        '[{"version": 1, "body": "do=v&op_id=1"}, {"body": "do=v&op_id=2"}]',
        [],
        "van een ander.",
    ),
    "before what is mine": (
        f'[{OF_ANOTHER}, {{"body": "do=v&op_id=2", "whose": "a"}}]',
        ["do=v&op_id=2"],
        "van een ander: Sluiten",
    ),
    "after what is mine": (
        f'[{{"body": "do=v&op_id=2", "whose": "a"}}, {OF_ANOTHER}]',
        ["do=v&op_id=2"],
        "van een ander: Sluiten",
    ),
}


@pytest.mark.parametrize("left", OTHERS)
def test_what_somebody_else_left_is_never_sent_and_is_told_once(screen, left):
    """Whoever signs in next in this tab sends nothing of the one before."""
    text, sent, words = OTHERS[left]
    screen.set_content(PAGE)
    told = screen.evaluate(
        """async ([source, text]) => {
        sessionStorage.setItem("outbox 1", text);
        const sent = [], said = [];
        window.fetch = async (_address, asked) => {
          sent.push(asked.body);
          return new Response('{"status": "applied"}');
        };
        const box = new Function("say", source)((words) => said.push(words));
        const settle = () => new Promise((done) => setTimeout(done, 50));
        await settle();
        const words = document.querySelector("[data-words]").textContent;
        box.wake();
        await settle();
        const times = said.filter((one) => one === words).length;
        return { sent, words, left: sessionStorage.getItem("outbox 1"), times };
      }""",
        [outbox(), text],
    )
    assert told == {"sent": sent, "words": words, "left": None, "times": 1}


@pytest.mark.parametrize("shown", [2, 3])
def test_a_vote_says_over_the_socket_for_which_round_it_was(screen, shown):
    """Its answer is drawn only while that round is on stage; of another the server says what is so now."""
    screen.set_content(PAGE)
    told = screen.evaluate(
        """async ([source, shown]) => {
        const place = document.getElementById("live"), asked = [];
        sessionStorage.setItem("outbox 1", JSON.stringify([{
          whose: "a", body: "do=" + encodeURIComponent("cast_ballot?activity=5&round=2") + "&choice=1&op_id=x",
        }]));
        place.innerHTML = `<button name="do" value="cast_ballot?activity=5&amp;round=${shown}">Stem</button>`;
        let drawn = 0, looked = 0;
        const ask = async (ballot) => { asked.push(ballot); return { status: "applied", code: 200 }; };
        const given = { ask, onAnswer: () => { looked += 1; }, onReceived: () => { drawn += 1; } };
        new Function("say", "given", source)(() => {}, given);
        await new Promise((done) => setTimeout(done, 50));
        return { asked, drawn, looked };
      }""",
        [outbox("given"), shown],
    )
    assert told["asked"] == [
        {"do": "cast_ballot", "op_id": "x", "activity": 5, "round": 2, "choice": 1}
    ]
    assert (told["drawn"], told["looked"]) == ((1, 0) if shown == 2 else (0, 1))


def test_a_vote_that_can_not_be_kept_is_sent_by_the_page_itself(screen):
    screen.set_content(PAGE)
    stopped = screen.evaluate(
        """(source) => {
        Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
        new Function("say", source)(() => {});
        let stopped = null;
        document.addEventListener("submit", (event) => {
          stopped = event.defaultPrevented;
          event.preventDefault();
        });
        document.querySelector("button[name=do]").click();
        return stopped;
      }""",
        outbox(),
    )
    assert stopped is False


SIGNS = {
    "something else got through": "box.wake()",
    "the network is back": "window.dispatchEvent(new Event('online'))",
    "the screen is looked at again": "document.dispatchEvent(new Event('visibilitychange'))",
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_a_sign_of_life_makes_what_waits_come_sooner_once(screen, sign):
    screen.set_content(PAGE)
    told = screen.evaluate(
        """async ([source, sign]) => {
        const waits = [];
        const later = window.setTimeout;
        window.setTimeout = (work, after) => waits.push({ work, after });
        window.clearTimeout = () => 0;
        Math.random = () => 0.999;
        window.fetch = async () => { throw new TypeError("no network"); };
        const box = new Function("say", source)(() => {});
        const settle = () => new Promise((done) => later(done, 20));
        document.querySelector("button[name=do]").click();
        await settle();
        for (let round = 0; round < 6; round += 1) {
          waits.at(-1).work();
          await settle();
        }
        const failed = waits.length, most = waits.at(-1).after;
        const live = new Function("box", sign);
        live(box);
        const after = waits.at(-1).after;
        for (let round = 0; round < 20; round += 1) live(box);
        await settle();
        return { most, after, planned: waits.length - failed };
      }""",
        [outbox(), sign],
    )
    assert told["most"] > 3000, "after many failures it waits longer"
    assert told["after"] <= 1000
    assert told["planned"] == 1, "many signs put nothing off, and are no storm"


# Every timer of our scripts, and what it is for. One that tries something again is proven above.
TIMERS = {
    "compass.js": ["setTimeout(saveNow, PAUSE)"],  # after the last key
    "face.js": ["setTimeout(measure, PAUSE)"],  # the same
    "live.js": [
        "setInterval(() => { showCountdowns(); say(lastSeconds()); }, 500);",  # a clock
        "setTimeout(() => spoken(document).forEach(say), 1000)",  # what stood there at first
    ],
    "live/outbox.js": [
        "setTimeout(() => { retry = null; flush(); }, wait)",  # again
        "setTimeout(() => (line.hidden = true), 8000)",  # takes words away
    ],
    "live/regions.js": [
        "setTimeout(speak, 100)",  # all of one update in one go
        "setInterval(() => {",  # says one thing after another
    ],
    "live/transport.js": [
        "setTimeout(() => mine.readyState === 0 && mine.close(), PATIENCE)",  # gives up
        "setTimeout(connect, Math.random() * SPREAD)",  # again
        "setTimeout(() => settle(body.op_id, null), PATIENCE)",  # gives up: the vote goes by HTTP
        "setInterval(() => {",  # again
    ],
}


def test_every_timer_is_known():
    """A new one that tries again has to come soon, and sooner when something got through."""
    folder = settings.BASE_DIR / "static" / "js"
    found = {}
    for path in sorted(folder.rglob("*.js")):
        text = path.read_text()
        lines = re.findall(r"(?:set(?:Timeout|Interval)|requestIdleCallback)\b.*", text)
        if lines:
            found[str(path.relative_to(folder))] = lines
    pages = settings.BASE_DIR / "templates"
    inline = [path for path in pages.rglob("*.html") if "setTimeout" in path.read_text()]
    assert found.keys() == TIMERS.keys() and inline == []
    for name, lines in found.items():
        assert len(lines) == len(TIMERS[name]), (name, lines)
        assert all(line.startswith(known) for line, known in zip(lines, TIMERS[name], strict=True))


def test_a_planned_moment_to_come_back_is_soon_everywhere():
    """What a script calls its pauses, in milliseconds; a silence is no pause, patience is with one answer,
    and a refusal is there to be read."""
    text = "".join(path.read_text() for path in sorted(SCRIPTS.glob("*.js")))
    pauses = dict(re.findall(r"const (\w+) = (\d+);", text))
    assert {"POLL", "SPREAD", "MOST_PAUSE", "FIRST_PAUSE"} <= pauses.keys()
    long = {name for name, value in pauses.items() if int(value) > MOST_WAIT}
    assert long <= {"SILENCE", "PATIENCE", "TO_READ"}
