"""The start note (startnotitie) of a decision point: the fifteen points of compass.md, in that order."""

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from .advice import advice_blocks, level_blocks
from .anatomy import Block, Bullets, DocumentSection, Missing, Paragraph, Table
from .blocks import (
    calendar_table,
    changed_blocks,
    facts,
    formal_track,
    frame_lists,
    how_reached,
    list_or_gap,
    methods_table,
    numbered,
    table_or_gap,
    text_or_gap,
)
from .document_data import Material
from .feedback import feedback_table, message_table
from .means import means

ABOUT_THE_DECISION = ("decided_by", "decides_on", "formal_track", "formal_track_until")
ABOUT_THE_FRAMES = ("fixed", "open", "outside", "groups")


def title() -> str:
    return _("Start note on participation")


def sections(material: Material) -> tuple[DocumentSection, ...]:
    """Write the fifteen points; what is not filled in is named in its place."""
    return numbered(
        [
            (_("The question, why now, owner and contact"), _question(material)),
            (_("The decision, who takes it and when"), _decision(material)),
            (_("What is fixed, open and outside"), _frames(material)),
            (_("The advice of the compass"), advice_blocks(material)),
            (_("The chosen level"), level_blocks(material)),
            (_("The goal"), _goal(material)),
            (_("Who is affected, and how we reach them"), _people(material)),
            (_("Methods and calendar"), _methods(material)),
            (_("What we promise"), _promise(material)),
            (_("Roles, and moments for the council and the mayor and aldermen"), _roles(material)),
            (_("People and money"), means(material)),
            (_("Feedback: who hears what, and when"), _feedback(material)),
            (_("Communication"), [message_table(material)]),
            (_("Success, evaluation, privacy and openness"), _success(material)),
            (_("Agreed by, date and status"), _agreed(material)),
        ]
    )


def _question(material) -> list[Block]:
    told = material.told
    return [
        Paragraph(material.point.question),
        Paragraph(material.project.summary),
        text_or_gap(told.get("why_now", ""), _("Why this is asked now"), "notes"),
        *facts(
            _("Owner and contact"),
            [
                (_("Owner"), told.get("owner"), "notes"),
                (_("Contact"), material.project.contact, "project"),
            ],
        ),
    ]


def _decision(material) -> list[Block]:
    point = material.point
    rows = [
        (_("Who decides"), capfirst(point.get_decided_by_display())),
        (
            _("Decided on") if material.standing.decided else _("Planned for"),
            material.day(material.standing.day),
        ),
        (_("Phase"), f"{point.phase.title} ({point.phase.get_kind_display()})"),
        (_("Formal procedure beside it"), formal_track(material) or capfirst(_("none was named"))),
    ]
    return [
        Table(_("The decision"), (_("Subject"), _("What we know")), tuple(rows)),
        *changed_blocks(material, ABOUT_THE_DECISION),
    ]


def _frames(material) -> list[Block]:
    return [*frame_lists(material), *changed_blocks(material, ABOUT_THE_FRAMES)]


def _goal(material) -> list[Block]:
    purpose = material.answer_in_words("purpose")
    main = [Paragraph(_("Main goal: %s.") % purpose)] if purpose else []
    return [*main, text_or_gap(material.told.get("goal", ""), _("What we want to reach"), "notes")]


def _people(material) -> list[Block]:
    told = material.told
    title, what = _("Hard to reach"), _("Who is hard to reach")
    hard = list_or_gap(title, told.get("hard_to_reach", ()), "notes", what)
    if isinstance(hard, Missing) and material.answer("uneven") == 0:
        hard = Paragraph(_("The assessment found no groups that are hard to reach."))
    return [
        list_or_gap(_("Who is affected"), material.point.groups, "point"),
        hard,
        *how_reached(material),
    ]


def _methods(material) -> list[Block]:
    blocks = [methods_table(material)]
    if material.methods and not material.chosen_methods:
        blocks.append(Missing(_("Which methods we choose"), "notes"))
    if material.starts_before:
        day = material.day(material.starts_before)
        blocks.append(Paragraph(_("To be in time, we begin on %s at the latest.") % day))
    return [*blocks, calendar_table(material, _("Calendar"))]


def _promise(material) -> list[Block]:
    if material.promise is None:
        return [Missing(_("Promise to residents"), "level")]
    return [Paragraph(f"{material.promise.plain}. {material.promise.promised}")]


def _roles(material) -> list[Block]:
    level = material.level
    says = level.roles[material.language] if level and level.roles else ""
    moments = ((material.day(one.on), one.body, one.what) for one in material.moments)
    return [
        text_or_gap(says, _("Who does what at this level"), "level"),
        list_or_gap(_("Roles that were given"), material.roles, "roles"),
        table_or_gap(
            _("Moments for the council and the mayor and aldermen"),
            (_("When"), _("Who"), _("What")),
            moments,
            "level",
        ),
    ]


def _feedback(material) -> list[Block]:
    level = material.level
    duty = level.feedback[material.language] if level and level.feedback else ""
    return [
        text_or_gap(duty, _("Duty to report back at this level"), "level"),
        feedback_table(material),
    ]


def _success(material) -> list[Block]:
    return [
        list_or_gap(
            _("We call it a success when"),
            material.told.get("success", ()),
            "notes",
            _("When we call it a success"),
        ),
        Bullets(_("We ask afterwards"), tuple(evaluation_questions())),
        Paragraph(
            _(
                "Privacy: we ask no more than we need. Names and addresses of residents stand in no "
                "report. Residents can see and erase what they gave."
            )
        ),
        Paragraph(
            _(
                "Openness (Woo): this note, the advice and the reports are public. What residents "
                "gave stands in them without their names."
            )
        ),
    ]


def evaluation_questions() -> list[str]:
    """Ask the same after every project, so that they can be compared."""
    return [
        _("Who took part, and who did not?"),
        _("Did people know beforehand what they could change?"),
        _("What was done with the input, and did people hear that in time?"),
        _("Was this the right level, looking back?"),
        _("What do we do differently next time?"),
    ]


def _agreed(material) -> list[Block]:
    told = material.told
    agreed = bool(told.get("agreed_by") and told.get("agreed_on"))
    on = material.day(material.day_of(told["agreed_on"])) if agreed else ""
    rows = [
        (_("Agreed by"), told.get("agreed_by"), "notes"),
        (_("Agreed on"), on, "notes"),
        (_("Status"), _status(material, agreed), "notes"),
        (_("This text was made on"), material.day(localdate(material.now)), "notes"),
    ]
    return facts(_("Adoption"), rows)


def _status(material, agreed: bool) -> str:
    """Say whether it holds. What changed later asks for a new agreement."""
    if not agreed:
        return _("draft")
    agreed_on = material.day_of(material.told["agreed_on"])
    moments = [change.changed_at for change in material.changed]
    moments += [material.decision.decided_at] if material.decision else []
    if any(localdate(one) > agreed_on for one in moments):
        return _("to be agreed again: the level or what was promised changed after that day")
    return _("adopted")
