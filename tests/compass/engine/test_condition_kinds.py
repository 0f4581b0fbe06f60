"""Is every kind of condition known in each place that has to know it? A new kind hears here what is missing."""

import sys

import pytest

from compass.engine import conditions
from compass.engine.conditions import Condition, OneAnswer, reads_outcome, scores_read
from compass.engine.formulas import Formulas
from compass.engine.menus import menu_of, simplified, written, written_menu
from compass.engine.notation import read_condition
from compass.engine.phrasebook import Phrasebook
from compass.engine.search import leaf_holds

from .shipped import nl
from .test_conditions import NEED, WORDS

# One text for each kind, as somebody writes it.
TEXTS = (
    "a=2", "a in (1, 2)", "a>=2", "a<=2", "known(a)", "count(a, b = 2) >= 1", "need>=3", "need<=3",
    "outcome is inform", "a=2 and b=1", "a=2 or b=1", "not a=2",
)  # fmt: skip
IN_BETWEEN = {Condition, OneAnswer}  # what others are made from; no rule holds one


def kinds() -> set[type]:
    """Find every class of condition, wherever it is. A dataclass with slots leaves the class it was made from."""
    found, waiting = set(), [Condition]
    while waiting:
        kind = waiting.pop()
        if getattr(sys.modules[kind.__module__], kind.__name__, kind) is kind:
            found.add(kind)
        waiting += kind.__subclasses__()
    return found - IN_BETWEEN


def parts_of(tree: Condition):
    yield tree
    inside = getattr(tree, "parts", ()) or ([tree.part] if hasattr(tree, "part") else [])
    for part in inside:
        yield from parts_of(part)


def read(text: str) -> Condition:
    return read_condition(text, WORDS)


def samples() -> dict[type, Condition]:
    """Give a tree for each kind that the notation can say."""
    trees = [read(text) for text in TEXTS]
    return {type(part): tree for tree in reversed(trees) for part in parts_of(tree)}


def written_alike(tree) -> bool:
    return read(written(tree)) == tree


def from_its_menu(tree) -> bool:
    return read(written_menu(menu_of(tree))) == simplified(tree)


def in_words(tree) -> bool:
    book = Phrasebook(nl(), "nl")
    said = dict.fromkeys(("answer", "known", "count", "score_at_least", "score_at_most"), "x")
    said |= dict.fromkeys(("outcome", "all_of", "any_of", "not_so"), "x")
    for name in said:
        assert hasattr(book, name)
        setattr(book, name, lambda *_parts: "x")
    return tree.words(book) == "x"


def with_and_without_answers(tree) -> bool:
    facts = {"a": 2, "b": 1, "g": True, "who": "x", "need": 3, "outcome": "inform"}
    unknown = {"need": NEED.span({}), "outcome": ("inform", "consult")}
    return isinstance(tree.evaluate(facts), bool) and tree.consider(unknown) in (True, False, None)


def as_a_formula(tree) -> bool:
    reader = Formulas.__dict__["of"].dispatcher
    return all(
        reader.dispatch(type(part)) is not reader.dispatch(object) for part in parts_of(tree)
    )


def seen_by_the_search(tree) -> bool:
    """Its leaves ask a question that options can be tried on, or read a score or the outcome."""
    for leaf in tree.leaves():
        if leaf.asks():
            assert all(leaf_holds(leaf, code) in (True, False) for code in (0, 1, 2, 3))
        elif not (scores_read(leaf) or reads_outcome(leaf)):
            return False
    return True


PLACES = {
    "menus.written": written_alike,
    "menus.menu_of and written_menu": from_its_menu,
    "its words, by the phrasebook": in_words,
    "evaluate and consider": with_and_without_answers,
    "formulas.Formulas.of": as_a_formula,
    "search, scores_read or reads_outcome": seen_by_the_search,
}


def missing(kind: type, tree: Condition | None) -> list[str]:
    """Say in which places a kind isn't known."""
    if tree is None:
        return ["notation: no text of TEXTS reads as it"]
    return [place for place, knows in PLACES.items() if not _holds(knows, tree)]


def _holds(knows, tree) -> bool:
    try:
        return knows(tree)
    except Exception:  # whatever breaks on it doesn't know it
        return False


def test_every_kind_is_known_everywhere():
    known = samples()
    told = {kind.__name__: missing(kind, known.get(kind)) for kind in kinds()}
    assert {name: places for name, places in told.items() if places} == {}
    assert len(told) >= 12 and set(known) <= kinds()


def test_a_new_kind_hears_all_that_is_missing():
    class Odd(conditions.Condition):
        """A number is odd."""

        def leaves(self):
            yield self

    try:
        assert Odd in kinds()
        assert missing(Odd, None) == ["notation: no text of TEXTS reads as it"]
        assert missing(Odd, Odd()) == list(PLACES)
    finally:
        IN_BETWEEN.add(Odd)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_one_kind(text):
    assert written(read(text)).replace(" ", "") == text.replace(" ", "")
