"""Where our code catches failures, whatever name stands there: read from the source, answered by Python itself."""

import ast
import builtins
from importlib import import_module
from pathlib import Path

from django.conf import settings

ROOMS = ("cms", "compass", "deliberation")
CATCHERS = (ast.Try, ast.TryStar)


def places_that_catch(failure: type[Exception]) -> set[tuple[str, str]]:
    """Name each (file, function) that catches a failure and doesn't pass it on as it is."""
    return {
        (str(path.relative_to(settings.BASE_DIR)), name)
        for room in ROOMS
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py")
        if "migrations" not in path.parts
        for name, caught, body in caught_in(ast.parse(path.read_text()))
        if not passes_on(body) and may_be(failure, caught, path)
    }


def caught_in(tree, name="module"):
    """Give what stands behind every `except` and in every `suppress`, with the function and what is done then."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
        if isinstance(node, ast.ExceptHandler):
            yield inside, [node.type] if node.type else [], node.body
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "suppress":
            yield inside, node.args, []
        if isinstance(node, ast.FunctionDef) and node.name == "process_exception":
            yield inside, [], node.body
        yield from caught_in(node, inside)


def passes_on(body) -> bool:
    """Tell whether the same failure goes on at the end, and nothing is answered before."""
    last = body[-1] if body else None
    raises = isinstance(last, ast.Raise) and last.exc is None
    return raises and not any(
        isinstance(one, ast.Return) for part in body for one in ast.walk(part)
    )


def may_be(failure, caught, path) -> bool:
    """Tell whether what is caught may be this failure; nothing named catches all."""
    return not caught or any(issubclass(failure, kinds(one, path)) for one in caught)


def kinds(expression, path) -> tuple:
    """Look up what an expression names in its module; what only a function knows may be anything."""
    module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
    module = import_module(module.removesuffix(".__init__"))
    try:
        found = eval(ast.unparse(expression), {**vars(builtins), **vars(module)})  # noqa: S307
    except NameError:
        return (BaseException,)
    return found if isinstance(found, tuple) else (found,)
