"""Phrasebook: conditions in the words of one framework, in Dutch or in English."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from compass.engine.anatomy import BOARD_MUST_LISTEN, Rule, Rulebook
from compass.engine.clashes import PUBLIC_REASON
from compass.engine.conditions import Code

PHRASES = {
    "nl": {
        "and": " en ",
        "or": " of ",
        "not": "niet ({0})",
        "known": "{0} is bekend",
        "count": "minstens {0} van {1} is {2}",
        "score_at_least": "{0}: {1} of meer",
        "score_at_most": "{0}: {1} of minder",
        "outcome": "het advies is {0}",
        "C1": "Dit botst. Er is meer verplicht of beloofd dan er mogelijk is. {more} Maar: {less}",
        "C2": "Dit botst. Er hoort meer te gebeuren dan er nu middelen voor zijn. {more} Maar: {less}",
        BOARD_MUST_LISTEN: "Het bestuur moet minstens luisteren. {more} Maar: {less}",
        "tension": "Let op: mensen verwachten misschien meer dan er kan. Dit houdt het tegen: {less}",
        "gap": "Hier past {fits}. Nu haalbaar: {now}. Dat komt hierdoor: {answers}. Wie besluit dit?",
        "open_gap": "Nu is er minder haalbaar dan hier past. Dat komt hierdoor: {answers}. Wie besluit dit?",
        "settle": "dit staat vast: {level}",
        "at_least": "minstens {level}",
        "at_most": "hoogstens {level}",
        "means_at_most": "nu haalbaar: hoogstens {level}",
        "points_to": "wijst naar {level}",
        "mode": "inwoners voeren het samen uit",
        "flag": "een waarschuwing",
        "law": "wet",
        "promise": "belofte",
        "policy": "eigen beleid",
        "off": "telt niet mee",
        "step": "trede {place}, invloed {influence}",
        "doing": "samen uitvoeren",
        "design": "samen ontwerpen",
        "up": "hoe hoger, hoe meer invloed",
        "any_way": "hoger hoeft niet meer invloed te geven",
        "changeable": "u kunt dit antwoord veranderen",
        "given": "dit antwoord staat vast",
        PUBLIC_REASON: "In principe hoort hier minstens {level} bij. Leg openbaar uit waarom dat nu niet gebeurt.",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "not": "not ({0})",
        "known": "{0} is known",
        "count": "at least {0} of {1} is {2}",
        "score_at_least": "{0}: {1} or more",
        "score_at_most": "{0}: {1} or less",
        "outcome": "the advice is {0}",
        "C1": "This collides. More is required or promised than is possible. {more} But: {less}",
        "C2": "This collides. More should happen than there are means for now. {more} But: {less}",
        BOARD_MUST_LISTEN: "The board must at least listen. {more} But: {less}",
        "tension": "Mind: people may expect more than is possible. This holds it back: {less}",
        "gap": "What fits here is {fits}. Feasible now: {now}. This is why: {answers}. Who decides this?",
        "open_gap": "Less is feasible now than fits here. This is why: {answers}. Who decides this?",
        "settle": "settled: {level}",
        "at_least": "at least {level}",
        "at_most": "at most {level}",
        "means_at_most": "feasible now: at most {level}",
        "points_to": "points to {level}",
        "mode": "residents do the work together",
        "flag": "a warning",
        "law": "law",
        "promise": "promise",
        "policy": "own policy",
        "off": "doesn't count",
        "step": "step {place}, influence {influence}",
        "doing": "doing it together",
        "design": "making it together",
        "up": "the higher, the more influence",
        "any_way": "higher need not give more influence",
        "changeable": "you can change this answer",
        "given": "this answer is given",
        PUBLIC_REASON: "In principle at least {level} belongs here. Explain in public why that doesn't happen now.",
    },
}


@lru_cache(maxsize=32)
def phrasebook_for(framework: Rulebook, language: str) -> "Phrasebook":
    """Give the phrasebook of a framework, from memory when it was asked before."""
    return Phrasebook(framework, language)


class Phrasebook:
    """Says conditions in the words of one framework and one language."""

    def __init__(self, framework: Rulebook, language: str):
        self.framework, self.language = framework, language
        self.phrases = PHRASES[language]
        self._conditions: dict[Rule, str] = {}

    def say(self, phrase: str, *parts, **named) -> str:
        return self.phrases[phrase].format(*parts, **named)

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
        return f"{self.question(key)}: {self.phrases['or'].join(labels)}"

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
        return self.phrases["and"].join(f"({part})" if len(parts) > 1 else part for part in parts)

    def any_of(self, parts: Sequence[str]) -> str:
        return self.phrases["or"].join(f"({part})" if len(parts) > 1 else part for part in parts)

    def not_so(self, part: str) -> str:
        return self.say("not", part)
