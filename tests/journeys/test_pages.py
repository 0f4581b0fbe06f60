"""Is every page of ours in order for everybody? axe, no sideways scrolling, no refused content, on phone and desk."""

import gzip
import re

import pytest

from tests.eyes import DESK, PHONE, WIDER, amiss, axe_violations

pytestmark = pytest.mark.browser
READER = (
    "/ /en/ /kastanjelaan/ /en/kastanjelaan/ /afspraken-over-meedoen/ /hoe-werkt-meedoen/".split()
)
READER += "/toegankelijkheid/ /privacy/ /meedoen /account/login/ /account/password/reset/".split()
READER += ["/s/000000"]
BUDGET = 60 * 1024
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|(?<=/documenten/)(?!gegevens)\w+")
# The root is 18 px; the strict policy allows a style that a script sets on an element.
TWICE = "() => { document.documentElement.style.fontSize = '36px'; }"

CUT = r"""() => {
  const name = document.querySelector('.sk-header__name > span').firstChild, range = document.createRange();
  return [...name.textContent.matchAll(/\S+/g)].filter(word => {
    range.setStart(name, word.index);
    range.setEnd(name, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]);
}"""

CUT_BUTTONS = """() => [...document.querySelectorAll('footer button')].filter(one => {
  if (!one.checkVisibility()) return false;
  const box = one.getBoundingClientRect(), around = one.closest('footer').getBoundingClientRect();
  return box.right > around.right + 1;
}).map(one => one.innerText)"""
OUT = """() => [...document.querySelectorAll('main :is(input, select, textarea, button)')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.name || one.innerText)"""


def test_pages_for_residents(person):
    page, found, light, dark = person(), [], [], []
    for path in READER:
        page.emulate_media(color_scheme="light")
        found += amiss(page, path, seen=light)
        page.emulate_media(color_scheme="dark")
        found += amiss(page, sizes=[DESK], seen=dark)
    assert found == []


def test_pages_fit_the_narrowest_screen_and_letters_of_twice_the_size(person):
    page = person(viewport={"width": 640, "height": 512})
    found = []
    for path in READER:
        page.set_viewport_size({"width": 320, "height": 512})
        page.goto(path)
        found += [f"{path} at 320 px" for wider in [page.evaluate(WIDER)] if wider > 0]
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 512})
            found += [f"{path} cuts {word} at {width} px" for word in page.evaluate(CUT)]
        page.set_viewport_size({"width": 640, "height": 512})
        page.evaluate(TWICE)
        found += [f"{path} at 200%" for wider in [page.evaluate(WIDER)] if wider > 0]
    assert found == []


def test_the_evening_for_a_resident(person, demo):
    page = person(viewport=PHONE)
    assert amiss(page, demo.door("online")) == []
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/s/run/\d+/(\?nieuw=1)?$"))
    assert amiss(page) == []


def test_desk_console_and_projector(staff, demo):
    """Follow the links of the desk, as an officer does, and look at a screen of each kind."""
    page, found = staff("beheer"), []
    console = re.search(r"/s/run/\d+/console/", demo.printed)[0]
    ahead = ["/admin/", "/admin/participatie/sessies/", "/account/2fa/"]
    ahead += [console, console.replace("console", "projector"), "/account/2fa/totp/activate/"]
    seen, texts = set(), []
    while ahead:
        path = ahead.pop(0)
        kind = ONE_OF_MANY.sub("N", path)
        if kind not in seen:
            seen.add(kind)
            found += amiss(page, path, seen=texts)
            ahead += links(page)
    assert found == []
    assert len(seen) > 30, seen


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_the_table_of_how_projects_go_fits_without_scrolling_inside(staff, width):
    page = staff("beheer", viewport={"width": width, "height": 800})
    page.goto("/admin/participatie/stand-van-zaken/")
    room = page.locator(".sk-status-table__room")
    assert room.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    assert page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("width", [360, 320])
def test_on_a_phone_the_desk_covers_nothing_and_cuts_nothing_off(staff, width):
    """The button of the menu stands in no text, also after a long message; the buttons of the editor fit."""
    page = staff("beheer", viewport={"width": width, "height": 740})
    for path in ("/admin/", "/admin/account/", "/admin/pages/", "/admin/participatie/"):
        page.goto(path)
        button = page.locator(".sidebar-nav-toggle")
        button.wait_for()
        page.evaluate("document.body.classList.add('has-messages')")
        assert under(page, button) == [], path
    page.goto("/admin/pages/")
    page.locator("a[href$='/edit/']").first.click()
    page.wait_for_url("**/edit/")
    page.locator("footer button").first.wait_for()
    assert page.evaluate(CUT_BUTTONS) == []
    page.goto("/admin/account/")
    assert page.evaluate(OUT) == []


def under(page, button) -> list[str]:
    """List the texts that a button covers, wherever one has scrolled."""
    box = button.bounding_box()
    return page.evaluate(
        """([right, bottom]) => [...document.querySelectorAll('main')]
        .filter((one) => one.getBoundingClientRect().top < bottom - 1 && one.getBoundingClientRect().left < right)
        .map((one) => one.className)""",
        [box["x"] + box["width"], box["y"] + box["height"]],
    )


def links(page) -> list[str]:
    """List where the links of a page lead on the desk."""
    every = page.eval_on_selector_all(
        "a[href]:not([download])", "all => all.map(a => a.getAttribute('href'))"
    )
    return [href for href in every if re.search(r"^/admin/participatie/[\w/-]*$", href)]


def test_wagtails_own_editor_is_reported_not_counted(staff, capsys):
    """The editor is Wagtail's; we say what axe finds there, so that somebody can tell them."""
    page = staff("beheer")
    page.goto("/admin/pages/")
    found = axe_violations(page)
    page.locator("a[href$='/edit/']").first.click()
    page.wait_for_url("**/edit/")
    found += axe_violations(page)
    with capsys.disabled():
        print(
            f"\nWagtail's own explorer and editor: {len(found)} finding(s) of axe",
            *found,
            sep="\n  ",
        )


def test_the_first_load_of_a_phone_is_light(person, demo, capsys):
    """A resident's live screen: at most 60 KB over the wire (look.md), and nothing from elsewhere.

    Static files are served compressed in production, pages are not; so that is how they are counted.
    """
    page = person(viewport=PHONE)
    page.goto(demo.door("online"))
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/s/run/\d+/(\?nieuw=1)?$"))
    page.wait_for_function("document.querySelector('input[name=choice]')")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert len(loaded) > 5
    assert all(name.startswith(demo.url) for name in loaded)
    static = sorted({name for name in loaded if "/static/" in name})
    parts = {name.rsplit("/", 1)[1]: over_the_wire(page, name) for name in static}
    total = len(page.content().encode()) + sum(parts.values())
    with capsys.disabled():
        print(f"\nFirst load of the live screen: {total} bytes", parts)
    assert total < BUDGET


def over_the_wire(page, address) -> int:
    return len(gzip.compress(page.request.get(address).body(), 9))
