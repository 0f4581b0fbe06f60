"""Do an installation's secrets stay out of the image and out of git? With Docker's own rules for .dockerignore."""

import ast
import posixpath
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
import yaml

from tests.test_architecture import ROOT, modules

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="asks git, and this is no clone"
)
COMPOSE = (ROOT / "deploy/compose.yaml").read_text()
SECRETS = [
    ".env", ".env.production", "deploy/.env", "deploy/.env.old", "deploy/tls/key.pem",
    "deploy/tls/fullchain.pem", "deploy/tls/old/deep/key", "deploy/backups/2026-01-01/database.dump",
    "deploy/backups/erased.txt", "var/samenkompas.sqlite3", "var/run/round-1", "cms/.env", "server.key",
    "cms/sign_in/server.pem", "samenkompas.sqlite3-wal", "static/copy.dump", "staticfiles/x",
]  # fmt: skip
NEVER_IN_THE_IMAGE = [
    ".git/config",
    "whatever-comes-next",
    "deploy/environment.example",
    "tests/a.py",
]


class DockerIgnore:
    """What Docker leaves out: the last line that fits a path or a folder above it decides.

    After the documentation of .dockerignore and the rules of Go's filepath.Match that it names.
    """

    def __init__(self, text: str):
        self.rules = []
        for line in map(str.strip, text.splitlines()):
            if line and not line.startswith("#"):
                kept = line.startswith("!")
                pattern = posixpath.normpath(line.removeprefix("!").strip()).lstrip("/")
                self.rules.append((re.compile(self.expression(pattern)), kept))

    @staticmethod
    def expression(pattern: str) -> str:
        made, rest = "", pattern
        while rest:
            if rest.startswith("**"):
                rest = rest[2:].removeprefix("/")
                made += "(?:.*/)?" if rest else ".*"
                continue
            sign, rest = rest[0], rest[1:]
            if sign == "\\" and rest:
                sign, rest = rest[0], rest[1:]
                made += re.escape(sign)
            elif sign in "*?":
                made += "[^/]*" if sign == "*" else "[^/]"
            else:
                made += sign if sign in "[]-^" else re.escape(sign)
        return rf"\A{made}\Z"

    def leaves_out(self, path: str) -> bool:
        above = [str(each) for each in PurePosixPath(path).parents if str(each) != "."]
        out = False
        for rule, kept in self.rules:
            if any(rule.match(each) for each in (path, *above)):
                out = not kept
        return out


IMAGE = DockerIgnore((ROOT / ".dockerignore").read_text())


def git(*asked, text="") -> list[str]:
    done = subprocess.run(
        ["git", *asked], cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.split("\0" if "-z" in asked else "\n")[:-1]


TRACKED = git("ls-files", "-z") if (ROOT / ".git").exists() else []


# Whatever stands under one of these is a place on the disk; elsewhere only what begins with a dot is.
PLACES = {
    "env_file",
    "label_file",
    "file",
    "path",
    "source",
    "context",
    "dockerfile",
    "include",
    "additional_contexts",
}
IN_THE_HISTORY = {"DEBIAN_IMAGE"}  # what a build is told stays readable in the image


def taken_from_disk(node, beside="deploy", is_place=False) -> set[str]:
    """Find every place on the disk that a compose file names, in whichever of its ways to write one."""
    if isinstance(node, dict):
        return {
            place
            for key, value in node.items()
            for place in taken_from_disk(
                value, beside, key in PLACES or (is_place and key != "required")
            )
        }
    if isinstance(node, list):
        return {place for one in node for place in taken_from_disk(one, beside, is_place)}
    if not isinstance(node, str):
        return set()
    node = re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", node)  # what it is when nobody says
    said = node.rpartition("=")[2].split(":")[0]
    if "://" in node or said.startswith(("/", "$")) or not (is_place or said.startswith(".")):
        return set()
    return {posixpath.normpath(posixpath.join(beside, said))}


def files_beside_compose() -> set[str]:
    """Find what the compose files take from the disk, but the folder that the image is built from."""
    found = {path for path in TRACKED if re.search(r"compose[^/]*\.ya?ml$", path)}
    assert "deploy/compose.yaml" in found
    read = {path: yaml.safe_load((ROOT / path).read_text()) for path in found}
    taken = {
        one for path, node in read.items() for one in taken_from_disk(node, posixpath.dirname(path))
    }
    return taken - {".", "deploy/deploy/Dockerfile"}


def kept_apart(path: str) -> bool:
    """Tell whether git ignores a file or folder, and Docker leaves it out."""
    return any(
        IMAGE.leaves_out(one) and git("check-ignore", "--no-index", "--stdin", text=one + "\n")
        for one in (path, f"{path}/x")
    )


def is_ours(path: str) -> bool:
    return any(one == path or one.startswith(f"{path}/") for one in TRACKED)


@pytest.mark.parametrize("path", SECRETS)
def test_a_secret_is_in_neither_the_image_nor_git(path):
    assert IMAGE.leaves_out(path)
    assert git("check-ignore", "--no-index", "--stdin", text=path + "\n") == [path]


def test_whatever_compose_takes_from_its_folder_is_ours_or_a_secret():
    assert {"deploy/tls", "deploy/backups", "deploy/.env"} <= files_beside_compose()
    assert [
        path for path in files_beside_compose() if not (path in TRACKED or kept_apart(path))
    ] == []


@pytest.mark.parametrize(
    "planted",
    [
        "services: {a: {env_file: secret.txt}}",
        "services: {a: {env_file: [secret.txt]}}",
        "services: {a: {env_file: [{path: ./secret.txt, required: false}]}}",
        "services: {a: {volumes: ['./secret.txt:/x:ro']}}",
        "services: {a: {volumes: [{type: bind, source: secret.txt, target: /x}]}}",
        "services: {a: {volumes: ['${KEYS:-./secret.txt}:/x']}}",
        "services: {a: {build: {context: secret.txt}}}",
        "services: {a: {build: {context: .., additional_contexts: {k: ./secret.txt}}}}",
        "services: {a: {build: {context: .., additional_contexts: ['k=secret.txt']}}}",
        "secrets: {k: {file: secret.txt}}",
        "configs: {k: {file: ./secret.txt}}",
        "include: [secret.txt]",
        "x-a: &a {env_file: [secret.txt]}\nservices: {b: {<<: *a}}",
    ],
)
def test_no_way_to_name_a_file_in_compose_is_missed(planted):
    assert "deploy/secret.txt" in taken_from_disk(yaml.safe_load(planted))
    assert not kept_apart("deploy/secret.txt")


def test_a_secret_of_compose_is_never_ours_and_no_build_is_told_one():
    compose = yaml.safe_load(COMPOSE)
    files = [one["file"] for one in (compose.get("secrets") or {}).values() if "file" in one]
    assert [one for one in files if not kept_apart(posixpath.normpath(f"deploy/{one}"))] == []
    for service in compose["services"].values():
        build = service.get("build") or {}
        assert set(build.get("args") or {}) <= IN_THE_HISTORY and not build.get("secrets")


COPIED = {
    "COPY requirements.txt /",
    "COPY --from=packages /venv /venv",
    "COPY . /samenkompas",  # what .dockerignore lets through
}


def test_only_what_is_named_is_copied_into_the_image():
    files = [path for path in TRACKED if "dockerfile" in path.rpartition("/")[2].lower()]
    assert files == ["deploy/Dockerfile"]
    lines = (ROOT / files[0]).read_text().replace("\\\n", " ").splitlines()
    told = [" ".join(line.split()) for line in lines]
    assert {one for one in told if re.match(r"(?i)(copy|add)\b", one)} == COPIED
    assert not [one for one in told if "--mount" in one]
    assert {one.split("=")[0] for one in told if one.upper().startswith("ARG ")} == {
        "ARG DEBIAN_IMAGE"
    }


def places_in_code(source: str, file: Path) -> set[str]:
    """Find what a module names on the disk: paths that begin at the code, and what a variable is when it is not set."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            try:
                known = {
                    "Path": Path,
                    "__file__": str(file),
                    "BASE_DIR": ROOT,
                    "str": str,
                    "DATA_DIR": ROOT / "var",
                }
                made = eval(compile(ast.Expression(node), "x", "eval"), {"__builtins__": {}}, known)  # noqa: S307
            except Exception:  # noqa: S112 (of something that is only known while it runs)
                continue
            if isinstance(made, Path) and made.is_relative_to(ROOT):
                found.add(str(made.relative_to(ROOT)))
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), ast.Constant(value=str(default))]):
                if re.search(r"FILE|DIR|PATH|FOLDER|LIST|KEYS", name) and re.fullmatch(
                    r"[\w.-]+(/[\w.-]+)*", default
                ):
                    found.add(default)
    return found


def test_nothing_that_is_kept_lies_in_the_code_unless_git_and_docker_leave_it_out():
    named = {place for path in modules(ROOT) for place in places_in_code(path.read_text(), path)}
    assert {"templates", "var/media", "var/run", "static"} <= named
    assert [place for place in named if not (is_ours(place) or kept_apart(place))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "ISSUERS_FILE = BASE_DIR / 'issuers.toml'",
        "LOGOS = BASE_DIR / 'cms' / 'logos'",
        "KEYS = Path(__file__).resolve().parent / 'keys'",
        "x = env('ISSUERS_FILE', 'issuers.toml')",
        "x = env('ISSUERS_FILE', str(BASE_DIR / 'issuers.toml'))",
    ],
)
def test_a_place_in_the_code_is_found_however_it_is_written(planted):
    found = places_in_code(planted, ROOT / "cms/settings.py")
    assert [place for place in found if not (is_ours(place) or kept_apart(place))]


def test_what_git_ignores_is_not_in_the_image():
    ignored = git("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
    assert [path for path in ignored if not IMAGE.leaves_out(path)] == []


@pytest.mark.parametrize("path", NEVER_IN_THE_IMAGE)
def test_only_what_is_named_goes_into_the_image(path):
    assert IMAGE.leaves_out(path)


def test_all_that_runs_is_in_the_image():
    runs = ("cms/", "compass/", "deliberation/", "locale/", "static/", "templates/")
    needed = {path for path in TRACKED if path.startswith(runs)}
    needed |= {"manage.py", "requirements.txt"} | set(re.findall(r"deploy/\w+\.py", COMPOSE))
    assert len(needed) > 500
    assert [path for path in sorted(needed) if IMAGE.leaves_out(path)] == []


@pytest.mark.parametrize(
    ("rules", "path", "out"),
    [
        ("*/temp*", "somedir/temporary.txt", True),
        ("*/temp*", "a/b/temp", False),
        ("*/*/temp*", "a/b/temp", True),
        ("temp?", "tempa", True),
        ("temp?", "tempab", False),
        ("**/*.go", "a/b/c.go", True),
        ("**/*.go", "c.go", True),
        ("*.md\n!README.md", "README.md", False),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", True),
        ("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", False),
        ("/foo/bar", "foo/bar", True),
        ("# foo\nbar/", "bar/deep/x", True),
        ("*\n!a/b", "a/b/c", False),
        ("*\n!a/b", "a/c", True),
        ("[a-c]x", "bx", True),
        ("foo", "deep/foo", False),
    ],
)
def test_the_rules_read_as_docker_says_it_reads_them(rules, path, out):
    """The examples of Docker's documentation, and what its matcher does with folders."""
    assert DockerIgnore(rules).leaves_out(path) is out
