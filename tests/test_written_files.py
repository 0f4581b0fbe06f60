"""Is every file of ours written aside, to the disk, and then put in place, so that nobody ever reads half of one?"""

import ast
import re

import pytest

from tests.test_architecture import ROOT, modules

# Words that write a file wherever they are said, and those that do when their module stands before them.
WRITERS = set(
    """write_text write_bytes fdopen mkstemp mkdtemp NamedTemporaryFile TemporaryFile SpooledTemporaryFile
    TemporaryDirectory copyfile copy2 copytree copyfileobj copymode touch symlink_to hardlink_to ftruncate pwrite
    writestr extractall FileHandler RotatingFileHandler file_move_safe ContentFile SimpleUploadedFile FileSystemStorage
    FileIO TarFile GzipFile BZ2File LZMAFile writev sendfile""".split()
)
OF_A_MODULE = {
    "os": {"open", "write", "link", "symlink", "truncate", "mkfifo", "popen", "system"},
    "io": {"open", "open_code"},
    "codecs": {"open"},
    "builtins": {"open"},
    "shutil": {"copy", "move", "make_archive", "unpack_archive"},
    "json": {"dump"},
    "pickle": {"dump"},
    "marshal": {"dump"},
    "plistlib": {"dump"},
    "sqlite3": {"connect"},
    "dbm": {"open"},
    "shelve": {"open"},
    "django.core.files": {"File"},
    "django.core.files.base": {"File"},
}
MODES = re.compile(r"[rwaxbtU+]+")
HOLDS_A_FILE = re.compile(r"path|file|folder|storage|settings\.", re.I)
# What a model's or a form's own save takes; whatever else is given to a save may be a file.
SAVES_A_ROW = set("update_fields using force_insert force_update commit clean log_action".split())

# Why each of these may, by file and by what stands there.
WRITES_ASIDE = "deliberation/people/atomic_files.py"  # the one place
EXCEPTIONS = {
    ("deliberation/live/round_secrets.py", "path.open('r+b')"): "overwrites a key where it lies",
    ("cms/files/media.py", "default_storage.open(path)"): "reads",
    ("cms/files/uploads.py", "Picture.open(file, formats=FORMATS)"): "reads",
    ("cms/theming/logo.py", "Image.open(io.BytesIO(upload.read()), formats=FORMATS)"): "reads",
    # The storage gives each file a new name, and the row that names it is only written after: nobody reads half.
    ("cms/files/uploads.py", "from django.core.files.base import ContentFile"): "in memory",
    ("cms/demo/files.py", "from django.core.files.base import ContentFile"): "a new name",
    ("cms/theming/operations.py", "from django.core.files.base import ContentFile"): "a new name",
    (
        "cms/theming/operations.py",
        "theme.logo.save(f'{theme.municipality.slug}.png', ContentFile(logo), save=False)",
    ): "a new name",
    ("cms/sign_in/adapters.py", "sociallogin.save(request)"): "a row",
    ("cms/sign_in/codes.py", "form.save(self.request)"): "a row",
    ("cms/pages/site_page.py", "super().save(commit)"): "a row",
    ("cms/sign_in/session_store.py", "super().save(must_create)"): "a row",
    ("compass/models.py", "super().save(*args, **{**kwargs, 'force_insert': True})"): "a row",
    ("deliberation/projects/assessing/answering.py", "self.save(request, form, action)"): "rows",
}


def named_modules(tree: ast.Module) -> dict[str, str]:
    """Give by the name it has here every module that is imported."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.asname or one.name: one.name for one in node.names}
    return names


def in_memory(tree: ast.Module) -> set[str]:
    """Name what is only a file in memory: `made = BytesIO()`."""
    return {
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and re.fullmatch(r"(io\.)?(Bytes|String)IO\(.*\)", ast.unparse(node.value))
    }


def writes(source: str) -> list[str]:
    """List what in a source may write a file, or can't be seen not to."""
    tree = ast.parse(source)
    names, memory = named_modules(tree), in_memory(tree)
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=taken):
                bad = WRITERS | OF_A_MODULE.get(module, set())
                found += [f"from {module} import {one.name}" for one in taken if one.name in bad]
                found += [f"from {module} import *" for one in taken if one.name == "*"]
            case ast.Call(func=ast.Name(id="getattr" | "methodcaller" | "attrgetter")):
                said = {a.value for a in node.args if isinstance(a, ast.Constant)}
                found += [ast.unparse(node)] * bool(said & (WRITERS | {"open", "save"}))
            case ast.Name(id=name) if name in WRITERS and id(node) in called:
                pass  # its import was seen
            case ast.Name(id="open", ctx=ast.Load()):
                found += not_read(called.get(id(node)), node, at=1)
            case ast.Attribute(attr=name, value=of):
                module = names.get(ast.unparse(of), "")
                if module == "os" and name == "open":
                    found += not_read(called.get(id(node)), node, at=1, reads="os.O_RDONLY")
                elif name in WRITERS or name in OF_A_MODULE.get(module, ()):
                    found.append(ast.unparse(called.get(id(node), node)))
                elif name == "open" and (
                    id(node) in called or HOLDS_A_FILE.search(ast.unparse(of))
                ):
                    found += not_read(called.get(id(node)), node, at=0)
                elif name == "save" and id(node) in called:
                    found += [ast.unparse(called[id(node)])] * gives_a_file(
                        called[id(node)], memory
                    )
    return found


def not_read(call: ast.Call | None, node: ast.AST, at: int, reads: str = "") -> list[str]:
    """Say how a file is opened, unless it is plainly only read."""
    if call is None:
        return [ast.unparse(node)]  # handed on: nobody sees for what
    modes = [
        *call.args[at:],
        *[one.value for one in call.keywords if one.arg in ("mode", "flags", None)],
    ]
    if reads:
        plain = [ast.unparse(one) for one in modes[:1]] == [reads]
    else:
        plain = all(
            isinstance(one, ast.Constant)
            and MODES.fullmatch(str(one.value))
            and not set(one.value) & set("wax+")
            for one in modes[:1]
        )
    return [] if plain else [ast.unparse(call)]


def gives_a_file(call: ast.Call, memory: set[str]) -> bool:
    into_memory = call.args and ast.unparse(call.args[0]) in memory
    named = {one.arg for one in call.keywords} - SAVES_A_ROW
    return not into_memory and bool(call.args or named)


def test_every_file_goes_through_the_one_place_that_writes_aside():
    found = {
        (str(path.relative_to(ROOT)), said)
        for path in modules(ROOT)
        if "migrations" not in path.parts
        for said in writes(path.read_text())
    }
    assert {one for one in found if one[0] == WRITES_ASIDE}, "nothing is seen to write"
    elsewhere = {one for one in found if one[0] != WRITES_ASIDE}
    assert elsewhere - EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() - elsewhere == set(), "no longer needed"


@pytest.mark.parametrize(
    "planted",
    [
        "open('x', 'w')",
        "open('x', mode='a')",
        "open('x', mode)",
        "open('x', **how)",
        "write = open",
        "path.open('w')",
        "path.open(mode='xb')",
        "path.open(how)",
        "write_into(path.open)",
        "path.write_text('x')",
        "save = path.write_bytes",
        "getattr(path, 'write_text')('x')",
        "from os import open as o",
        "import os as system\nsystem.open('x', system.O_WRONLY)",
        "import os\nos.open(p, os.O_CREAT | os.O_RDWR)",
        "import os\nos.write(1, b'x')",
        "import shutil as s\ns.copy(a, b)",
        "from shutil import move",
        "import shutil\nshutil.copyfile(a, b)",
        "import json\njson.dump(x, file)",
        "from json import dump",
        "import tempfile\ntempfile.NamedTemporaryFile()",
        "from tempfile import mkstemp",
        "default_storage.save('x', content)",
        "theme.logo.save(name='x', content=c)",
        "picture.save(path)",
        "from django.core.files.base import ContentFile",
        "from io import *",
        "import io\nio.open('x', 'w')",
        "path.touch()",
        "import sqlite3\nsqlite3.connect(path)",
        "from django.core.files import File",
    ],
)
def test_a_file_written_in_any_spelling_is_seen(planted):
    assert writes(planted)


@pytest.mark.parametrize(
    "said",
    [
        "open('x')",
        "path.open()",
        "path.open('rb')",
        "open('x', encoding='utf-8')",
        "row.save(update_fields=['a'])",
        "made = BytesIO()\npicture.save(made, 'PNG')",
        "import os\nos.open(folder, os.O_RDONLY)",
    ],
)
def test_what_only_reads_or_stays_in_memory_is_left_alone(said):
    assert writes(said) == []


# How a script writes: into what its word names, or in a way that can't be done aside.
INTO = re.compile(r"""(?:(?<!\S)\d?>{1,2} ?|\s-o ?|--(?:file|output)[= ])["']?([^\s"'&;|)]+)""")
NEVER_ASIDE = re.compile(r"^\s*(?:cp|tee|touch|truncate|install|ln|dd|sed -i\S*) .*", re.M)
ASIDE = re.compile(r"\.new$|\.partial/|^/dev/null$")


def written_in_place(script: str) -> list[str]:
    """List what a script writes where it may be read, half or not at all after a full disk."""
    lines = [one for one in script.splitlines() if not one.lstrip().startswith("#")]
    plain = "\n".join(lines)
    found = [into for one in lines if "--extract" not in one for into in INTO.findall(one)]
    wrong = [into for into in found if not ASIDE.search(into)]
    wrong += NEVER_ASIDE.findall(plain)
    for aside in {into for into in found if into.endswith(".new")}:
        name = re.escape(aside)
        if not re.search(rf'sync "{name}"\n\s*mv "{name}" ', plain):
            wrong.append(f"{aside} is not on the disk before it is put in place")
    return wrong


def test_scripts_write_aside_too():
    scripts = [one for one in (ROOT / "deploy").iterdir() if one.suffix == ".sh"]
    assert len(scripts) > 1
    assert {one.name: written_in_place(one.read_text()) for one in scripts} == {
        one.name: [] for one in scripts
    }


@pytest.mark.parametrize(
    "planted",
    [
        'sort -u -o "$list" "${lists[@]}"',
        'sort -u -o "$list.new" "${lists[@]}"\nmv "$list.new" "$list"',
        'sort a b > "$list"',
        "echo one >>$list",
        'pg_dump --file="$copy/database.dump"',
        'cp "$one" "$list"',
        "  sed -i s/a/b/ $list",
    ],
)
def test_a_script_that_writes_in_place_is_seen(planted):
    assert written_in_place(planted)
