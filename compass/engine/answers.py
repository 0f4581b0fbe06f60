"""Are these answers to the questions of this framework?"""

from collections.abc import Mapping
from difflib import get_close_matches

from compass.engine.anatomy import Framework
from compass.engine.conditions import Code
from compass.engine.notation import is_code, shown


class AnswerErrors(ValueError):
    """Answers that don't fit: `errors` says per key what was expected."""

    def __init__(self, errors: Mapping[str, str]):
        super().__init__("; ".join(f"{key or 'answers'}: {errors[key]}" for key in errors))
        self.errors = dict(errors)


def check_answers(framework: Framework, answers: Mapping) -> dict[str, Code]:
    """Give the known answers in the order of the file; missing or null is unknown.

    Raise AnswerErrors for a key that is no question and for a code that is no option of it.
    """
    if not isinstance(answers, Mapping):
        raise AnswerErrors({"": "expected an object with a code for each question"})
    keys = [question.key for question in framework.questions]
    errors = {str(key): _unknown_key(str(key), keys) for key in answers if key not in keys}
    for question in framework.questions:
        code = answers.get(question.key)
        if code is not None and not is_code(code, question.codes):
            errors[question.key] = f"expected {shown(question.codes)} or null, not {code!r}"
    if errors:
        raise AnswerErrors(errors)
    return {key: answers[key] for key in keys if answers.get(key) is not None}


def _unknown_key(key: str, keys: list[str]) -> str:
    near = get_close_matches(key, keys, n=1)
    return f"expected {near[0]}" if near else f"expected one of {', '.join(keys)}"
