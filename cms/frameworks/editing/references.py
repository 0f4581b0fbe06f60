"""References inside a draft: what reads a question, a score or a level, so that it can't just go."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from .document import codes, effect_of, language, name_of, rows, words


def said(document: Mapping, table: str, row: Mapping) -> str:
    """Name a table as an officer knows it: by its first text, else by its key."""
    text = {"rules": "because", "cases": "text"}.get(table, "name")
    return words(row, text, language()) or name_of(row, table)


def readers_of(document: Mapping, table: str, name: str) -> list[str]:
    """Name everything that reads this, each once, as an officer knows it."""
    find = {"levels": _read_level, "questions": _read_question, "scores": _read_score}
    return list(dict.fromkeys(find[table](document, name))) if table in find else []


def _whens(document: Mapping, name: str) -> Iterator[str]:
    """Name the rules, promises and methods whose condition mentions a name."""
    mention = re.compile(rf"\b{re.escape(name)}\b")
    for table in ("rules", "methods"):
        for row in rows(document, table):
            if mention.search(str(row.get("when", ""))):
                yield _called(document, table, row)
    for row in rows(document, "promises"):
        if mention.search(str(row.get("when", ""))):
            yield _("sentence of the promise “%(name)s”") % {"name": words(row, "text", language())}


def _called(document: Mapping, table: str, row: Mapping) -> str:
    kinds = {
        "rules": _("rule “%(name)s”"),
        "methods": _("method “%(name)s”"),
        "cases": _("worked case “%(name)s”"),
        "scores": _("score “%(name)s”"),
        "questions": _("question “%(name)s”"),
    }
    return kinds[table] % {"name": said(document, table, row)}


def _read_question(document: Mapping, name: str) -> Iterator[str]:
    yield from _whens(document, name)
    for rule in rows(document, "rules"):
        if rule.get("at_least") == f"answer:{name}":
            yield _called(document, "rules", rule)
    for table, key in (("scores", "terms"), ("cases", "answers")):
        for row in rows(document, table):
            if isinstance(row.get(key), dict) and name in row[key]:
                yield _called(document, table, row)
    if isinstance(document.get("compare"), dict) and document["compare"].get("question") == name:
        yield _("the comparison with the other route")


def _read_score(document: Mapping, name: str) -> Iterator[str]:
    yield from _whens(document, name)


def _read_level(document: Mapping, name: str) -> Iterator[str]:
    for rule in rows(document, "rules"):
        if rule.get(effect_of(rule)) == name:
            yield _called(document, "rules", rule)
    yield from _whens(document, name)
    for question in rows(document, "questions"):
        if name in codes(question):
            yield _called(document, "questions", question)
    for method in rows(document, "methods"):
        if isinstance(method.get("levels"), list) and name in method["levels"]:
            yield _called(document, "methods", method)
    for case in rows(document, "cases"):
        if name in (case.get("expect"), case.get("expect_now")):
            yield _called(document, "cases", case)
    compare = document.get("compare")
    if isinstance(compare, dict) and name in dict(compare.get("map") or {}).values():
        yield _("the comparison with the other route")
