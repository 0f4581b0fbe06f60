"""Geometry of the compass rose: where the levels, the needle and the bounds stand, for an SVG drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

# The drawing is 440 by 264 units. Levels fan out from west (least) over north to east (most).
CENTRE = (220.0, 214.0)
PETAL, RING, LABEL = (72.0, 118.0), (126.0, 142.0), 154.0
SHOULDER = 0.5  # how far along its length a petal is widest
WIDTH, BASELINE = 440.0, 252.0
LINE_LENGTH, LAST_LINE_LENGTH = 11, 20
LINE_HEIGHT = 19


@dataclass(frozen=True)
class Petal:
    """One level as a point of the rose: its two halves, its state, and its name in short lines."""

    key: str
    state: str  # fits | now | possible | ""
    light: str
    dark: str
    lines: tuple[tuple[float, float, str], ...]
    anchor: str


@dataclass(frozen=True)
class BoundMark:
    """A line across the ring; `kind` is floor, ceiling or means."""

    kind: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Rose:
    """The whole drawing. `turn` is the needle's angle in degrees, clockwise from north; None: no needle."""

    petals: tuple[Petal, ...]
    arcs: tuple[str, ...]
    ring: str
    bounds: tuple[BoundMark, ...]
    turn: float | None
    now: tuple[float, float] | None
    centre: tuple[float, float] = CENTRE


def angles(count: int) -> list[float]:
    """Spread so many levels over half a circle: the middle of each, in degrees, clockwise from north."""
    share = 180 / count
    return [round(share * (place + 0.5) - 90, 4) for place in range(count)]


def at(angle: float, distance: float) -> tuple[float, float]:
    """Find the point at an angle (clockwise from north) and a distance from the centre."""
    turned = radians(angle)
    x, y = CENTRE[0] + distance * sin(turned), CENTRE[1] - distance * cos(turned)
    return round(x, 1), round(y, 1)


def draw_rose(
    levels: Sequence[tuple[str, str]],
    *,
    fits: str | None = None,
    now: str | None = None,
    possible: Sequence[str] = (),
    bounds: dict[str, str | None] | None = None,
) -> Rose:
    """Lay out levels, given as (key, name) from least to most. Unknown keys and empty bounds draw nothing."""
    middles = dict(zip([key for key, _name in levels], angles(len(levels)), strict=True))
    half = 90 / len(levels)
    open_keys = [key for key in middles if key in possible or key in (fits, now)]
    return Rose(
        petals=tuple(
            _petal(key, name, place, middles, _state(key, fits, now, possible))
            for place, (key, name) in enumerate(levels)
        ),
        arcs=tuple(
            _band(start - half, end + half) for start, end in _runs(middles, open_keys, half)
        ),
        ring=_band(-90, 90),
        bounds=tuple(_bound_marks(middles, half, bounds or {})),
        turn=middles.get(fits),
        now=at(middles[now], sum(RING) / 2) if now in middles and now != fits else None,
    )


def _state(key: str, fits, now, possible) -> str:
    if key == fits:
        return "fits"
    if key == now:
        return "now"
    return "possible" if key in possible else ""


def _petal(key: str, name: str, place: int, middles, state: str) -> Petal:
    """A kite from the centre; the more influence, the longer. One half is dark, as on a sea chart."""
    angle = middles[key]
    shortest, longest = PETAL
    length = shortest + (longest - shortest) * place / max(1, len(middles) - 1)
    width = 90 / len(middles) * 0.9
    shoulder = length * SHOULDER
    tip, left, right = at(angle, length), at(angle - width, shoulder), at(angle + width, shoulder)
    outermost = len(middles) > 1 and place in (0, len(middles) - 1)
    lines, anchor = _label(angle, name, outermost)
    return Petal(
        key=key,
        state=state,
        light=_polygon(CENTRE, left, tip),
        dark=_polygon(CENTRE, right, tip),
        lines=lines,
        anchor=anchor,
    )


def _polygon(*points) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _label(angle: float, name: str, outermost: bool):
    """Break a name into lines beside the ring; the outermost names stand under the drawing."""
    if outermost:
        x, anchor = (0.0, "start") if angle < 0 else (WIDTH, "end")
        words = in_lines(name, LAST_LINE_LENGTH)
        top = BASELINE - LINE_HEIGHT * (len(words) - 1) / 2
    else:
        x, y = at(angle, LABEL)
        anchor = "end" if angle < -8 else "start" if angle > 8 else "middle"
        words = in_lines(name, LINE_LENGTH if abs(angle) < 40 else LINE_LENGTH - 2)
        top = y - LINE_HEIGHT * (len(words) - 1) + (0 if abs(angle) < 30 else LINE_HEIGHT / 2)
    rows = enumerate(words)
    return tuple((x, round(top + row * LINE_HEIGHT, 1), line) for row, line in rows), anchor


def in_lines(name: str, length: int = LINE_LENGTH) -> list[str]:
    """Break a name into lines of at most so many letters; a long word stays whole."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > length and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _runs(middles: dict[str, float], keys: list[str], half: float) -> list[tuple[float, float]]:
    """Join neighbours: levels that lie side by side share one arc."""
    runs: list[tuple[float, float]] = []
    for key in keys:
        angle = middles[key]
        if runs and angle - runs[-1][1] < 2 * half + 0.01:
            runs[-1] = (runs[-1][0], angle)
        else:
            runs.append((angle, angle))
    return runs


def _band(start: float, end: float) -> str:
    """A piece of the ring between two angles, as an SVG path."""
    inner, outer = RING
    (x1, y1), (x2, y2) = at(start, outer), at(end, outer)
    (x3, y3), (x4, y4) = at(end, inner), at(start, inner)
    return (
        f"M{x1:g} {y1:g}A{outer:g} {outer:g} 0 0 1 {x2:g} {y2:g}"
        f"L{x3:g} {y3:g}A{inner:g} {inner:g} 0 0 0 {x4:g} {y4:g}Z"
    )


def _bound_marks(middles: dict[str, float], half: float, bounds: dict) -> list[BoundMark]:
    """A floor stands where its level begins; a ceiling and the means where theirs ends."""
    sides = (("floor", -half), ("ceiling", half), ("means", half))
    marks = []
    for kind, side in sides:
        level = bounds.get(kind)
        if level in middles:
            angle = middles[level] + side
            marks.append(BoundMark(kind, *at(angle, RING[0] - 8), *at(angle, RING[1] + 8)))
    return marks
