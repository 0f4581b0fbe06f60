"""Error messages on a framework file, for somebody who never saw such a file."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compass.engine.framework import FrameworkErrors
from compass.engine.toml_table import header_lines
from compass.queries import read_framework
from compass.refusal import Refused

from .parts import PARTS

SHOWN = 10  # mistakes named at once: more than anybody mends in one go
BY_TABLE = {part.table: part for part in PARTS.values()}
ON_TOP = ("title", "valid_from", "key", "version", *BY_TABLE)  # mended by beginning, or on a screen
OTHER_FIELDS = {
    "options": gettext_lazy("Answers"),
    "when": gettext_lazy("When does this hold?"),
    "terms": gettext_lazy("Points"),
    "caps": gettext_lazy("Points"),
    "expect": gettext_lazy("Which level should come out?"),
    "expect_now": gettext_lazy("Which level should be feasible now?"),
    "answers": gettext_lazy("Answers"),
    "rank": gettext_lazy("Order"),
}

# What the reader of files expects (its own words, in English), and how that is said here.
_SAYINGS = (
    (r"at least one \[\[levels\]\]", gettext_lazy("There is no level yet.")),
    (r"a text", gettext_lazy("A text belongs here.")),
    (r"a whole number from (?P<low>-?\d+) to (?P<high>\d+)",
     gettext_lazy("A whole number from %(low)s to %(high)s belongs here.")),
    (r"a whole number.*", gettext_lazy("A whole number belongs here.")),
    (r"true or false", gettext_lazy("Yes or no belongs here (true or false).")),
    (r"a date.*", gettext_lazy("A date belongs here.")),
    (r"a list of (?P<count>\d+) whole numbers.*",
     gettext_lazy("Every answer needs points. So many numbers belong here: %(count)s.")),
    (r"a list of .*", gettext_lazy("A list belongs here.")),
    (r"a name of small letters.*", gettext_lazy("Use small letters, digits and _, and start with a letter.")),
    (r"a name that is used once.*", gettext_lazy("This name is used twice.")),
    (r"a name without a meaning.*", gettext_lazy("This name can't be used: it has a meaning of its own.")),
    (r"a rank of its own.*", gettext_lazy("Every level needs a place of its own in the order.")),
    (r'a known question or score, not "(?P<name>.*)"',
     gettext_lazy("No question or score is called “%(name)s”.")),
    (r"(?P<key>\w+) compared with a code from (?P<codes>.*)",
     gettext_lazy("“%(key)s” has these answers: %(codes)s.")),
    (r".*, found the end", gettext_lazy("The condition stops too early.")),
    (r"""(?>.*?, found "|a name, a number or a sign, not ')(?P<sign>.*)["']""",
     gettext_lazy("The condition can't be read at “%(sign)s”.")),
    (r"a band from low to high, not (?P<band>.*)", gettext_lazy("Write the lowest first, not %(band)s.")),
    (r'no "outcome".*', gettext_lazy("Only a warning may look at the outcome.")),
    (r"at most (?P<most>\d+) levels of nesting", gettext_lazy("This is too deep: at most %(most)s inside each other.")),
    (r"(a text of )?at most (?P<most>\d+) characters", gettext_lazy("This is too long: at most %(most)s characters.")),
    (r"a table of names and values", gettext_lazy("A list of names with values belongs here.")),
    (r"one of the terms.*", gettext_lazy("One of the questions belongs here, with a whole number.")),
    (r".* of a question whose options are levels", gettext_lazy("A question whose answers are levels belongs here.")),
    (r"nothing", gettext_lazy("Nothing belongs here.")),
    (r'(?P<these>(nothing or )?"[^"]*"( or "[^"]*")*)', gettext_lazy("One of these belongs here: %(these)s.")),
    (r"at most (?P<most>\d+) of these", gettext_lazy("There are too many of these: at most %(most)s.")),
    (r"no such key here.*", gettext_lazy("This does not belong here.")),
    (r"exactly one effect.*", gettext_lazy("Say what follows: one thing.")),
    (r"a level (from|for) .*", gettext_lazy("This level does not exist.")),
    (r"a code from .*|the codes? .*|two or more codes.*", gettext_lazy("These answers do not fit.")),
    (r"the key of a question|the name of a question.*|a question with numbered.*",
     gettext_lazy("This question does not exist, or its answers have no order.")),
    (r"at least one question.*", gettext_lazy("At least one question belongs here.")),
)  # fmt: skip
SAYINGS = [(re.compile(pattern), saying) for pattern, saying in _SAYINGS]


def said_of(expected: str) -> str:
    """Say what belongs there; nothing when the reader of files says something rare."""
    for pattern, saying in SAYINGS:
        found = pattern.fullmatch(expected)
        if found:
            said = {name: text.replace(" or ", ", ") for name, text in found.groupdict().items()}
            return str(saying) % said if said else str(saying)
    return ""


def field_called(table: str, key: str) -> str:
    """Name a field as the form of its part does; a key no form shows stays as it is."""
    stem = re.split(r"[.\[,]", key)[0]
    form = BY_TABLE[table].editor.form_class if table in BY_TABLE else None
    if form and stem in form.words:
        return str(form.words[stem].label)
    if form and stem in form.base_fields:
        return str(form.base_fields[stem].label)
    return str(OTHER_FIELDS.get(stem, key))


def refuse_unmendable(source: str):
    """Refuse a file with mistakes that no screen shows, each with its line; the others can be mended there."""
    try:
        read_framework(source)
    except FrameworkErrors as wrong:
        found = [error for error in wrong.errors if not _is_mendable(error)]
        if found:
            raise Refused(_told(found, source), code="malformed", field="file") from wrong


def _is_mendable(error) -> bool:
    if error.expected.startswith("at most"):
        return False
    return error.table in BY_TABLE or (not error.table and error.key.split(".")[0] in ON_TOP)


def _told(errors, source: str) -> str:
    lines = header_lines(source)
    told = [_line(error, lines) for error in errors[:SHOWN]]
    more = len(errors) - SHOWN
    if more > 0:
        told.append(ngettext("And %(count)s more.", "And %(count)s more.", more) % {"count": more})
    return " ".join(told)


def _line(error, lines: dict[str, list[int]]) -> str:
    """Name the line, the place and what belongs there; a table nobody knows has a line of its own."""
    place = " ".join(part for part in (error.table and f"[{error.table}]", error.key) if part)
    text = said_of(error.expected) or error.expected
    return _("Line %(line)s, %(place)s: %(text)s") % {
        "line": error.line if error.table else lines.get(error.key, [error.line])[0],
        "place": place or _("the file"),
        "text": text,
    }
