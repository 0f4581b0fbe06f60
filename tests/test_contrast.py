"""Does everybody see what axe can't judge or never looks at: texts over pictures, edges, what has the focus, drawings?

Texts by WCAG 2.2, 1.4.3, and the rest by 1.4.11; in the faintest colours that a municipality may choose, on a dark
screen and on a phone. What axe leaves open, and what it never looks at, is measured by its pixels.
"""

import io
import re
from collections import Counter
from pathlib import Path

import axe_playwright_python
import pytest
from PIL import Image

from cms.theming.contrast import INTERFACE, TEXT, mixed, ratio
from cms.theming.theme import DEFAULTS, TOKENS, better_colour, checked_pairs, css_of
from tests.eyes import DESK, LET_GO, PHONE, amiss, rendered
from tests.test_forced_colours import colours_of, pages_of, with_something_new
from tests.test_hostile_texts import own_files  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.usefixtures("own_files"),
]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
CLASSES = re.compile(r'class="[^"]*"')
GROUNDS = "accent page surface header focus".split()
# Each page goes through these in this order: size, ground, and contrast, by which the theme is chosen.
FACES = {
    "faint": (DESK, "light", "more"),
    "dark": (DESK, "dark", "no-preference"),
    "phone": (PHONE, "light", "no-preference"),
}
AROUND = {"text": 0, "edge": 4, "focus": 10, "drawing": 3}  # pixels that are looked at beside it
# A text is marked in a colour of nobody, to know its pixels, and then taken off. Of a drawing, what lies over the part
# that is looked at is away. Wagtail's menu is empty here.
STYLE = "".join(
    f'[data-text="{part} {how}"]{part} {{ -webkit-text-fill-color: {ink} !important; fill: {ink} !important; }}'
    for part in ("", "::before", "::after", "::placeholder")
    for how, ink in {"marked": "#f0f", "off": "transparent"}.items()
)
STYLE += """
  [data-text] * { -webkit-text-fill-color: currentcolor; }
  [data-off], [data-last] ~ *, svg :has([data-last]) ~ * { visibility: hidden !important; }
  #wagtail-sidebar { display: none; }
  *, *::before, *::after { animation: none !important; scroll-behavior: auto !important; transition: none !important; }
"""
# Marks the texts of a kind that was not seen before, for axe, and keeps in `window.found` what it never looks at.
FIND = r"""(seen) => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  document.querySelectorAll('[data-live-shown]').forEach((one) => { one.hidden = false; });
  const known = new Set(seen), chains = new Map();
  const is_new = (kind) => !known.has(kind) && Boolean(known.add(kind));
  const short = (text) => [...text].reduce((sum, sign) => (31 * sum + sign.codePointAt()) | 0, 0);
  const states = (one) => ['type', 'aria-current', 'aria-invalid'].map((key) => one.getAttribute(key) ?? '');
  const name = (one) => [one.tagName, one.className.baseVal ?? one.className, ...states(one)].join(' ').trim();
  const look = (one, ...keys) => keys.map((key) => getComputedStyle(one)[key]).join(' ');
  const is_clear = (one, key) => look(one, key) === 'rgba(0, 0, 0, 0)';
  const ground = (one) => {
    do one = one.parentElement; while (one.parentElement && is_clear(one, 'backgroundColor'));
    return look(one, 'backgroundColor');
  };
  const texts = (one) => one.matches('input, select, textarea')
    || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  window.found = [];
  const keep = (what, one, kind, box = one, part = '') => is_new(`${what} ${kind}`)
    && window.found.push({ what, one, kind: `${kind} (${name(one)})`, box, part });
  for (const one of document.querySelectorAll('body, body *')) {
    chains.set(one, short(`${name(one)} ${chains.get(one.parentElement)}`));
    if (!one.checkVisibility({ visibilityProperty: true }) || !is_new(chains.get(one))) continue;
    if (one.closest('option, .sk-hidden, .sk-status')) continue;
    if (texts(one)) one.dataset.fresh = '';
    for (const part of ['::before', '::after', '::placeholder']) {
      const { content, display } = getComputedStyle(one, part);
      const written = part === '::placeholder' ? one.placeholder
        : display !== 'none' && /^"\s*[^"\s]|counter/.test(content);
      if (written) keep('text', one, `${name(one)}${part}`, one, part);
    }
    // Tiles are an ornament; a code that a phone scans starts with its own ground.
    if (one.matches('svg :is(rect, path, circle, line, polygon, ellipse)') && !one.closest('.sk-tiles, .lv-qr')) {
      keep('drawing', one, [one.closest('svg'), one.parentElement, one].map(name).join(' '));
    }
    if (!one.matches('a[href], input, select, textarea, button, summary, [tabindex="0"]') || one.disabled) continue;
    const is_bare = is_clear(one, 'borderTopColor') || look(one, 'borderTopWidth') === '0px';
    if (one.matches('input, select, textarea, .utrecht-button, button')
        && !(is_bare && is_clear(one, 'backgroundColor'))) {
      keep('edge', one, `${one.type} ${look(one, 'border', 'backgroundColor', 'appearance')} on ${ground(one)}`);
    }
    const card = getComputedStyle(one, '::after').position === 'absolute' && one.offsetParent;
    const box = card || one.closest('label') || one;
    one.focus({ preventScroll: true });
    keep('focus', one, `${look(box, 'outline', 'boxShadow')} ${card ? name(one) : ''} on ${ground(box)}`, box);
    one.blur();
  }
  window.by_hand = window.found.length;
  return [...known];
}"""
# Says which texts of a new kind are wrong, and all that is to be measured: axe's open questions come last.
ASK = r"""async () => {
  const name = (one) => `${one.tagName} ${one.className.baseVal ?? one.className}`.trim();
  const kind = (one) => `${name(one.parentElement)} > ${name(one)}`;
  const { violations, incomplete } = await axe.run(document.querySelectorAll('[data-fresh]'), { elementRef: true,
    runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations', 'incomplete'] });
  window.found.length = window.by_hand;
  for (const { element: one, any } of incomplete.flatMap((rule) => rule.nodes)) {
    window.found.push({ what: 'text', one, kind: kind(one), box: one, part: '', why: any[0].data.messageKey });
  }
  const wrong = violations.flatMap((rule) => rule.nodes)
    .map((node) => [kind(node.element), node.any[0].data.contrastRatio]);
  return [wrong, window.found.map(({ what, kind, why, one }) => [what, kind, why, Boolean(one.closest('.sk-desk'))])];
}"""
# Brings something in sight and marks it; says where it is and how its text is drawn, or nothing when it isn't seen.
SHOW = r"""async ([number, around]) => {
  const { what, one, box, part } = window.found[number], style = getComputedStyle(one, part || null);
  if (!one.checkVisibility()) return null;
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  pen.fillStyle = one.closest('svg') ? style.fill : style.webkitTextFillColor;
  pen.fillRect(0, 0, 1, 1);
  let share = 1;
  for (let up = one; up; up = up.parentElement) share *= getComputedStyle(up).opacity;
  const colour = [...pen.getImageData(0, 0, 1, 1).data], size = parseFloat(style.fontSize);
  if (what === 'focus') one.focus({ preventScroll: true });
  if (what === 'text') one.dataset.text = `${part} marked`;
  if (what === 'drawing') one.dataset.last = '';
  box.scrollIntoView({ block: 'center', behavior: 'instant' });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const x = Math.max(0, Math.floor(left - around)), y = Math.max(0, Math.floor(top - around));
  const width = Math.min(innerWidth, Math.ceil(right + around)) - x;
  const height = Math.min(innerHeight, Math.ceil(bottom + around)) - y;
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  return width > 0 && height > 0 ? { clip: { x, y, width, height }, colour, share, large } : null;
}"""
TAKE_OFF = """async (number) => {
  const { what, one, part } = window.found[number];
  if (what === 'focus') one.blur();
  if (what === 'text') one.dataset.text = `${part} off`;
  if (what === 'drawing') one.dataset.off = '';
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
PUT_BACK = "(number) => ['text', 'off', 'last'].forEach((key) => { delete window.found[number].one.dataset[key]; })"


def faintest() -> dict:
    """Choose for each text and border the colour that just passes on what it stands on."""
    tokens = DEFAULTS | {"header": "#f9f9ff"}  # told apart from other grounds
    for name in ("primary", *TOKENS):
        if name not in GROUNDS:
            tokens[name] = better_colour(name, tokens | {name: tokens["page"]})
    return tokens


def contrast(page, number, what) -> tuple[float, float] | None:
    """Measure by pixels what was found, when it is seen; give the contrast and what is asked."""
    about = page.evaluate(SHOW, [number, AROUND[what]])
    if about is None:
        return None
    marked = picture(page, about)
    if what == "edge":
        beside, below = marked.height // 2, marked.width // 2
        lines = (0, beside, 9, beside + 1), (below, marked.height - 9, below + 1, marked.height)
        return min(spread(colours_of(marked.crop(line))) for line in lines), INTERFACE
    page.evaluate(TAKE_OFF, number)
    pairs = set(zip(colours_of(marked), colours_of(picture(page, about)), strict=True))
    page.evaluate(PUT_BACK, number)
    if what != "text":
        return max(ratio(*pair) for pair in pairs), INTERFACE
    *colour, solid = about["colour"]
    colour, share = f"#{bytes(colour).hex()}", solid / 255 * about["share"]
    grounds = {ground for marked, ground in pairs if differ(marked, ground)}
    found = min((ratio(mixed(colour, one, share), one) for one in grounds), default=0)
    return found, INTERFACE if about["large"] else TEXT


def picture(page, about):
    data = page.screenshot(clip=about["clip"], animations="disabled")
    return Image.open(io.BytesIO(data)).convert("RGB")


def spread(colours) -> float:
    return max(ratio(one, other) for one in set(colours) for other in set(colours))


def differ(one, other) -> bool:
    parts = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return max(abs(before - after) for before, after in parts) > 60


def test_everybody_sees_what_axe_leaves_open(world):  # noqa: F811
    pages, kinds, left_open, measured, faint = pages_of(world), [], Counter(), {}, {}
    theme = f"@media (prefers-contrast: more) {{ {css_of(faintest(), '0.5')} }}"
    fullest_first = dict(sorted(pages.items(), key=lambda page: -len(page[1])))
    chosen = with_something_new(fullest_first, CLASSES)
    with rendered(pages, reduced_motion="reduce") as page:
        page.add_init_script(path=AXE)
        for path in chosen:
            page.goto(path, wait_until="load")
            page.keyboard.press("Tab")  # from here on what has the focus is seen
            page.add_style_tag(content=STYLE + theme)
            for face, (size, scheme, more) in FACES.items():
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme, contrast=more)
                kinds = page.evaluate(FIND, kinds) if face == "faint" else kinds
                page.evaluate(LET_GO)
                wrong, found = page.evaluate(ASK)
                faint |= {(face, kind): f"{said} on {path}" for kind, said in wrong}
                for number, (what, kind, why, on_desk) in enumerate(found):
                    left_open[what, why] += 1
                    # The desk has its own colours on a dark screen too; axe looked at its texts.
                    if (face, what, kind) in measured or (on_desk and face == "dark"):
                        continue
                    if seen := contrast(page, number, what):
                        measured[face, what, kind] = seen
                        if seen[0] < seen[1]:
                            faint[face, what, kind] = f"{seen[0]:.2f} on {path}"
    print(f"{len(pages)} pages, {len(chosen)} opened, {len(measured)} kinds measured")
    print(dict(left_open), *sorted((said, *of) for of, (said, _) in measured.items())[:8], sep="\n")
    assert faint == {}, "\n".join(f"{kind} {where}" for kind, where in faint.items())
    assert len(measured) > 250 and {what for _face, what, _kind in measured} == set(AROUND)


def test_the_faintest_colours_may_be_chosen():
    assert all(pair.passes for pair in checked_pairs(faintest()))


@pytest.mark.parametrize(
    "faint", ['<p class="new">', '<div class="new"><p>', '<p data-new aria-current="page">']
)
def test_a_walk_sees_a_faint_text_of_a_kind_that_was_on_no_page_before(faint):
    head = "<style>.new, .new p, [data-new] { color: #eee; }</style><title>Titel</title><main><h1>Kop</h1><p>Goed."
    pages = {"/": f'<html lang="nl">{head}', "/later/": f'<html lang="nl">{head}{faint}Slecht.'}
    seen = []
    with rendered(pages) as page:
        assert amiss(page, "/", seen=seen) == []
        (found,) = amiss(page, "/later/", seen=seen)
    assert "color-contrast" in found
