"""Does the floor say nothing that is true of one instrument only? What is special about one stands in its own words."""

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import gettext

ROOT = Path(__file__).resolve().parent.parent.parent
MARKED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
TAGS = re.compile(
    r"""{%\s*translate\s+"([^"]*)"|{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate""", re.S
)
PLURAL = re.compile(r"{%\s*plural\s*%}")
ONLY_QUESTIONS = re.compile(r"\b(question|concern|worr|ask|vraag|vrag|vroeg|zorg)", re.I)


def texts_in_code(source: str) -> list[str]:
    """List what a module says to people: the first texts of every call that marks them to be translated."""
    calls = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Call)]
    marked = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id in MARKED]
    return [text.value for one in marked for text in one.args[:2] if isinstance(text, ast.Constant)]


def texts_in_template(source: str) -> list[str]:
    """List what a template says to people, as the catalogue has it."""
    blocks = [part for one, block in TAGS.findall(source) for part in PLURAL.split(one or block)]
    return [re.sub(r"{{ *(\w+) *}}", r"%(\1)s", one) for one in blocks]


def texts() -> list[str]:
    code = [
        path
        for path in (ROOT / "deliberation/participation").rglob("*.py")
        if path.parent.name != "migrations"
    ]
    folder = ROOT / "templates/deliberation/participation"
    templates = [path for path in folder.rglob("*.*") if path.is_file()]
    return [text for path in code for text in texts_in_code(path.read_text())] + [
        text for path in templates for text in texts_in_template(path.read_text())
    ]


def test_the_floor_speaks_of_no_instrument():
    found = texts()
    assert len(found) > 150
    said = [*found, *map(gettext, found)]
    assert "Verstuurd op %(day)s" in said, "in Dutch too"
    assert [text for text in said if ONLY_QUESTIONS.search(text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        '{% translate "Your question" as title %}',
        '{% blocktranslate with number=number %}{{ number }} of you\nasked this.{% endblocktranslate %}',
        '{% blocktranslate count number=number %}One{% plural %}Many concerns{% endblocktranslate %}',
    ],
)  # fmt: skip
def test_a_planted_sentence_in_a_template_is_found(planted):
    assert any(map(ONLY_QUESTIONS.search, texts_in_template(planted)))


@pytest.mark.parametrize(
    "planted", ['label = gettext_lazy("Your " "question")', 'ngettext("One", "%d questions", 2)']
)
def test_a_planted_sentence_in_code_is_found(planted):
    assert any(map(ONLY_QUESTIONS.search, texts_in_code(planted)))


def test_what_is_filled_in_or_said_to_programmers_is_no_sentence():
    filled = "{% blocktranslate with about=its.question %}About: {{ about }}{% endblocktranslate %}"
    assert texts_in_template(filled) == ["About: %(about)s"]
    assert texts_in_code('raise ValueError("no question")') == []
