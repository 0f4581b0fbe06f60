"""Typed access to one TOML table of a framework file: checked values by key, and an error for each wrong one."""

import re
from typing import NamedTuple

from compass.engine.anatomy import Text
from compass.engine.quoting import LONGEST, named

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z_][\w.-]*)\s*\]\]?\s*(?:#.*)?$")
_FENCE = re.compile(r'"""|' + "'''")
_SLUG = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST - 1}}}")
SMALL = range(-1_000, 1_001)  # numbers people count with: ranks, weights, points


class FrameworkError(NamedTuple):
    """One thing to mend in a framework file. `line` is that of the table's header."""

    table: str
    key: str
    line: int
    expected: str

    def __str__(self):
        place = ": ".join(part for part in (self.table and f"[{self.table}]", self.key) if part)
        return f"line {self.line}, {place or 'file'}: expected {self.expected}"


class FrameworkErrors(ValueError):
    """A framework file that can't be used: `errors` names everything that is wrong with it."""

    def __init__(self, errors: list[FrameworkError]):
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def header_lines(source: str) -> dict[str, list[int]]:
    """Find on which lines each table starts; tomllib keeps no positions."""
    found: dict[str, list[int]] = {}
    inside_text = False
    for number, line in enumerate(source.splitlines(), start=1):
        header = None if inside_text else _HEADER.match(line)
        if header:
            found.setdefault(header[1], []).append(number)
        inside_text ^= len(_FENCE.findall(line)) % 2 == 1
    return found


class TomlTable:
    """One table: hands out its values, checked, and remembers what was expected instead.

    Every reading method returns something usable, so that one mistake doesn't hide the next.
    """

    def __init__(
        self,
        table: str,
        row: dict,
        line: int,
        errors: list[FrameworkError],
        languages: tuple[str, ...],
    ):
        self.table, self.row, self.line, self.errors = table, row, line, errors
        self.languages = languages
        self.known: set[str] = set()

    def expect(self, key: str, expected: str):
        self.errors.append(FrameworkError(self.table, key, self.line, expected))

    def name(self, key: str) -> str:
        """Give the name of this table as it is written, without a check; what is no text has none."""
        value = self.row.get(key)
        return value if isinstance(value, str) else f"no name on line {self.line}"

    def value(self, key: str):
        self.known.add(key)
        return self.row.get(key)

    def has(self, key: str) -> bool:
        return key in self.row

    def slug(self, key: str) -> str:
        value = self.value(key)
        if isinstance(value, str) and _SLUG.fullmatch(value):
            return value
        self.expect(key, "a name of small letters, digits and _, starting with a letter")
        return ""

    def line_of_text(self, key: str) -> str:
        value = self.value(key)
        if isinstance(value, str) and value.strip():
            return value
        self.expect(key, "a text")
        return ""

    def short_line(self, key: str) -> str:
        """Read a text of one line that fits in a column."""
        value = self.value(key)
        if (
            isinstance(value, str)
            and value.strip()
            and not re.search(r"[\n\t]", value)
            and len(value) <= LONGEST
        ):
            return value
        self.expect(key, f"a text of at most {LONGEST} characters" if value else "a text")
        return ""

    def number(self, key: str, among: range = SMALL) -> int:
        value = self.value(key)
        if type(value) is int and value in among:
            return value
        self.expect(key, f"a whole number from {among[0]} to {among[-1]}")
        return 0

    def truth(self, key: str) -> bool:
        value = self.value(key)
        if not isinstance(value, bool):
            self.expect(key, "true or false")
        return value is True

    def choice(self, key: str, options, otherwise: str = "") -> str:
        """Read one of the options; a missing key is fine when there is something otherwise."""
        value = self.value(key)
        if value in options or (value is None and otherwise in options):
            return otherwise if value is None else value
        listed = " or ".join(f'"{option}"' if option else "nothing" for option in options)
        self.expect(key, listed or "a name from this file, which has none")
        return otherwise

    def words(self, key: str) -> Text:
        """Read one text in every language of the framework."""
        return self.checked_words(key, self.value(key))

    def words_if_any(self, key: str) -> Text | None:
        value = self.value(key)
        return None if value is None else self.checked_words(key, value)

    def checked_words(self, key: str, value) -> Text:
        if not self.languages:
            return Text()  # the title says so: it names the languages
        given = value if isinstance(value, dict) else {}
        if set(given) - set(self.languages):
            self.expect(key, f"only the languages {', '.join(self.languages)}")
        for language in self.languages:
            if not isinstance(given.get(language), str) or not given[language].strip():
                self.expect(f"{key}.{language}", "a text")
        texts = {language: given.get(language) for language in self.languages}
        return Text({lang: text if isinstance(text, str) else "" for lang, text in texts.items()})

    def rows(self, key: str) -> list["TomlTable"]:
        """Read a list of inline tables; each reports under its own number."""
        value = self.value(key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            if value is not None:
                self.expect(key, "a list of tables")
            return []
        return [_Row(self, f"{key}[{number}]", row) for number, row in enumerate(value)]

    def names(self, key: str, known) -> tuple[str, ...]:
        """Read a list of one or more names that exist."""
        value = self.value(key)
        given = value if isinstance(value, list) else []
        if not given or any(not isinstance(one, str) or one not in known for one in given):
            self.expect(key, f"a list of one or more of {', '.join(known)}")
        return tuple(one for one in given if isinstance(one, str))

    def mapping(self, key: str) -> dict:
        value = self.value(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.expect(key, "a table of names and values")
        return {}

    def close(self):
        """Report the keys nobody asked for: a typing error would silently change the outcome."""
        for key in self.row:
            if key not in self.known:
                self.expect(
                    named(key), f"no such key here, but one of {', '.join(sorted(self.known))}"
                )


class _Row(TomlTable):
    """An inline table inside a table."""

    def __init__(self, owner: TomlTable, path: str, row: dict):
        super().__init__(owner.table, row, owner.line, owner.errors, owner.languages)
        self.path = path

    def expect(self, key: str, expected: str):
        super().expect(f"{self.path}.{key.strip('.')}", expected)
