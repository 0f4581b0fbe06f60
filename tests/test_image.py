"""Do an installation's secrets stay out of the image and out of git? With Docker's own rules for .dockerignore."""

import posixpath
import re
import shutil
import subprocess
from pathlib import PurePosixPath

import pytest

from tests.test_architecture import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="asks git, and this is no clone"
)
COMPOSE = (ROOT / "deploy/compose.yaml").read_text()
SECRETS = [
    ".env", ".env.production", "deploy/.env", "deploy/.env.old", "deploy/tls/key.pem",
    "deploy/tls/fullchain.pem", "deploy/tls/old/deep/key", "deploy/backups/2026-01-01/database.dump",
    "deploy/backups/erased.txt", "var/samenkompas.sqlite3", "var/run/round-1", "cms/.env", "server.key",
    "cms/doors/server.pem", "samenkompas.sqlite3-wal", "static/copy.dump", "staticfiles/x",
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


def files_beside_compose() -> set[str]:
    """Find what compose.yaml takes from its own folder: mounts and files of variables."""
    mounted = re.findall(r"\./([\w.-]+)", COMPOSE) + re.findall(r"env_file: ([\w.-]+)", COMPOSE)
    return {f"deploy/{name}" for name in mounted}


@pytest.mark.parametrize("path", SECRETS)
def test_a_secret_is_in_neither_the_image_nor_git(path):
    assert IMAGE.leaves_out(path)
    assert git("check-ignore", "--no-index", "--stdin", text=path + "\n") == [path]


def test_whatever_compose_takes_from_its_folder_is_ours_or_a_secret():
    assert {"deploy/tls", "deploy/backups", "deploy/.env"} <= files_beside_compose()
    for path in files_beside_compose() - set(TRACKED):
        inside = path if path.endswith(".env") else f"{path}/x"
        assert IMAGE.leaves_out(inside), path
        assert git("check-ignore", "--no-index", "--stdin", text=inside + "\n") == [inside]


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
