"""StreamField blocks of a privacy page and of an accessibility statement."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


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
