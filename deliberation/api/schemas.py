"""API schemas: what the answers look like, field by field; they make the answers and describe them."""

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from compass.engine.anatomy import EFFECTS, FLOOR_KINDS
from deliberation.projects.models import DecisionOutcome, DecisionPoint, Phase


def said(description, kind=str, **bounds):
    """Describe a field; its text follows the reader's language."""
    return Annotated[kind, Field(description=description, **bounds)]


class Shape(Schema):
    """A record of which every member is always there, in camelCase; empty is null, never absent."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


CODE = _("The code of an answer.")
Code = said(CODE, bool | int | str)
Effect, FloorKind = Literal[EFFECTS], Literal[FLOOR_KINDS]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]


class ErrorInRequestSchema(Shape):
    parameter: said(_("The parameter of the address that is wrong.")) = ""
    pointer: said(_("The place in the body that is wrong, as a JSON pointer.")) = ""
    detail: str


class ProblemSchema(Shape):
    model_config = ConfigDict(json_schema_extra={"description": _("What went wrong (RFC 9457).")})

    status: int
    title: str
    detail: str
    errors: said(_("Everything that is wrong, at once."), list[ErrorInRequestSchema]) = []


class HeadingSchema(Shape):
    key: str
    title: str
    version: str
    valid_from: said(_("From this day the version counts."), date)
    in_use: said(_("Does this municipality choose by this framework?"), bool)
    owned_by: Literal["municipality", "platform"]


class VersionSchema(Shape):
    version: str
    valid_from: date


class FrameworkInListSchema(HeadingSchema):
    versions: list[VersionSchema]


class FrameworksSchema(Shape):
    results: list[FrameworkInListSchema]


class LevelSchema(Shape):
    key: str
    rank: said(_("The order of the levels; two may share a place."), int)
    influence: said(_("-1 none, 0 inform, 1 consult, 2 together."), int, ge=-1, le=2)
    mode: Literal["design", "doing"] | None
    counts_as_participation: bool
    name: said(_("The official name."))
    plain_name: said(_("The name that residents read."), validation_alias="plain")
    promise: said(_("What residents are promised at this level."))


class OptionSchema(Shape):
    code: Code
    label: str
    example: str


class QuestionSchema(Shape):
    key: str
    kind: Literal["gate", "criterion"]
    name: str
    text: str
    help: str
    why: said(_("Why this is asked."))
    source: str
    options: list[OptionSchema]


class PointsSchema(Shape):
    code: Code
    label: str
    points: int


class TermSchema(Shape):
    question: str
    points: list[PointsSchema]


class ScoreSchema(Shape):
    key: str
    name: str
    terms: list[TermSchema]


class CaseSchema(Shape):
    level: str | None
    when: said(_("When the rule holds, in words."))


class RuleSchema(Shape):
    rule: str
    effect: Effect
    kind: FloorKind | None
    because: str
    reference: said(_("The published source."))
    reads: said(_("The questions that the rule reads."), list[str])
    cases: said(_("One, or one for each answer that names a level."), list[CaseSchema])


class FrameworkSchema(HeadingSchema):
    source_hash: said(_("SHA-256 of the file with the rules."))
    levels: list[LevelSchema]
    questions: list[QuestionSchema]
    scores: list[ScoreSchema]
    rules: list[RuleSchema]
    switched_off: said(_("Rules that don't count here."), list[RuleSchema])


class AnswersSchema(Shape):
    model_config = ConfigDict(extra="forbid")
    answers: said(
        _("A code for each question. Null or absent is unknown, never no."),
        dict[str, said(CODE, bool | int | str | None)],
    )


class BoundSchema(Shape):
    level: str
    rules: list[str]


class BoundsSchema(Shape):
    floor: BoundSchema | None
    ceiling: BoundSchema | None
    means: BoundSchema | None
    wish: BoundSchema | None


class NoteSchema(Shape):
    about: str
    text: str
    rules: list[str]


class AnsweredSchema(Shape):
    question: str
    code: Code
    name: str
    label: str


class ReasonSchema(Shape):
    rule: str
    effect: Effect
    kind: FloorKind | None
    level: str | None
    because: str
    when: str
    reference: str
    answers: list[AnsweredSchema]


class AdviceSchema(Shape):
    framework: str
    version: str
    source_hash: str
    fits: said(
        _("The level that fits. Null while it is open."), str | None, validation_alias="outcome"
    )
    now: said(_("The level that is feasible now. Null while it is open."), str | None)
    possible: said(_("Every level that may still fit."), list[str])
    possible_now: list[str]
    provisional: said(_("Can another answer still change it?"), bool)
    bounds: BoundsSchema
    conflicts: list[Literal["C1", "C2"]]
    tension: said(_("May people expect more than is possible?"), bool)
    gap: said(_("Is less feasible now than fits?"), bool)
    flags: list[str]
    notes: said(_("What has to be said beside the advice."), list[NoteSchema])
    reasons: said(_("Every rule that holds."), list[ReasonSchema])
    next_questions: said(_("The questions that can still change it, in this order."), list[str])
    flag_questions: said(_("The questions that can only still raise a warning."), list[str])


class AboutProjectSchema(Shape):
    title: str
    summary: str
    page: Address


class AboutPhaseSchema(Shape):
    kind: Literal[tuple(Phase.Kind.values)]
    title: str
    starts_on: date
    ends_on: date


class DeciderSchema(Shape):
    body: Literal[tuple(DecisionPoint.Body.values)]
    name: str


class FormalProcedureSchema(Shape):
    name: str
    until: date | None


class ConflictSchema(Shape):
    decider: str
    reason: str


class AdvisedSchema(Shape):
    framework: str
    version: str
    fits: str | None = Field(validation_alias="outcome")
    now: str | None


class PublicReasonSchema(Shape):
    because: str
    reference: str
    public_reasons: list[str] = Field(validation_alias="added")


class LevelInForceSchema(Shape):
    key: str
    name: str
    plain_name: str
    influence: int
    promise: str
    chosen_on: date
    deviation_reason: said(_("Why another level was chosen than fits."), str | None)
    decider: said(_("Who decided to choose less."), str | None)
    conflict: said(_("Who decided about what collides, and why."), ConflictSchema | None)
    advice: said(_("What the compass advised."), AdvisedSchema)
    reasons: said(_("The rules that led to the advice."), list[PublicReasonSchema])


class OutcomeSchema(Shape):
    result: Literal[tuple(DecisionOutcome.Result.values)]
    decided_on: date
    postponed_to: date | None
    decided: said(_("What was decided."))
    what_we_did: said(_("What was done with what residents gave."), str | None)
    link: Address | None


class DecisionPointSchema(Shape):
    id: int
    question: said(_("What is decided."))
    phase: AboutPhaseSchema
    decided_by: DeciderSchema
    decides_on: said(
        _("The day on which it is decided: as planned, as it moved, or as it was."), date
    )
    outcome: said(_("What was decided. Null while nobody wrote it down."), OutcomeSchema | None)
    formal_procedure: FormalProcedureSchema | None
    fixed: said(_("What is fixed."), list[str])
    open: said(_("What is still open."), list[str])
    outside: said(_("What this is not about."), list[str])
    groups: said(_("Whom it concerns."), list[str])
    project: AboutProjectSchema
    level: said(_("The level in force. Null while nobody chose."), LevelInForceSchema | None)


class DecisionPointsSchema(Shape):
    count: int
    page: int
    page_size: int
    next: Address | None
    previous: Address | None
    results: list[DecisionPointSchema]
