"""A draft's conditions in words, also while the draft doesn't load."""

from types import SimpleNamespace

from compass.engine.notation import NotationErrors, read_condition
from compass.engine.phrasebook import Phrasebook
from compass.translation import translate

from .document import language, name_of, named, options, rows, vocabulary, words

LANGUAGES = ("nl", "en")


def in_words(document: dict, when: str, may_read_outcome: bool) -> str:
    """Say a condition; one that can't be read is shown as it stands."""
    try:
        condition = read_condition(when, vocabulary(document, may_read_outcome))
    except NotationErrors:
        return when
    return condition.words(Phrasebook(_Sketch(document), language()))


def _texts(row: dict, key: str) -> dict[str, str]:
    return {one: words(row, key, one) for one in LANGUAGES}


class _Sketch:
    """As much of a framework as a phrasebook asks for."""

    translate = staticmethod(translate)

    def __init__(self, document):
        self.document = document

    def question(self, key):
        row = named(self.document, "questions", key) or {}
        found = [
            SimpleNamespace(code=each.get("code"), label=_texts(each, "label"))
            for each in options(row)
        ]
        labels = {(type(each.code), each.code): each.label for each in found}
        return SimpleNamespace(
            name=_texts(row, "name"),
            options=found,
            label=lambda code: labels[(type(code), code)],
        )

    def level(self, key):
        return SimpleNamespace(name=_texts(named(self.document, "levels", key) or {}, "name"))

    @property
    def scores(self):
        return [
            SimpleNamespace(key=name_of(row, "scores"), name=_texts(row, "name"))
            for row in rows(self.document, "scores")
        ]
