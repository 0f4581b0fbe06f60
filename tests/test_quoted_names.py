"""Does what a sentence calls by its name stand on the same screen, in sight? Or leads the sentence there?"""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, the_officer
from tests.cms.test_page_checks import published_with_an_official_word
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser
from tests.live.screens.test_regions import walk
from tests.live.test_round_secrets import break_secret
from tests.questions.builders import browser_of
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)
from tests.test_words import ours, quotes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
QUOTED = re.compile(r"“([^”]+)”")
# Quoted where the walk doesn't come: in an answer to what was sent, and of screens that aren't ours.
ELSEWHERE = {
    "Een andere reden": "a choice of the same form",
    "Eigenschappen": "a tab of Wagtail's editor; from the list of pages its title leads there",
    "Laat deze peiling niet meetellen": "a button below it, on the console of an evening that ended",
    "Niemand doet thuis mee": "a button below it, on the console of an evening that is prepared",
    "Projecten": "in the menu beside every screen of the desk",
    "Samen het werk doen": "a choice of the same form",
    "Stuur een nieuwe code": "a button of the same form",
    "Waar gaat het over": "a field where the button below it leads, on the console of an evening that is prepared",
    "minstens": "a choice of the same form",
    "ontvangen": "what a vote says once it came in",
    "tot en met": "a field of the same row",
    "vanaf": "a field of the same row",
}


def names() -> set[str]:
    """Give every name of a button, link, heading or answer that a sentence of ours quotes."""
    return {quote for quote, _text in quotes(ours().values())}


def lost(html: str, known: set[str]) -> tuple[set, set]:
    """Give the names that a screen's sentences quote, and those of them that nobody sees there."""
    page = BeautifulSoup(html, "html.parser").body
    for unseen in page.select("script, style, template, [hidden], .sk-hidden"):
        unseen.decompose()
    met, found = set(), set()
    for sentence in page.find_all(string=QUOTED):
        for name in known.intersection(QUOTED.findall(sentence)):
            met.add(name)
            if not sentence.find_parent("a") and not in_sight(page, name, folds(sentence)):
                found.add(name)
    return met, found


def in_sight(page, name: str, opened: list) -> bool:
    """Tell whether something is called this, outside what is folded away where the sentence isn't."""

    def is_called(one) -> bool:
        text = " ".join(one.get_text(" ").split()).casefold()
        # A field that offers an answer has its name at the end of its own.
        return text == name.casefold() or (one.name == "label" and text.endswith(name.casefold()))

    called = filter(is_called, page.find_all(True))
    return any(all(fold in opened for fold in folds(one)) for one in called)


def folds(element) -> list:
    """Give the closed parts in which something is, those apart of which it is the line that opens them."""
    around = [*element.parents]
    return [
        one
        for one in around
        if one.name == "details" and not one.has_attr("open") and one.find("summary") not in around
        and one.find("summary") is not element
    ]  # fmt: skip


class Consoles:
    """The console after each step of an evening."""

    def __init__(self, evening):
        self.evening, self.pages = evening, {}
        self.browser = Browser(evening, evening.facilitator)

    def hear(self, step):
        self.pages[f"console: {step}"] = self.browser.page("console").content.decode()


def evenings() -> dict:
    """Give the console at every step of an evening, and where the key of a round was lost."""
    consoles = Consoles(an_evening(state="draft"))
    walk(consoles.evening, consoles)
    unlucky = an_evening(headcount=0, poll_open=True)
    unlucky.vote(unlucky.join(), 0)
    break_secret(unlucky.activity.rounds.get(), None)
    page = Browser(unlucky, unlucky.facilitator).page("console").content.decode()
    return {**consoles.pages, "console: secret lost": page}


def refused_for_its_day() -> str:
    """Give the screen that refuses to change the day of a decision that was postponed."""
    point, today = a_decided_point(), timezone.localdate()
    officer = the_officer(point.project.municipality)
    record_outcome(
        actor=officer, decision_point=point, decided_on=today, result="postponed",
        postponed_to=today + timedelta(days=50), outcome="Later.", what_we_did="", now=timezone.now(),
    )  # fmt: skip
    browser, path = browser_of(user=officer), reverse("projects:change_frames", args=[point.pk])
    form = browser.get(path).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {name: "\n".join(text) for name, text in sent.items() if isinstance(text, list)}
    sent |= {
        "decides_on": today + timedelta(days=70),
        "reason": "Er is meer tijd.",
        "seen_change": "",
    }
    answer = browser.post(path, sent)
    assert answer.status_code == 400
    return answer.content.decode()


def test_what_a_sentence_names_is_in_sight_or_a_link_away(world):  # noqa: F811
    visitors, about, _page = world
    published = published_with_an_official_word(Client())[1]
    pages = evenings() | {
        "published": published.content.decode(),
        "refused": refused_for_its_day(),
    }
    for path in own_paths(about):
        client, answer = first_that_opens(visitors, path)
        if client and answer["Content-Type"].startswith("text/html"):
            pages[path] = answer.content.decode()
    known = names()
    looked_at = {path: lost(html, known) for path, html in pages.items()}
    met = set().union(*(met for met, _found in looked_at.values()))
    print(f"{len(pages)} screens, {len(known)} names, {len(met)} met")
    missing = {path: found for path, (_met, found) in looked_at.items() if found}
    print(missing, sorted(known - met))
    assert missing == {}
    assert known - met == set(ELSEWHERE) and len(pages) > 120


@pytest.mark.parametrize(
    ("rest", "is_lost"),
    [
        ("<button>Stop  nu</button>", False),
        ("<details><summary>Meer</summary><button>Stop nu</button></details>", True),
        ("<details open><summary>Meer</summary><button>Stop nu</button></details>", False),
        ("<details><summary>Stop nu</summary>Meer</details>", False),
        ("<button hidden>Stop nu</button>", True),
        ("", True),
    ],
)
def test_the_walk_finds_a_name_that_nobody_sees(rest, is_lost):
    met, found = lost(f"<body><p>Druk op “Stop nu”.</p>{rest}</body>", {"Stop nu"})
    assert (met, found) == ({"Stop nu"}, {"Stop nu"} if is_lost else set())


def test_a_sentence_that_leads_there_needs_nothing_more():
    page = "<body><p><a href='/daar/'>Kijk bij “Stop nu”</a></p></body>"
    assert lost(page, {"Stop nu"}) == ({"Stop nu"}, set())
