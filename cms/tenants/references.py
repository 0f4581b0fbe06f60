"""References of a page: only to what belongs to its own municipality, and what its editor may choose."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ListBlockValidationError, StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, ReferenceIndex, Site
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from deliberation.live.models import LiveSession
from deliberation.projects.models import DecisionPoint, Municipality, Project
from deliberation.projects.staff import municipalities_of

NOT_YOURS = _("You can't choose this here. It is not of your municipality, or it is gone.")
# What a page shows of what people do together, and by which column its municipality is found.
PARTICIPATION = {
    Project: "municipality",
    LiveSession: "project__municipality",
    DecisionPoint: "phase__project__municipality",
}


@dataclass(frozen=True)
class Reference:
    """One thing that is referred to, and where: field, block, part of the block."""

    model: type
    pk: str
    path: tuple[str, ...]


def references_of(instance) -> list[Reference]:
    """List all that an object refers to: keys, choosers in blocks, links and pictures in texts, rows below it."""
    found = ReferenceIndex._extract_references_from_object(instance)
    return [
        Reference(_model(kind), str(pk), tuple(path.split(".")))
        for kind, pk, _model_path, path in found
    ]


def may_choose(user, model):
    """Give what somebody may let a page refer to; None for a kind of thing that nobody chooses."""
    if model is Page:
        return PagePermissionPolicy().explorable_instances(user)
    if model in _files():
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_any_permission_for(user, ["choose", "change"])
    if model in PARTICIPATION:
        whose = Municipality.objects.all() if user.is_superuser else municipalities_of(user)
        return model.objects.filter(**{f"{PARTICIPATION[model]}__in": whose})
    return None


def of_others(municipality, model):
    """Give what belongs to another municipality; files and pages of nobody are not among them."""
    others = Municipality.objects.exclude(pk=municipality and municipality.pk)
    if model in PARTICIPATION:
        return model.objects.filter(**{f"{PARTICIPATION[model]}__in": others})
    if model is Page:
        sites = Site.objects.filter(site_name__in=others.values("slug"))
        roots = sites.values("root_page__translation_key")
        return Page.objects.filter(_below("path", Page.objects.filter(translation_key__in=roots)))
    if model in _files():
        places = Collection.objects.filter(depth=2, name__in=others.values("slug"))
        return model.objects.filter(_below("collection__path", places))
    return model.objects.none()


def forbidden(references, municipality, user=None) -> list[Reference]:
    """List what may not be referred to. Without a user only whose it is counts; two or three queries a kind."""
    by_model = defaultdict(list)
    for reference in references:
        by_model[reference.model].append(reference)
    return [
        one for model, some in by_model.items() for one in _refused(model, some, municipality, user)
    ]


def beside(instance, references) -> dict[str, ValidationError]:
    """Give by field the error to show there; inside a StreamField it stands beside the block."""
    by_field = defaultdict(list)
    for reference in references:
        by_field[reference.path[0]].append(reference.path[1:])
    return {name: _at(getattr(instance, name, None), paths) for name, paths in by_field.items()}


def _refused(model, references, municipality, user) -> list[Reference]:
    pks = {reference.pk for reference in references if reference.pk.isdecimal()}
    theirs = _found(of_others(municipality, model), pks)
    if user is None:
        return [one for one in references if one.pk in theirs]
    offered = may_choose(user, model)
    chosen = set() if offered is None else _found(offered, pks)
    return [one for one in references if one.pk in theirs or one.pk not in chosen]


def _found(rows, pks) -> set[str]:
    return (
        {str(pk) for pk in rows.filter(pk__in=pks).values_list("pk", flat=True)} if pks else set()
    )


def _below(column: str, places) -> Q:
    """Make a condition: at or below one of these places in a tree; for no place nothing fits."""
    found = Q(pk__in=[])
    for path in places.values_list("path", flat=True):
        found |= Q(**{f"{column}__startswith": path})
    return found


def _files() -> tuple[type, type]:
    return get_image_model(), get_document_model()


def _model(content_type_id: int) -> type:
    return ContentType.objects.get_for_id(content_type_id).model_class()


def _at(value, paths) -> ValidationError:
    """Wrap the refusal as deep as the blocks lie."""
    kind, children = _children(value)
    by_child = defaultdict(list)
    for path in paths:
        if path and path[0] in children:
            by_child[path[0]].append(path[1:])
    if not by_child:
        return ValidationError(NOT_YOURS, code="not_yours")
    found = {children[name][0]: _at(children[name][1], below) for name, below in by_child.items()}
    return kind(block_errors=found)


def _children(value) -> tuple[type | None, dict]:
    """Give how the errors of a block's parts are told, and by the name in a path where each part stands."""
    if hasattr(value, "stream_block"):
        parts = {str(child.id): (at, child.value) for at, child in enumerate(value)}
        return StreamBlockValidationError, parts
    if hasattr(value, "list_block"):
        parts = {str(child.id): (at, child.value) for at, child in enumerate(value.bound_blocks)}
        return ListBlockValidationError, parts
    if hasattr(value, "bound_blocks"):  # a struct
        return StructBlockValidationError, {name: (name, part) for name, part in value.items()}
    return None, {}
