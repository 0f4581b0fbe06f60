"""Is told apart where the reader's own colours rule what looks different: what is chosen, where one is, a bar's length?

What is looked at is found on the pages: every radio button and checkbox, every mark of a state that a template gives
by an attribute or by the end of a class, and every part of a drawing.
"""

import io
import re

import pytest
from django.test import Client
from PIL import Image, ImageChops

from cms.theming.contrast import ratio
from tests.builders import a_user
from tests.cms.test_account_screens import sign_in
from tests.eyes import DESK, rendered
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser
from tests.test_exports import counted
from tests.test_hostile_outputs import public_pages
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.usefixtures("own_files"),
]
ENOUGH, MOST = 3, 21  # contrast, of a sign (WCAG 1.4.11) and of black on white
# Keeps in `window.found` what may be told apart, each with a way to take it off and to put it back.
FIND = r"""() => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  window.found = [];
  const names = (one) => [...one.classList].join('.');
  const modifiers = (one) => [...one.classList].filter((name) => name.includes('--'));
  const add = (kind, box, off, on) => box.checkVisibility() && window.found.push({ kind, box, off, on });
  for (const one of document.querySelectorAll('input[type=radio], input[type=checkbox]')) {
    const label = one.closest('label'), was = one.checked;
    const where = one.closest('.sk-desk') ? 'desk' : '';
    add(`${where} ${one.type} ${names(one)} in ${label ? names(label) : ''}`, one,
      () => { one.checked = !was; }, () => { one.checked = was; });
  }
  for (const one of document.querySelectorAll('[class*="--"]:not([aria-current])')) {
    for (const name of modifiers(one)) {
      add(`.${name}`, one, () => one.classList.remove(name), () => one.classList.add(name));
    }
  }
  for (const one of document.querySelectorAll('[aria-current], [aria-pressed], [aria-selected], [aria-invalid]')) {
    for (const name of ['aria-current', 'aria-pressed', 'aria-selected', 'aria-invalid']) {
      const value = one.getAttribute(name), with_it = modifiers(one);
      if (value) add(`${names(one) || names(one.parentElement)}[${name}]`, one,
        () => { one.removeAttribute(name); one.classList.remove(...with_it); },
        () => { one.setAttribute(name, value); one.classList.add(...with_it); });
    }
  }
  // Tiles only adorn, and differ by project: they say nothing that could be lost.
  for (const one of document.querySelectorAll('svg:not(.sk-tiles) :is(rect, path, circle, line, polygon, ellipse)')) {
    const whole = one.closest('svg'), state = whole.closest('[class*="--"]');
    const shape = `${names(whole)} ${names(one.parentElement)} ${names(one) || one.tagName}`;
    add(`${document.body.className} ${state ? modifiers(state) : ''} ${shape}`, whole,
      () => { one.style.visibility = 'hidden'; }, () => { one.style.visibility = ''; });
  }
  return window.found.map((one) => one.kind);
}"""


# Words in the colour that every ground has here.
UNSEEN = r"""() => {
  const sample = document.body.appendChild(document.createElement('i'));
  sample.style.color = 'Canvas';
  const ground = getComputedStyle(sample).color;
  sample.remove();
  const texts = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const written = (one, part) => part ? /^"[^"]|counter/.test(getComputedStyle(one, part).content) : texts(one);
  return [...document.querySelectorAll('body *')].flatMap((one) => ['', '::before', '::after']
    .filter((part) => written(one, part) && one.checkVisibility())
    .filter((part) => getComputedStyle(one, part).forcedColorAdjust === 'auto')
    .filter((part) => getComputedStyle(one, part || null).color === ground)
    .map((part) => `${one.tagName}.${one.className}${part}`));
}"""


# Keeps in `window.boxes` what stands apart by a ground of its own, with words in it.
BOXES = r"""() => {
  const clear = 'rgba(0, 0, 0, 0)', ground = (one) => getComputedStyle(one).backgroundColor;
  const under = (one) => {
    for (let at = one.parentElement; at; at = at.parentElement) if (ground(at) !== clear) return ground(at);
  };
  window.boxes = [...document.querySelectorAll('.sk-desk *, body:not(.sk-desk-page) *')].filter((one) =>
    one.checkVisibility() && !one.closest('svg, .messages') && one.children.length && one.textContent.trim()
    && one.clientHeight > 40 && parseFloat(getComputedStyle(one).paddingInlineStart) > 0
    && ground(one) !== clear && ![under(one), undefined].includes(ground(one)));
}"""
UNLINED = r"""() => window.boxes.filter((one) => ['Top', 'Bottom', 'Left', 'Right'].every((side) =>
    ['0px', ''].includes(getComputedStyle(one)[`border${side}Width`]))
    && getComputedStyle(one).outlineStyle === 'none' && getComputedStyle(one).forcedColorAdjust === 'auto')
  .map((one) => `${one.tagName}.${one.className}`)"""


# What stands in the page's source where something may be told apart.
MARKS = re.compile(
    r'<(?:input|svg|rect|path|circle|line|polygon|ellipse) [^>]*?class="[^"]*"'
    r"|[\w-]+--[\w-]+|<\w+ [^>]*?aria-(?:current|pressed|selected|invalid)=[^>]*"
)
VALUES = re.compile(r' (?!class)[\w-]+="[^"]*"')  # of one element, not of its kind
BODY = re.compile(r'<body class="([^"]*)"')
# Whose difference is said in words right there, or is none for a reader: the rank of a button, the tone of a message,
# the kind of a reason, a level beside its shape and its name, whose part of a bar it is (the part beside it has another
# colour and a stripe), how a thing is made; a swatch is the colour itself.
IN_WORDS = re.compile(
    r"^[.](utrecht-(button|badge-status|alert)|sk-(reasons|badge|lists|advice|path|bar__fill))"
    r"|^[.][\w-]+--html-|sk-colours__swatch"
)


def pages_of(world) -> dict:  # noqa: F811
    visitors, about, _page = world
    counted(about)
    pages = {}
    for path in [*own_paths(about), *public_pages()]:
        client, answer = first_that_opens(visitors, path)
        if client and answer["Content-Type"].startswith("text/html"):
            pages[path] = answer.content.decode()
    wrong = {"login": "nobody@example.org", "password": "not this one"}
    pages["/wrong/"] = Client().post("/account/login/", wrong).content.decode()
    for name, poll in {"one": {}, "many": {"max_choices": 2, "options": ["A", "B", "C"]}}.items():
        evening = an_evening(poll_open=True, hall_mode="H3", headcount=20, **poll)
        staff = Browser(evening, evening.facilitator)
        pages[f"/{name}/phone"] = Browser(evening).join().page().content.decode()
        for screen in ("console", "projector"):
            pages[f"/{name}/{screen}"] = staff.page(screen).content.decode()
    return pages


def with_something_new(pages: dict, kinds=MARKS) -> list:
    """Choose the pages on which something stands that stood on none before."""
    seen, chosen = set(), []
    for path, html in pages.items():
        body = BODY.search(html)
        marks = {(body and body[1], VALUES.sub("", mark)) for mark in kinds.findall(html)}
        if marks - seen:
            chosen.append(path)
        seen |= marks
    return chosen


def contrast(page, number, colours) -> float:
    """Measure what taking it off changes of what is seen of it; 1 is nothing."""
    page.emulate_media(forced_colors=colours, color_scheme="dark")
    box = page.evaluate_handle("(number) => window.found[number].box", number).as_element()
    seen = []
    for step in ("on", "off"):
        page.evaluate("([number, step]) => window.found[number][step]()", [number, step])
        seen.append(Image.open(io.BytesIO(box.screenshot(animations="disabled"))).convert("RGB"))
    page.evaluate("(number) => window.found[number].on()", number)
    if seen[0].size != seen[1].size:
        return MOST
    changed = ImageChops.difference(*seen).getbbox()
    pairs = (
        set(zip(*(colours_of(one.crop(changed)) for one in seen), strict=True)) if changed else ()
    )
    return max((ratio(*pair) for pair in pairs), default=1)


def colours_of(image) -> list[str]:
    data = image.tobytes().hex()
    return [f"#{data[at : at + 6]}" for at in range(0, len(data), 6)]


def test_what_looks_different_does_so_in_the_readers_own_colours(world):  # noqa: F811
    pages, lost, seen, unseen, unlined = pages_of(world), {}, set(), set(), set()
    chosen = with_something_new(pages)
    with rendered(pages, viewport=DESK) as page:
        for path in chosen:
            page.emulate_media(forced_colors="none", color_scheme="dark")
            page.goto(path, wait_until="load")
            page.evaluate(BOXES)
            page.emulate_media(forced_colors="active", color_scheme="dark")
            unlined |= {f"{one} on {path}" for one in page.evaluate(UNLINED)}
            unseen |= {f"{one} on {path}" for one in page.evaluate(UNSEEN)}
            for number, kind in enumerate(page.evaluate(FIND)):
                if kind in seen or IN_WORDS.search(kind):
                    continue
                seen.add(kind)
                found = contrast(page, number, "active")
                if found < ENOUGH and found < contrast(page, number, "none"):
                    lost[kind] = f"{found:.1f} on {path}"
    print(f"{len(pages)} pages, {len(chosen)} opened, {len(seen)} kinds")
    assert not unseen, "\n".join(sorted(unseen))
    assert not unlined, "\n".join(sorted(unlined))
    assert lost == {}, "\n".join(f"{kind} {where}" for kind, where in lost.items())
    assert len(seen) > 90


def test_what_a_camera_reads_is_dark_on_light_whatever_the_reader_chose(client):
    sign_in(client, a_user("officer", second_factor=False))
    path = "/account/2fa/totp/activate/"
    evening = an_evening(poll_open=True)
    codes = f"/admin/participatie/sessies/runs/{evening.run.pk}/codes/"
    staff = Browser(evening, evening.facilitator)
    pages = {
        path: client.get(path).content.decode(),
        codes: staff.client.get(codes).content.decode(),
    }
    with rendered(pages, viewport=DESK) as page:
        page.emulate_media(forced_colors="active", color_scheme="dark")
        for one, sign in ((path, ".sk-qr"), (codes, ".lv-qr")):
            page.goto(one, wait_until="load")
            seen = page.locator(sign).first.screenshot()
            grey = Image.open(io.BytesIO(seen)).convert("L").histogram()
            dark, light = (sum(part) / sum(grey) for part in (grey[:60], grey[200:]))
            assert dark > 0.15 and light > 0.3, one
