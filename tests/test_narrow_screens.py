"""Does every screen of residents fit on 320 pixels with the long words that Dutch is made of, in both languages?"""

import re

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise
from wagtail.fields import StreamField

from tests.cms.site import a_result_page
from tests.eyes import NARROW, rendered
from tests.live.builders import a_card, an_evening
from tests.live.screens.browsers import Browser
from tests.live.screens.test_regions import walk
from tests.test_english import english_pages, site_pages
from tests.test_exports import counted
from tests.test_hostile_outputs import OURS, typed_columns
from tests.test_hostile_texts import dirt_for, first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import addresses, world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.usefixtures("own_files"),
]
# Words that stand in letters of municipalities, one of them with a sign that is no letter.
LONG = (
    "Arbeidsongeschiktheidsverzekering, verkeersveiligheidsmaatregelen en "
    "meervoudigepersoonlijkheidsstoornis/gemeentesecretarissenvergadering "
)
# What differs each time that a screen is drawn.
OF_ITS_OWN = re.compile(r'(csrfmiddlewaretoken" value|op_id" value|data-[a-z-]+)="[^"]*"')
# Words of at most so many letters fit everywhere, so they stand on one line.
SHORT = 12
# What sticks out of the screen or of its own box, what is cut off by it, and which short word is cut in two.
AMISS = """(SHORT) => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  document.querySelectorAll('[hidden]').forEach((one) => { one.hidden = false; });
  const seen = (one) => one.checkVisibility() && !one.closest('.sk-hidden, .sk-status');
  const wrong = (one) => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (box.width < 2 || style.display === 'inline' || one.closest('svg, select')) return '';
    if (box.right > innerWidth + 1 || box.left < -1) return 'sticks out';
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth) {
      return style.overflowX === 'visible' ? 'is too small' : style.overflowX === 'auto' ? 'scrolls' : 'cuts off';
    }
    return '';
  };
  const found = [...document.querySelectorAll('body *')].filter((one) => seen(one) && wrong(one));
  const range = document.createRange(), words = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!seen(text.parentElement) || text.parentElement.closest('svg, select, script, code')) continue;
    // An address of mail or a site is no word: it may go on anywhere.
    for (const word of text.data.matchAll(/(?<![@.\\p{L}])\\p{L}+(?![@.]?\\p{L})/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (word[0].length <= SHORT && range.getClientRects().length > 1) words.push(word[0]);
    }
  }
  const sides = found.filter((one) => !found.some((other) => other !== one && one.contains(other)))
    .slice(0, 3).map((one) => `${wrong(one)}: ${one.outerHTML.slice(0, 160)}`);
  return [...sides, ...new Set(words)];
}"""


def plant() -> int:
    """Put long words into every column, list and block of texts that people fill in."""
    columns = [(model, field, LONG) for model, field in typed_columns()]
    columns += written_lists()
    for model, field, value in columns:
        if isinstance(value, str) and field.max_length:
            value = value[: field.max_length].rpartition(" ")[0]
        models.QuerySet(model).update(**{field.name: value})
    return len(columns)


def written_lists():
    """List the columns in which people write several texts, those with a name for readers, and what to put there."""
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, StreamField):
                    yield model, field, dirt_for(field, LONG)
                elif isinstance(field, models.JSONField) and isinstance(
                    field.verbose_name, Promise
                ):
                    yield model, field, [LONG, LONG.upper()]


def faults(pages: dict) -> list[str]:
    """Open every page in a browser of 320 pixels; list what sticks out, is cut off, or has to be moved to be read."""
    with rendered(pages, viewport=NARROW) as page:
        found = []
        for path in pages:
            page.goto(path, wait_until="load")
            found += [f"{path} {fault}" for fault in page.evaluate(AMISS, SHORT)]
    return found


def test_every_public_page_fits(world):  # noqa: F811
    visitors, about, page = world
    counted(about)
    a_result_page(page)
    english = site_pages(page)
    print(f"{plant()} columns")
    pages = dict(english_pages(visitors, about))
    paths = [path for path in own_paths(about) if not path.startswith(("/admin/", "/api/"))]
    paths += [f"/{one.route}" for one in addresses() if one.route.startswith("account/")]
    paths += [one.get_url() for one in english]
    paths += [one.get_url().removeprefix("/en") for one in english]
    paths += ["/zoeken/?q=verzekering", "/nergens/", "/s/000000"]
    for path in paths:
        client, answer = first_that_opens(visitors, path)
        if client and answer["Content-Type"].startswith("text/html"):
            pages[path] = answer.content.decode()
    print(f"{len(pages)} pages")
    found = faults(pages)
    assert found == [], "\n".join(found)
    assert len(pages) > 80


class Screens:
    """The screens of an evening, kept after every step of it that changed them."""

    def __init__(self, evening):
        self.evening, self.pages, self.shown = evening, {}, set()
        self.voter, self.reader = Browser(evening), Browser(evening)
        self.doors = (
            reverse("join_run", args=[evening.run.online_code]),
            reverse("use_card", args=[a_card(evening.run).code]),
        )

    def hear(self, step):
        if step == "open_lobby":
            self.voter.join()
            self.reader.join("hall")
        if step == "open_activity":
            assert self.voter.vote().status_code == 200
        for language in ("nl", "en"):
            for name in ("voter", "reader"):
                self.keep(f"/{step}/{name}/{language}", getattr(self, name).page(lang=language))
            for path in self.doors:
                answer = Client().get(path, {"lang": language})
                self.keep(f"/{step}{path}{language}", answer)
        console = Browser(self.evening, self.evening.facilitator).page("console")
        self.keep(f"/{step}/console", console)

    def keep(self, name, answer):
        html = answer.content.decode()
        seen = OF_ITS_OWN.sub("", html)
        if html and seen not in self.shown:
            self.shown.add(seen)
            self.pages[name] = html


@pytest.mark.parametrize("hall_mode", ["H1", pytest.param("H3", marks=pytest.mark.exhaustive)])
def test_every_step_of_an_evening_fits(hall_mode):
    evening = an_evening(state="draft", hall_mode=hall_mode)
    plant()
    screens = Screens(evening.refresh())
    walk(evening, screens)
    print(f"{len(screens.pages)} screens")
    found = faults(screens.pages)
    assert found == [], "\n".join(found)
    assert len(screens.pages) > 60
