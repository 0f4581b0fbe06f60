"""The page type that tells what came of residents' input: point by point, and quoted from what was answered."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.fields import StreamField

from cms.editing.checks_panel import LOOK_AT
from deliberation.participation.models import Disposition
from deliberation.registry import gather

from .blocks import BodyBlock
from .site_page import SitePage, SitePageForm

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
        {
            "number": found.number,
            "href": found.href,
            "answers": [{"one": one, **outcome_in_words(one.outcome)} for one in found.latest],
        }
        for found in gather("answered", decision_point)
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


class ResultPageForm(SitePageForm):
    """Offers the sessions and the decisions of this page's project only."""

    session: forms.ModelChoiceField
    decision_point: forms.ModelChoiceField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        project = getattr(self.parent_page.specific, "project", None)
        for name, where in {"session": "project", "decision_point": "phase__project"}.items():
            field = self.fields[name]
            field.queryset = field.queryset.filter(**{where: project})


class ResultPage(SitePage):
    """What came out, and what the municipality does with it, point by point with the reason."""

    date = models.DateField(_("date"), default=timezone.localdate)
    intro = models.TextField(_("introduction"), max_length=400)
    session = models.ForeignKey(
        "live.LiveSession",
        verbose_name=_("live session"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page then leads to what came out of this session."),
    )
    decision_point = models.ForeignKey(
        "projects.DecisionPoint",
        verbose_name=_("answers about"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "The page then shows what residents gave about this decision and what you answered, as it stands. You "
            "don't type it again."
        ),
    )
    points = StreamField(
        [("point", PointBlock())], verbose_name=_("what residents said"), blank=True
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    base_form_class = ResultPageForm
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        FieldPanel("session"),
        FieldPanel("decision_point"),
        FieldPanel("points"),
        FieldPanel("body"),
        LOOK_AT,
    ]
    page_description = _("What residents said, and what you do with it, point by point.")
    parent_page_types = ["cms.ProjectPage"]
    subpage_types = []
    template = "cms/result_page.html"

    class Meta:
        verbose_name = _("result")

    def get_context(self, request, *args, **kwargs):
        quoted = quoted_answers(self.decision_point) if self.decision_point else []
        about = {"above": self.get_parent(), "quoted": quoted}
        return super().get_context(request, *args, **kwargs) | about
