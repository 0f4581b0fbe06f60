"""Page types that the law asks: accessibility and privacy, and what stands in them to begin with."""

import tomllib
from functools import cache
from pathlib import Path

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.editing.checks_panel import LOOK_AT

from .blocks import BodyBlock
from .legal_blocks import GapBlock, PurposeBlock
from .site_page import SitePage

STARTERS = Path(__file__).parent / "starters.toml"


@cache
def starters() -> dict:
    """Read the texts a new page begins with; a page's language is its municipality's."""
    return tomllib.loads(STARTERS.read_text())


def privacy_purposes() -> list:
    """Begin the list of purposes with what this platform keeps."""
    return [("purpose", purpose) for purpose in starters()["privacy"]["purposes"]]


def _text(page: str) -> list:
    return [("text", starters()[page]["text"])]


def accessibility_text() -> list:
    """Begin an accessibility statement."""
    return _text("accessibility")


def privacy_text() -> list:
    """Begin a privacy page."""
    return _text("privacy")


class AccessibilityPage(SitePage):
    """The accessibility statement: how far are we, what doesn't work yet, where can people complain?"""

    class Status(models.TextChoices):
        FULL = "full", _("It meets all demands")
        PARTIAL = "partial", _("It meets the demands in part")
        STARTED = (
            "started",
            _("Measures were taken; it is not yet known how far it meets the demands"),
        )
        NONE = "none", _("It does not meet the demands")

    status = models.CharField(
        _("How far is this website?"), max_length=10, choices=Status.choices, default=Status.STARTED
    )
    assessed_on = models.DateField(_("looked into on"), null=True, blank=True)
    assessed_by = models.CharField(_("looked into by"), max_length=150, blank=True)
    updated_on = models.DateField(_("this statement is of"), default=timezone.localdate)
    gaps = StreamField([("gap", GapBlock())], verbose_name=_("what does not work yet"), blank=True)
    contact = models.TextField(
        _("contact"),
        max_length=400,
        help_text=_("Where do people tell that something does not work? A telephone number too."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), default=accessibility_text, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("status"),
        FieldPanel("assessed_on"),
        FieldPanel("assessed_by"),
        FieldPanel("updated_on"),
        FieldPanel("gaps"),
        FieldPanel("contact"),
        FieldPanel("body"),
        LOOK_AT,
    ]
    page_description = _(
        "What everybody can use on this site, and what not yet. The law asks for it."
    )
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/accessibility_page.html"

    class Meta:
        verbose_name = _("accessibility statement")


class PrivacyPage(SitePage):
    """What is kept of people, why, how long and on which ground; and what they can ask for."""

    updated_on = models.DateField(_("this text is of"), default=timezone.localdate)
    purposes = StreamField(
        [("purpose", PurposeBlock())], verbose_name=_("purposes"), default=privacy_purposes
    )
    contact = models.TextField(
        _("contact"),
        max_length=400,
        help_text=_("Where do people ask about their data? Name the data protection officer too."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), default=privacy_text, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("updated_on"),
        FieldPanel("purposes"),
        FieldPanel("contact"),
        FieldPanel("body"),
        LOOK_AT,
    ]
    page_description = _("Which data of residents you keep, why, and for how long.")
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/privacy_page.html"

    class Meta:
        verbose_name = _("privacy page")
