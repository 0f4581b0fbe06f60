"""What does Wagtail's admin keep from staff of another municipality, where its own checks stop?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from taggit.models import Tag
from wagtail import hooks
from wagtail.admin import filters
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.views import chooser
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.report import TranslationsReportView

from .municipalities import municipality_of_collection, municipality_of_page

# How Wagtail's addresses name a page; `pk` does so in these namespaces only.
PAGE_KEYS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")
PAGE_NAMESPACES = (["wagtailadmin_pages"], ["pages"])
FILES = {"images": get_image_model, "documents": get_document_model}
# Tags have no owner, so what others tagged would be told; editors type theirs.
TAGS = ("wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete")
# Counts and names pages of the whole installation.
INSTALLERS = ("page_types_usage", "page_types_usage_results")


def no_tags(model, count=0):
    """Offer no tags that others use; Wagtail lists those of the whole installation and has no hook."""
    return Tag.objects.none()


def own_translations(view):
    """Report on translations of one's own pages only."""
    pages = PagePermissionPolicy().explorable_instances(view.request.user)
    return all_translations(view).filter(source__object_id__in=pages.values("translation_key"))


# Here Wagtail has no hook. The walk in tests/tenants tells when these moved.
filters.popular_tags_for_model = chooser.popular_tags_for_model = no_tags
all_translations = TranslationsReportView.get_queryset
TranslationsReportView.get_queryset = own_translations


class Wall:
    """Close addresses of the admin that name a page outside one's own municipality."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not request.path.startswith("/admin/") or not user.is_authenticated:
            return None
        if user.is_superuser:
            return None
        match = request.resolver_match
        if match.url_name in TAGS:
            return JsonResponse([], safe=False)
        if match.url_name in INSTALLERS or not may_read_file(user, match, kwargs):
            raise PermissionDenied
        for page_id in pages_named(match, kwargs):
            if not may_explore(user, page_id):
                raise Http404("a page of somebody else")
        return None


def may_read_file(user, match, kwargs) -> bool:
    """Tell whether somebody may ask the admin's API this: of files only those one may choose, one by one.

    The API itself asks for no rights. The translation editor shows pictures by it; no screen lists files.
    """
    kind = match.namespaces[-1] if match.namespaces[:1] == ["wagtailadmin_api"] else "pages"
    if kind == "pages":
        return True
    policy = policy_registry.get_by_type(FILES[kind]())
    chosen = policy.instances_user_has_any_permission_for(user, ["choose", "change"])
    return "pk" in kwargs and chosen.filter(pk=kwargs["pk"]).exists()


def pages_named(match, kwargs) -> list[int]:
    """List the pages that an address of the admin is about: named themselves or by a translation of them."""
    found = [kwargs[key] for key in PAGE_KEYS if key in kwargs]
    if "pk" in kwargs and match.namespaces[-1:] in PAGE_NAMESPACES:
        found.append(kwargs["pk"])
    if "translation_id" in kwargs:
        found += _pages_of(Translation.objects.filter(pk=kwargs["translation_id"]), "source__")
    if "translation_source_id" in kwargs:
        found += _pages_of(TranslationSource.objects.filter(pk=kwargs["translation_source_id"]))
    return found


def _pages_of(rows, prefix="") -> list[int]:
    keys = rows.values(f"{prefix}object_id")
    return list(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))


def may_explore(user, page_id) -> bool:
    """Tell whether somebody has a right on this page, on one above it or on one below it."""
    return PagePermissionPolicy().explorable_instances(user).filter(pk=page_id).exists()


@hooks.register("construct_page_chooser_queryset")
def choose_own_pages(pages, request):
    """Offer only pages of one's own municipality to link to."""
    return pages & PagePermissionPolicy().explorable_instances(request.user)


@hooks.register("construct_reports_menu")
def own_reports(request, items):
    """Leave out the report that only the installer may read."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if "page-types-usage" not in (item.url or "")]


@hooks.register("before_delete_page")
def keep_first_pages(request, page):
    """Keep the first page of a municipality: its site stands on it."""
    if page.depth == 2 and municipality_of_page(page):
        raise PermissionDenied


@hooks.register("before_serve_document")
def own_documents_only(document, request):
    """Serve a municipality's document on its own host only."""
    owner = municipality_of_collection(document.collection)
    if owner and owner != request.municipality:
        raise Http404("a document of somebody else")


@hooks.register("construct_translated_pages_to_cascade_actions")
def with_their_echoes(pages, action):
    """Delete and move with a page what repeats it in other languages; translations stay as they are."""
    if action not in ("delete", "move"):
        return {}
    return {page: page.get_translations().filter(alias_of=page.pk) for page in pages}
