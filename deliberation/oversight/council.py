"""The council page of one decision point: what the council needs to know, on one sheet."""

from django.utils.translation import gettext as _

from deliberation.documents.document_data import Material, gather
from deliberation.projects.commitments import commitments_kept_and_open, open_commitments
from deliberation.projects.deciding.explanations import to_mind
from deliberation.projects.templatetags.money import euros

MOST_LINES = 4  # of one kind: more doesn't fit the sheet, and the rest is one click away


def council_page(point, language: str, now) -> dict:
    """Gather what the council's page shows; the number of queries is constant."""
    material = gather(point, language, now)
    owed = open_commitments([point.project], now, most=MOST_LINES)
    kept = commitments_kept_and_open(point.project, now)
    return {
        "point": point,
        "project": point.project,
        "material": material,
        "advice": material.advice,
        "framework": material.framework,
        "decision": material.decision,
        "promise": material.promise,
        "reasons": _reasons(material),
        "to_mind": to_mind(material.advice) if material.advice else [],
        "deviates": bool(material.decision)
        and material.decision.level != material.advice["outcome"],
        "means": _means(material),
        "owed": owed,
        "more_owed": kept.open + kept.broken - len(owed),
        "standing": material.standing,
    }


def _reasons(material: Material) -> list[dict]:
    """List the rules that led to the level; a gate that was answered with yes brings its public reason."""
    if material.advice is None:
        return []
    told = material.assessment.public_reasons
    return [
        {**rule, "added": [told[key] for key in rule["answers"] if key in told]}
        for rule in material.advice["reasons"]
        if rule["effect"] not in ("flag", "mode")
    ]


def _means(material: Material) -> list[tuple[str, str]]:
    """Name people, time and money; what nobody filled in is left out."""
    chosen, status = material.chosen_methods, material.status
    money = status and status.budget_available
    rows = [
        (_("Time, as assessed"), material.answer_in_words("time")),
        (_("People and money, as assessed"), material.answer_in_words("capacity")),
        (_("Ways to take part"), ", ".join(row["name"] for row in chosen)),
        (_("Hours of our people"), sum(row["hours"] for row in chosen)),
        (_("Money for participation"), material.told.get("money")),
        (_("Budget of the whole project"), "" if money is None else f"€ {euros(money)}"),
    ]
    return [(name, str(value)) for name, value in rows if value]
