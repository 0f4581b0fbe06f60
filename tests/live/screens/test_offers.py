"""Does every screen of an evening offer a colleague only what their role may, before, during and after it?"""

from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.urls import reverse

from deliberation.live.screens import regions
from deliberation.projects.models import Role
from tests.builders import a_user
from tests.eyes import rendered
from tests.journeys.test_scripts import script
from tests.live.builders import a_card, an_evening
from tests.live.screens.test_buttons import SCENES, is_shown

pytestmark = pytest.mark.django_db
ABOUT_EVENINGS = ("/admin/participatie/sessies/", "/s/run/")
STATES = (
    "draft", "ready", "lobby", "voting H2", "closing H1", "shown to all H1", "came out, over H1", "cancelled",
)  # fmt: skip


def a_colleague(role, project):
    """Give an account with a role: in the project, or in all of the municipality where it only holds there."""
    whole = role in (Role.ADMINISTRATOR, Role.COUNCIL)
    about = {"municipality": project.municipality} if whole else {"project": project}
    user = a_user(role, **about)
    client = Client()
    client.force_login(user)
    return client


def fields_of(form) -> dict:
    """Give what a browser would send of a form that nobody touched."""
    fields = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.get("type") in ("radio", "checkbox") and not one.has_attr("checked"):
            continue
        chosen = one.select_one("option[selected]")
        fields[one["name"]] = (chosen or one).get("value", "") or one.get_text()
    return fields


def refused_on(client, start) -> tuple[list[str], set[str]]:
    """Follow all ways from a screen to screens of evenings, and press all of their forms: (what is a 403, seen)."""
    waiting, seen, refused = [start], {start}, []
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        if answer.status_code == 403:
            refused.append(path)
        if path != start and not path.startswith(ABOUT_EVENINGS):
            continue
        page = BeautifulSoup(answer.content, "html.parser")
        for form in page.select("main form[method=post]"):
            to = urljoin(path, form.get("action") or path)
            if to.startswith(ABOUT_EVENINGS) and not to.endswith(
                "/do/"
            ):  # test_buttons presses those
                with transaction.atomic():
                    if client.post(to, fields_of(form)).status_code == 403:
                        refused.append(f"POST {to}")
                    transaction.set_rollback(True)
        for link in page.select("a[href]"):
            to = urljoin(path, link["href"].partition("#")[0].partition("?")[0])
            of_evenings = to.startswith(ABOUT_EVENINGS)
            there = path != start and link.find_parent("main") and to.startswith("/")
            if is_shown(link) and to not in seen and (of_evenings or there):
                seen.add(to)
                waiting.append(to)
    return refused, seen


@pytest.mark.parametrize("name", STATES)
def test_nobody_is_led_to_what_their_role_may_not(name):
    evening = SCENES[name]()
    a_card(evening.run)
    if name not in ("draft", "ready", "cancelled", "came out, over H1"):
        evening.join()
    project = evening.run.project
    start = reverse("projects:see_project", args=[project.pk])
    session = reverse("live:see_session", args=[evening.run.session_id])
    met = {}
    for role in Role:
        refused, seen = refused_on(a_colleague(role, project), start)
        assert refused == [], role
        met[role] = seen
    assert session in met[Role.OBSERVER] and session in met[Role.NOTE_TAKER]
    cards = reverse("live:see_cards", args=[evening.run.pk])
    assert cards in met[Role.CO_FACILITATOR] and cards not in met[Role.NOTE_TAKER]


def test_a_way_to_what_a_role_may_not_is_seen():
    evening = an_evening(state="draft")
    client = a_colleague(Role.OBSERVER, evening.run.project)
    refused, _seen = refused_on(client, reverse("console", args=[evening.run.pk]))
    assert refused == [reverse("console", args=[evening.run.pk])]


HIDDEN = """() => [...document.querySelectorAll("[data-region] [data-for], [data-region] [data-else]")]
  .map((one) => `${one.dataset.for ?? "else " + one.dataset.else}: ${one.hidden}`)"""
TAKEN_IN = """([source, message]) => {
  const apply = new Function(`const showCountdowns = () => {}; ${source}; return apply;`)();
  for (const place of document.querySelectorAll("[data-region]")) place.innerHTML = "";
  return apply(message, { epoch: message.epoch, seq: 0 });
}"""


@pytest.mark.browser
def test_what_comes_while_a_console_is_open_offers_the_same_as_when_it_is_loaded():
    """A part that comes is the same for all consoles: the script hides what is not for the role of its reader."""
    pages, sent = {}, {}
    for name in ("draft", "voting H1", "shown to all H1", "came out, over H1"):
        evening = SCENES[name]()
        run, project = evening.run, evening.run.project
        want = ("mod", "nl", "", 0)
        update = regions.updates(run.pk, {want}, evening.now).updates[want]
        for role in (Role.FACILITATOR, Role.CO_FACILITATOR, Role.NOTE_TAKER):
            at = f"/{name.replace(' ', '-').replace(',', '')}/{role}"
            client = a_colleague(role, project)
            pages[at] = client.get(reverse("console", args=[run.pk])).content.decode()
            sent[at] = update
    with rendered(pages) as page:
        met = set()
        for path, message in sent.items():
            page.goto(path)
            loaded = page.evaluate(HIDDEN)
            assert page.evaluate(TAKEN_IN, [script("regions.js"), message]), path
            assert page.evaluate(HIDDEN) == loaded, path
            met |= set(loaded)
    assert {
        "ready_run: true",
        "ready_run: false",
        "else ready_run: false",
        "reopen_run: true",
    } <= met
