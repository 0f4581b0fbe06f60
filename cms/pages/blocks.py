"""StreamField blocks of a page's body: text, pictures, and questions with answers."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """A picture; its description is asked for, because some readers don't see it."""

    image = ImageChooserBlock(label=_("Picture"))
    description = blocks.CharBlock(
        label=_("What can be seen?"),
        required=False,
        max_length=200,
        help_text=_("For people who don't see the picture. Leave open when it is decoration only."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class QuestionBlock(blocks.StructBlock):
    """A question people often ask, with its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=TEXT_FEATURES[2:])

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "cms/blocks/question.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page: text, pictures, questions with answers."""

    text = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, template="cms/blocks/text.html"
    )
    picture = PictureBlock()
    question = QuestionBlock()
