"""TOML parsing within bounds: a text that takes long to read is refused, a syntax error gets its line."""

import re
import tomllib
from collections.abc import Iterator

from compass.engine.toml_table import FrameworkError, FrameworkErrors
from compass.text import clean_value

LARGEST = 400_000  # characters; the framework that comes with the platform has 56,000
LARGEST_NUMBER = 2**63  # where TOML stops; Python goes on, but refuses to write it down again
DEEPEST_KEY = 10  # parts of a dotted key; reading one takes time with the square of its parts

_PART = r"""(?:[\w-]++|"(?:\\.|[^"\\\n])*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"(?<![\w\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DEEPEST_KEY},}}")


def read_toml(source: str) -> dict:
    """Read the tables of a text; raise FrameworkErrors with the line when it can't be read."""
    refuse_what_takes_long(source)
    try:
        source.encode()
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise FrameworkErrors([_syntax_error(error)]) from error
    except UnicodeEncodeError as error:
        raise wrong("text that can be written as UTF-8", _line_at(source, error.start)) from error
    except ValueError as error:  # a number of thousands of digits
        raise wrong("numbers of fewer digits") from error
    except RecursionError as error:
        raise wrong("fewer tables inside tables") from error
    if any(type(each) is int and abs(each) >= LARGEST_NUMBER for each in values_in(document)):
        raise wrong("numbers of fewer digits")
    return clean_value(document)


def values_in(document: dict) -> Iterator:
    """Walk every value of a document, however deep."""
    left: list = [document]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left += each.values()
        elif isinstance(each, list):
            left += each
        else:
            yield each


def refuse_what_takes_long(source: str):
    """Refuse a text whose size or keys would keep the reader busy."""
    if len(source) > LARGEST:
        raise wrong(f"at most {LARGEST} characters")
    deep = _DEEP_KEY.search(source)
    if deep:
        line = _line_at(source, deep.start())
        raise wrong(f"names of at most {DEEPEST_KEY} parts with dots between them", line)


def wrong(expected: str, line: int = 1) -> FrameworkErrors:
    return FrameworkErrors([FrameworkError("", "", line, expected)])


def _line_at(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1


def _syntax_error(error: tomllib.TOMLDecodeError) -> FrameworkError:
    found = re.search(r"at line (\d+)", str(error))
    return FrameworkError("", "", int(found[1]) if found else 1, f"a TOML file ({error})")
