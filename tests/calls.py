"""Which function of ours names which, under whatever name it goes there?"""

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tests.test_architecture import ROOT, absolute, dotted, modules

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
# Names that Django's and Python's own things have as well: `x.save()` says nothing of whose it is.
EVERYBODYS = {
    name
    for kind in (str, list, dict, set)
    for name in dir(kind)
} | set(
    "save delete create filter all exists first get_or_create update_or_create bulk_create bulk_update "
    "form_valid form_invalid clean is_valid dispatch post head options render_to_response "
    "get_context_data get_queryset get_object get_form ready handle setup run close send receive".split()
)  # fmt: skip


@dataclass
class Source:
    """What our code defines and names: `uses` leads from a dotted name to the dotted names it mentions."""

    nodes: dict[str, ast.AST] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    stars: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    methods: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    module_of: dict[str, str] = field(default_factory=dict)
    uses: dict[str, set[str]] = field(default_factory=dict)

    def resolve(self, name: str, depth: int = 9) -> str:
        """Follow a dotted name through the modules that only hand it on."""
        if name in self.nodes or not depth:
            return name
        module, _, last = name.rpartition(".")
        if module in self.names:
            if last in self.names[module]:
                return self.resolve(self.names[module][last], depth - 1)
            for star in self.stars[module]:
                if (found := self.resolve(f"{star}.{last}", depth - 1)) in self.nodes:
                    return found
        elif module and (above := self.resolve(module, depth - 1)) != module:
            return self.resolve(f"{above}.{last}", depth - 1)
        return name

    def users_of(self, wanted: set[str], but_not: set[str]) -> set[str]:
        """Find whatever leads to one of these, without passing through what is named second."""
        back = defaultdict(set)
        for user, used in self.uses.items():
            for one in used:
                back[one].add(user)
        found, waiting = set(), list(wanted)
        while waiting:
            for user in back[waiting.pop()] - found - but_not - wanted:
                found.add(user)
                waiting.append(user)
        return found


def read_source(planted: dict[str, str] | None = None) -> Source:
    """Read all our modules, and the planted ones: text by path."""
    source = Source()
    texts = {path: path.read_text() for path in modules(ROOT) if "migrations" not in path.parts}
    texts |= {ROOT / path: text for path, text in (planted or {}).items()}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    for path, tree in trees.items():
        _define(source, dotted(path, ROOT), path.name == "__init__.py", tree)
    for name, node in source.nodes.items():
        source.uses[name] = set(_mentions(source, source.module_of[name], node))
        if isinstance(node, ast.ClassDef):  # nobody names `post`: naming the class is enough
            source.uses[name] |= {one for one in source.nodes if one.startswith(f"{name}.")}
    return source


def _define(source: Source, module: str, is_package: bool, tree: ast.Module) -> None:
    names = source.names[module]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            where = absolute(node, module, is_package)
            for alias in node.names:
                if alias.name == "*":
                    source.stars[module].append(where)
                else:
                    names[alias.asname or alias.name] = f"{where}.{alias.name}"
    _define_in(source, module, module, tree.body)


def _define_in(source: Source, module: str, prefix: str, body: list) -> None:
    for node in body:
        if isinstance(node, FUNCTIONS | ast.ClassDef):
            _add(source, module, f"{prefix}.{node.name}", node)
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, FUNCTIONS):
                        _add(source, module, f"{prefix}.{node.name}.{inner.name}", inner)
                        source.methods[inner.name].add(f"{prefix}.{node.name}.{inner.name}")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name):
                        _add(source, module, f"{prefix}.{one.id}", node.value)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            _define_in(
                source,
                module,
                prefix,
                [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)],
            )
        if isinstance(
            node, ast.Expr
        ):  # what a module does when it is read: registering, connecting
            _add(source, module, f"{prefix}.<module:{node.lineno}>", node)


def _add(source: Source, module: str, name: str, node: ast.AST) -> None:
    source.nodes[name], source.module_of[name] = node, module


def _mentions(source: Source, module: str, node: ast.AST):
    body = node
    for one in ast.walk(body):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
            yield from _known(source, f"{module}.{one.id}")
        elif isinstance(one, ast.Attribute):
            said = chain(one)
            if said and (found := source.resolve(f"{module}.{said}")) in source.nodes:
                yield found
            elif one.attr not in EVERYBODYS:
                yield from source.methods[one.attr]
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value:
            yield from _known(source, one.value)
        elif isinstance(one, ast.Call) and getattr(one.func, "id", "") == "getattr":
            yield from _by_text(source, module, one)


def _known(source: Source, name: str):
    if (found := source.resolve(name)) in source.nodes:
        yield found


def _by_text(source: Source, module: str, call: ast.Call):
    text = (
        call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else ""
    )
    said = chain(call.args[0])
    if isinstance(text, str) and text:
        found = source.resolve(f"{module}.{said}.{text}") if said else ""
        yield from [found] if found in source.nodes else source.methods[text]


def said_in(tree: ast.AST, name: str = "module"):
    """Give (function, word) of every name and every text in a module: an alias is brought in by its own name."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, FUNCTIONS) else name
        for said in ("name", "attr", "id", "arg", "module", "value"):
            if isinstance(word := getattr(node, said, None), str):
                yield inside, "." * getattr(node, "level", 0) + word
        yield from said_in(node, inside)


def chain(node: ast.AST) -> str:
    """Spell `a.b.c` out; blank for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
