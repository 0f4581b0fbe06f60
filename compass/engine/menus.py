"""Conditions as rows of menus for a form, and back from such rows to a written `when`.

A menu joins groups with one word (all or any); a group joins its tests with the other word. A test
names what it is about, how that is compared and with which values; groups and tests can be turned
round. What is nested deeper has no menu: it is shown in words and can be replaced, never mangled.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from compass.engine.conditions import (
    All,
    Any,
    AtLeast,
    AtMost,
    Code,
    Condition,
    Count,
    In,
    Is,
    Known,
    Not,
    OutcomeIs,
    ScoreAtLeast,
    ScoreAtMost,
)
from compass.engine.notation import shown

QUESTION, SCORE, OUTCOME, COUNT = "question", "score", "outcome", "count"
ABOUT = (QUESTION, SCORE, OUTCOME, COUNT)
COMPARISONS = ("is", "at_least", "at_most", "between", "known")
ALL, ANY = "all", "any"
JOINING = {ALL: All, ANY: Any}
OTHER = {ALL: ANY, ANY: ALL}


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One test: `keys` are questions (several for a count) or a score.

    Values are codes; numbers for a score; a level for the outcome. With `between` there are two.
    `code` is what a count counts; its values are numbers of questions.
    """

    about: str
    keys: tuple[str, ...]
    comparison: str
    values: tuple[Code, ...] = ()
    negated: bool = False
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Tests joined by the word that the menu itself doesn't use."""

    tests: tuple[MenuRow, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Groups joined by `all` or `any`."""

    joiner: str
    groups: tuple[Group, ...]


# From a condition to its menu


def menu_of(condition: Condition) -> Menu | None:
    """Give the rows of a condition; None when it is nested too deep, or says nothing."""
    plain = simplified(condition)
    for joiner in (ALL, ANY):
        groups = [_group(part, OTHER[joiner]) for part in _parts(plain, joiner)]
        if groups and None not in groups:
            return Menu(joiner, tuple(groups))
    return None


def simplified(condition: Condition) -> Condition:
    """Take away brackets that change nothing; what it means stays the same, unknowns included."""
    if isinstance(condition, Not):
        part = simplified(condition.part)
        return part.part if isinstance(part, Not) else Not(part)
    if isinstance(condition, In) and len(condition.codes) == 1:
        return Is(condition.key, condition.codes[0])
    if isinstance(condition, All | Any) and _band(condition) is None:
        return _flattened(condition)
    return condition


def _flattened(condition: All | Any) -> Condition:
    parts, kind = [], type(condition)
    for part in map(simplified, condition.parts):
        parts += part.parts if isinstance(part, kind) and _band(part) is None else [part]
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _parts(condition: Condition, joiner: str) -> tuple[Condition, ...]:
    """List what one word joins; one test stands for itself."""
    if isinstance(condition, JOINING[joiner]) and _test(condition) is None:
        return condition.parts
    return (condition,)


def _group(condition: Condition, joiner: str) -> Group | None:
    one = _test(condition)
    if one:
        return Group((one,))
    if isinstance(condition, Not):
        group = _group(condition.part, joiner)
        return group and replace(group, negated=not group.negated)
    tests = [_test(part) for part in _parts(condition, joiner)]
    return Group(tuple(tests)) if tests and None not in tests else None


def _test(condition: Condition) -> MenuRow | None:
    """Give the one row that says this, if one row can."""
    if isinstance(condition, Not):
        test = None if isinstance(condition.part, Not) else _test(condition.part)
        return test and replace(test, negated=True)
    return _band(condition) or _leaf(condition)


def _leaf(node: Condition) -> MenuRow | None:
    match node:
        case Is(key, code):
            return MenuRow(QUESTION, (key,), "is", (code,))
        case In(key, codes):
            return MenuRow(QUESTION, (key,), "is", codes)
        case AtLeast(key, code):
            return MenuRow(QUESTION, (key,), "at_least", (code,))
        case AtMost(key, code):
            return MenuRow(QUESTION, (key,), "at_most", (code,))
        case Known(key):
            return MenuRow(QUESTION, (key,), "known")
        case Count(keys, code, least):
            return MenuRow(COUNT, keys, "at_least", (least,), code=code)
        case ScoreAtLeast(score, total):
            return MenuRow(SCORE, (score.key,), "at_least", (total,))
        case ScoreAtMost(score, total):
            return MenuRow(SCORE, (score.key,), "at_most", (total,))
        case OutcomeIs(level):
            return MenuRow(OUTCOME, (), "is", (level,))
    return None


def _band(condition: Condition) -> MenuRow | None:
    """Read `x a..b`: at least and at most of one and the same thing, from low to high."""
    if not isinstance(condition, All) or len(condition.parts) != 2:
        return None
    row = _limits(*condition.parts)
    return row if row and row.values[0] <= row.values[1] else None


def _limits(low: Condition, high: Condition) -> MenuRow | None:
    match low, high:
        case AtLeast(key, least), AtMost(other, most) if key == other:
            return MenuRow(QUESTION, (key,), "between", (least, most))
        case ScoreAtLeast(score, least), ScoreAtMost(other, most) if score == other:
            return MenuRow(SCORE, (score.key,), "between", (least, most))
        case Count(keys, code, least), Not(Count(others, same, over)) if keys == others and shown(
            [code]
        ) == shown([same]):
            return MenuRow(COUNT, keys, "between", (least, over - 1), code=code)
    return None


# From a condition to its notation


def written(condition: Condition) -> str:
    """Write any condition down so that reading it gives the very same condition."""
    match condition:
        case All(parts) | Any(parts):
            if band := _band(condition):
                return f"{_subject(band)} {band.values[0]}..{band.values[1]}"
            word = "and" if isinstance(condition, All) else "or"
            if len(parts) < 2:
                return f"{'all' if word == 'and' else 'any'}({', '.join(map(written, parts))})"
            return f" {word} ".join(map(_written_part, parts))
        case Not(part):
            return f"not {_written_part(part)}"
    return _written_leaf(condition)


def _written_part(condition: Condition) -> str:
    """Write a part inside another: in brackets when words would run into each other."""
    text = written(condition)
    alone = not isinstance(condition, All | Any) or _band(condition) or len(condition.parts) < 2
    return text if alone and not text.startswith("(") else f"({text})"


def _written_leaf(node: Condition) -> str:
    test = _leaf(node)
    if test.about == OUTCOME:
        return f"outcome is {node.level}"
    if test.comparison == "known":
        return f"known({node.key})"
    if isinstance(node, In):
        return f"{node.key} in ({shown(node.codes)})"
    if test.comparison == "is" and node.code is True:
        return node.key
    sign = {"is": "=", "at_least": ">=", "at_most": "<="}[test.comparison]
    return f"{_subject(test)}{' ' if test.about == COUNT else ''}{sign}{shown(test.values)}"


def _subject(test: MenuRow) -> str:
    if test.about != COUNT:
        return test.keys[0]
    return f"count({', '.join(test.keys)} = {shown([test.code])})"


# From a menu to its notation


def written_menu(menu: Menu) -> str:
    """Write a menu down in the notation; the reader checks names, codes and numbers."""
    groups = [_written_group(group, OTHER[menu.joiner]) for group in menu.groups]
    return _joined(groups, menu.joiner, bracket=len(groups) > 1)


def _written_group(group: Group, joiner: str) -> tuple[str, bool]:
    """Write a group, and say whether it has to stand in brackets beside others."""
    tests = [(written_test(test), False) for test in group.tests]
    text = _joined(tests, joiner, bracket=False)
    if group.negated:
        return f"not ({text})", False
    return text, len(tests) > 1


def _joined(parts: Iterable[tuple[str, bool]], joiner: str, bracket: bool) -> str:
    word = {ALL: " and ", ANY: " or "}[joiner]
    return word.join(f"({text})" if wide and bracket else text for text, wide in parts)


def written_test(test: MenuRow) -> str:
    """Write one row down."""
    text = _written_row(test)
    if not test.negated:
        return text
    return f"not ({text})" if " " in text else f"not {text}"


def _written_row(test: MenuRow) -> str:
    subject = "outcome" if test.about == OUTCOME else _subject(test)
    if test.comparison == "known":
        return f"known({subject})"
    if test.comparison == "between":
        return f"{subject} {test.values[0]}..{test.values[1]}"
    if test.comparison == "is":
        return _written_is(subject, test)
    if test.comparison == "at_least":
        return f"{subject} >= {test.values[0]}"
    return f"{subject} <= {test.values[0]}"


def _written_is(subject: str, test: MenuRow) -> str:
    if len(test.values) > 1:
        return f"{subject} in ({shown(test.values)})"
    if test.about == OUTCOME:
        return f"outcome is {test.values[0]}"
    return subject if test.values[0] is True else f"{subject}={shown(test.values)}"
