"""Parsing of tables in a framework file, by kind: one level, question, rule, promise, method or case each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from compass.engine.anatomy import (
    BOARD_MUST_LISTEN,
    EFFECTS,
    FLOOR_KINDS,
    Case,
    Comparison,
    FrameworkQuestion,
    Level,
    Method,
    Option,
    PromiseLine,
    Rule,
)
from compass.engine.conditions import All, Condition, Is, answers_read
from compass.engine.notation import NotationErrors, Vocabulary, is_code, read_condition, shown
from compass.engine.quoting import LONGEST, named
from compass.engine.scores import Score
from compass.engine.toml_table import SMALL, TomlTable

ANSWER = "answer:"  # at_least = "answer:KEY" takes the level from the answer to KEY


@dataclass
class KnownNames:
    """What the tables read so far have named; later tables may only point at these."""

    levels: Sequence[Level] = ()
    questions: Sequence[FrameworkQuestion] = ()
    scores: Sequence[Score] = ()
    places: dict[str, int] = field(default_factory=dict)

    def place_levels(self, levels: Sequence[Level]):
        """Count ranks from 0: the engine only compares."""
        ranks = sorted({level.rank for level in levels})
        self.levels = levels
        self.places = {level.key: ranks.index(level.rank) for level in levels}

    def codes_of(self, key: str) -> tuple:
        return next((each.codes for each in self.questions if each.key == key), ())


def read_level(section: TomlTable) -> Level:
    """Read one step of participation."""
    influence = section.number("influence", range(-1, 3))
    modes = ("design", "doing") if influence == 2 else ("",)
    level = Level(
        key=section.slug("key"),
        rank=section.number("rank"),
        influence=influence,
        mode=section.choice("mode", modes),
        counts_as_participation=section.truth("counts_as_participation"),
        name=section.words("name"),
        plain=section.words("plain"),
        promise=section.words("promise"),
        advice=section.words_if_any("advice"),
        roles=section.words_if_any("roles"),
        feedback=section.words_if_any("feedback"),
    )
    section.close()
    return level


def read_question(section: TomlTable, known: KnownNames) -> FrameworkQuestion:
    """Read one gate or criterion."""
    kind = section.choice("kind", ("gate", "criterion"))
    question = FrameworkQuestion(
        key=section.slug("key"),
        kind=kind,
        name=section.words("name"),
        text=section.words("text"),
        help=section.words("help"),
        why=section.words("why"),
        source=section.line_of_text("source"),
        options=tuple(read_option(row) for row in section.rows("options")),
        monotone=section.choice("monotone", ("", "up")),
        changeable=section.truth("changeable"),
        public_reason=section.words("public_reason") if kind == "gate" else None,
    )
    if question.is_gate and not are_gate_codes(question.codes, known.places):
        section.expect("options", "the codes true and false, or false and one or more levels")
    if not question.is_gate and not are_criterion_codes(question.codes):
        section.expect("options", "two or more codes: 0, 1, 2, … in order, names, or true, false")
    section.close()
    return question


def read_option(row: TomlTable) -> Option:
    """Read one answer a question accepts."""
    code = row.value("code")
    if not is_short_code(code):
        row.expect("code", "true, false, a whole number of at most 1000 or a short name")
        code = ""
    option = Option(code, row.words("label"), row.words_if_any("example"))
    row.close()
    return option


def is_short_code(code) -> bool:
    if type(code) is int:
        return code in SMALL
    return isinstance(code, bool) or (isinstance(code, str) and 0 < len(code) <= LONGEST)


def are_gate_codes(codes: Sequence, levels) -> bool:
    """A gate is yes or no; some say yes by naming a level."""
    said_yes = [code for code in codes if code is not False]
    if len(codes) != len(said_yes) + 1 or not said_yes or len(set(codes)) < len(codes):
        return False
    return said_yes == [True] or all(code in levels for code in said_yes)


def are_criterion_codes(codes: Sequence) -> bool:
    """Codes of one kind: numbers in the order of the options, names, or true and false."""
    kinds = {type(code) for code in codes}
    if len(codes) < 2 or len(kinds) != 1 or len(set(codes)) < len(codes):
        return False
    return kinds != {int} or list(codes) == list(range(len(codes)))


def read_when(section: TomlTable, known: KnownNames, may_read_outcome: bool) -> Condition:
    """Read the `when` of a table; a wrong one reads as "always" beside its error."""
    text = section.line_of_text("when")
    vocabulary = Vocabulary(
        codes={question.key: question.codes for question in known.questions},
        scores={score.key: score for score in known.scores},
        levels=tuple(known.places),
        may_read_outcome=may_read_outcome,
    )
    try:
        return read_condition(text, vocabulary) if text else All(())
    except NotationErrors as errors:
        for expected in errors.expected:
            section.expect("when", expected.removeprefix("expected "))
        return All(())


def read_rule(section: TomlTable, known: KnownNames) -> list[Rule]:
    """Read one rule; one that takes its level from an answer becomes one rule per level."""
    section.value("off")  # whose reading it is: is_off
    effects = [effect for effect in EFFECTS if section.has(effect)]
    if len(effects) != 1:
        section.expect(", ".join(effects), f"exactly one effect of {', '.join(EFFECTS)}")
    effect = effects[0] if effects else "flag"
    when = read_when(section, known, may_read_outcome=effect == "flag")
    shared = {
        "id": section.slug("id"),
        "effect": effect,
        "kind": section.choice("kind", FLOOR_KINDS if effect == "at_least" else ("",)),
        "name": read_name(section, effect),
        "because": section.words("because"),
        "reference": section.line_of_text("reference"),
    }
    targets = read_targets(section, known, effect, when)
    section.close()
    return [build_rule(known, each, level, shared) for level, each in targets]


def is_off(section: TomlTable) -> bool:
    """Say whether a rule is switched off: it is read and checked, but doesn't count here."""
    return section.truth("off") if section.has("off") else False


def build_rule(known: KnownNames, when: Condition, level: str | None, shared: dict) -> Rule:
    read = answers_read(when)
    reads = tuple(question.key for question in known.questions if question.key in read)
    return Rule(when=when, level=level, rank=known.places.get(level), reads=reads, **shared)


def read_name(section: TomlTable, effect: str) -> str:
    """Read what a rule names when it names no level: a mode or a flag."""
    if effect == "mode":
        return section.choice("mode", ("doing",))
    name = section.slug("flag") if effect == "flag" else ""
    if name == BOARD_MUST_LISTEN:
        section.expect("flag", f"another name: the engine itself raises {BOARD_MUST_LISTEN}")
    return name


def read_targets(
    section: TomlTable, known: KnownNames, effect: str, when: Condition
) -> list[tuple]:
    """Read the level a rule is about, each with the condition under which it is that level."""
    if effect in ("mode", "flag"):
        return [(None, when)]
    value = section.value(effect)
    target = value if isinstance(value, str) else ""
    if effect == "at_least" and target.startswith(ANSWER):
        key = target.removeprefix(ANSWER)
        levels = [code for code in known.codes_of(key) if code in known.places]
        if not levels:
            section.expect(effect, f'"{ANSWER}KEY" of a question whose options are levels')
        return [(level, All((when, Is(key, level)))) for level in levels]
    if target not in known.places:
        section.expect(effect, f"a level from {shown(known.places)}")
    return [(target, when)]


def read_promise(section: TomlTable, known: KnownNames) -> PromiseLine:
    """Read a sentence that joins the promise of a level."""
    when = read_when(section, known, may_read_outcome=True)
    line = PromiseLine(section.slug("id"), when, section.words("text"))
    section.close()
    return line


def read_method(section: TomlTable, known: KnownNames) -> Method:
    """Read a way to involve people; without a `when` it fits whatever the answers are."""
    fits = read_when(section, known, may_read_outcome=False) if section.has("when") else All(())
    method = Method(
        id=section.slug("id"),
        name=section.words("name"),
        levels=section.names("levels", known.places),
        when=fits,
        hours=section.number("hours", range(10_000)),
        weeks=section.number("weeks", range(520)),
        not_enough=section.words("not_enough"),
    )
    section.close()
    return method


def read_case(section: TomlTable, known: KnownNames) -> Case:
    """Read a worked example; a question that is left out is unknown."""
    answers = section.mapping("answers")
    if not answers:
        section.expect("answers", "at least one question and its code")
    for key, code in answers.items():
        codes = known.codes_of(key)
        if not codes:
            section.expect(f"answers.{named(key)}", "the key of a question")
        elif not is_code(code, codes):
            section.expect(f"answers.{key}", f"a code from {shown(codes)}")
    case = Case(
        id=section.slug("id"),
        text=section.words("text"),
        answers=answers,
        expect=section.choice("expect", tuple(known.places)),
        expect_now=section.choice("expect_now", tuple(known.places))
        if section.has("expect_now")
        else None,
    )
    section.close()
    return case


def read_explanation(section: TomlTable) -> tuple[str, dict[str, str]]:
    """Read why a warning of the check is all right here."""
    explanation = section.line_of_text("finding"), section.words("because")
    section.close()
    return explanation


def is_level(value, known: KnownNames) -> bool:
    return isinstance(value, str) and value in known.places


def read_comparison(section: TomlTable, known: KnownNames) -> Comparison:
    """Read the other route; TOML has text keys only, so codes are written as text."""
    key, levels = section.line_of_text("question"), section.mapping("map")
    codes = {shown([code]): code for code in known.codes_of(key)}
    if not codes:
        section.expect("question", "the key of a question")
    elif set(levels) != set(codes) or not all(is_level(each, known) for each in levels.values()):
        section.expect("map", f"a level for each of {', '.join(codes)}")
    section.close()
    return Comparison(key, {codes[text]: levels[text] for text in levels if text in codes})
