"""Does the command line advise without a database, and say what is wrong with its input?"""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compass.engine.advise import advise
from compass.models import Framework
from compass.queries import parsed_shipped, shipped_framework_source

from .engine.answer_sets import QUIET

README = Path(__file__).resolve().parents[2] / "README.md"


def told(tmp_path, answers, *options, framework="nl"):
    """Run the command; pytest-django forbids every database access here."""
    path, out = tmp_path / "answers.json", StringIO()
    path.write_text(answers if isinstance(answers, str) else json.dumps(answers), encoding="utf-8")
    call_command("compass", "advise", framework, str(path), *options, stdout=out)
    return json.loads(out.getvalue())


def complaint(tmp_path, answers, **options):
    with pytest.raises(CommandError) as caught:
        told(tmp_path, answers, **options)
    assert caught.value.returncode == 2
    return str(caught.value)


def test_one_set_gives_one_advice(tmp_path):
    assert told(tmp_path, QUIET) == advise(parsed_shipped("nl"), QUIET).as_dict()


def test_a_list_gives_a_list(tmp_path):
    advices = told(tmp_path, [QUIET, {}, {"g_internal": True}])
    assert [advice["outcome"] for advice in advices] == ["consult", None, None]
    assert advices[2]["possible"] == ["none", "inform"]


def test_in_english(tmp_path):
    advice = told(tmp_path, QUIET, "--language", "en")
    assert advice["reasons"][0]["because"].startswith("People notice")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"room": 7}, "room: expected 0, 1, 2, 3 or null, not 7"),
        ({"rom": 1}, "rom: expected room"),
        (
            [{}, {"initiator": "raad"}],
            "answers[1]: initiator: expected gemeente, inwoners, bedrijf or null",
        ),
        ([[]], "answers[0]: answers: expected an object"),
        ("{room: 2}", "answers: expected JSON"),
        ("[" * 100_000, "answers: expected JSON"),
        ('"room"', "answers: expected an object"),
    ],
)
def test_wrong_answers_name_the_key_and_what_was_expected(tmp_path, answers, expected):
    assert expected in complaint(tmp_path, answers)


@pytest.mark.parametrize("framework", ["utopia", "../nl", "nl.toml", ""])
def test_an_unknown_framework_names_the_known_ones(tmp_path, framework):
    assert "expected one of ladder, nl" in complaint(tmp_path, QUIET, framework=framework)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="a file that can be read") as caught:
        call_command("compass", "advise", "nl", str(tmp_path / "none.json"))
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("framework", "found"),
    [("nl", "c1:floor_law/settle_minor"), ("ladder", "idle_rule:aim_understanding")],
)
def test_check_proves_a_shipped_framework_and_says_how_long_it_took(framework, found):
    out = StringIO()
    call_command("compass", "check", framework, stdout=out)
    told = out.getvalue()
    assert told.startswith("0 errors\n") and found in told
    assert re.search(rf"{framework} [\w-]+: proven in \d+\.\d\d s", told)


@pytest.mark.django_db
def test_publish_brings_every_shipped_framework_and_twice_does_no_harm():
    for _ in range(2):
        out = StringIO()
        call_command("compass", "publish", stdout=out)
        assert [line.split()[0] for line in out.getvalue().splitlines()] == ["ladder", "nl"]
    assert sorted(Framework.objects.values_list("key", "owner")) == [("ladder", ""), ("nl", "")]


def test_check_names_errors_and_fails(tmp_path):
    source = shipped_framework_source("nl").replace(
        'when = "capacity=0"', 'when = "capacity=0 and capacity=1"'
    )
    file = tmp_path / "own.toml"
    file.write_text(source, encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("compass", "check", str(file), "--json", stdout=out)
    assert caught.value.returncode == 1
    found = {row["name"]: row["severity"] for row in json.loads(out.getvalue())}
    assert found["dead_rule:means_none"] == "error"


@pytest.mark.parametrize(
    ("source", "said"),
    [(None, "can be read"), ("key = 3", "[levels]"), ("key = ", "TOML"), (b"\xff", "UTF-8")],
)
def test_check_says_what_is_wrong_with_a_file(tmp_path, source, said):
    file = tmp_path / "own.toml"
    if source is not None:
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
    with pytest.raises(CommandError) as caught:
        call_command("compass", "check", str(file))
    assert caught.value.returncode == 2
    assert said.strip("[]") in str(caught.value)


def test_the_answers_in_the_readme_are_answers(tmp_path):
    (shown,) = re.findall(r"^echo '(.*)' > answers\.json$", README.read_text(), re.M)
    assert json.loads(shown) and told(tmp_path, shown)["possible"]
