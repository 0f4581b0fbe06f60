"""The ids that a request carries in its path, query and body, and the kind of thing that each one names."""

import json
import re
from dataclasses import dataclass
from io import BytesIO

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.db.models import ForeignKey
from django.http import QueryDict
from wagtail.blocks import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, Revision
from wagtail_localize.models import OverridableSegment, Translation, TranslationSource

# How Wagtail's addresses and forms name a thing.
NAMED = {
    **dict.fromkeys(
        ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk", "parent_page",
         "destination_page_id", "new_parent_page", "target_pages[]", "child_of", "childOf",
         "descendant_of", "ancestor_of", "translation_of", "root_page", "redirect_page", "chooser"),
        "page",
    ),
    **dict.fromkeys(("image_id",), "image"),
    **dict.fromkeys(("document_id", "doc_id"), "document"),
    **dict.fromkeys(("collection_id", "collection"), "collection"),
    **dict.fromkeys(("revision_id", "revision_id_a", "revision_id_b", "overwrite_revision_id",
                     "loaded_revision_id"), "revision"),
    "translation_id": "translation",
    "translation_source_id": "translation source",
}  # fmt: skip
# Which kind the address says: these names stand for what the address is about.
ABOUT = ("id", "pk", "object_id")
PLACES = (
    ("page", ("pages", "choose-page", "api/main/pages", "localize/page", "workflows/remove")),
    ("image", ("images", "api/main/images")),
    ("document", ("documents", "api/main/documents")),
    ("collection", ("collections",)),
)
# What a list or screen listens to besides: words, dates, people and numbers of rows, never a walled thing.
HARMLESS = frozenset(
    """_w_filter_fragment _w_hydrate_create_view action allow_anchor_link allow_email_link
    allow_external_link allow_phone_link can_choose_root chooserUrls closeness content_type content_types
    create_model created_at date_from date_to describe_on_delete edited_by expire_at export extended
    fields filter_method finished_at for_explorer format h has_child_pages has_children height html_path
    in_preview_panel include_descendants input_format is_commenting_action is_permanent is_superuser label
    last_login last_published_at latest_revision_created_at layout level limit link_text link_url live
    locale locked_at locked_by match_subclass meta mode multiple next object_type offset order order_by
    ordering owner p page page_locale page_type polite_pages_only position q query recursive requested_by
    return_url reviewable rich_text_format role search search_all search_operator select_format
    select_locale show_disabled signup_link site sites source_locale source_title started_at status tag
    tags target_locale task task_type term timestamp type update_slug usage_count user user_perms
    waiting_for_translation width workflow""".split()
)
# A name in a form that could well be an id; rows of a form below a form are checked by that form.
IDLIKE = re.compile(
    r"^(?!.*-\d+-)(.*[_\-\[])?(ids?|pks?|pages?|objects?|parent|root|after|destination|target|images?|documents?|"
    r"collections?|revisions?|choosers?)(\[\])?$"
)
WORDS = ("all", "root")  # that stand for ids
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Identifier:
    """One number and what it names: a kind, or nothing we know."""

    kind: str | None
    pk: int


def identifiers_of(request, match, kwargs) -> set[Identifier]:
    """Read every id that a request carries. BadRequest for a body that can't be read."""
    place = place_of(match, kwargs)
    found = _read(kwargs.items(), place, unknown=())
    asked = _pairs(request.GET)
    for name, text in asked:
        if (name in NAMED or name in ABOUT) and not _could_be_read(name, text):
            raise BadRequest("this is no id")
    found |= _read(asked, place, unknown=None)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        if "overridable_segment_id" in kwargs:
            found |= _read(_body(request), place, unknown=None, value=segment_kind(kwargs))
        else:
            found |= _read(_body(request), place, unknown=IDLIKE)
    return found


def place_of(match, kwargs) -> str | None:
    """Tell which kind of thing an address is about; None for what is no page, file or collection."""
    if "model_name" in kwargs and "app_label" in kwargs:
        return _kind_of_model(kwargs["app_label"], kwargs["model_name"])
    below = re.sub(r"[\^$]", "", match.route).removeprefix("admin/")
    return next((kind for kind, starts in PLACES if below.startswith(_folders(starts))), None)


def segment_kind(kwargs) -> str | None:
    """Tell which kind of thing a translator may put in the place of another here."""
    segment = OverridableSegment.objects.filter(pk=kwargs["overridable_segment_id"]).first()
    if segment is None:
        return None
    instance = segment.source.as_instance()
    field, *blocks = segment.context.get_field_path(instance).split(".")
    found = instance._meta.get_field(field)
    if isinstance(found, ForeignKey):
        return kind_of(found.related_model)
    block = found.stream_block if isinstance(found, StreamField) else None
    for name in blocks:
        block = getattr(block, "child_blocks", {}).get(name)
    return kind_of(block.target_model) if isinstance(block, ChooserBlock) else None


def kind_of(model) -> str | None:
    """Name the kind of a model, when it is one that the wall keeps."""
    kinds = {get_image_model(): "image", get_document_model(): "document", Collection: "collection"}
    return "page" if issubclass(model, Page) else kinds.get(model)


def pages_behind(kind, pks) -> list[int]:
    """List the pages that versions and translations are about."""
    if kind == "revision":
        rows = Revision.page_revisions.filter(pk__in=pks).values_list("object_id", flat=True)
        return [int(pk) for pk in rows]
    rows = TranslationSource.objects.filter(pk__in=pks)
    if kind == "translation":
        rows = TranslationSource.objects.filter(
            pk__in=Translation.objects.filter(pk__in=pks).values("source")
        )
    keys = rows.values("object_id")
    return list(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))


def _read(pairs, place, unknown, value=None) -> set[Identifier]:
    """Sort ids by name. `unknown` says which other names count: all (None), those that fit, or none."""
    found = set()
    for name, text in pairs:
        kind = (
            NAMED.get(name)
            or (place if name in ABOUT else None)
            or (value if name == "value" else None)
        )
        if kind or _could_be_one(name, unknown):
            found |= {Identifier(kind, number) for number in numbers_in(text)}
    return found


def _could_be_one(name, unknown) -> bool:
    if unknown is None:
        return name not in HARMLESS
    return bool(unknown and len(name) < 100 and unknown.search(name))


def _could_be_read(name, text) -> bool:
    """Tell whether a list or chooser can do something with this; Wagtail breaks on what is no number."""
    return text in WORDS or bool(numbers_in(text)) or (not text and name not in ABOUT)


def numbers_in(value) -> set[int]:
    """Read the numbers that a value stands for: itself, quoted, in a list with commas, in JSON."""
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return {number for part in value for number in numbers_in(part)}
    text = str(value).strip()
    if text[:1] in ("[", "{"):
        return numbers_in(_json(text))
    return {number for part in text.split(",") if (number := _number(part)) is not None}


def _number(text: str) -> int | None:
    """Read one number as Django and Wagtail do: spaces, quoting and other people's digits count too."""
    for form in (text, unquote(text)):
        try:
            number = int(float(form)) if re.fullmatch(r"\s*\d{1,15}\.0*\s*", form) else int(form)
        except ValueError:
            continue
        return min(number, LARGEST)
    return None


def _pairs(values: QueryDict) -> list[tuple[str, object]]:
    return [(name, value) for name, some in values.lists() for value in some]


def _body(request) -> list[tuple[str, object]]:
    kind = request.content_type
    if kind == "application/json" or kind.endswith("+json"):
        return list(_flat("", _json(request.body.decode("utf-8", "replace"))))
    if request.method == "POST":
        return _pairs(request.POST)
    if kind == "multipart/form-data":  # Django itself reads this of a POST only
        return _pairs(request.parse_file_upload(request.META, BytesIO(request.body))[0])
    return _pairs(QueryDict(request.body, encoding="utf-8"))


def _flat(name, value):
    """Yield every name and value of a JSON body, however deep; what stands in a list has the list's name."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(str(key), part)
    elif isinstance(value, list):
        for part in value:
            yield from _flat(name, part)
    else:
        yield name, value


def _json(text: str):
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if text[:1] in ("[", "{"):
            return None
        raise BadRequest("this is no JSON") from error


def _kind_of_model(app_label, model_name) -> str | None:
    try:
        return kind_of(apps.get_model(app_label, model_name))
    except LookupError:
        return None


def _folders(starts) -> tuple[str, ...]:
    return tuple(f"{start}/" for start in starts)
