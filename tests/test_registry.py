"""Does every app add itself to the whole in one way, and is each thing it adds asked for?"""

import ast
import re

from deliberation.participation.instrument import ContributionInstrument, instruments
from deliberation.registry import plugins
from tests.test_architecture import ROOT, modules

ADDS = {"append", "extend", "insert", "add", "update", "setdefault"}
EMPTY = {"[]", "{}", "set()", "list()", "dict()", "defaultdict(list)", "deque()", "OrderedDict()"}


def kept_lists(tree: ast.Module) -> list[str]:
    """Name what a module keeps for whoever registers: a list, dict or set that one of its functions adds to."""
    kept = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and ast.unparse(node.value or node.target) in EMPTY
        for target in getattr(node, "targets", None) or [node.target]
        if isinstance(target, ast.Name)
    }
    grown = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb)):
                    grown |= {name} if verb in ADDS else set()
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                    grown.add(name)
                case ast.AugAssign(target=ast.Name(id=name)) if name in kept:
                    grown.add(name)
    return sorted(kept & grown)


def test_only_the_registry_keeps_what_others_register():
    keepers = {
        (str(path.relative_to(ROOT)), name)
        for path in modules(ROOT)
        for name in kept_lists(ast.parse(path.read_text()))
        if path.relative_to(ROOT).parts[0] == "deliberation"
    }
    assert keepers == {
        ("deliberation/registry.py", "_plugins"),
        ("deliberation/people/throttling.py", "LIMITS"),  # values: no two limits share a name
    }
    for planted in (
        "_tellers: list = []\ndef register(it):\n    _tellers.append(it)",
        "_kinds = {}\ndef register(it):\n    _kinds[it.kind] = it",
        "_doors = set()\ndef register(it):\n    _doors.add(it)",
        "_more = []\ndef register(it):\n    global _more\n    _more += [it]",
    ):
        assert kept_lists(ast.parse(planted)), planted


def said_at_start(tree: ast.Module) -> list[ast.stmt]:
    """List what `ready` does besides importing."""
    ready = [one for one in ast.walk(tree) if getattr(one, "name", "") == "ready"]
    return [
        one
        for each in ready
        for one in each.body
        if not isinstance(one, ast.Import | ast.ImportFrom)
    ]


def test_an_app_of_deliberation_starts_by_registering_its_one_plugin():
    apps = sorted((ROOT / "deliberation").glob("*/apps.py"))
    assert len(apps) > 3
    for path in apps:
        said = said_at_start(ast.parse(path.read_text()))
        (only,) = said
        assert re.fullmatch(r"register\(\w+\(\)\)", ast.unparse(only)), path


def test_every_answer_of_a_plugin_is_to_a_question_that_is_asked():
    """A misspelt method would add nothing, and nobody would see it."""
    for plugin in plugins():
        own, *above = type(plugin).__mro__
        said = {name for name in vars(own) if not name.startswith("_")}
        assert said <= {name for one in above for name in vars(one)}, own


def naming(instrument: str, tree: ast.Module) -> list[str]:
    """List what in a module is of one instrument: its modules, its permissions and its addresses."""
    ours = re.compile(rf"deliberation\.{instrument}\b|{instrument}[:.]\w+$")
    texts = [
        getattr(node, "module", None) or getattr(node, "value", None)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Constant)
    ]
    return [text for text in texts if isinstance(text, str) and ours.match(text)]


def test_only_the_settings_name_an_instrument_that_takes_contributions():
    """One registration, one line in the settings, one row among the tools: the next would forget a fourth place."""
    takes = [one.name for one in instruments() if isinstance(one, ContributionInstrument)]
    assert takes
    for instrument in takes:
        named = {
            str(path.relative_to(ROOT))
            for path in modules(ROOT)
            if f"deliberation/{instrument}/" not in str(path)
            and naming(instrument, ast.parse(path.read_text()))
        }
        assert named == {"cms/settings.py"}
    for planted in (
        "from deliberation.questions import models",
        "may('questions.see_queue', user)",
    ):
        assert naming("questions", ast.parse(planted)), planted
