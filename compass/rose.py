"""Where on the rose do the levels, the needle and the bounds stand?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

# The drawing is 440 by 252 units. Levels fan out from west (least) over north to east (most).
CENTRE = (220.0, 214.0)
NEEDLE, PETAL, RING, LABEL = 122.0, (62.0, 118.0), (126.0, 142.0), 152.0
LINE_LENGTH = 14
LINE_HEIGHT = 17


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
    width = min(30.0, 70 / len(middles) + 8)
    tip, left, right = at(angle, length), *(_side(angle, width * side) for side in (-1, 1))
    return Petal(
        key=key,
        state=state,
        light=_polygon(CENTRE, left, tip),
        dark=_polygon(CENTRE, right, tip),
        lines=_label(angle, name),
        anchor="end" if angle < -20 else "start" if angle > 20 else "middle",
    )


def _side(angle: float, width: float) -> tuple[float, float]:
    """A kite's shoulder: a third of the shortest petal out, and turned to the side."""
    return at(angle + width, 30)


def _polygon(*points) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _label(angle: float, name: str) -> tuple[tuple[float, float, str], ...]:
    """Break a name into lines beside the ring; the lines grow away from it."""
    words = in_lines(name)
    x, y = at(angle, LABEL)
    lift = (len(words) - 1) * LINE_HEIGHT * (1 if abs(angle) <= 20 else 0.5)
    drop = 0 if abs(angle) <= 20 else 5
    return tuple(
        (x, round(y - lift + drop + row * LINE_HEIGHT, 1), line) for row, line in enumerate(words)
    )


def in_lines(name: str) -> list[str]:
    """Break a name into lines of about fourteen letters; a long word stays whole."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > LINE_LENGTH and lines[-1]:
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
