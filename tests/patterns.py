"""Which regular expressions stand in our code, in whatever way they are written? Each with how it is asked at worst."""

import ast
import importlib
import importlib.util
import re
import types
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from django.core.validators import RegexValidator
from django.forms import RegexField
from django.urls import re_path
from django.utils.regex_helper import _lazy_re_compile
from wagtail.blocks import RegexBlock

from tests.fields import OURS
from tests.test_architecture import ROOT, dotted, modules

# Where each function of `re` takes its flags.
FLAGS = {re.compile: 1, re.search: 2, re.match: 2, re.fullmatch: 2, re.findall: 2, re.finditer: 2,
         re.split: 3, re.sub: 4, re.subn: 4, re_path: None, _lazy_re_compile: 1}  # fmt: skip
ASKS = {"search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
KINDS = (RegexValidator, RegexField, RegexBlock)
OTHER_ENGINES = ("regex", "re2", "pyre2", "hyperscan")
UNKNOWN = object()


def in_values(value, depth=4):
    """Find the compiled expressions in a value: in tables, classes and rows of ours, in what a function keeps."""
    if isinstance(value, re.Pattern):
        yield re.compile(value.pattern, value.flags)  # one that is made late is made now
    elif isinstance(getattr(value, "__self__", None), re.Pattern):  # asked by its method
        yield value.__self__
    elif isinstance(value, RegexValidator):
        yield re.compile(value.regex.pattern, value.regex.flags)
    elif depth and isinstance(value, dict):
        yield from in_values(list(value.values()), depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from in_values(each, depth - 1)
    elif depth and isinstance(value, type):
        yield from in_values(dict(vars(value)), depth - 1)
    elif depth and isinstance(value, types.FunctionType):
        yield from in_values([value.__defaults__, value.__kwdefaults__], depth - 1)
    elif depth and type(value).__module__.split(".")[0] in OURS and hasattr(value, "__dict__"):
        yield from in_values(dict(vars(value)), depth - 1)


class Source:
    """One module of ours as it is written, and as it is when it runs."""

    def __init__(self, name: str, path: Path):
        self.name, self.module = name, importlib.import_module(name)
        self.tree = ast.parse(path.read_text())
        self.parent = {
            below: node for node in ast.walk(self.tree) for below in ast.iter_child_nodes(node)
        }

    @cached_property
    def names(self) -> dict:
        """What every name stands for: those of the module, and what a function brings in for itself."""
        found = {}
        for node in self.parent:
            if isinstance(node, ast.Import):
                for each in node.names:
                    asked = each.name if each.asname else each.name.partition(".")[0]
                    found[each.asname or asked] = _imported(asked)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for each in node.names:
                    origin = _imported(node.module)
                    found[each.asname or each.name] = getattr(origin, each.name, UNKNOWN)
        return found | vars(self.module)

    def meant(self, node):
        """Give what a name, or a name of a name, stands for; else UNKNOWN."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, UNKNOWN)
        if isinstance(node, ast.Attribute):
            return getattr(self.meant(node.value), node.attr, UNKNOWN)
        return UNKNOWN

    def values(self, node) -> list:
        """Work out an expression from what the module knows; nothing when that needs more.

        What is escaped stands for one letter; what belongs to self is looked up in every class here.
        """
        node = ast.fix_missing_locations(_Escaped(self).visit(_copied(node)))
        own = [each.attr for each in ast.walk(node) if _is_of(each, ("self", "cls"))]
        known = [each for each in vars(self.module).values() if isinstance(each, type)]
        objects = (
            [each for each in known if all(hasattr(each, name) for name in own)] if own else [0]
        )
        found = []
        for each in objects:
            try:
                code = compile(ast.Expression(node), self.name, "eval")
                found.append(eval(code, {**self.names, "self": each, "cls": each}))  # noqa: S307
            except Exception:  # a name that is known only while the code runs
                return []
        return found

    def in_function(self, node) -> bool:
        while node := self.parent.get(node):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return True
        return False

    def where(self, node) -> str:
        return f"{self.name}:{node.lineno}"

    def expressions(self):
        """Give (pattern, how it is asked, where, None), or (None, "", where, why no test can read it)."""
        for called, value in vars(self.module).items():
            for pattern in in_values(value):
                yield pattern, called, f"{self.name}.{called}", None
        for node in self.parent:
            why = self.roundabout(node)
            if why:
                yield None, "", self.where(node), why
            if isinstance(node, ast.Call):
                yield from self.called(node)
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "pattern":
                        yield from self.made(node, value, 0, "fullmatch")
            if isinstance(node, ast.keyword) and re.search("__i?regex$", node.arg or ""):
                yield None, "", self.where(node.value), "asks the database with an expression"

    def called(self, node: ast.Call):
        function = self.meant(node.func)
        is_kind = isinstance(function, type) and issubclass(function, KINDS)
        if not is_kind and not (isinstance(function, types.FunctionType) and function in FLAGS):
            return
        named = {each.arg: each.value for each in node.keywords}
        text = node.args[0] if node.args else named.get("pattern", named.get("regex"))
        if text is None:  # a kind of its own: its expression stands in the class
            return
        place = None if is_kind else FLAGS[function]
        given = node.args[place] if place and len(node.args) > place else named.get("flags")
        flags = self.values(given) if given is not None else [0]
        name = getattr(self.parent.get(node), "targets", [function])[0]
        how = getattr(name, "id", getattr(function, "__name__", ""))
        yield from self.made(node, text, flags[0] if flags else 0, how)

    def made(self, node, text, flags, how):
        found = self.values(text)
        if not found and self.in_function(node):
            yield None, "", self.where(node), "asks with an expression that no test can read"
        for each in found:
            yield (
                re.compile(each, flags) if isinstance(each, str) else each,
                how,
                self.where(node),
                None,
            )

    def roundabout(self, node) -> str | None:
        """Say why an expression can't be followed: another engine, or `re` handed on as a value."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [each.name for each in node.names] + [getattr(node, "module", "") or ""]
            return "brings in another engine" if {*OTHER_ENGINES} & {*named} else None
        above = self.parent.get(node)
        meant = self.meant(node) if isinstance(node, ast.Name | ast.Attribute) else UNKNOWN
        if meant is re and not isinstance(above, ast.Attribute):
            return "hands on the module re"
        asks = isinstance(meant, types.FunctionType) and meant in FLAGS
        if asks and not (isinstance(above, ast.Call) and above.func is node):
            return f"hands on re.{meant.__name__}"
        return None


class _Escaped(ast.NodeTransformer):
    def __init__(self, source):
        self.source = source

    def visit_Call(self, node):
        if self.source.meant(node.func) is re.escape:
            return ast.Constant("a")
        return self.generic_visit(node)


def _copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _is_of(node, names) -> bool:
    is_of_a_name = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return is_of_a_name and node.value.id in names


def _imported(name: str):
    try:
        return importlib.import_module(name)
    except ImportError:
        return UNKNOWN


def sources() -> list[Source]:
    return [
        Source(dotted(path, ROOT), path) for path in modules(ROOT) if "migrations" not in path.parts
    ]


def uses(every: list[Source]) -> dict[str, set[str]]:
    """Find how a name is asked: NAME.fullmatch(...), by whatever module it is reached; handed on is anything.

    A table is asked as its items are: for pattern, name in TABLE: pattern.fullmatch(...).
    """
    found = defaultdict(set)
    for source in every:
        here, loops = defaultdict(set), []
        for node, above in source.parent.items():
            if isinstance(node, ast.For | ast.comprehension):
                loops.append(node)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                looped = isinstance(above, ast.For | ast.comprehension) and above.iter is node
                asked = above.attr if isinstance(above, ast.Attribute) else "search"
                here[getattr(node, "id", getattr(node, "attr", ""))] |= set() if looped else {asked}
        for loop in loops:
            inside = source.parent[loop] if isinstance(loop, ast.comprehension) else loop
            asked = {each.attr for each in ast.walk(inside) if _is_of(each, _names(loop.target))}
            for table in _names(loop.iter):
                here[table] |= asked
        for name, asked in here.items():
            found[name] |= asked
    return found


def _names(node) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def use_of(asked: set[str]) -> str:
    """Say how an expression is asked at worst."""
    asked = asked & ASKS
    if asked and asked <= {"match", "fullmatch"}:
        return "match" if "match" in asked else "fullmatch"
    return "search"


def patterns_of_ours() -> tuple[dict, list[str]]:
    """Find every expression in our code: pattern -> (where, how it is asked); and what can't be read."""
    every = sources()
    used, found, unread = uses(every), {}, []
    for source in every:
        for pattern, how, where, why in source.expressions():
            if why:
                unread.append(f"{where} {why}")
                continue
            use = how if how in ASKS else use_of(used[how])
            known = found.get(pattern)
            found[pattern] = known if known and known[1] == "search" else (where, use)
    return found, unread
