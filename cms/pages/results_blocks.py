"""StreamField blocks of a result, of a privacy page and of an accessibility statement."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from deliberation.participation.models import Disposition
from deliberation.registry import gather_all

Outcome = Disposition.Outcome

# What can be done with what residents said, and the colour of its word.
STATUS = {
    Outcome.ADOPTED: "safe",
    Outcome.PARTLY: "active",
    Outcome.NOT: "danger",
    Outcome.ELSEWHERE: "neutral",
    Outcome.LOOKING: "warning",
    Outcome.EXPLAINED: "neutral",
}
# Only a question is answered by explaining.
DISPOSITIONS = [(one.value, one.label) for one in STATUS if one != Outcome.EXPLAINED]


def quoted_answers(decision_point) -> list[dict]:
    """Quote what residents gave about a decision and what was done with it, as the instruments answer now."""
    return [
        {"one": one, **outcome_in_words(one.outcome)}
        for one in gather_all("answered", decision_point)
    ]


def outcome_in_words(outcome: str) -> dict:
    """Give the words for what was done, and the kind of their badge; blank for a draft that doesn't say yet."""
    return {"label": dict(Outcome.choices).get(outcome, ""), "kind": STATUS.get(outcome, "neutral")}


class PointBlock(blocks.StructBlock):
    """One thing residents gave, and what was done with it; always with a reason."""

    given = blocks.TextBlock(label=_("What did residents say?"), max_length=400, rows=2)
    disposition = blocks.ChoiceBlock(label=_("What do we do with it?"), choices=DISPOSITIONS)
    reason = blocks.TextBlock(label=_("Why?"), max_length=600, rows=3)
    until = blocks.DateBlock(
        label=_("When do people hear more?"),
        required=False,
        help_text=_("Needed when you are still looking at it."),
    )

    class Meta:
        icon = "tick"
        label = _("What residents said")
        template = "cms/blocks/point.html"

    def get_context(self, value, parent_context=None):
        words = outcome_in_words(value["disposition"])
        return super().get_context(value, parent_context=parent_context) | words

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["disposition"] == "looking" and not cleaned["until"]:
            missing = ValidationError(_("Say when people hear more."))
            raise StructBlockValidationError({"until": missing})
        return cleaned


class PurposeBlock(blocks.StructBlock):
    """One purpose for which data of people is kept: what, why, how long, on which ground."""

    purpose = blocks.CharBlock(label=_("What is it for?"), max_length=120)
    what = blocks.TextBlock(label=_("Which data?"), max_length=600, rows=2)
    why = blocks.TextBlock(label=_("Why is it needed?"), max_length=600, rows=2)
    how_long = blocks.CharBlock(label=_("How long is it kept?"), max_length=300)
    ground = blocks.CharBlock(label=_("On which legal ground?"), max_length=300)
    shared_with = blocks.CharBlock(label=_("Who else sees it?"), max_length=300, required=False)

    class Meta:
        icon = "lock"
        label = _("Purpose")
        template = "cms/blocks/purpose.html"


class GapBlock(blocks.StructBlock):
    """One thing that does not work for everybody yet, and what is done about it."""

    what = blocks.TextBlock(label=_("What does not work yet?"), max_length=400, rows=2)
    who = blocks.CharBlock(label=_("Who notices it?"), max_length=200)
    instead = blocks.CharBlock(label=_("What can they do until then?"), max_length=300)
    solved_before = blocks.DateBlock(label=_("Solved before"), required=False)

    class Meta:
        icon = "warning"
        label = _("What does not work yet")
        template = "cms/blocks/gap.html"
