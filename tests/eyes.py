"""Is what a browser shows in order for everybody: axe finds nothing, and nothing sticks out sideways?"""

import mimetypes
import shutil
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import sync_playwright

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
SITE = "http://testserver"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is only counted: to say where it stands costs axe as much time as to look.
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
# Half-way a message that fades in has nobody's contrast, and a menu that slides away nobody's size.
SETTLED = """() => [...document.querySelectorAll('.messages > ul')]
  .every(list => getComputedStyle(list).opacity === '1')
  && document.getAnimations().every(one =>
    one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LET_GO = """() => { window.stuck = [...document.querySelectorAll('.sk-compass__bar, .sk-compass *')]
  .filter(one => getComputedStyle(one).position === 'sticky');
  window.stuck.forEach(one => { one.style.position = 'static'; }); }"""
# Gives the texts of a kind that was not seen before: with other names, states or styles, or inside other ones.
FRESH = r"""(seen) => {
  const known = new Set(seen), chains = new Map();
  const short = (text) => [...text].reduce((sum, sign) => (31 * sum + sign.codePointAt()) | 0, 0);
  const said = /^(class|style|type|hidden|disabled|checked|open|dir|theme|aria-(?!label|describedby|controls|owns).*)$/;
  const name = (one) => [...one.attributes].filter((at) => at.name.startsWith('data-') || said.test(at.name))
    .map((at) => (at.name.startsWith('data-') ? at.name : `${at.name}=${at.value}`)).sort().join(' ');
  const texts = (one) => one.matches('input, select, textarea')
    || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  window.fresh = [];
  for (const one of document.querySelectorAll('html, body, body *')) {
    const kind = short(`${one.tagName} ${name(one)} ${chains.get(one.parentElement)}`);
    chains.set(one, kind);
    if (known.has(kind) || !texts(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    known.add(kind);
    window.fresh.push(one);
  }
  return [...known];
}"""
FAINT = """() => window.fresh.length ? axe.run(window.fresh,
  { runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] }) : { violations: [] }"""
HOLD_ON = "() => window.stuck.forEach(one => { one.style.position = ''; })"


may_open_a_browser = True  # set for each test by its mark: conftest.py


def how_to_start() -> dict:
    """Say how Playwright starts the system's Chromium: the one without windows when it is there; it calls nobody."""
    assert may_open_a_browser, "mark this test `browser`: `make check` runs without one"
    quiet = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    paths = map(shutil.which, ("chromium-headless-shell", "chromium"))
    path = next(filter(None, paths), None) or pytest.fail(
        "install Chromium (Debian: apt install chromium-headless-shell)"
    )
    return {"executable_path": path, "args": quiet.split()}


@contextmanager
def rendered(pages: dict, **options):
    """Give a browser in which the pages that a test client was given open by their address, with our own files."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**how_to_start())
        page = browser.new_page(base_url=SITE, **options)
        page.route("**/*", lambda route: _serve(route, pages))
        yield page
        browser.close()


def _serve(route, pages) -> None:
    path = route.request.url.removeprefix(SITE)
    if path in pages and route.request.resource_type == "document":
        return route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
    name = path.partition("?")[0]
    is_look = name.startswith("/static/") and name.endswith((".css", ".svg", ".woff2"))
    file = finders.find(name.removeprefix("/static/")) if is_look else None
    if not file:
        return route.abort()
    return route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0])


def amiss(page, path=None, sizes=(DESK, PHONE), seen=None) -> list[str]:
    """List what is wrong with a page, opened when an address is given, at a desk and on a phone.

    Colours are measured in the first size; they don't depend on it, and take most of the time.
    """
    if path:
        page.goto(path)
    found, before = [], page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        page.evaluate(DRAWN)  # scripts hear of a new size a moment later
        wider = page.evaluate(WIDER)
        found += [f"{page.url} scrolls sideways by {wider} px at {size}"] if wider > 0 else []
        found += axe_violations(page, colours=size == sizes[0], seen=seen)
    page.set_viewport_size(before)
    return found


def axe_violations(page, colours=True, seen=None) -> list[str]:
    """List what axe finds wrong (WCAG 2.2 A and AA and best practice) at this size.

    Of a walk in one theme, `seen` holds the kinds of texts whose colours were measured: each kind once.
    """
    page.wait_for_function(SETTLED)
    whole = colours and seen is None
    options = {**OPTIONS, "rules": {"color-contrast": {"enabled": whole}}}
    with nothing_stuck(page):
        found = Axe().run(page, options=options).response["violations"]
        if colours and not whole:
            seen[:] = page.evaluate(FRESH, seen)
            found += page.evaluate(FAINT)["violations"]
    return [
        f"{page.url} {item['id']}: {item['nodes'][0]['html'][:160]} ({len(item['nodes'])}x)"
        for item in found
    ]


@contextmanager
def nothing_stuck(page):
    """Let go of the bars of the wizard that stay in sight: they cover what lies under them at that moment."""
    page.evaluate(LET_GO)
    yield
    page.evaluate(HOLD_ON)
