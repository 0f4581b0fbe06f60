"""OpenAPI schemas: what the answers of the API look like, field by field."""

from django.utils.translation import gettext as _

from compass.engine.anatomy import EFFECTS, FLOOR_KINDS
from deliberation.projects.models import DecisionPoint, Phase

from .shapes import many, number, record, shared, text, truth


def schemas() -> dict:
    """Describe every shape, in the language of now."""
    return {
        "Problem": _problem(),
        "Code": _code(),
        "FrameworkInList": record(**_heading(), versions=many(_version())),
        "Frameworks": record(results=many(shared("FrameworkInList"))),
        "Framework": _framework(),
        "Level": _level(),
        "Question": _question(),
        "Score": _score(),
        "Rule": _rule(),
        "Answers": _answers(),
        "Advice": _advice(),
        "Reason": _reason(),
        "DecisionPoint": _decision_point(),
        "LevelInForce": _level_in_force(),
        "DecisionPoints": _page(),
    }


def _problem() -> dict:
    error = {
        "type": "object",
        "required": ["detail"],
        "properties": {
            "parameter": text(_("The parameter of the address that is wrong.")),
            "pointer": text(_("The place in the body that is wrong, as a JSON pointer.")),
            "detail": text(),
        },
    }
    problem = record(_("What went wrong (RFC 9457)."), status=number(), title=text(), detail=text())
    problem["properties"]["errors"] = many(error, _("Everything that is wrong, at once."))
    return problem


def _code() -> dict:
    kinds = [{"type": kind} for kind in ("boolean", "integer", "string")]
    return {"description": _("The code of an answer."), "oneOf": kinds}


def _heading() -> dict:
    return {
        "key": text(),
        "title": text(),
        "version": text(),
        "validFrom": text(_("From this day the version counts."), form="date"),
        "inUse": truth(_("Does this municipality choose by this framework?")),
        "ownedBy": text(choices=("municipality", "platform")),
    }


def _version() -> dict:
    return record(version=text(), validFrom=text(form="date"))


def _framework() -> dict:
    return record(
        **_heading(),
        sourceHash=text(_("SHA-256 of the file with the rules.")),
        levels=many(shared("Level")),
        questions=many(shared("Question")),
        scores=many(shared("Score")),
        rules=many(shared("Rule")),
        switchedOff=many(shared("Rule"), _("Rules that don't count here.")),
    )


def _level() -> dict:
    return record(
        key=text(),
        rank=number(_("The order of the levels; two may share a place.")),
        influence=number(_("-1 none, 0 inform, 1 consult, 2 together."), minimum=-1, maximum=2),
        mode=text(choices=("design", "doing"), nullable=True),
        countsAsParticipation=truth(),
        name=text(_("The official name.")),
        plainName=text(_("The name that residents read.")),
        promise=text(_("What residents are promised at this level.")),
    )


def _question() -> dict:
    return record(
        key=text(),
        kind=text(choices=("gate", "criterion")),
        name=text(),
        text=text(),
        help=text(),
        why=text(_("Why this is asked.")),
        source=text(),
        options=many(record(code=shared("Code"), label=text(), example=text())),
    )


def _score() -> dict:
    point = record(code=shared("Code"), label=text(), points=number())
    return record(key=text(), name=text(), terms=many(record(question=text(), points=many(point))))


def _rule() -> dict:
    case = record(level=text(nullable=True), when=text(_("When the rule holds, in words.")))
    return record(
        rule=text(),
        effect=text(choices=EFFECTS),
        kind=text(choices=FLOOR_KINDS, nullable=True),
        because=text(),
        reference=text(_("The published source.")),
        reads=many(text(), _("The questions that the rule reads.")),
        cases=many(case, _("One, or one for each answer that names a level.")),
    )


def _answers() -> dict:
    answers = {
        "type": "object",
        "description": _("A code for each question. Null or absent is unknown, never no."),
        "additionalProperties": {
            "nullable": True,
            "description": _("The code of an answer."),
            "oneOf": [
                {"type": "boolean"},
                {"type": "integer"},
                {"type": "string", "nullable": True},
            ],
        },
    }
    return {**record(answers=answers), "additionalProperties": False}


def _advice() -> dict:
    bound = record(nullable=True, level=text(), rules=many(text()))
    note = record(about=text(), text=text(), rules=many(text()))
    return record(
        framework=text(),
        version=text(),
        sourceHash=text(),
        fits=text(_("The level that fits. Null while it is open."), nullable=True),
        now=text(_("The level that is feasible now. Null while it is open."), nullable=True),
        possible=many(text(), _("Every level that may still fit.")),
        possibleNow=many(text()),
        provisional=truth(_("Can another answer still change it?")),
        bounds=record(floor=bound, ceiling=bound, means=bound, wish=bound),
        conflicts=many(text(choices=("C1", "C2"))),
        tension=truth(_("May people expect more than is possible?")),
        gap=truth(_("Is less feasible now than fits?")),
        flags=many(text()),
        notes=many(note, _("What has to be said beside the advice.")),
        reasons=many(shared("Reason"), _("Every rule that holds.")),
        nextQuestions=many(text(), _("The questions that can still change it, in this order.")),
        flagQuestions=many(text(), _("The questions that can only still raise a warning.")),
    )


def _reason() -> dict:
    answer = record(question=text(), code=shared("Code"), name=text(), label=text())
    return record(
        rule=text(),
        effect=text(choices=EFFECTS),
        kind=text(choices=FLOOR_KINDS, nullable=True),
        level=text(nullable=True),
        because=text(),
        when=text(),
        reference=text(),
        answers=many(answer),
    )


def _decision_point() -> dict:
    day = text(form="date")
    track = record(nullable=True, name=text(), until=text(form="date", nullable=True))
    return record(
        id=number(),
        question=text(_("What is decided.")),
        project=record(title=text(), summary=text(), page=text(form="uri")),
        phase=record(kind=text(choices=Phase.Kind.values), title=text(), startsOn=day, endsOn=day),
        decidedBy=record(body=text(choices=DecisionPoint.Body.values), name=text()),
        decidesOn=day,
        formalProcedure=track,
        fixed=many(text(), _("What is fixed.")),
        open=many(text(), _("What is still open.")),
        outside=many(text(), _("What this is not about.")),
        groups=many(text(), _("Whom it concerns.")),
        level={
            "nullable": True,
            "type": "object",
            "description": _("The level in force. Null while nobody chose."),
            "allOf": [shared("LevelInForce")],
        },
    )


def _level_in_force() -> dict:
    advice = record(
        _("What the compass advised."),
        framework=text(),
        version=text(),
        fits=text(nullable=True),
        now=text(nullable=True),
    )
    reason = record(because=text(), reference=text(), publicReasons=many(text()))
    return record(
        nullable=True,
        key=text(),
        name=text(),
        plainName=text(),
        influence=number(),
        promise=text(),
        chosenOn=text(form="date"),
        deviationReason=text(_("Why another level was chosen than fits."), nullable=True),
        decider=text(_("Who decided to choose less."), nullable=True),
        conflict=record(
            _("Who decided about what collides, and why."),
            nullable=True,
            decider=text(),
            reason=text(),
        ),
        advice=advice,
        reasons=many(reason, _("The rules that led to the advice.")),
    )


def _page() -> dict:
    return record(
        count=number(),
        page=number(),
        pageSize=number(),
        next=text(form="uri", nullable=True),
        previous=text(form="uri", nullable=True),
        results=many(shared("DecisionPoint")),
    )
