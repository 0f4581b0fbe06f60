"""Colour contrast: whether people can read one colour on another. The arithmetic of WCAG 2.2; knows no page."""

import re

TEXT, INTERFACE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
BLACK, WHITE = "#000000", "#ffffff"
HEX = re.compile(r"#[0-9a-f]{6}")
STEPS = 200  # how finely a colour is moved towards black or white


def normal(colour: str) -> str | None:
    """Read a colour as #rrggbb in small letters; None when it is anything else than three or six digits."""
    found = colour.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", found):
        found = "#" + "".join(2 * digit for digit in found[1:])
    return found if HEX.fullmatch(found) else None


def ratio(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21; their order doesn't matter."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of #rrggbb: 0 is black, 1 is white."""
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: str, other: str, share: float) -> str:
    """Mix `share` of one colour into another, as CSS color-mix does in sRGB."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def nearest_passing(colour: str, beside: list[tuple[str, float]]) -> str | None:
    """Find the colour nearest to this one that reaches every ratio asked, or None when there is none.

    `beside` lists (other colour, least ratio). The hue stays: the colour moves towards black or white.
    """
    for step in range(STEPS + 1):
        for pole in (BLACK, WHITE):
            moved = mixed(pole, colour, step / STEPS)
            if all(ratio(moved, other) >= least for other, least in beside):
                return moved
    return None


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
