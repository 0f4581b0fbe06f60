"""Page types after the start: news and documents."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.documents.models import Document
from wagtail.fields import StreamField
from wagtail.models import CollectionViewRestriction, Orderable

from cms.editing.checks_panel import LOOK_AT

from .blocks import BodyBlock
from .site_page import SitePage

NEWEST = 3


class NewsPage(SitePage):
    """One piece of news: of a project, or of the municipality as a whole."""

    date = models.DateField(_("date"), default=timezone.localdate)
    intro = models.TextField(_("introduction"), max_length=400)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_description = models.CharField(
        _("what can be seen in the picture?"),
        max_length=200,
        blank=True,
        help_text=_("For people who don't see the picture. Leave open when it is decoration only."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_description")], heading=_("Picture")
        ),
        FieldPanel("body"),
        LOOK_AT,
    ]
    page_description = _("One piece of news. Below a project it is about that project.")
    parent_page_types = ["cms.HomePage", "cms.ProjectPage"]
    subpage_types = []
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("news")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {"above": self.get_parent()}


class DocumentList(SitePage):
    """The documents of a project: what they are, from when, and whether everybody can read them."""

    intro = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("intro"),
        InlinePanel("documents", heading=_("Documents"), label=_("Document")),
    ]
    page_description = _("The documents that belong to a project.")
    parent_page_types = ["cms.ProjectPage"]
    subpage_types = []
    template = "cms/document_list.html"

    class Meta:
        verbose_name = _("list of documents")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {
            "above": self.get_parent(),
            "documents": public_documents(self),
        }


class ListedDocument(Orderable):
    """One document in a list."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("Plan")
        DECISION = "decision", _("Decision")
        LETTER = "letter", _("Letter to the council")
        REPORT = "report", _("Report")
        DRAWING = "drawing", _("Drawing")
        OTHER = "other", _("Other")

    class Readable(models.TextChoices):
        YES = "yes", _("Everybody can read it, also with a screen reader")
        PARTLY = "partly", _("A part can't be read with a screen reader")
        NO = "no", _("It can't be read with a screen reader")

    page = ParentalKey(DocumentList, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(_("title"), max_length=150)
    date = models.DateField(_("date of the document"), default=timezone.localdate)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    readable = models.CharField(
        _("Can everybody read it?"), max_length=10, choices=Readable.choices, default=Readable.YES
    )

    panels = [
        FieldPanel("document"),
        FieldPanel("title"),
        FieldPanel("date"),
        FieldPanel("kind"),
        FieldPanel("readable"),
    ]

    def __str__(self):
        return self.title

    @property
    def size(self) -> int:
        """The size in bytes; Wagtail doesn't always know it."""
        return self.document.file_size or self.document.file.size


def public_documents(page) -> list[ListedDocument]:
    """List what everybody may open; a document in a private collection isn't even named."""
    listed = page.documents.select_related("document__collection").order_by("sort_order")
    hidden = private_collections()
    return [one for one in listed if not one.document.collection.path.startswith(hidden)]


def private_collections() -> tuple[str, ...]:
    """List the places in the tree of collections that are not for everybody."""
    return tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
