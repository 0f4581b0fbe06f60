"""Can every framework that was ever published still be read, with the same advice, byte for byte?

`frozen/` keeps each text that ever stood in compass/frameworks, as it stood, and what it advised.
"""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from compass import checks, drafting
from compass.engine import formats
from compass.engine.advise import advise
from compass.engine.framework import FrameworkErrors
from compass.models import Assessment, Framework
from compass.operations import publish_framework, record_assessment
from compass.queries import read_framework, shipped_framework_source, shipped_frameworks

from .engine.answer_sets import QUIET

ROOT = Path(__file__).resolve().parents[2]
FROZEN = sorted((ROOT / "tests" / "compass" / "frozen").glob("*.toml"))
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
every_frozen = pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)


def text_of(path) -> str:
    return path.read_bytes().decode()


@every_frozen
def test_every_framework_ever_published_gives_the_advice_it_gave(path):
    framework = read_framework(text_of(path))
    frozen = path.with_suffix(".json").read_text(encoding="utf-8")
    told = [
        each | {"advice": advise(framework, each["answers"]).as_dict(each["language"])}
        for each in json.loads(frozen)
    ]
    assert json.dumps(told, ensure_ascii=False, indent=1) + "\n" == frozen


def test_every_text_that_ever_stood_in_history_is_frozen():
    git = shutil.which("git")
    if (
        not git
        or not (ROOT / ".git").exists()
        or _git("rev-parse", "--is-shallow-repository") == b"true\n"
    ):
        pytest.skip("no history here to compare the frozen frameworks with")
    ours = _git(
        "log", "--format=", "--raw", "--no-abbrev", "--", "compass/frameworks/*.toml"
    ).decode()
    blobs = {line.split()[3] for line in ours.splitlines()} - {"0" * 40}
    assert blobs, "history names no framework"
    kept = _git("hash-object", "--no-filters", *map(str, FROZEN)).decode().split()
    assert blobs <= set(kept)


def _git(*words) -> bytes:
    run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True)
    return run.stdout


@pytest.mark.parametrize("key", shipped_frameworks())
def test_what_comes_with_the_platform_is_frozen_and_its_version_is_its_own(key):
    """A change to a file needs another version, and a frozen copy with its advice beside it."""
    source = shipped_framework_source(key)
    version = f'version = "{read_framework(source).version}"'
    same = [path for path in FROZEN if path.name.startswith(key) and version in text_of(path)]
    assert [text_of(path) for path in same] == [source]


# Formats


def test_a_format_of_a_newer_platform_is_refused_with_words():
    source = f"format = {formats.NEWEST + 1}\n" + shipped_framework_source("nl")
    with pytest.raises(FrameworkErrors, match="a newer version of the platform reads this"):
        read_framework(source)
    for wrong in ('"2"', "true", "0", "2.0"):
        with pytest.raises(FrameworkErrors):
            read_framework(f"format = {wrong}\n" + shipped_framework_source("nl"))


def test_the_newest_format_may_carry_its_number():
    source = f"format = {formats.NEWEST}\n" + shipped_framework_source("nl")
    assert read_framework(source).levels


def test_there_is_a_step_from_every_former_format():
    assert set(formats.STEPS) == set(range(1, formats.NEWEST))


@pytest.mark.django_db
@every_frozen
def test_a_draft_begins_from_every_text_and_is_in_the_newest_format(path):
    draft = drafting.start_draft(
        owner="dorp",
        owner_name="Dorp",
        key="dorp_eigen",
        source=text_of(path),
        based_on=None,
        editor_id="1",
        now=NOW,
    )
    document = drafting.read_document(draft.source)
    assert formats.format_of(document) == formats.NEWEST
    assert not any("methods" in level for level in document["levels"])
    assert read_framework(draft.source).key == "dorp_eigen"


# Before an upgrade


@pytest.fixture
def published():
    oldest = next(path for path in FROZEN if "bd83bd16" in path.stem)
    return publish_framework(source=text_of(oldest), actor_id="x", now=NOW)


def keep_as_is(**columns) -> Framework:
    """Store a version as another version of the platform left it: its text isn't ours to judge."""
    given = {
        "valid_from": date(2026, 1, 1),
        "published_at": NOW,
        "published_by": "x",
        "source_hash": "-",
    }
    return Framework.objects.create(**given | columns)


@pytest.mark.django_db
def test_migrate_is_refused_with_words_while_a_framework_cannot_be_read(published):
    record_assessment(framework=published, answers=QUIET, public_reasons={}, now=NOW)
    assert checks.read_everything_published(None, databases=["default"]) == []
    keep_as_is(key="dorp_eigen", version="2027-1", source="format = 99\n" + published.source)
    for ask in (
        lambda: call_command("migrate", plan=True, skip_checks=False, verbosity=0),
        lambda: call_command("check", databases=["default"]),
    ):
        with pytest.raises((SystemCheckError, CommandError)) as refused:
            ask()
        assert "The framework dorp_eigen 2027-1, which was published here" in str(refused.value)
        assert "Go back to the version" in str(refused.value) and "2026-1" not in str(refused.value)


@pytest.mark.django_db
def test_migrate_is_refused_when_an_assessment_would_read_otherwise(published):
    kept = record_assessment(framework=published, answers=QUIET, public_reasons={}, now=NOW)
    advice = kept.advice | {"outcome": "none"}
    Assessment.objects.create(
        framework=published, answers=kept.answers, public_reasons={}, advice=advice, created_at=NOW
    )
    found = checks.read_everything_published(None, databases=["default"])
    assert [one.id for one in found] == ["compass.E002"]


@pytest.mark.django_db
def test_an_empty_database_may_be_migrated(monkeypatch):
    monkeypatch.setattr(Framework._meta, "db_table", "no_such_table")
    assert checks.read_everything_published(None, databases=["default"]) == []
