"""Which functions of ours compare how many rows there are, or how many wait, with a number? Read from the source."""

import ast

from tests.calls import FUNCTIONS, Source

COUNTS = {"count", "acount", "aggregate", "aaggregate", "Count", "qsize"}
# A queue that takes so many says no by itself.
FULL = {"full", "put_nowait", "Full", "QueueFull"}
QUEUES = {"Queue", "LifoQueue", "PriorityQueue", "deque", "BoundedSemaphore"}
READS = {"objects", "all", "filter", "exclude", "values", "values_list", "in_bulk"}
ORDER = {"gt", "gte", "lt", "lte"}
HOW_MUCH = ast.Gt | ast.GtE | ast.Lt | ast.LtE | ast.Eq | ast.NotEq


def functions_that_limit(source: Source) -> set[str]:
    """Name each function in which a count of rows or of a queue meets a number, by way of a name or function too."""
    nodes = {name: node for name, node in source.nodes.items() if isinstance(node, FUNCTIONS)}
    counting = {name.rpartition(".")[2] for name, node in nodes.items() if _gives_count(node)}
    full = {name for name, node in source.nodes.items() if _holds_so_many(node)}
    classes = {name for name, node in source.nodes.items() if isinstance(node, ast.ClassDef)}
    return (full - classes) | {
        name for name, node in nodes.items() if _limits(node, counting - COUNTS)
    }


def _holds_so_many(node) -> bool:
    """Tell whether this makes a queue with an end, or asks one whether it is full."""
    return any(
        (isinstance(one, ast.Attribute) and one.attr in FULL)
        or (isinstance(one, ast.Name) and one.id in {"Full", "QueueFull"})
        or (isinstance(one, ast.Call) and _is_bounded(one))
        for one in ast.walk(node)
    )


def _is_bounded(call) -> bool:
    name = _last(call.func)
    named = {one.arg for one in call.keywords} & {"maxsize", "maxlen"}
    return ("cache" not in name and bool(named)) or (
        name in QUEUES and len(call.args) > (name == "deque")
    )


def _gives_count(node) -> bool:
    rows = _names_of(node, _reads_rows)
    names = _names_of(node, lambda one: _is_count(one, rows))
    return any(
        any(
            _is_count(part, rows) or _named(part, names) for part in _outside_comparisons(one.value)
        )
        for one in ast.walk(node)
        if isinstance(one, ast.Return) and one.value is not None
    )


def _outside_comparisons(value):
    """Walk what is given back as it is: what is compared inside is no count any more."""
    if isinstance(value, ast.Compare):
        return
    yield value
    if isinstance(value, ast.BinOp | ast.IfExp | ast.BoolOp | ast.UnaryOp | ast.Subscript):
        for part in ast.iter_child_nodes(value):
            yield from _outside_comparisons(part)


def _limits(node, counting) -> bool:
    rows = _names_of(node, _reads_rows)

    def counts(one):
        return _is_count(one, rows) or (isinstance(one, ast.Call) and _last(one.func) in counting)

    names = _names_of(node, counts)
    whole = list(ast.walk(node))
    annotated = {
        f"{keyword.arg}__{order}"
        for one in whole
        if isinstance(one, ast.Call) and _last(one.func) in ("annotate", "alias")
        for keyword in one.keywords
        if any(isinstance(part, ast.Call) and _last(part.func) == "Count" for part in ast.walk(keyword))
        for order in ORDER
    }  # fmt: skip
    return any(
        (isinstance(one, ast.Compare) and _meets_a_number(one, counts, names))
        or (isinstance(one, ast.keyword) and one.arg in annotated)
        or _is_there_beyond(one)
        for one in whole
    )


def _meets_a_number(compare, counts, names) -> bool:
    if not any(isinstance(one, HOW_MUCH) for one in compare.ops):
        return False
    sides = [compare.left, *compare.comparators]
    counted = [
        any(counts(part) or _named(part, names) for part in ast.walk(side)) for side in sides
    ]
    others = [side for side, is_count in zip(sides, counted, strict=True) if not is_count]
    return any(counted) and not all(_is_none_or_one(side) for side in others)


def _is_none_or_one(side) -> bool:
    return isinstance(side, ast.Constant) and side.value in (0, 1, None)


def _is_there_beyond(one) -> bool:
    """Tell whether this asks for a row after so many: `rows[500:].exists()`."""
    return (
        isinstance(one, ast.Subscript)
        and isinstance(one.slice, ast.Slice)
        and one.slice.lower is not None
        and any(_reads_rows(part) for part in ast.walk(one.value))
    )


def _is_count(one, rows) -> bool:
    if not isinstance(one, ast.Call):
        return False
    name = _last(one.func)
    if name in ("len", "sum"):
        return any(_reads_rows(part) or _named(part, rows) for part in ast.walk(one))
    return name in COUNTS and not (name in ("count", "acount") and one.args)


def _reads_rows(one) -> bool:
    return isinstance(one, ast.Attribute) and one.attr in READS


def _names_of(node, holds) -> set[str]:
    """Find the names in a function that are given something of a kind."""
    return {
        target.id
        for one in ast.walk(node)
        if isinstance(one, ast.Assign | ast.AnnAssign | ast.NamedExpr) and one.value is not None
        and any(holds(part) for part in ast.walk(one.value))
        for place in (one.targets if isinstance(one, ast.Assign) else [one.target])
        for target in ast.walk(place)
        if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
    }  # fmt: skip


def _named(one, names) -> bool:
    return isinstance(one, ast.Name) and one.id in names


def _last(func) -> str:
    return getattr(func, "attr", getattr(func, "id", ""))
