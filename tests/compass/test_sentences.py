"""Does the compass still say the same, word for word, in every language it spoke before?

What it said is kept in `sentences.json`: of frameworks that never change, everything about their worked cases.
"""

import hashlib
import json
from pathlib import Path

import pytest

from compass.engine.advise import advise
from compass.engine.findings import finding_as_dict
from compass.engine.framework import FrameworkErrors
from compass.engine.framework_serializer import framework_as_dict
from compass.engine.versions import differences, other_advices
from compass.engine.what_if import side_by_side, what_if
from compass.queries import checked, read_framework

HERE = Path(__file__).resolve().parent
KEPT = HERE / "sentences.json"
# A framework that never changes, and the one before it that it is compared with.
FROZEN = {
    "nl-2026-4-dd77b939": "nl-2026-1-9015fcbc",
    "ladder-2026-1-13741943": "nl-2026-4-dd77b939",
}
LANGUAGES = ("nl", "en")


def source_of(name: str) -> str:
    return (HERE / "frozen" / f"{name}.toml").read_bytes().decode()


def everything_said(name: str, language: str):
    """Yield all that is told of a framework: itself, its check, how it differs, and each case from all sides."""
    framework, former = (read_framework(source_of(each)) for each in (name, FROZEN[name]))
    yield framework_as_dict(framework, language)
    yield [finding_as_dict(framework, one, language) for one in checked(source_of(name))]
    yield [list(one) for one in differences(former, framework, language)]
    yield [list(one) for one in other_advices(former, framework, language)]
    for case in framework.cases:
        known = list(case.answers)
        for answers in (case.answers, {key: case.answers[key] for key in known[::2]}):
            yield advise(framework, answers).as_dict(language)
            yield what_if(framework, answers).as_dict(language)
        for key in known[::5]:
            for code in (None, *framework.question(key).codes):
                yield side_by_side(framework, case.answers, {key: code}).as_dict(language)


def texts(told):
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list | tuple):
        for part in told.values() if isinstance(told, dict) else told:
            yield from texts(part)


def as_kept(name: str, language: str) -> dict:
    """Give every sentence once, and a digest of the whole: which sentence stands where."""
    told = list(everything_said(name, language))
    written = json.dumps(told, ensure_ascii=False)
    return {
        "digest": hashlib.sha256(written.encode()).hexdigest(),
        "sentences": sorted({text for text in texts(told) if " " in text}),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FROZEN)
def test_everything_that_is_said_is_what_was_said_before(name, language):
    kept = json.loads(KEPT.read_text(encoding="utf-8"))[name][language]
    said = as_kept(name, language)
    assert said["sentences"] == kept["sentences"]
    assert said["digest"] == kept["digest"]


def test_a_framework_of_the_platform_has_all_its_languages():
    source = source_of("nl-2026-4-dd77b939").replace('title.en = "', 'title.fy = "', 1)
    with pytest.raises(FrameworkErrors) as caught:
        read_framework(source)
    assert ("", "title.en", "a text") in [
        (error.table, error.key, error.expected) for error in caught.value.errors
    ]
