"""The promise to residents at a level, as text, given these answers."""

from collections.abc import Mapping

from compass.engine.anatomy import Rulebook, Text
from compass.engine.conditions import OUTCOME, Code


def promise_texts(framework: Rulebook, level: str, answers: Mapping[str, Code]) -> tuple[Text, ...]:
    """Give the promise of a level, then each line that surely joins it; answers are checked ones.

    `level` is the one that was chosen, which need not be the one that was advised.
    """
    facts = {**answers, **{score.key: score.span(answers) for score in framework.scores}}
    facts[OUTCOME] = (level,)
    lines = [line.text for line in framework.promises if line.when.consider(facts)]
    return (framework.level(level).promise, *lines)
