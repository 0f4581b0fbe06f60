"""Isolation: what Wagtail's admin keeps from staff of another municipality, where its own checks stop (ADR 48)."""

from collections import defaultdict

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django_filters.filters import QuerySetRequestMixin
from taggit.models import Tag
from wagtail import hooks
from wagtail.admin import filters
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.views import chooser
from wagtail.models import Collection, Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail_localize.views.report import TranslationsReportView

from deliberation.people.models import User
from deliberation.projects.models import RoleAssignment
from deliberation.projects.staff import municipalities_of

from .identifiers import identifiers_of, pages_behind
from .municipalities import municipality_of_collection, municipality_of_page
from .references import may_choose

FILES = {"images": get_image_model, "documents": get_document_model}
# Tags have no owner, so what others tagged would be told; editors type theirs.
TAGS = ("wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete")
# Count and name pages of the whole installation, or break on purpose.
INSTALLERS = ("page_types_usage", "page_types_usage_results", "wagtailadmin_error_test")
KINDS = {
    "page": lambda: Page,
    "image": get_image_model,
    "document": get_document_model,
    "collection": lambda: Collection,
}
OURS = ("cms.", "deliberation.", "compass.")


def no_tags(model, count=0):
    """Offer no tags that others use; Wagtail lists those of the whole installation and has no hook."""
    return Tag.objects.none()


def own_translations(view):
    """Report on translations of one's own pages only."""
    pages = PagePermissionPolicy().explorable_instances(view.request.user)
    return all_translations(view).filter(source__object_id__in=pages.values("translation_key"))


def own_groups(view, form_class=None):
    """Offer who may read a page from its own municipality; Wagtail offers every group there is."""
    form = all_groups(view, form_class)
    whose = municipality_of_page(view.page)
    if whose:
        groups = Group.objects.filter(name__startswith=f"{whose.slug}: ")
        form.fields["groups"].queryset = groups
    return form


def own_restriction(answer):
    """Let the privacy screen change the page's own restriction; Wagtail takes the deepest, also another language's."""

    def with_own(view, request, *args, **kwargs):
        asked = view.page.get_view_restrictions()
        view.object = view.restriction = asked.filter(page=view.page).first()
        others = asked.exclude(page=view.page).order_by("-page__depth")
        view.restriction_on_ancestor = others.exclude(
            page__translation_key=view.page.translation_key
        ).first()
        return answer(view, request, *args, **kwargs)

    return with_own


def own_choices(a_filter, request):
    """Let a list be narrowed to people and sites of one's own municipality; Wagtail names all there are."""
    choices = all_choices(a_filter, request)
    if choices is None:
        choices = a_filter.extra.get("queryset")
    if choices is None or request is None or request.user.is_superuser:
        return choices
    whose = municipalities_of(request.user)
    if choices.model is User:
        return choices.filter(
            pk__in=RoleAssignment.objects.filter(municipality__in=whose).values("user")
        )
    if choices.model is Site:
        return choices.filter(site_name__in=[municipality.slug for municipality in whose])
    return choices


# Here Wagtail has no hook. The walk in tests/tenants tells when these moved.
filters.popular_tags_for_model = chooser.popular_tags_for_model = no_tags
all_translations = TranslationsReportView.get_queryset
TranslationsReportView.get_queryset = own_translations
all_choices = QuerySetRequestMixin.get_queryset
QuerySetRequestMixin.get_queryset = own_choices
all_groups, SetPrivacyView.get_form = SetPrivacyView.get_form, own_groups
SetPrivacyView.get = own_restriction(SetPrivacyView.get)
SetPrivacyView.post = own_restriction(SetPrivacyView.post)


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
        if not may_name(user, _identifiers(request, view, match, kwargs)):
            raise Http404("something of somebody else")
        if match.url_name == "wagtailadmin_choose_page_external_link":
            keep_to_own_sites(request)
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


def may_name(user, identifiers) -> bool:
    """Tell whether somebody may name all of this: what one may choose; unknown numbers only when not of others."""
    by_kind = defaultdict(set)
    for identifier in identifiers:
        by_kind[identifier.kind].add(identifier.pk)
    return all(_may(user, kind, pks) for kind, pks in by_kind.items())


def _may(user, kind, pks) -> bool:
    if kind is None:
        return all(_may(user, one, pks & _found(KINDS[one]().objects, pks)) for one in KINDS)
    if kind not in KINDS:
        kind, pks = "page", set(pages_behind(kind, pks))
    return not pks or pks <= _found(_own(user, kind), pks)


def _own(user, kind):
    if kind != "collection":
        return may_choose(user, KINDS[kind]())
    policies = [policy_registry.get_by_type(model()) for model in FILES.values()]
    pictures, documents = (
        policy.collections_user_has_any_permission_for(user, ["add", "change", "choose"])
        for policy in policies
    )
    return pictures | documents


def _found(rows, pks) -> set[int]:
    return set(rows.filter(pk__in=pks).values_list("pk", flat=True))


def _identifiers(request, view, match, kwargs) -> set:
    """Read the ids for a screen of Wagtail's; ours know whom they serve."""
    return set() if view.__module__.startswith(OURS) else identifiers_of(request, match, kwargs)


def keep_to_own_sites(request) -> None:
    """Let a typed address become a link to a page of one's own only; Wagtail would tell the title of any."""
    slugs = [municipality.slug for municipality in municipalities_of(request.user)]
    own = set(Site.objects.filter(site_name__in=slugs).values_list("pk", flat=True))
    paths = [path for path in Site.get_site_root_paths() if path.site_id in own]
    request._wagtail_cached_site_root_paths = paths


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
