"""Can every text of the interface be read in Dutch, and is what is compiled what was written?"""

import ast
import gettext
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/nl/LC_MESSAGES"


def statistics(po: Path) -> str:
    """Let gettext check a catalogue: "12 translated messages." and nothing else when it is complete."""
    command = ["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(po)]
    return subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C"}).stderr


def test_the_dutch_catalogue_is_complete():
    said = statistics(CATALOGUE / "django.po")
    assert "untranslated" not in said and "fuzzy" not in said, said
    assert int(said.split(" ")[0]) > 500, said


def test_a_missing_translation_is_caught(tmp_path):
    planted = tmp_path / "django.po"
    planted.write_text(
        (CATALOGUE / "django.po").read_text() + '\nmsgid "Not translated"\nmsgstr ""\n'
    )
    assert "1 untranslated" in statistics(planted)


def test_every_text_in_the_code_is_in_the_catalogue(tmp_path):
    """Collect the texts again, into a copy: nothing new may appear."""
    copy = tmp_path / "house"
    ignored = shutil.ignore_patterns(".*", "staticfiles", "var", "node_modules", "tests", "vendor")
    shutil.copytree(ROOT, copy, ignore=ignored)
    command = "makemessages -l nl --no-location --no-obsolete"
    environment = {"SAMENKOMPAS_DEBUG": "1", "SAMENKOMPAS_DATA_DIR": str(tmp_path / "var")}
    python = ROOT / ".venv/bin/python"
    python = str(python) if python.exists() else "python3"
    subprocess.run(
        [python, "manage.py", *command.split()],
        cwd=copy, check=True, capture_output=True, env=environment | {"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    said = statistics(copy / "locale/nl/LC_MESSAGES/django.po")
    assert "untranslated" not in said and "fuzzy" not in said, said


def test_what_is_compiled_is_what_was_written(tmp_path):
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", str(fresh), str(CATALOGUE / "django.po")], check=True)
    committed = CATALOGUE / "django.mo"
    with fresh.open("rb") as new, committed.open("rb") as old:
        assert gettext.GNUTranslations(new)._catalog == gettext.GNUTranslations(old)._catalog


TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "translated"}


def in_a_formatted_text(code: str) -> list[str]:
    """List what is translated inside an f-string: gettext doesn't read there, so nobody is asked for the Dutch."""
    return [
        ast.unparse(call)
        for text in ast.walk(ast.parse(code))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in TRANSLATES
        and any(isinstance(one, ast.Constant) for one in call.args)
    ]


def test_nothing_is_translated_where_nobody_collects_it():
    found = {
        str(path.relative_to(ROOT)): texts
        for room in ("cms", "compass", "deliberation")
        for path in (ROOT / room).rglob("*.py")
        if (texts := in_a_formatted_text(path.read_text()))
    }
    assert found == {}
    assert in_a_formatted_text("x = f\"{_('Saved.')} {when}\"")


@pytest.mark.parametrize("text", ["Save", "Who decides?"])
def test_the_catalogue_is_used(text):
    from django.utils.translation import gettext as translated

    assert translated(text) != text
