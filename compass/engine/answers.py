"""Validation of answers against the questions of a framework."""

from collections.abc import Mapping
from difflib import get_close_matches

from compass.engine.anatomy import Rulebook
from compass.engine.conditions import Code
from compass.engine.notation import shown
from compass.engine.quoting import named, quoted

CODE_TYPES = (bool, int, str)
MOST_STRANGERS = 20  # unknown keys that are named


class AnswerErrors(ValueError):
    """Answers that don't fit: `errors` says per key what was expected."""

    def __init__(self, errors: Mapping[str, str]):
        super().__init__("; ".join(f"{key or 'answers'}: {errors[key]}" for key in errors))
        self.errors = dict(errors)


def check_answers(framework: Rulebook, answers: Mapping) -> dict[str, Code]:
    """Give the known answers in the order of the file; missing or null is unknown.

    Raise AnswerErrors for a key that is no question and for a code that is no option of it.
    """
    accepted = framework.code_types
    if not isinstance(answers, Mapping):
        raise AnswerErrors({"": "expected an object with a code for each question"})
    errors, known = {}, {}
    if not answers.keys() <= accepted.keys():
        strangers = sorted(named(key) for key in answers.keys() - accepted.keys())[:MOST_STRANGERS]
        errors = {key: _unknown_key(key, framework) for key in strangers}
    for key, codes in accepted.items():
        code = answers.get(key)
        if code is None:
            continue
        kind = type(code)
        if kind in CODE_TYPES and codes.get(code) is kind:
            known[key] = code
        else:
            errors[key] = (
                f"expected {shown(framework.question(key).codes)} or null, not {quoted(code)}"
            )
    if errors:
        raise AnswerErrors(errors)
    return known


def _unknown_key(key: str, framework: Rulebook) -> str:
    keys = list(framework.accepted_codes)
    near = get_close_matches(key, keys, n=1)
    return f"expected {near[0]}" if near else f"expected one of {', '.join(keys)}"
