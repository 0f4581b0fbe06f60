"""Loader of framework files: from the whole text to a Rulebook, or to everything that is wrong with it."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from compass.dates import is_plausible
from compass.engine.anatomy import Level, Rulebook, Text
from compass.engine.formats import read_document
from compass.engine.messages import Translator, in_english
from compass.engine.notation import RESERVED
from compass.engine.quoting import quoted
from compass.engine.reading import (
    KnownNames,
    is_off,
    read_case,
    read_comparison,
    read_explanation,
    read_level,
    read_method,
    read_promise,
    read_question,
    read_rule,
)
from compass.engine.toml_table import FrameworkError, FrameworkErrors, TomlTable, header_lines
from compass.engine.weights import read_score

__all__ = ["FrameworkError", "FrameworkErrors", "Rulebook", "load_framework"]

NAMES = {
    "levels": "key",
    "questions": "key",
    "scores": "key",
    "rules": "id",
    "promises": "id",
    "methods": "id",
    "cases": "id",
    "explained": "finding",
}


LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")
MOST_LANGUAGES = 12


def load_framework(
    source: str, *, languages: Sequence[str] = (), translate: Translator = in_english
) -> Rulebook:
    """Read a framework file; raise FrameworkErrors that holds everything wrong with it at once.

    Its texts are in the languages that its title has, and at least in `languages`. `translate` says
    what the engine adds in words of its own.
    """
    file = _File(read_document(source), header_lines(source), languages)
    framework = file.framework(sha256(source.encode()).hexdigest(), translate)
    if file.errors:
        raise FrameworkErrors(_in_order(file.errors))
    return framework


def languages_of(title, languages: Sequence[str]) -> tuple[str, ...]:
    """Name the languages of a file by its title: those that must be there first, then the others."""
    named = title if isinstance(title, dict) else {}
    more = [code for code in named if isinstance(code, str) and LANGUAGE.fullmatch(code)]
    return tuple(dict.fromkeys((*languages, *more[:MOST_LANGUAGES])))


def _in_order(errors: list[FrameworkError]) -> list[FrameworkError]:
    """Sort what is wrong by line; of very much only the first part is worth reading."""
    first = sorted(errors, key=lambda error: error.line)[:MOST_ERRORS]
    if len(errors) > MOST_ERRORS:
        more = f"fewer mistakes: {len(errors) - MOST_ERRORS} more are not shown"
        first.append(FrameworkError("", "", first[-1].line, more))
    return first


MOST_ERRORS = 200
MOST = {  # tables of each kind; far above what people fill in, far below what a proof can bear
    "levels": 12,
    "questions": 100,
    "scores": 20,
    "rules": 300,
    "promises": 100,
    "methods": 100,
    "cases": 300,
    "explained": 300,
}


class _File:
    """One file on its way to a framework, with everything found wrong so far."""

    def __init__(self, document: dict, lines: dict[str, list[int]], languages: Sequence[str]):
        self.errors: list[FrameworkError] = []
        self.lines = lines
        self.languages = languages_of(document.get("title"), languages)
        self.top = TomlTable("", document, 1, self.errors, self.languages)
        self.top.value("format")  # whose reading it is: formats.py
        self.tables = {table: self._sections(table) for table in NAMES}

    def _sections(self, table: str) -> list[TomlTable]:
        rows = self.top.value(table)
        if rows is None:
            return []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.top.expect(table, f"tables that start with [[{table}]]")
            return []
        found = self.lines.get(table, [])
        if len(rows) > MOST[table]:
            line = found[MOST[table]] if len(found) == len(rows) else 1
            self.errors.append(FrameworkError(table, "", line, f"at most {MOST[table]} of these"))
            return []
        lines = found if len(found) == len(rows) else [1] * len(rows)  # written inline
        pairs = zip(rows, lines, strict=True)
        return [TomlTable(table, row, line, self.errors, self.languages) for row, line in pairs]

    def framework(self, source_hash: str, translate: Translator) -> Rulebook:
        """Read the tables in the order in which they may point at each other."""
        known, tables = KnownNames(), self.tables
        known.place_levels(self._levels())
        known.questions = tuple(read_question(each, known) for each in tables["questions"])
        known.scores = tuple(read_score(each, known) for each in tables["scores"])
        self._check_names()
        rules = [(is_off(each), read_rule(each, known)) for each in tables["rules"]]
        framework = Rulebook(
            key=self.top.slug("key"),
            version=self.top.short_line("version"),
            title=self._title(),
            valid_from=self._valid_from(),
            levels=known.levels,
            questions=known.questions,
            scores=known.scores,
            rules=tuple(rule for off, read in rules if not off for rule in read),
            promises=tuple(read_promise(each, known) for each in tables["promises"]),
            compare=self._comparison(known),
            source_hash=source_hash,
            switched_off=tuple(rule for off, read in rules if off for rule in read),
            methods=tuple(read_method(each, known) for each in tables["methods"]),
            cases=tuple(read_case(each, known) for each in tables["cases"]),
            explained=dict(read_explanation(each) for each in tables["explained"]),
            lines={
                (table, section.name(NAMES[table])): section.line
                for table in NAMES
                for section in tables[table]
            },
            languages=self.languages,
            translate=translate,
        )
        self.top.close()
        return framework

    def _levels(self) -> tuple[Level, ...]:
        if not self.tables["levels"]:
            self.top.expect("levels", "at least one [[levels]]")
        pairs = [(read_level(section), section) for section in self.tables["levels"]]
        for level, section in pairs:
            rivals = [other for other, _ in pairs if other.rank == level.rank]
            modes = {other.mode for other in rivals}
            if len(rivals) > 1 and (len(modes) < len(rivals) or "" in modes):
                section.expect("rank", "a rank of its own, or one design and one doing level")
        return tuple(sorted((level for level, _ in pairs), key=lambda level: level.rank))

    def _title(self) -> Text:
        if not self.languages:
            self.top.expect("title", "a text in one or more languages, each by its code")
        return self.top.words("title")

    def _valid_from(self) -> date:
        value = self.top.value("valid_from")
        if type(value) is date and is_plausible(value):
            return value
        self.top.expect("valid_from", "a date between 1950 and 2100, such as 2026-01-01")
        return date.min

    def _comparison(self, known: KnownNames):
        row = self.top.mapping("compare")
        if not row:
            return None
        line = self.lines.get("compare", [1])[0]
        section = TomlTable("compare", row, line, self.errors, self.languages)
        return read_comparison(section, known)

    def _check_names(self):
        """Use every name once; questions and scores share one set of names."""
        for table, key in NAMES.items():
            counts = Counter(section.name(key) for section in self.tables[table])
            for section in self.tables[table]:
                if counts[section.name(key)] > 1:
                    used = quoted(section.name(key))
                    section.expect(key, f"a name that is used once, not {used}")
        questions = {section.name("key") for section in self.tables["questions"]}
        for section in self.tables["questions"] + self.tables["scores"]:
            taken = RESERVED if section.table == "questions" else RESERVED | questions
            if section.name("key") in taken:
                section.expect("key", f"a name without a meaning, not {section.name('key')!r}")
