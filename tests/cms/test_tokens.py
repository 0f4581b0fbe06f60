"""Can people read every pair of colours, on a light screen and on a dark one, whatever the brand?"""

import colorsys
import re
from math import atan2, cos, hypot, pi, sin
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static/css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
DARK_AT = TOKENS.index("@media screen and (prefers-color-scheme: dark)")
DECLARED = re.compile(r"(--[a-z0-9-]+):\s*([^;]+);")
TEXT, INTERFACE = 4.5, 3.0

# Text on ground. "soft" grounds carry the ordinary text and the quiet one.
READ = [
    (text, ground)
    for ground in ("paper", "card", "brand-soft", "ok-soft", "warn-soft", "error-soft", "quiet")
    for text in ("ink", "ink-soft")
] + [
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-hero", "hero"),
    ("on-accent", "accent"),
    ("accent", "on-accent"),
    ("on-header", "header"),
    ("on-quiet", "quiet"),
    ("focus", "focus-ground"),
    ("link", "paper"),
    ("link", "card"),
    ("link", "brand-soft"),
    ("link-visited", "paper"),
    ("link-visited", "card"),
    ("brand", "card"),
    ("brand", "paper"),
    ("error", "card"),
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("error", "error-soft"),
    ("on-strong", "ok"),
    ("on-strong", "warn"),
    ("on-strong", "error"),
    ("on-strong", "inform"),
    ("on-strong", "consult"),
    ("on-brand", "co-create"),
    ("on-strong", "collaborate"),
]
# What has to be seen but not read: borders of fields, bars, the needle's outline.
SEEN = [
    ("line-strong", "paper"),
    ("line-strong", "card"),
    ("hall", "quiet"),
    ("online", "quiet"),
    ("total", "quiet"),
    ("brand", "brand-soft"),
    ("ok", "card"),
]
BRANDS = ["#0b4a5a", "#a5121f", "#154273", "#4b2e83", "#1d5b2a", "#5a3a00", "#333333", "#7a0b56"]


def declared(dark: bool) -> dict[str, str]:
    """Read the values that hold: what comes last wins, newer ways to write a colour included."""
    return dict(DECLARED.findall(TOKENS if dark else TOKENS[:DARK_AT]))


def without_support(dark: bool) -> dict[str, str]:
    """Read the values for a browser that knows neither color-mix nor oklch(from …)."""
    old = re.sub(r"@supports[^{]*\{\s*[^{]*\{[^}]*\}\s*\}", "", TOKENS)
    dark_at = old.index("@media screen and (prefers-color-scheme: dark)")
    return dict(DECLARED.findall(old if dark else old[:dark_at]))


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def gamma(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def luminance(colour) -> float:
    red, green, blue = (linear(part) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def chroma_and_hue(colour) -> tuple[float, float]:
    """Follow Ottosson's definition of OKLab from sRGB."""
    red, green, blue = (linear(part) for part in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return hypot(a, b), atan2(b, a) % (2 * pi)


def from_oklch(lightness: float, chroma: float, hue: float):
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def colour(value: str, values: dict[str, str]):
    """Work out a colour as (red, green, blue) from 0 to 1."""
    value = value.strip()
    if value.startswith("#"):
        return tuple(int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    if found := re.fullmatch(r"var\((--[a-z0-9-]+)\)", value):
        return colour(values[found[1]], values)
    if found := re.fullmatch(r"color-mix\(in srgb, (.+?) (\d+)%, (.+)\)", value):
        share = int(found[2]) / 100
        one, other = colour(found[1], values), colour(found[3], values)
        return tuple(share * a + (1 - share) * b for a, b in zip(one, other, strict=True))
    found = re.fullmatch(r"oklch\(from (.+?) ([\d.]+) min\(c, ([\d.]+)\) h\)", value)
    assert found, f"this test can't read {value}"
    chroma, hue = chroma_and_hue(colour(found[1], values))
    return from_oklch(float(found[2]), min(chroma, float(found[3])), hue)


def too_faint(values: dict[str, str]) -> list[str]:
    pairs = [(*pair, TEXT) for pair in READ] + [(*pair, INTERFACE) for pair in SEEN]
    ratios = [
        (
            one,
            other,
            least,
            contrast(*(colour(values[f"--sk-{name}"], values) for name in (one, other))),
        )
        for one, other, least in pairs
    ]
    return [
        f"{one} on {other}: {ratio:.2f}" for one, other, least, ratio in ratios if ratio < least
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("read", [declared, without_support])
def test_every_pair_can_be_read(read, dark):
    assert too_faint(read(dark)) == []


@pytest.mark.parametrize("brand", BRANDS)
def test_a_brand_keeps_a_dark_screen_readable(brand):
    values = declared(dark=True) | {"--brand-primary": brand, "--brand-link": brand}
    assert too_faint(values) == []


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_any_hue_keeps_a_dark_screen_readable(hue):
    parts = colorsys.hls_to_rgb(hue / 360, 0.3, 0.9)
    brand = "#" + "".join(f"{round(255 * part):02x}" for part in parts)
    values = declared(dark=True) | {"--brand-primary": brand, "--brand-link": brand}
    values["--brand-accent"] = brand
    assert too_faint(values) == []


def test_the_test_sees_a_pair_that_is_too_faint():
    assert too_faint(declared(dark=False) | {"--brand-text-soft": "#9aa4aa"})
    assert round(contrast((1, 1, 1), (0, 0, 0)), 2) == 21


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("ground", ["--sk-on-stage", "--sk-stage-hall", "--sk-stage-online"])
def test_the_projector_has_seven_to_one_whatever_the_brand(brand, ground):
    values = declared(dark=True) | {"--brand-primary": brand}
    pair = (colour(values[name], values) for name in ("--sk-stage", ground))
    assert contrast(*pair) >= 7


def test_colours_stand_in_the_tokens_only():
    allowed = {"tokens.css", "print.css", "admin.css"}
    for sheet in CSS.glob("*.css"):
        if sheet.name not in allowed:
            lines = [line for line in sheet.read_text("utf-8").splitlines() if "url(" not in line]
            found = [line for line in lines if re.search(r"#[0-9a-f]{3,6}\b", line)]
            assert found == [], sheet.name


def test_a_municipality_may_set_seventeen_tokens():
    brand = [name for name in declared(dark=False) if name.startswith("--brand-")]
    assert len(brand) == 17 and brand[-1] == "--brand-radius"
