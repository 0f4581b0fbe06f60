"""Geometry of our own SVG drawings: a project's tiles, who decides, today on the timeline."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

TILE = 40
# What lies on a tile, drawn in 40 by 40 units. A square is the municipality, a dot is you.
SHAPES = {
    "quarter": "M0 0H40A40 40 0 0 1 0 40Z",
    "ring": "M0 0H40A40 40 0 0 1 0 40V20A20 20 0 0 0 20 0H0Z",
    "leaf": "M0 0H20A20 20 0 0 1 40 20V40H20A20 20 0 0 1 0 20Z",
    "half": "M0 20A20 20 0 0 1 40 20V40H0Z",
    "slope": "M0 0 40 40H0Z",
    "square": "M8 8H32V32H8Z",
    "dot": "M20 6A14 14 0 1 1 20 34A14 14 0 1 1 20 6Z",
    "dots": "M11 4A7 7 0 1 1 11 18A7 7 0 1 1 11 4ZM29 22A7 7 0 1 1 29 36A7 7 0 1 1 29 22Z",
}
GROUND = ("quarter", "ring", "leaf", "half", "slope")
COLOURS = 4  # .sk-tiles__1 to .sk-tiles__4 in site.css


@dataclass(frozen=True)
class Tile:
    """One shape: its place, its quarter turns in degrees, the colours of its ground and of itself."""

    x: int
    y: int
    turn: int
    ground: int
    colour: int
    shape: str


@dataclass(frozen=True)
class Tiles:
    """A pattern of tiles, `width` by `height` units."""

    width: int
    height: int
    tiles: list[Tile]


def lay_tiles(name: str, influence: int = 0, columns: int = 8, rows: int = 3) -> Tiles:
    """Lay a pattern that is always the same for a name. The further people may go, the more dots."""
    drawn = sha256(name.encode()).digest()
    while len(drawn) < columns * rows * 3:
        drawn += sha256(drawn).digest()
    places = [(column, row) for row in range(rows) for column in range(columns)]
    tiles = [
        _tile(column, row, drawn[3 * number : 3 * number + 3], influence)
        for number, (column, row) in enumerate(places)
    ]
    return Tiles(columns * TILE, rows * TILE, tiles)


def _tile(column: int, row: int, lot: bytes, influence: int) -> Tile:
    shape = _shape(lot[0], influence)
    ground = 1 + lot[1] % COLOURS
    return Tile(
        x=column * TILE,
        y=row * TILE,
        turn=90 * (lot[2] % 4),
        ground=ground,
        colour=1 + (ground + lot[2] // 4 % (COLOURS - 1)) % COLOURS,
        shape=SHAPES[shape],
    )


def _shape(lot: int, influence: int) -> str:
    """Dots and squares take a part of the tiles; the rest is ground."""
    people = {-1: 16, 0: 24, 1: 64}.get(influence, 112)
    if lot < people:
        return "dots" if lot % 2 and influence > 0 else "dot"
    return "square" if lot < 136 else GROUND[lot % len(GROUND)]


@dataclass(frozen=True)
class Station:
    """One body in the drawing of who decides. `part` is decides, helps or out."""

    key: str  # residents | plan | college | council
    part: str
    x: int


@dataclass(frozen=True)
class Chain:
    """Who decides: the bodies from left to right, and which of the steps between them are taken."""

    stations: list[Station]
    steps: list[tuple[int, bool]]  # where the arrow begins, and whether it is taken
    back: bool  # residents are told only: the arrow comes towards them


STATIONS = ("residents", "plan", "college", "council")
DECIDES = {"raad": "council", "college": "college", "burgemeester": "college"}
PITCH = 90


def who_decides(influence: int, body: str) -> Chain:
    """Draw the way from residents to the body (raad, college, burgemeester) that decides."""
    decider = STATIONS.index(DECIDES[body])
    first = 0 if influence > 0 else 2
    parts = [_part(place, first, decider) for place in range(len(STATIONS))]
    return Chain(
        stations=[
            Station(key, part, PITCH * place + PITCH // 2)
            for place, (key, part) in enumerate(zip(STATIONS, parts, strict=True))
        ],
        steps=[(PITCH * (place + 1), first <= place < decider) for place in range(3)],
        back=influence <= 0,
    )


def _part(place: int, first: int, decider: int) -> str:
    if place == decider:
        return "decides"
    return "helps" if first <= place < decider else "out"


@dataclass(frozen=True)
class Stage:
    """A phase on the timeline; `done` is how much of it has passed, in percent. `today` stands before it."""

    phase: object
    done: int
    today_before: bool


def stages(phases, today: date) -> list[Stage]:
    """Put today on the timeline: inside the phase that runs, or before the first one that comes."""
    running = any(phase.status == "now" for phase in phases)
    ahead = next((phase for phase in phases if phase.status == "coming"), None)
    return [Stage(phase, _done(phase, today), not running and phase is ahead) for phase in phases]


def _done(phase, today: date) -> int:
    """How much of a phase has passed; its first day counts from the morning."""
    if phase.status != "now":
        return 100 if phase.status == "past" else 0
    whole = (phase.ends_on - phase.starts_on).days + 1
    return round(100 * ((today - phase.starts_on).days + 0.5) / whole)
