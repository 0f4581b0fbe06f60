"""Are the texts of the wizard short: at most twelve words in an average Dutch sentence, none of them endless?"""

import re
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup

from compass.engine.changes_serializer import SAID
from compass.queries import parsed_shipped, shipped_frameworks
from compass.translation import translate
from tests.builders import a_decision_point, an_assessed_point
from tests.projects.test_wizard import Officer

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SCREENS = (
    "templates/compass/*.html",
    "templates/deliberation/projects/_advice_panel.html",
    "templates/deliberation/projects/_difference.html",
    "templates/deliberation/projects/_except.html",
    "templates/deliberation/projects/_not_saved.html",
    "templates/deliberation/projects/_part.html",
    "templates/deliberation/projects/_steps.html",
    "templates/deliberation/projects/assess.html",
    "templates/deliberation/projects/decide_level.html",
    "templates/deliberation/projects/see_difference.html",
    "templates/deliberation/projects/take_over_answers.html",
    "deliberation/projects/assessing/*.py",
    "compass/forms.py",
    "compass/templatetags/*.py",
)
AVERAGE, LONGEST = 12, 25
# A text between quotes after one of Django's ways to translate it.
MARKED = re.compile(
    r"(?:\{%\s*translate\s+|\b_\(\s*|gettext(?:_lazy)?\(\s*|ngettext\(\s*)\"((?:[^\"\\]|\\.)*)\""
)
BLOCK = re.compile(
    r"\{% blocktranslate[^%]*%\}(.*?)(?:\{% plural %\}|\{% endblocktranslate %\})", re.DOTALL
)


def sentences(text: str) -> list[str]:
    """Cut a text into what is read in one breath: up to a stop, or the end of a label."""
    parts = re.split(r"(?<=[.!?:;])\s+|\n", text)
    return [part for part in parts if len(words(part)) > 0]


def words(sentence: str) -> list[str]:
    return re.findall(
        r"[\w’'-]*[^\W\d_][\w’'-]*", re.sub(r"%\(\w+\)s|\{\w+\}|%[sd]", "x", sentence)
    )


def as_source(block: str) -> str:
    """Write the text of a block as the catalogue has it: on one line, with its own signs for a value."""
    return re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", re.sub(r"\s*\n\s*", " ", block.strip()))


def on_screens() -> set[str]:
    """Collect the source strings of the wizard's own screens."""
    found = set()
    for pattern in SCREENS:
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            found.update(MARKED.findall(text))
            found.update(map(as_source, BLOCK.findall(text)))
    return found


def dutch_of_screens() -> list[str]:
    catalogue = polib.pofile(str(ROOT / "locale/nl/LC_MESSAGES/django.po"))
    dutch = {entry.msgid: entry.msgstr or entry.msgstr_plural.get(0, "") for entry in catalogue}
    return [dutch[text] for text in on_screens() if dutch.get(text)]


def framework_texts(key: str) -> list[str]:
    """Collect everything of a framework that somebody reads while answering."""
    framework = parsed_shipped(key)
    texts = []
    for question in framework.questions:
        reason = [question.public_reason] if question.public_reason else []
        options = [part for option in question.options for part in (option.label, option.example)]
        texts += [question.text, question.help, question.why, *reason, *options]
    texts += [rule.because for rule in framework.rules]
    texts += [level.promise for level in framework.levels]
    return [text["nl"] for text in texts if text]


def average(texts) -> float:
    lengths = [len(words(sentence)) for text in texts for sentence in sentences(text)]
    return sum(lengths) / len(lengths)


def too_long(texts) -> list[str]:
    return [one for text in texts for one in sentences(text) if len(words(one)) > LONGEST]


def test_the_search_finds_what_is_on_the_screens():
    found = on_screens()
    assert {
        "What if you change an answer?",
        "I don't know",
        "Part %(number)s of %(parts)s",
    } <= found
    assert len(dutch_of_screens()) > 100


def test_the_dutch_of_the_screens_is_short(capsys):
    texts = dutch_of_screens()
    with capsys.disabled():
        print(f"\nscreens of the wizard: {average(texts):.1f} words in a sentence")
    assert too_long(texts) == []
    assert average(texts) <= AVERAGE


@pytest.mark.parametrize("key", shipped_frameworks())
def test_the_dutch_of_a_framework_is_short(key, capsys):
    texts = framework_texts(key)
    with capsys.disabled():
        print(f"\nframework {key}: {average(texts):.1f} words in a sentence")
    assert too_long(texts) == []
    assert average(texts) <= AVERAGE


def test_what_the_advice_says_of_changes_is_short():
    texts = [translate(message, "nl", count) for message in SAID.values() for count in (1, 2)]
    assert too_long(texts) == []
    assert average(texts) <= AVERAGE


def test_full_sentences_are_short_too():
    """Labels are short by nature; sentences that end with a stop have to be by themselves."""
    texts = [
        *dutch_of_screens(),
        *(text for key in shipped_frameworks() for text in framework_texts(key)),
    ]
    full = [one for text in texts for one in sentences(text) if one[-1] in ".!?"]
    assert average(full) <= AVERAGE


@pytest.mark.django_db
def test_the_screen_of_a_done_advice_does_not_say_that_nothing_can_change_it():
    """A given answer can: the same screen says which, and by how much."""
    point = an_assessed_point("consult")
    page = Officer().open("assess_decision_point", point).content.decode()
    assert "geen antwoord" not in page.casefold()
    assert "Wat als u een antwoord verandert?" in page and "nog open liet" in page


@pytest.mark.django_db
def test_answers_that_leave_the_same_possible_are_not_listed_one_by_one():
    page = Officer().open("assess_decision_point", a_decision_point())
    listed = BeautifulSoup(page.content, "html.parser").select(
        ".sk-next__answers li span:last-child"
    )
    assert len({one.text for one in listed}) == len(listed)
