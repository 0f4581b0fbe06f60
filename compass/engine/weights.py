"""Parsing of a score in a framework file: which answers count, how much, and up to where."""

from collections.abc import Sequence

from compass.engine.quoting import named
from compass.engine.reading import KnownNames
from compass.engine.scores import Score, Term
from compass.engine.toml_table import SMALL, TomlTable


def read_score(section: TomlTable, known: KnownNames) -> Score:
    """Read one weighted sum: which answers count, how much, and up to where."""
    weights, caps = section.mapping("terms"), section.mapping("caps")
    if not weights:
        section.expect("terms", "at least one question and its weight")
    for key in caps:
        if key not in weights or not is_small(caps[key]):
            section.expect(f"caps.{named(key)}", "one of the terms, with a whole number")
    terms = [read_term(section, known, key, weights[key], caps.get(key)) for key in weights]
    score = Score(section.slug("key"), section.words("name"), tuple(term for term in terms if term))
    section.close()
    return score


def is_small(value) -> bool:
    return type(value) is int and value in SMALL


def read_term(section: TomlTable, known: KnownNames, key: str, weight, cap) -> Term | None:
    codes = known.codes_of(key)
    if not codes or any(type(code) is not int for code in codes):
        section.expect(f"terms.{named(key)}", "a question with numbered options")
    elif isinstance(weight, list):
        return read_points(section, key, codes, weight)
    elif not is_small(weight):
        section.expect(
            f"terms.{key}", "a whole number of at most 1000 as weight, or a list of points"
        )
    else:
        highest = cap if is_small(cap) else max(codes)
        return Term(key, {code: weight * min(code, highest) for code in codes})
    return None


def read_points(section: TomlTable, key: str, codes: Sequence, points: list) -> Term | None:
    """Read what each option adds, in the order of the options; a cap says nothing more then."""
    if len(points) == len(codes) and all(map(is_small, points)):
        if key not in section.mapping("caps"):
            return Term(key, dict(zip(codes, points, strict=True)))
        section.expect(f"caps.{key}", "no cap beside a list of points")
    else:
        section.expect(f"terms.{key}", f"a list of {len(codes)} whole numbers, one per option")
    return None
