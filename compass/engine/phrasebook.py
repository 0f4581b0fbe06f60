"""Phrasebook: conditions in the words of one framework and one of its languages."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from compass.engine.anatomy import BOARD_MUST_LISTEN, Rule, Rulebook
from compass.engine.clashes import PUBLIC_REASON
from compass.engine.conditions import Code
from compass.engine.messages import Message, gettext_noop

PHRASES = {
    "and": gettext_noop(" and "),
    "or": gettext_noop(" or "),
    "not": gettext_noop("not ({0})"),
    "known": gettext_noop("{0} is known"),
    "count": gettext_noop("at least {0} of {1} is {2}"),
    "score_at_least": gettext_noop("{0}: {1} or more"),
    "score_at_most": gettext_noop("{0}: {1} or less"),
    "outcome": gettext_noop("the advice is {0}"),
    "C1": gettext_noop(
        "This collides. More is required or promised than is possible. {more} But: {less}"
    ),
    "C2": gettext_noop(
        "This collides. More should happen than there are means for now. {more} But: {less}"
    ),
    BOARD_MUST_LISTEN: gettext_noop("The board must at least listen. {more} But: {less}"),
    "tension": gettext_noop(
        "Mind: people may expect more than is possible. This holds it back: {less}"
    ),
    "gap": gettext_noop(
        "What fits here is {fits}. Feasible now: {now}. This is why: {answers}. Who decides this?"
    ),
    "open_gap": gettext_noop(
        "Less is feasible now than fits here. This is why: {answers}. Who decides this?"
    ),
    "settle": gettext_noop("settled: {level}"),
    "at_least": gettext_noop("at least {level}"),
    "at_most": gettext_noop("at most {level}"),
    "means_at_most": gettext_noop("feasible now: at most {level}"),
    "points_to": gettext_noop("points to {level}"),
    "mode": gettext_noop("residents do the work together"),
    "flag": gettext_noop("a warning"),
    "law": gettext_noop("law"),
    "promise": gettext_noop("promise"),
    "policy": gettext_noop("own policy"),
    "off": gettext_noop("doesn't count"),
    "step": gettext_noop("step {place}, influence {influence}"),
    "counts": gettext_noop("counts as taking part"),
    "counts_not": gettext_noop("doesn't count as taking part"),
    "doing": gettext_noop("doing it together"),
    "design": gettext_noop("making it together"),
    "up": gettext_noop("the higher, the more influence"),
    "any_way": gettext_noop("higher need not give more influence"),
    "changeable": gettext_noop("you can change this answer"),
    "given": gettext_noop("this answer is given"),
    PUBLIC_REASON: gettext_noop(
        "In principle at least {level} belongs here. Explain in public why that doesn't happen now."
    ),
}


def phrasebook_for(framework: Rulebook, language: str | None) -> "Phrasebook":
    """Give the phrasebook of a framework, from memory when it was asked before.

    A language that the framework doesn't have is answered in its first.
    """
    return _remembered(framework, framework.language_for(language))


@lru_cache(maxsize=32)
def _remembered(framework: Rulebook, language: str) -> "Phrasebook":
    return Phrasebook(framework, language)


class Phrasebook:
    """Says conditions in the words of one framework and one language."""

    def __init__(self, framework: Rulebook, language: str):
        self.framework, self.language = framework, language
        self._conditions: dict[Rule, str] = {}
        self._translated: dict[tuple[Message, int], str] = {}

    def say(self, phrase: str, *parts, **named) -> str:
        return self.translated(PHRASES[phrase]).format(*parts, **named)

    def translated(self, message: Message, count: int = 1) -> str:
        """Give a message of the engine in this language; translated once, remembered after."""
        if (message, count) not in self._translated:
            said = self.framework.translate(message, self.language, count)
            self._translated[message, count] = said
        return self._translated[message, count]

    def question(self, key: str) -> str:
        return self.framework.question(key).name[self.language]

    def label(self, key: str, code: Code) -> str:
        return self.framework.question(key).label(code)[self.language]

    def level(self, key: str) -> str:
        return self.framework.level(key).name[self.language]

    def score(self, key: str) -> str:
        scores = {score.key: score.name[self.language] for score in self.framework.scores}
        return scores[key]

    def condition(self, rule: Rule) -> str:
        """Say when a rule holds; said once, remembered after."""
        if rule not in self._conditions:
            self._conditions[rule] = rule.when.words(self)
        return self._conditions[rule]

    def follows(self, rule: Rule) -> str:
        """Say what a rule does when it holds."""
        return self.say(rule.effect, level=self.level(rule.level) if rule.level else "")

    # What conditions ask for

    def answer(self, key: str, accepts: Callable[[Code], bool]) -> str:
        options = self.framework.question(key).options
        labels = [f"“{o.label[self.language]}”" for o in options if accepts(o.code)]
        return f"{self.question(key)}: {self.say('or').join(labels)}"

    def known(self, key: str) -> str:
        return self.say("known", self.question(key))

    def count(self, keys: Sequence[str], code: Code, least: int) -> str:
        names = ", ".join(self.question(key) for key in keys)
        return self.say("count", least, names, f"“{self.label(keys[0], code)}”")

    def score_at_least(self, key: str, total: int) -> str:
        return self.say("score_at_least", self.score(key), total)

    def score_at_most(self, key: str, total: int) -> str:
        return self.say("score_at_most", self.score(key), total)

    def outcome(self, level: str) -> str:
        return self.say("outcome", self.level(level))

    def all_of(self, parts: Sequence[str]) -> str:
        return self.say("and").join(f"({part})" if len(parts) > 1 else part for part in parts)

    def any_of(self, parts: Sequence[str]) -> str:
        return self.say("or").join(f"({part})" if len(parts) > 1 else part for part in parts)

    def not_so(self, part: str) -> str:
        return self.say("not", part)
