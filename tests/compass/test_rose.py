"""Does the rose point where the advice points, for any number of levels?"""

import re
from math import hypot
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from compass.queries import parsed_shipped
from compass.rose import CENTRE, RING, angles, at, draw_rose, in_lines
from compass.templatetags.compass_text import advised_rose, chosen_rose

LEVELS = [
    ("none", "U vragen we niets"),
    ("inform", "Wij vertellen het u"),
    ("consult", "U geeft uw mening"),
    ("co_create", "We maken het samen"),
    ("collaborate", "We doen het samen"),
]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [0]),
        (2, [-45, 45]),
        (3, [-60, 0, 60]),
        (4, [-67.5, -22.5, 22.5, 67.5]),
        (5, [-72, -36, 0, 36, 72]),
    ],
)
def test_levels_share_half_a_circle(count, expected):
    assert angles(count) == expected


@pytest.mark.parametrize(("angle", "side"), [(-90, -1), (0, 0), (90, 1)])
def test_north_is_up_and_most_is_east(angle, side):
    x, y = at(angle, 100)
    assert (x - CENTRE[0]) == pytest.approx(100 * side)
    assert y == pytest.approx(CENTRE[1] - (100 if side == 0 else 0))


@pytest.mark.parametrize("place", range(5))
def test_the_needle_points_at_what_fits(place):
    drawn = draw_rose(LEVELS, fits=LEVELS[place][0])
    assert drawn.turn == angles(5)[place]
    assert [petal.state == "fits" for petal in drawn.petals] == [n == place for n in range(5)]


def test_without_an_outcome_there_is_no_needle():
    drawn = draw_rose(LEVELS, possible=["consult", "co_create"])
    assert drawn.turn is None and drawn.now is None
    assert [petal.state for petal in drawn.petals] == ["", "", "possible", "possible", ""]


def test_the_second_mark_stands_on_now_only_when_it_differs():
    assert draw_rose(LEVELS, fits="consult", now="consult").now is None
    x, y = draw_rose(LEVELS, fits="co_create", now="inform").now
    assert x < CENTRE[0]
    assert hypot(x - CENTRE[0], y - CENTRE[1]) == pytest.approx(sum(RING) / 2, abs=0.2)


@pytest.mark.parametrize(
    ("possible", "arcs"),
    [
        ([], 0),
        (["consult"], 1),
        (["consult", "co_create"], 1),
        (["inform", "co_create"], 2),
        ([key for key, _name in LEVELS], 1),
    ],
)
def test_neighbours_share_an_arc(possible, arcs):
    assert len(draw_rose(LEVELS, possible=possible).arcs) == arcs


def test_bounds_stand_at_the_sides_of_their_levels():
    bounds = {"floor": "consult", "ceiling": "co_create", "means": "inform", "wish": "collaborate"}
    marks = {mark.kind: mark for mark in draw_rose(LEVELS, bounds=bounds).bounds}
    assert set(marks) == {"floor", "ceiling", "means"}
    assert (marks["floor"].x1, marks["floor"].y1) == at(-18, RING[0] - 8)
    assert (marks["ceiling"].x1, marks["ceiling"].y1) == at(54, RING[0] - 8)
    assert (marks["means"].x1, marks["means"].y1) == at(-18, RING[0] - 8)


def test_empty_bounds_and_unknown_keys_draw_nothing():
    drawn = draw_rose(LEVELS, fits="elsewhere", bounds={"floor": None, "ceiling": "elsewhere"})
    assert drawn.bounds == () and drawn.turn is None


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_everything_stays_inside_the_drawing(count):
    names = [(str(n), "Wij vertellen het u") for n in range(count)]
    drawn = draw_rose(names, fits="0", now="1", possible=["0"])
    points = [
        float(number)
        for petal in drawn.petals
        for number in re.findall(r"[-\d.]+", petal.light + " " + petal.dark)
    ]
    assert min(points) >= 0 and max(points) <= 440
    for petal in drawn.petals:
        for x, y, line in petal.lines:
            wide = len(line) * 10.8  # wide bold letters of 17 units
            start = {"start": x, "middle": x - wide / 2, "end": x - wide}[petal.anchor]
            assert start >= -1 and start + wide <= 441, (count, line)
            assert 10 <= y <= 262, (count, line)


def test_petals_grow_with_the_influence():
    tips = [petal.light.split()[-1].split(",") for petal in draw_rose(LEVELS).petals]
    reach = [hypot(float(x) - CENTRE[0], float(y) - CENTRE[1]) for x, y in tips]
    assert reach == sorted(reach) and len({round(one) for one in reach}) == 5


def test_a_long_name_takes_more_lines():
    assert in_lines("Wij vertellen het u") == ["Wij", "vertellen", "het u"]
    assert in_lines("Meedenken") == ["Meedenken"]
    assert (
        " ".join(in_lines("Samenwerkingsovereenkomst met u")) == "Samenwerkingsovereenkomst met u"
    )


@pytest.mark.parametrize("key", ["nl", "ladder"])
def test_each_shipped_framework_is_drawn_with_the_words_of_its_drawing(key):
    framework = parsed_shipped(key)
    for level in framework.levels:
        advice = {
            "outcome": level.key,
            "now": framework.levels[0].key,
            "possible": [level.key],
            "bounds": {"floor": None, "ceiling": level.key, "means": framework.levels[0].key},
        }
        drawn = advised_rose(framework, advice)
        assert len(drawn.rose.petals) == len(framework.levels)
        assert drawn.rose.turn == angles(len(framework.levels))[framework.levels.index(level)]
        assert level.plain["nl"] in drawn.words[0]
        assert (drawn.rose.now is None) == (level == framework.levels[0])
        assert {mark.kind for mark in drawn.rose.bounds} == {"ceiling", "means"}
        html = render_to_string("components/_rose.html", {"id": "r", **drawn._asdict()})
        assert 'role="img"' in html and "<title" in html and "<desc" in html
        assert all(html.count(word) == 2 for word in drawn.words), "in the drawing and beside it"


def test_a_choice_is_drawn_beside_what_was_advised():
    bounds = {"floor": "consult", "ceiling": None, "means": None}
    promise = SimpleNamespace(
        levels=LEVELS,
        level_key="consult",
        advice={"outcome": "co_create", "bounds": bounds},
    )
    drawn = chosen_rose(promise)
    assert drawn.rose.turn == 0 and drawn.rose.now is not None
    assert [mark.kind for mark in drawn.rose.bounds] == ["floor"]
    assert "U geeft uw mening" in drawn.words[0] and "We maken het samen" in drawn.words[1]
    promise.advice["outcome"] = "consult"
    assert chosen_rose(promise).rose.now is None and len(chosen_rose(promise).words) == 2
