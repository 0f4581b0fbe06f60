"""The advice and the chosen level in a document: with which framework, and why."""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from deliberation.projects.deciding.versions import LABELS

from .anatomy import Block, Bullets, Missing, Paragraph
from .blocks import changed_blocks, list_or_gap, table_or_gap
from .document_data import Material


def advice_blocks(material: Material) -> list[Block]:
    """Say what fits and why, what would change it, and with which text it was made."""
    advice = material.advice
    if advice is None:
        return [Missing(_("Advice of the compass"), "compass")]
    about = {
        "fits": material.level_name(advice["outcome"]),
        "now": material.level_name(advice["now"]),
    }
    rules = [one["because"] for one in advice["reasons"]]
    notes = [one["text"] for one in advice["explanations"].values()]
    return [
        Paragraph(_("What fits here: %(fits)s. What can be done now: %(now)s.") % about),
        *([Bullets(_("What asks for attention"), tuple(notes))] if notes else []),
        list_or_gap(_("These rules counted"), rules, "compass"),
        *([Paragraph(material.route)] if material.route else []),
        list_or_gap(_("This would change the advice"), material.changes, "compass")
        if material.changes
        else Paragraph(_("No one or two other answers would change the advice.")),
        table_or_gap(_("The answers"), (_("Question"), _("Answer")), _answers(material), "compass"),
        *_no_gates(material),
        *_public_reasons(material),
        _made_with(material),
    ]


def _made_with(material) -> Block:
    """Name the framework so that anybody can find the very text that was used, and the day."""
    about = {
        "title": material.framework.title[material.language],
        "version": material.framework.version,
        "day": material.day(localdate(material.assessment.created_at)),
    }
    made = _("Advice of %(day)s, made with: %(title)s, version %(version)s.") % about
    mark = _("Fingerprint of that text (SHA-256): %s") % material.framework.source_hash
    return Paragraph(f"{made}\n{mark}")


def _answers(material):
    """Give every answer in words; gates that were answered with no stand below them."""
    told = [
        (material.framework.question(key), code)
        for key, code in material.assessment.answers.items()
    ]
    return [
        (question.name[material.language], question.label(code)[material.language])
        for question, code in told
        if code or not question.is_gate
    ]


def _no_gates(material) -> list[Block]:
    """Name the threshold questions that were answered with no, in one line."""
    answers, language = material.assessment.answers, material.language
    gates = (one for one in material.framework.questions if one.is_gate)
    no = [one.name[language] for one in gates if answers.get(one.key) is False]
    return [Paragraph(_("Answered with no: %s.") % "; ".join(no))] if no else []


def _public_reasons(material) -> list[Block]:
    lines = [
        f"{material.framework.question(key).name[material.language]}: {reason}"
        for key, reason in material.assessment.public_reasons.items()
    ]
    return [Bullets(_("Public reasons"), tuple(lines))] if lines else []


def level_blocks(material: Material) -> list[Block]:
    """Say which level was chosen, when, and why when it differs."""
    decision = material.decision
    if decision is None:
        return [Missing(_("Chosen level"), "level")]
    about = {
        "plain": material.promise.plain,
        "official": material.promise.official,
        "day": material.day(localdate(decision.decided_at)),
    }
    blocks = [Paragraph(_("Chosen on %(day)s: %(plain)s (%(official)s).") % about)]
    if decision.level == material.advice["outcome"]:
        blocks.append(Paragraph(_("This is what the compass advised.")))
    else:
        blocks.append(
            Paragraph(_("This differs from the advice. The reason: %s") % decision.motivation)
        )
    return [*blocks, *_who_answers(decision), *changed_blocks(material, LABELS, but=True)]


def _who_answers(decision) -> list[Block]:
    rows = [
        (_("Who chose less than fits"), decision.decider),
        (_("Who decided about the conflict"), decision.conflict_decider),
        (_("How the conflict was settled"), decision.conflict_reason),
        (_("Which manager confirmed it"), decision.confirmed_by),
    ]
    who = tuple(f"{name}: {told}" for name, told in rows if told)
    return [Bullets(_("Who answers for this"), who)] if who else []
