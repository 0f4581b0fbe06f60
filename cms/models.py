"""Models: the kinds of pages that the site has. A page points at a project, never the reverse."""

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from deliberation.projects.extension_points import open_now, project_sections
from deliberation.projects.models import Project

from .editing.checks_panel import LOOK_AT
from .page_cache.models import Generation  # noqa: F401 (a model lives where Django looks)
from .pages import overview
from .pages.blocks import BodyBlock
from .pages.latest import latest
from .pages.legal_pages import AccessibilityPage, PrivacyPage  # noqa: F401 (a model lives where Django looks)
from .pages.news import DocumentList, ListedDocument, NewsPage  # noqa: F401
from .pages.results import ResultPage  # noqa: F401
from .pages.site_page import SitePage, SitePageForm
from .search.search_index import SearchEntry, SearchStem, SearchWord  # noqa: F401
from .sign_in.models import FailedSignIn, KeptForm  # noqa: F401 (a model lives where Django looks)
from .tenants.municipalities import municipality_of_page
from .theming.theme import Theme  # noqa: F401 (a model of this app)

CARDS_PER_PAGE = 24
PROJECT_HELP = _("Phases and decision points come from here. You change those under “Projects”.")
INTRO_HELP = _("Two or three short sentences. Residents read them first, also on the first page.")
BODY_HELP = _(
    "Press the plus and choose what comes next: text, a picture, or a question with its answer."
)


class HomePage(SitePage):
    """The first page of a municipality: what can I join now, and which projects are there?"""

    intro = models.TextField(_("introduction"), max_length=400)

    content_panels = [*SitePage.content_panels, FieldPanel("intro"), LOOK_AT]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.ProjectPage",
        "cms.NewsPage",
        "cms.StandardPage",
        "cms.AccessibilityPage",
        "cms.PrivacyPage",
    ]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("first page")

    def get_context(self, request, *args, **kwargs):
        pages, now = ProjectPage.objects.child_of(self).live().public(), timezone.now()
        joinable = open_now(pages.values("project"), now)
        open_pages = overview.with_projects(pages.filter(project__in=joinable)).order_by("path")
        open_pages = list(open_pages[:CARDS_PER_PAGE])
        others = pages.exclude(pk__in=[page.pk for page in open_pages])
        others = overview.with_projects(others).order_by("path")
        page_of_pages = Paginator(others, CARDS_PER_PAGE).get_page(request.GET.get("page", "1")[:6])
        shown = [*open_pages, *page_of_pages]
        about = overview.CardsAbout(shown, joinable, now, get_language(), request)
        return super().get_context(request, *args, **kwargs) | {
            "asking": [] if open_pages else overview.asking(others, now),
            "open_cards": [about.card(page) for page in open_pages],
            "other_cards": [about.card(page) for page in page_of_pages],
            "page_of_cards": page_of_pages,
            "latest": latest(self, pages, request),
        }


class ProjectPageForm(SitePageForm):
    """Offers the projects of this site's municipality only."""

    project: forms.ModelChoiceField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        whose = municipality_of_page(self.parent_page)
        field.queryset = field.queryset.filter(municipality=whose)


class ProjectPage(SitePage):
    """One project: the promise, who decides, the phases and what there is to do."""

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="+"
    )
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

    # The same project in every language: a translation can't point elsewhere. Its address stays too.
    override_translatable_fields = [
        SynchronizedField("project", overridable=False),
        SynchronizedField("slug"),
    ]
    base_form_class = ProjectPageForm
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("project", help_text=PROJECT_HELP),
        FieldPanel("intro", help_text=INTRO_HELP),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_description")], heading=_("Picture")
        ),
        FieldPanel("body", help_text=BODY_HELP),
        LOOK_AT,
    ]
    page_description = _("The page of one project: the promise, who decides, and the phases.")
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage", "cms.ResultPage", "cms.DocumentList", "cms.StandardPage"]
    template = "cms/project_page.html"

    class Meta:
        verbose_name = _("project page")

    @property
    def begins_with_heading(self) -> bool:
        """Tell whether the text says by itself what it is about."""
        first = next(iter(self.body), None)
        return (
            bool(first)
            and first.block_type == "text"
            and first.value.source.lstrip().startswith("<h")
        )

    def route(self, request, path_components):
        """Close what stands below this page as long as it isn't published itself."""
        if path_components and not self.live:
            raise Http404("This project has no page.")
        return super().route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        now = timezone.now()
        sections = project_sections(self.project, now)
        shown = overview.project_overview(self.project, now, get_language())
        return super().get_context(request, *args, **kwargs) | {
            "project": self.project,
            "overview": shown,
            "sections": [one for one in sections if not one.for_council],
            "for_council": [one for one in sections if one.for_council],
            "home": self.get_parent(),
        }


class StandardPage(SitePage):
    """A page of text: about us, privacy, accessibility. Shown at the bottom of every page when in menus."""

    body = StreamField(BodyBlock(), verbose_name=_("text"))

    content_panels = [*SitePage.content_panels, FieldPanel("body"), LOOK_AT]
    page_description = _("Text only. For example: how does taking part work?")
    parent_page_types = ["cms.HomePage", "cms.ProjectPage", "cms.StandardPage"]
    subpage_types = ["cms.StandardPage"]
    template = "cms/standard_page.html"

    class Meta:
        verbose_name = _("page of text")
