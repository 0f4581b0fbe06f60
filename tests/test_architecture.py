"""Does every part of the house import only what lies below it? Standard library only."""

import ast
import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Who may import whom: only rooms of a lower floor. Instruments share a floor, so never each other.
FLOORS = {
    "compass": 0,
    "deliberation.registry": 1,
    "deliberation.tools": 1,
    "deliberation.people": 2,
    "deliberation.projects": 3,
    "deliberation.documents": 4,
    "deliberation.open_compass": 4,
    "deliberation.oversight": 5,
    "deliberation.api": 5,
    "deliberation.participation": 6,
    "deliberation.*": 7,
    "cms": 8,
}
LABELS = {
    "compass": "compass",
    "people": "deliberation.people",
    "projects": "deliberation.projects",
    "participation": "deliberation.participation",
}
PURE = (
    "compass/engine",
    "deliberation/registry.py",
    "deliberation/tools.py",
    "deliberation/live/state_machine.py",
    "deliberation/live/counting/totals.py",
    "deliberation/live/counting/hall_checks.py",
)
NAMELESS = {"utils", "core", "common", "base", "helpers", "mixins", "misc"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "ParentalKey"}


def modules(root: Path) -> list[Path]:
    rooms = ("cms", "compass", "deliberation")
    return sorted(path for room in rooms for path in (root / room).rglob("*.py"))


def dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str | None:
    """Name the room a dotted module is in; None when it is not ours or only the empty package."""
    parts = name.split(".")
    if parts[0] in ("cms", "compass"):
        return parts[0]
    if parts[0] == "deliberation" and len(parts) > 1:
        return ".".join(parts[:2])
    return None


def floor(room: str) -> int:
    return FLOORS.get(room, FLOORS["deliberation.*"])


def may_use(user: str, used: str) -> bool:
    return user == used or floor(used) < floor(user)


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    base = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*base, *([node.module] if node.module else [])])


def names_used(tree: ast.AST, module: str, is_package: bool):
    """Yield (line, dotted name) for imports, string imports, relations and migration dependencies."""
    labels = LABELS | {"cms": "cms"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = absolute(node, module, is_package)
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            texts += [k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)]
            for text in texts[:3]:
                if not isinstance(text, str):
                    continue
                label = text.split(".")[0].lower()
                if name in RELATIONS and re.fullmatch(r"\w+\.\w+", text):
                    yield node.lineno, labels.get(label, f"deliberation.{label}")
                elif name == "get_model":
                    yield node.lineno, labels.get(label, installed(label))
                    break
                elif name in ("import_module", "import_string", "__import__"):
                    yield node.lineno, text
        elif isinstance(node, ast.Assign) and is_dependencies(node):
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                    label = pair.elts[0].value
                    yield node.lineno, labels.get(label, installed(label))


def is_dependencies(node: ast.Assign) -> bool:
    return any(getattr(t, "id", "") in ("dependencies", "run_before") for t in node.targets)


def installed(label: str) -> str:
    return f"deliberation.{label}" if (ROOT / "deliberation" / label).is_dir() else label


def wrong_directions(root: Path) -> list[str]:
    found = []
    for path in modules(root):
        module = dotted(path, root)
        room = room_of(module)
        if room is None:
            continue
        tree = ast.parse(path.read_text())
        for line, name in names_used(tree, module, path.name == "__init__.py"):
            used = room_of(name)
            if used and not may_use(room, used):
                found.append(f"{path.relative_to(root)}:{line} {room} uses {used}")
            if room != "cms" and name.split(".")[0] == "wagtail":
                found.append(f"{path.relative_to(root)}:{line} {room} uses wagtail")
    return found


def test_every_room_uses_only_lower_floors():
    assert len(modules(ROOT)) > 40, "the walk found too little to mean anything"
    assert wrong_directions(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        (
            "compass/x.py",
            "from deliberation.people import models",
            "compass uses deliberation.people",
        ),
        ("compass/x.py", "def f():\n    from cms import urls", "compass uses cms"),
        ("deliberation/people/x.py", "from ..projects import models", "deliberation.projects"),
        ("deliberation/people/x.py", "from .. import projects", "deliberation.projects"),
        ("deliberation/people/models.py", "F = ForeignKey('projects.Project')", "projects"),
        ("deliberation/people/models.py", "F = ForeignKey(to='live.Run')", "deliberation.live"),
        ("deliberation/surveys/x.py", "from deliberation.live import models", "deliberation.live"),
        ("deliberation/surveys/x.py", "import deliberation.live.hub", "deliberation.live"),
        (
            "deliberation/people/migrations/0001_initial.py",
            "class Migration:\n    dependencies = [('projects', '0001_initial')]",
            "deliberation.projects",
        ),
        ("deliberation/people/x.py", "m = apps.get_model('projects', 'Project')", "projects"),
        ("deliberation/people/x.py", "m = import_module('cms.urls')", "uses cms"),
        ("deliberation/live/x.py", "from wagtail.models import Page", "uses wagtail"),
        ("deliberation/tools.py", "from deliberation.people import models", "deliberation.people"),
    ],
)
def test_planted_wrong_directions_are_caught(tmp_path, file, source, complaint):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(source)
    (found,) = wrong_directions(tmp_path)
    assert complaint in found


def imports(root: Path) -> dict[str, set[str]]:
    """Give by module which others of ours it imports, also those inside a function."""
    named = {dotted(path, root): path for path in modules(root) if "migrations" not in path.parts}
    graph = {}
    for name, path in named.items():
        tree = ast.parse(path.read_text())
        used = [one for _, one in names_used(tree, name, path.name == "__init__.py")]
        graph[name] = {next(filter(named.get, (one, one.rpartition(".")[0])), "") for one in used}
        graph[name] -= {"", name}
    return graph


def test_no_two_modules_import_each_other_by_whatever_way(tmp_path):
    TopologicalSorter(imports(ROOT)).prepare()
    planted = {
        "cms/x.py": "from .y import a",
        "cms/y.py": "import cms.z",
        "cms/z.py": "def f():\n    from cms import x",
    }
    (tmp_path / "cms").mkdir()
    for name, source in planted.items():
        (tmp_path / name).write_text(source)
    with pytest.raises(CycleError):
        TopologicalSorter(imports(tmp_path)).prepare()


def test_pure_cores_import_no_django():
    for place in PURE:
        path = ROOT / place
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            tree = ast.parse(file.read_text())
            used = {name.split(".")[0] for _, name in names_used(tree, dotted(file, ROOT), False)}
            assert not used & {"django", "channels", "rules", "wagtail", "random", "time"}, file


def in_two_languages(tree: ast.AST) -> list[int]:
    """Give the lines of code that speak for a language: its code as a text, or two sentences beside each other."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in ("nl", "en"):
            found.append(node.lineno)
        elif isinstance(node, ast.Tuple | ast.List | ast.Dict):
            parts = node.values if isinstance(node, ast.Dict) else node.elts
            texts = [part.value for part in parts if isinstance(part, ast.Constant)]
            if sum(isinstance(text, str) and " " in text.strip() for text in texts) > 1:
                found.append(node.lineno)
    return found


def test_the_engine_speaks_no_language_but_that_of_its_messages():
    said = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "compass/engine").rglob("*.py")
        for line in in_two_languages(ast.parse(path.read_text()))
    }
    assert said == set()
    for planted in (
        'OR = {"nl": " of ", "en": " or "}',
        'SAID = ("Dit past nooit.", "This never fits.")',
        'def tell(language="nl"): pass',
        'SAID = {"dead": ["error", "Dit geldt nooit.", "This never applies."]}',
    ):
        assert in_two_languages(ast.parse(planted)), planted


def test_a_framework_is_read_with_its_translator_everywhere():
    """Read past `compass.queries.read_framework`, what the engine says itself would be English on a Dutch page."""
    readers = {
        name
        for name, node in nodes_of()
        if isinstance(node, ast.ImportFrom)
        and any(alias.name == "load_framework" for alias in node.names)
    }
    assert readers == {"compass/queries.py"}


def test_permissions_are_asked_in_one_place():
    asked = {
        str(path.relative_to(ROOT))
        for path in modules(ROOT)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("has_perm", "has_perms")
    }
    assert asked == {"deliberation/people/permissions.py"}


def nodes_of(*places: str):
    """Yield (path, node) of every module of ours, or of those in some places."""
    for path in modules(ROOT):
        name = str(path.relative_to(ROOT))
        if name.startswith(places or ("",)):
            yield from ((name, node) for node in ast.walk(ast.parse(path.read_text())))


def closes_unsaid(node: ast.AST) -> bool:
    """Tell whether a socket is ended with anything but a member of Closing, or one handed on by name."""
    match node:
        case ast.Call(func=ast.Attribute(attr="end" | "close"), args=[code, *_]):
            pass
        case ast.Call(
            func=ast.Attribute(attr="end" | "close"), keywords=[ast.keyword(value=code), *_]
        ):
            pass
        case ast.Dict(values=[ast.Constant(value="websocket.close"), code]):
            code = code.args[0] if isinstance(code, ast.Call) else code
            if ast.unparse(code) == "self._closing":
                return False
        case ast.Assign(targets=[ast.Attribute(attr="_closing")], value=code):
            pass
        case _:
            return False
    handed_on = isinstance(code, ast.Name) and code.id == "code"
    return not handed_on and not ast.unparse(code).startswith("Closing.")


def test_a_socket_ends_with_a_code_that_has_a_name():
    unsaid = [
        (name, node.lineno)
        for name, node in nodes_of("deliberation/live/sockets/")
        if closes_unsaid(node)
    ]
    assert unsaid == []
    for planted in (
        "listener.end(1009)", "listener.close(code=1009)", "self._closing = 1009",
        "{'type': 'websocket.close', 'code': 1009}", "{'type': 'websocket.close', 'code': int(1009)}",
    ):  # fmt: skip
        assert any(map(closes_unsaid, ast.walk(ast.parse(planted)))), planted


WRITERS = set(
    "save create bulk_create get_or_create update_or_create delete bulk_update _raw_delete".split()
)
WRITERS |= {f"a{name}" for name in WRITERS}
OF_ROWS = re.compile(
    r"objects|\.(filter|all|exclude|select_for_update)\("
)  # `update` is also of dicts and digests
# Outside the one way in, and why. By file and by what is called.
WRITES_ELSEWHERE = {
    ("cms/sign_in/adapters.py", "sociallogin.save"): "allauth asks here how an account is made",
    ("cms/sign_in/codes.py", "EmailAddress.objects.get_or_create"): "allauth's row of an address",
    ("cms/sign_in/codes.py", "form.save"): "allauth's form ends the sign-in",
    (
        "cms/sign_in/failed_sign_ins.py",
        "FailedSignIn.objects.filter(hour__lt=now - KEPT).delete",
    ): "old",
    (
        "cms/sign_in/kept_forms.py",
        "KeptForm.objects.filter(kept_at__lte=now - LASTS).delete",
    ): "old",
    (
        "cms/sign_in/sign_out.py",
        "UserSession.objects.filter(session_key=request.session.session_key).delete",
    ): "the session that ends",
    (
        "cms/sign_in/passkeys.py",
        "Authenticator.objects.filter(user=self.request.user, type=codes).delete",
    ): "allauth's view makes the key",
    ("cms/files/uploads.py", "canvas.save"): "a picture",
    ("cms/pages/site_page.py", "super().save"): "Wagtail's editor saves by its form",
    ("cms/frameworks/operations.py", "locked.save"): "an operation that answers a request too",
    (
        "cms/tenants/view_restrictions.py",
        "PageViewRestriction.objects.filter(page__in=instance.page.get_translations()).delete",
    ): "Wagtail's signal",
    ("cms/tenants/view_restrictions.py", "held.save"): "Wagtail's signal",
    ("deliberation/projects/assessing/answering.py", "self.save"): "calls the operation",
}


def shows_or_asks(tree: ast.AST, stem: str) -> bool:
    """Tell by what a module is whether it may only read: it takes a request, is a form, or answers questions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(one.arg == "request" for one in (*node.args.args, *node.args.kwonlyargs)):
                return True
        elif isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith(("Form", "FormSet", "View")) for base in node.bases
        ):
            return True
    return stem in {"queries", "regions", "consumer"}


def writes_of(tree: ast.AST) -> list[str]:
    return [
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in WRITERS
            or (node.func.attr == "update" and OF_ROWS.search(ast.unparse(node.func)))
        )
    ]


def test_what_shows_or_asks_never_writes():
    found = {
        (str(path.relative_to(ROOT)), call)
        for path in modules(ROOT)
        if "migrations" not in path.parts
        for tree in [ast.parse(path.read_text())]
        if shows_or_asks(tree, path.stem)
        for call in writes_of(tree)
    }
    assert found == set(WRITES_ELSEWHERE)
    for planted in (
        "def see(request):\n    project.save()",
        "async def see(scope, *, request):\n    await Project.objects.acreate()",
        "class NameForm(forms.Form):\n    def keep(self):\n        Project.objects.update(title='')",
        "class See(generic.DetailView):\n    def get(self, asked):\n        self.project.delete()",
        "def once(view):\n    def screen(request):\n        Run.objects.filter(pk=1).update(state='')",
    ):
        tree = ast.parse(planted)
        assert shows_or_asks(tree, "anything") and writes_of(tree), planted


def says_what_it_is(source: str) -> bool:
    first = (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]
    return "?" not in first and first.endswith((".", ".)"))


def may_be_empty(path: Path) -> bool:
    """Only a package that holds no module of ours, or whose modules Django looks up by name."""
    beside = [other for other in path.parent.glob("*.py") if other != path]
    return path.name == "__init__.py" and (not beside or path.parent.name == "commands")


def test_every_module_says_in_a_sentence_what_it_is_for():
    silent = []
    for path in modules(ROOT):
        source = path.read_text()
        excused = not source.strip() and may_be_empty(path)
        if not (excused or "migrations" in path.parts or says_what_it_is(source)):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_a_question_is_no_sentence_that_says_what_a_module_is():
    for planted in ("Which level fits?", "Which level fits? Data.", "Advice (ADR 1)"):
        assert not says_what_it_is(f'"""{planted}\n\nMore of it."""'), planted
    assert says_what_it_is('"""Advice on answers (ADR 1).\n\nWhy?"""')


def test_no_two_classes_have_one_name():
    named = defaultdict(set)
    for path in modules(ROOT):
        if "migrations" not in path.parts:
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    named[node.name].add(str(path.relative_to(ROOT)))
    del named["Command"]  # Django looks for it
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_every_room_has_a_name():
    assert [path for path in modules(ROOT) if NAMELESS & {path.stem, *path.parts[:-1]}] == []


def test_every_decision_has_a_number_of_its_own():
    records = sorted(path.name for path in (ROOT / "docs/adr").glob("*.md"))
    numbers = [name[:4] for name in records]
    assert len(set(numbers)) == len(numbers), records
    titled = [(ROOT / "docs/adr" / name).read_text().split(".")[0] for name in records]
    assert [f"# {int(number)}" for number in numbers] == titled
