"""Does one hostile text go through every door, and does every page and file still read well afterwards?

The doors are walked by the URL map, the forms they show, the page types and the models, so a new field
is in it by itself.
"""

import json
from collections import Counter
from datetime import timedelta

import lxml.html
import pytest
from django import forms
from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast
from django.urls import resolve, reverse
from django.utils import timezone
from wagtail import blocks
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.blocks.base import BlockField
from wagtail.blocks.field_block import ChooserBlock
from wagtail.fields import StreamField
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page

from cms.text_cleaning import clean_row
from compass.validators import IMPLAUSIBLE
from tests.cms.site import a_document
from tests.fields import all_forms
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
HOSTILE = (
    "A\x0bB \ufffe 🌳 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 "
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 <b>=1+1</b> meervoudigepersoonlijkheidsstoornis "
    "https://voorbeeld.example/" + "x" * 94
)
DIRT = "\ufffe"
FAR = ("0026-03-01", "0001-01-01", "9999-12-31")
DATES = ("date", "datetime-local")
TYPED = ("text", "search", "textarea", "tel")
OURS = ("cms", "compass", "deliberation")
# What people don't type but the platform makes: ids, hashes, secrets, states.
MADE = (models.SlugField, models.EmailField, models.URLField, models.UUIDField)
MADE_NAMES = (
    "hash digest salt previous device version source language owner key lane purpose".split()
)


@pytest.fixture
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.RUNTIME_DIR = tmp_path / "media", tmp_path / "run"


# --- The row: whatever writes it, what is stored is clean -----------------------------------------


def text_fields(model):
    """List the columns of a model that can hold a text, JSON among them."""
    texts = ("CharField", "TextField", "JSONField", "SlugField", "URLField", "EmailField")
    return [one for one in model._meta.concrete_fields if one.get_internal_type() in texts]


def test_no_text_column_of_any_model_takes_dirt():
    dirty, seen = [], 0
    for model in apps.get_models():
        for field in text_fields(model):
            row = model.__new__(model)
            row.__dict__ |= {"_state": models.base.ModelState(), field.attname: dirt_for(field)}
            clean_row(sender=model, instance=row)
            held = str(field.value_from_object(row))
            seen += 1
            if held and (DIRT in held or "\x0b" in held or "\\u000b" in held):
                dirty.append(field)
    print(f"{seen} columns")
    assert dirty == [] and seen > 300


def dirt_for(field, text=HOSTILE):
    if isinstance(field, StreamField):
        return field.to_python(json.dumps(_stream(field.stream_block, text)))
    return {"a": [text]} if isinstance(field, models.JSONField) else text


def _stream(block, text) -> list:
    return [
        {"type": name, "value": _raw(child, text)} for name, child in block.child_blocks.items()
    ]


def _raw(block, text):
    if isinstance(block, blocks.StructBlock):
        return {name: _raw(child, text) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [{"type": "item", "value": _raw(block.child_block, text)}]
    is_text = isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.RichTextBlock)
    return text if is_text else None


# --- The dates: every field of every form and block refuses a year nobody means -------------------


def date_fields():
    import_all_forms()
    for form in all_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                yield f"{form.__module__}.{form.__name__}.{name}", field
    for model in apps.get_models():
        if issubclass(model, Page):
            form = model.get_edit_handler().get_form_class()
            for name, field in form.base_fields.items():
                if isinstance(field, forms.DateField | forms.DateTimeField):
                    yield f"{model.__name__}.{name}", field
    yield "DateBlock", blocks.DateBlock().field
    yield "DateTimeBlock", blocks.DateTimeBlock().field


def import_all_forms():
    resolve("/")  # the URL map imports every view, and a view its forms


def test_every_date_field_refuses_a_year_that_nobody_means():
    fields, taken = dict(date_fields()), []
    for name, field in fields.items():
        for day in FAR:
            try:
                field.clean(day)
            except forms.ValidationError as error:
                if error.messages != [str(IMPLAUSIBLE)]:
                    taken.append((name, day, error.messages))
            else:
                taken.append((name, day))
    print(f"{len(fields)} fields x {len(FAR)} dates")
    assert taken == [] and len(fields) > 20


# --- The forms: every form that an address of ours shows ------------------------------------------


def test_every_form_takes_or_refuses_the_text_and_keeps_it_clean(world):  # noqa: F811
    visitors, about, _page = world
    count, wrong = Counter(), []
    for client, path, form in shown_forms(visitors, about):
        count["forms"] += 1
        wrong += send_text(client, path, form, count)
        wrong += send_dates(client, path, form, count)
    print(dict(count))
    assert wrong == []
    assert count["forms"] > 30 and count["texts"] > 60 and count["dates"] > 20
    assert count["taken"] > 15, "the forms refused nearly everything: the walk proves nothing"


def shown_forms(visitors, about):
    """Walk the forms with something to fill in, each once, with somebody who may see it."""
    seen = set()
    for path in own_paths(about):
        client, answer = first_that_opens(visitors, path)
        if client is None or "text/html" not in answer["Content-Type"]:
            continue
        for form in lxml.html.fromstring(answer.content).forms:
            to = form.get("action") or path
            known = (path.partition("?")[0], to, tuple(sorted(set(form.fields.keys()))))
            if form.method == "POST" and fillable(form) and known not in seen and is_ours(to):
                seen.add(known)
                yield client, to, form


def own_paths(about) -> list[str]:
    """Fill in every address of ours; the digest of the colours is no text's business."""
    return [path_to(route, {**about, "digest": "x", "path": "x", "rest": "x"}) for route in OWN]


def first_that_opens(visitors, path):
    for name in ("manager", "officer", "facilitator", "resident", "nobody"):
        with transaction.atomic():
            answer = visitors[name].get(path)
            transaction.set_rollback(True)
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            return visitors[name], answer
    return None, None


def is_ours(path) -> bool:
    view = resolve(path.partition("?")[0]).func
    view = getattr(view, "view_class", view)
    return view.__module__.split(".")[0] in OURS


def fillable(form) -> list:
    return [one for one in form.inputs if kind_of(one) in (*TYPED, *DATES)]


def kind_of(field) -> str:
    return "textarea" if field.tag == "textarea" else (field.get("type") or field.tag)


def filled(form, day) -> dict:
    data = {}
    for field in form.inputs:
        name, kind = field.get("name"), kind_of(field)
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in TYPED:
            data[name] = HOSTILE[: int(field.get("maxlength") or 1000)]
        elif kind in DATES:
            data[name] = f"{day}T19:30" if kind == "datetime-local" else day
        elif kind == "email":
            data[name] = "iemand@example.org"
        elif kind == "number":
            data[name] = field.get("value") or field.get("min") or "1"
        elif kind == "select":
            data[name] = field.value or next((one for one in field.value_options if one), "")
        elif kind == "radio":
            data.setdefault(name, field.get("value"))
        elif kind == "checkbox":
            data.setdefault(name, []).append(field.get("value") or "on")
        else:
            data[name] = field.get("value") or ""
    buttons = form.xpath(".//button[@name]")
    return data | {one.get("name"): one.get("value") or "" for one in buttons[:1]}


def posted(client, path, data):
    """Post inside a transaction that is undone; give the answer and the tables with dirt in them."""
    with transaction.atomic():
        answer = client.post(path, data)
        dirty = tables_with_dirt()
        transaction.set_rollback(True)
    return answer, dirty


def send_text(client, path, form, count) -> list:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    answer, dirty = posted(client, path, filled(form, day))
    count["texts"] += sum(kind_of(one) in TYPED for one in form.inputs)
    count["taken"] += answer.status_code == 302
    return [(path, answer.status_code, dirty)] if answer.status_code >= 500 or dirty else []


def send_dates(client, path, form, count) -> list:
    wrong = []
    if not any(kind_of(one) in DATES for one in form.inputs):
        return wrong
    for day in FAR[count["forms"] % 3 :][:1]:  # the fields themselves were tried with all three
        with transaction.atomic():
            answer = client.post(path, filled(form, day))
            transaction.set_rollback(True)
        count["dates"] += sum(kind_of(one) in DATES for one in form.inputs)
        if answer.status_code >= 500 or str(IMPLAUSIBLE) not in answer.content.decode():
            wrong.append((path, day, answer.status_code))
    return wrong


def tables_with_dirt() -> list[str]:
    """Name the tables that hold a sign no text has, in JSON too."""
    return [model._meta.label for model in apps.get_models() if has_dirt(model)]


def has_dirt(model) -> bool:
    found = models.Q()
    names = [one.name for one in model._meta.local_concrete_fields if one in text_fields(model)]
    if not names or model._meta.app_label == "contenttypes":
        return False
    casts = {f"as_text_{name}": Cast(name, models.TextField()) for name in names}
    for name in casts:
        for sign in (DIRT, "\\ufffe", "\x0b", "\\u000b"):
            found |= models.Q(**{f"{name}__contains": sign})
    return model._base_manager.annotate(**casts).filter(found).exists()


# --- The pages: every type, with every block, sent as the editor sends it --------------------------


@pytest.fixture
def files(world):  # noqa: F811
    """A picture and a document of this municipality to choose."""
    place = Collection.objects.get(name="kompasdorp")
    a_document(collection=place)
    file = get_test_image_file(filename="foto.png")
    return Image.objects.create(title="Foto", file=file, collection=place)


def page_types():
    """List the types of pages an editor can make under a page of ours."""
    return [one for one in apps.get_models() if issubclass(one, Page) and _has_a_place(one)]


def _has_a_place(model) -> bool:
    return any(one.__module__.startswith("cms") for one in model.allowed_parent_page_models())


def test_every_page_type_takes_the_text_and_keeps_it_clean(world, files):  # noqa: F811
    visitors, _about, page = world
    taken, refused, fields = [], [], 0
    for model in page_types():
        parent = parent_for(model, page)
        path = reverse("wagtailadmin_pages:add", args=["cms", model._meta.model_name, parent.pk])
        data = page_data(model, parent) | {"action-publish": "x", "slug": f"h{len(taken)}"}
        answer, dirty = posted(visitors["manager"], path, data)
        assert answer.status_code < 500 and dirty == [], (model, answer.status_code, dirty)
        if answer.status_code == 302:
            taken.append(model.__name__)
        else:
            refused.append(model.__name__)
        fields += sum(HOSTILE[3:7] in str(value) or "\\u000b" in value for value in data.values())
    print(f"{len(taken)} page types, {fields} texts")
    assert refused == [] and len(taken) >= 7 and fields > 40


def page_data(model, parent, fill=None) -> dict:
    """Fill in every field, row and block of a page's form."""
    handler = model.get_edit_handler().get_form_class()
    form = handler(instance=model(), parent_page=parent.specific)
    data = fields_data(form.fields, "", fill)
    data |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    for name, formset in form.formsets.items():
        if name == "comments":
            continue
        data |= {f"{name}-TOTAL_FORMS": "1", f"{name}-INITIAL_FORMS": "0", f"{name}-0-ORDER": "1"}
        data |= fields_data(formset.empty_form.fields, f"{name}-0-", fill)
    return data


def fields_data(fields, prefix="", fill=None) -> dict:
    data = {}
    for name, field in fields.items():
        if isinstance(field, BlockField):
            data |= block_data(field.block, prefix + name, fill)
        else:
            data |= {prefix + name: (fill or value_for)(field)}
    return {name: value for name, value in data.items() if value is not None}


def value_for(field):
    """Give a form field what it takes: the text, a day, or the first of what there is to choose."""
    if isinstance(field, forms.DateTimeField):
        return None  # when a page goes live; the fields themselves were tried
    if isinstance(field, forms.DateField):
        return timezone.localdate().isoformat()
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.order_by("pk").last() if field.required else None
        return first and str(first.pk)
    if isinstance(field, forms.ChoiceField):
        codes = [code for code, _label in field.choices if code and not isinstance(_label, list)]
        return codes[0] if codes else None
    if isinstance(
        field, forms.SlugField | forms.BooleanField | forms.IntegerField | forms.URLField
    ):
        return None
    if isinstance(field.widget, get_rich_text_editor_widget().__class__):
        return as_typed_in_the_editor()
    return HOSTILE[: field.max_length] if isinstance(field, forms.CharField) else None


def as_typed_in_the_editor() -> str:
    """Give rich text as the editor sends it: the text stands in JSON, its control signs escaped."""
    line = {"key": "a1b2c", "text": HOSTILE, "type": "unstyled", "depth": 0}
    line |= {"inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [line], "entityMap": {}})


def block_data(block, at, fill=None) -> dict:
    """Fill in every kind of child of a block, as the editor names them."""
    if isinstance(block, blocks.StreamBlock):
        children = list(block.child_blocks.items())
        data = {f"{at}-count": str(len(children))}
        for place, (name, child) in enumerate(children):
            data |= row_data(f"{at}-{place}", place) | {f"{at}-{place}-type": name}
            data |= block_data(child, f"{at}-{place}-value", fill)
        return data
    if isinstance(block, blocks.ListBlock):
        rows = {f"{at}-count": "1"} | row_data(f"{at}-0", 0)
        return rows | block_data(block.child_block, f"{at}-0-value", fill)
    if isinstance(block, blocks.StructBlock):
        return {
            key: value
            for name, child in block.child_blocks.items()
            for key, value in block_data(child, f"{at}-{name}", fill).items()
        }
    if isinstance(block, ChooserBlock):
        return {at: str(block.target_model.objects.order_by("pk").last().pk)}
    rich = isinstance(block, blocks.RichTextBlock)
    value = as_typed_in_the_editor() if rich else (fill or value_for)(block.field)
    return {} if value is None else {at: value}


def row_data(at, place) -> dict:
    return {f"{at}-deleted": "", f"{at}-order": str(place), f"{at}-id": ""}


def parent_for(model, page):
    """Find a page under which this type may stand."""
    kinds = {one.__name__: one for one in model.allowed_parent_page_models()}
    return page if "ProjectPage" in kinds and model.__name__ != "ProjectPage" else page.get_parent()
