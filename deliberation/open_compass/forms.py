"""Forms of the open compass: the questions for somebody who only wants to see how it works, without reasons."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from compass.engine.anatomy import Rulebook
from compass.forms import REASON, AskedQuestion, CriteriaForm, GateForm, QuestionsForm


class _NoReasons(QuestionsForm):
    """Questions alone: nobody types a text here, for it would stand in the address."""

    def _add_question(self, question):
        super()._add_question(question)
        self.fields.pop(f"{REASON}{question.key}", None)


class OpenGates(_NoReasons, GateForm):
    """The gates, without their reasons."""


class OpenCriteria(_NoReasons, CriteriaForm):
    """The questions that weigh."""


class OpenQuestions(NamedTuple):
    """Some questions, as `compass/_questions.html` shows a form."""

    asked: list[AskedQuestion]


def asked(
    framework: Rulebook, kind: str, answers: Mapping, telling: Collection[str]
) -> tuple[OpenQuestions, OpenQuestions]:
    """Give the questions of one kind: those to ask now, and those that change nothing any more.

    Gates are always asked. `telling`: the questions that can still change the advice.
    """
    if kind == "gate":
        return OpenQuestions(list(OpenGates(framework, answers=answers).asked())), OpenQuestions([])
    everything = list(OpenCriteria(framework, answers=answers).asked())
    now = [one for one in everything if one.question.key in {*answers, *telling}]
    return OpenQuestions(now), OpenQuestions([one for one in everything if one not in now])
