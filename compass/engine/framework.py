"""What does a framework file say, and is all of it right?"""

import tomllib
from collections import Counter
from datetime import date
from hashlib import sha256

from compass.engine.anatomy import Framework, Level
from compass.engine.notation import RESERVED
from compass.engine.reading import (
    Known,
    is_off,
    read_case,
    read_comparison,
    read_explanation,
    read_level,
    read_method,
    read_promise,
    read_question,
    read_rule,
    read_score,
)
from compass.engine.sections import FrameworkError, FrameworkErrors, Section, header_lines

__all__ = ["Framework", "FrameworkError", "FrameworkErrors", "load_framework"]

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


def load_framework(source: str) -> Framework:
    """Read a framework file; raise FrameworkErrors that holds everything wrong with it at once."""
    if len(source) > LARGEST:
        raise FrameworkErrors([FrameworkError("", "", 1, f"at most {LARGEST} characters")])
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise FrameworkErrors([_syntax_error(error)]) from error
    except RecursionError as error:
        raise FrameworkErrors([FrameworkError("", "", 1, "fewer tables inside tables")]) from error
    file = _File(document, header_lines(source))
    framework = file.framework(sha256(source.encode()).hexdigest())
    if file.errors:
        raise FrameworkErrors(sorted(file.errors, key=lambda error: error.line))
    return framework


def _syntax_error(error: tomllib.TOMLDecodeError) -> FrameworkError:
    words = str(error).replace(",", " ").replace(")", " ").split()
    line = words[words.index("line") + 1] if "line" in words else "1"
    return FrameworkError("", "", int(line), f"a TOML file ({error})")


LARGEST = 400_000  # characters; the framework that comes with the platform has 50,000
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

    def __init__(self, document: dict, lines: dict[str, list[int]]):
        self.errors: list[FrameworkError] = []
        self.lines = lines
        self.top = Section("", document, 1, self.errors)
        self.tables = {table: self._sections(table) for table in NAMES}

    def _sections(self, table: str) -> list[Section]:
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
        return [Section(table, row, line, self.errors) for row, line in pairs]

    def framework(self, source_hash: str) -> Framework:
        """Read the tables in the order in which they may point at each other."""
        known, tables = Known(), self.tables
        known.place_levels(self._levels())
        known.questions = tuple(read_question(each, known) for each in tables["questions"])
        known.scores = tuple(read_score(each, known) for each in tables["scores"])
        self._check_names()
        rules = [(is_off(each), read_rule(each, known)) for each in tables["rules"]]
        framework = Framework(
            key=self.top.slug("key"),
            version=self.top.line_of_text("version"),
            title=self.top.words("title"),
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

    def _valid_from(self) -> date:
        value = self.top.value("valid_from")
        if type(value) is date:
            return value
        self.top.expect("valid_from", "a date, such as 2026-01-01")
        return date.min

    def _comparison(self, known: Known):
        row = self.top.mapping("compare")
        if not row:
            return None
        line = self.lines.get("compare", [1])[0]
        return read_comparison(Section("compare", row, line, self.errors), known)

    def _check_names(self):
        """Use every name once; questions and scores share one set of names."""
        for table, key in NAMES.items():
            counts = Counter(str(section.row.get(key)) for section in self.tables[table])
            for section in self.tables[table]:
                if counts[str(section.row.get(key))] > 1:
                    section.expect(key, f"a name that is used once, not {section.row.get(key)!r}")
        questions = {str(section.row.get("key")) for section in self.tables["questions"]}
        for section in self.tables["questions"] + self.tables["scores"]:
            taken = RESERVED if section.table == "questions" else RESERVED | questions
            if str(section.row.get("key")) in taken:
                section.expect("key", f"a name without a meaning, not {section.row.get('key')!r}")
