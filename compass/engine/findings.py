"""Findings about a framework: all that can be wrong with one, in words that an officer understands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from compass.engine.anatomy import Rulebook, Text
from compass.engine.conditions import Code
from compass.engine.messages import gettext_noop
from compass.engine.phrasebook import phrasebook_for

ERROR, WARNING, NOTE = SEVERITIES = ("error", "warning", "note")

# By code: how bad it is, and what is said.
SAID = {
    "unreachable_level": (ERROR, gettext_noop("No combination of answers leads to “{level}”.")),
    "only_feasible": (
        WARNING,
        gettext_noop("“{level}” never fits. It can only come out as what is feasible now."),
    ),
    "dead_rule": (
        ERROR,
        gettext_noop("This rule never applies: {rule}. No answers make “{when}” true."),
    ),
    "idle_rule": (
        WARNING,
        gettext_noop("This rule never matters: {rule}. Without it every advice is the same."),
    ),
    "not_monotone": (
        ERROR,
        gettext_noop(
            "More is less here. At “{question}”, “{higher}” gives a lower level than “{lower}”: "
            "{after} instead of {before}."
        ),
    ),
    "c1": (
        WARNING,
        gettext_noop(
            "With these answers both “{more}” ({more_follows}) and “{less}” ({less_follows}) apply. "
            "More is required or promised then than is possible."
        ),
    ),
    "c2": (
        WARNING,
        gettext_noop(
            "With these answers both “{more}” ({more_follows}) and “{less}” ({less_follows}) apply. "
            "More should happen then than there are means for."
        ),
    ),
    "floor_undercut": (
        ERROR,
        gettext_noop(
            "With these answers “{more}” ({more_follows}) applies, but the advice is lower and "
            "reports no conflict."
        ),
    ),
    "settle_raised": (
        NOTE,
        gettext_noop(
            "With these answers both “{more}” ({more_follows}) and “{less}” ({less_follows}) apply. "
            "The highest level wins then."
        ),
    ),
    "overlapping_bands": (
        WARNING,
        gettext_noop(
            "At {score} {total} two rules apply at once: {rules}. The highest level wins."
        ),
    ),
    "band_gap": (WARNING, gettext_noop("At {score} {total} no rule says what fits.")),
    "score_range": (NOTE, gettext_noop("{score} is at least {low} and at most {high}.{never}")),
    "unread_question": (WARNING, gettext_noop("No rule reads the answer to “{question}”.")),
    "same_options": (
        NOTE,
        gettext_noop(
            "At “{question}” it makes no difference to any rule whether you choose {options}."
        ),
    ),
    "failed_case": (
        ERROR,
        gettext_noop("Worked case “{case}”: you expect {expected}, the advice is {found}."),
    ),
    "explains_nothing": (
        NOTE,
        gettext_noop("The explanation of “{finding}” belongs to nothing that was found."),
    ),
    "not_proven": (
        ERROR,
        gettext_noop("The proof took too long. Make the framework smaller or simpler."),
    ),
}
TABLES = {  # where the first subject of a finding stands in the file; of all others: among the rules
    "unreachable_level": "levels",
    "only_feasible": "levels",
    "not_monotone": "questions",
    "unread_question": "questions",
    "same_options": "questions",
    "overlapping_bands": "scores",
    "band_gap": "scores",
    "score_range": "scores",
    "failed_case": "cases",
    "explains_nothing": "explained",
}
NEVER = gettext_noop(" These scores never occur: {totals}.")
UNDECIDED = gettext_noop("still open")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a framework. `subjects` are keys and ids; `witness` answers that show it.

    `other` is the second set of answers where two are compared; `because` says why it is all right.
    """

    code: str
    subjects: tuple[str, ...]
    text: Text
    witness: Mapping[str, Code] | None = None
    other: Mapping[str, Code] | None = None
    because: Text | None = None
    reads: tuple[str, ...] = field(default=(), repr=False)

    @property
    def severity(self) -> str:
        return SAID[self.code][0]

    @property
    def name(self) -> str:
        """Name it in a way that stays the same from check to check, for [[explained]]."""
        return f"{self.code}:{'/'.join(self.subjects)}"


class Finder:
    """Puts what was found into words of one framework, in every language."""

    def __init__(self, framework: Rulebook):
        self.framework = framework
        self.books = [phrasebook_for(framework, language) for language in framework.languages]

    def finding(self, code: str, *subjects, witness=None, other=None, reads=(), **named) -> Finding:
        """Make a finding. Each named part is a function of the phrasebook, or the same in every language."""
        text = {
            book.language: book.translated(SAID[code][1]).format(
                **{name: part(book) if callable(part) else part for name, part in named.items()}
            )
            for book in self.books
        }
        found = Finding(code, subjects, Text(text), witness, other, reads=tuple(reads))
        return replace(found, because=self.explanation(found.name))

    def explanation(self, name: str) -> Text | None:
        """Find why a finding is all right, in the framework's own words; `*` stands for any name."""
        explained = self.framework.explained.items()
        return next((text for pattern, text in explained if fnmatchcase(name, pattern)), None)

    def pair(self, code: str, more, less, witness) -> Finding:
        """Make a finding about two rules that pull in different directions."""
        return self.finding(
            code,
            more.id,
            less.id,
            witness=witness,
            reads=dict.fromkeys((*more.reads, *less.reads)),
            more=said(more),
            less=said(less),
            more_follows=follows(more),
            less_follows=follows(less),
        )


def said(rule):
    return lambda book: rule.because[book.language].rstrip(".")


def follows(rule):
    return lambda book: book.follows(rule)


def named_level(level: str):
    return lambda book: book.level(level)


def named_levels(levels):
    return lambda book: book.say("or").join(book.level(level) for level in levels)


def named_question(key: str):
    return lambda book: book.question(key)


def label(key: str, code):
    return lambda book: book.label(key, code)


def finding_as_dict(framework: Rulebook, finding: Finding, language: str) -> dict:
    """Tell a finding in one language. The witness in words: first what the rules read, then what else differs."""
    book = phrasebook_for(framework, language)
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "subjects": list(finding.subjects),
        "line": line_of(framework, finding),
        "text": finding.text[book.language],
        "because": finding.because and finding.because[book.language],
        "witness": dict(finding.witness) if finding.witness else None,
        "other": dict(finding.other) if finding.other else None,
        "in_words": answers_in_words(book, finding),
    }


def line_of(framework: Rulebook, finding: Finding) -> int | None:
    """Find the line of the file on which the first thing it is about begins."""
    table = TABLES.get(finding.code, "rules")
    return framework.lines.get((table, *finding.subjects[:1])) if finding.subjects else None


def answers_in_words(book, finding: Finding) -> list[dict]:
    witness = finding.witness or {}
    told = [key for key in finding.reads if key in witness]
    told += [
        key for key in witness if key not in told and witness[key] != quiet(book.framework, key)
    ]
    return [
        {"key": key, "question": book.question(key), "answer": book.label(key, witness[key])}
        for key in told
    ]


def quiet(framework: Rulebook, key: str) -> Code:
    """Give the answer that says least: no to a gate, else the first option."""
    question = framework.question(key)
    return False if question.is_gate else question.codes[0]
