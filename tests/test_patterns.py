"""Can a text that somebody sends keep us busy? Every regular expression, found in the code, with its worst text."""

import ast
import importlib
import re
import types
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.core.validators import RegexValidator
from django.urls import get_resolver

from tests.slow_texts import MANY, slowest
from tests.test_architecture import ROOT, dotted, modules

ASKS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}


class Anything(str):
    """What stands for a value that is known only while the code runs: the letter a, whatever is asked of it."""

    def __new__(cls):
        return super().__new__(cls, "a")

    def __getattr__(self, name):
        return self


class Names(dict):
    """The names of a module; one it does not know is anything."""

    def __missing__(self, name):
        if name in __builtins__:
            raise KeyError(name)
        return Anything()


def is_ours(path: Path) -> bool:
    return "migrations" not in path.parts and "import re\n" in path.read_text()


MODULES = {dotted(path, ROOT): path for path in modules(ROOT) if is_ours(path)}


def in_values(value, depth=4):
    """Find the compiled expressions in a value: in tables, in classes, in what a cached function keeps."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from in_values(list(value.values()), depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from in_values(each, depth - 1)
    elif depth and isinstance(value, type):
        yield from in_values(dict(vars(value)), depth - 1)


def calls_in(tree: ast.Module):
    """Find every question to `re` inside a function: those at the top stay as values."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = [
        node for each in ast.walk(tree) if isinstance(each, functions) for node in ast.walk(each)
    ]
    for node in inside:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=asked)) if asked in ASKS:
                yield asked, node.args[0], node.args[2:] if asked == "compile" else []


def uses() -> dict[str, set[str]]:
    """Find how a name is asked: NAME.fullmatch(...) -> fullmatch."""
    found = defaultdict(set)
    for path in modules(ROOT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found[node.value.id].add(node.attr)
    return found


def uses_in(tree: ast.Module) -> dict[str, set[str]]:
    """Find how the expressions of a table are asked: for pattern, name in TABLE: pattern.fullmatch(...)."""
    found = defaultdict(set)
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.comprehension):
            tables = {each.id for each in ast.walk(loop.iter) if isinstance(each, ast.Name)}
            items = {each.id for each in ast.walk(loop.target) if isinstance(each, ast.Name)}
            for node in ast.walk(tree):
                match node:
                    case ast.Attribute(value=ast.Name(id=name), attr=asked) if name in items:
                        for table in tables:
                            found[table].add(asked)
    return found


def use_of(asked: set[str]) -> str:
    """Say how an expression is asked at worst."""
    asked = asked & ASKS
    if asked and asked <= {"match", "fullmatch"}:
        return "match" if "match" in asked else "fullmatch"
    return "search"


def patterns_of_ours() -> tuple[dict, list[str]]:
    """Find every expression in our code as (text, flags) -> where and how it is asked, and what can't be read."""
    found, unread, used = {}, [], uses()
    for name, path in MODULES.items():
        module, tree = importlib.import_module(name), ast.parse(path.read_text())
        tables = uses_in(tree)
        for called, value in vars(module).items():
            for pattern in in_values(value):
                found[pattern] = (f"{name}.{called}", use_of(used[called] | tables[called]))
        for asked, argument, _rest in calls_in(tree):
            text = _evaluated(argument, module)
            if isinstance(argument, ast.Name) and argument.id not in vars(module):
                unread.append(
                    f"{name}:{argument.lineno} asks with an expression that no test can read"
                )
            else:
                found.setdefault(re.compile(text), (f"{name}:{argument.lineno}", use_of({asked})))
    return found, unread


def _evaluated(argument: ast.expr, module: types.ModuleType) -> str:
    code = compile(ast.Expression(argument), module.__name__, "eval")
    return eval(code, {"__builtins__": __builtins__}, Names(vars(module)))  # noqa: S307


def patterns_of_addresses(resolver=None):
    """Find the expression of every address, those of others too: each meets whatever a stranger asks for."""
    for each in (resolver or get_resolver()).url_patterns:
        yield each.pattern.regex, (f"address {each.pattern}", "search")
        if hasattr(each, "url_patterns"):
            yield from patterns_of_addresses(each)


def patterns_of_fields():
    """Find the expressions that what is stored has to fit."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for each in getattr(field, "validators", ()):
                if isinstance(each, RegexValidator):
                    yield re.compile(each.regex.pattern, each.regex.flags), (str(field), "search")


def test_no_text_keeps_a_regular_expression_busy():
    ours, unread = patterns_of_ours()
    assert len(ours) > 30
    every = dict(patterns_of_addresses()) | dict(patterns_of_fields()) | ours
    slow = []
    for pattern, (where, use) in every.items():
        took, text = slowest(pattern, use)
        if took > MANY:
            slow.append(f"{where}: {took * 1000:.0f} ms for {text!r} and so on")
    assert slow == []
    assert unread == [], "compile it at the top of its module"


@pytest.mark.parametrize(
    ("text", "use"),
    [
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", "search"),
        (r"(/account/[\w/-]*/)(?=[\w-]*\d)[\w:-]{8,}", "search"),
        (r"\s+$", "search"),
        (r"^(\w+\s?)*$", "match"),
        (r"(?:a|aa)+!", "fullmatch"),
        (r"/\*.*\*/", "search"),
        (r"<([a-z]+)[^<]*>", "search"),
        (r"(x+x+)+y", "fullmatch"),
        (r"\d+(?:,\d+)*[.]", "search"),
    ],
)
def test_an_expression_that_takes_the_square_of_its_text_is_found(text, use):
    took, _text = slowest(re.compile(text), use)
    assert took > MANY
