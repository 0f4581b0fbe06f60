"""How is the form of any kind of page filled in, and where in it can an id be sent? Read off the models."""

import json
from dataclasses import dataclass

from django import forms
from wagtail import blocks
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import nested_form_data

LINKED = {"LINK": Page, "DOCUMENT": get_document_model(), "IMAGE": get_image_model()}


@dataclass(frozen=True)
class Place:
    """Where an id can be sent: the name that is posted, the kind of thing, and the entity in a text."""

    name: str
    model: type
    entity: str = ""


def kinds_of_pages():
    """List our own kinds of pages; the next one is among them by itself."""
    return [model for model in get_page_models() if model.__module__.startswith("cms.")]


class Sheet:
    """The form of one kind of page, filled in with what is ours, and every place in it for an id."""

    def __init__(self, model, ours):
        self.form_class = model.get_edit_handler().get_form_class()
        self.ours, self.places, self.data = ours, [], {}
        for name, field in self.form_class.base_fields.items():
            self._field(name, field, model)
        for name, formset in self.form_class.formsets.items():
            self._rows(name, formset)

    def filled(self, **changed) -> dict:
        return {**nested_form_data(self.data), **changed}

    def _field(self, name, field, model):
        self.data[name] = self._value(name, field, self._is_text(model, name))

    def _is_text(self, model, name):
        return name in {f.name for f in model._meta.get_fields() if isinstance(f, RichTextField)}

    def _rows(self, name, formset):
        size = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
        if name == "comments":  # Wagtail's own: a text at a place, no ids
            self.data[name] = {**size, "TOTAL_FORMS": 0}
            return
        row = {
            key: self._value(f"{name}-0-{key}", field, self._is_text(formset.model, key))
            for key, field in formset.form.base_fields.items()
        }
        self.data[name] = {**size, "0": {**row, "ORDER": 1}}

    def _value(self, name, field, is_text=False):
        if isinstance(field, blocks.base.BlockField):
            return self._block(name, field.block)
        if is_text:
            return self._text(name)
        if isinstance(field, forms.ModelChoiceField):
            self.places.append(Place(name, _base(field.queryset.model)))
            return str(self.ours(field.queryset.model).pk)
        return _plain(field)

    def _text(self, name):
        self.places += [Place(name, model, entity) for entity, model in LINKED.items()]
        return text_with(None, None)

    def _block(self, name, block):
        if isinstance(block, blocks.StructBlock):
            return {
                key: self._block(f"{name}-{key}", one) for key, one in block.child_blocks.items()
            }
        if isinstance(block, blocks.StreamBlock):
            kinds = enumerate(block.child_blocks.items())
            parts = {
                str(at): {**_part(at, kind), "value": self._block(f"{name}-{at}-value", one)}
                for at, (kind, one) in kinds
            }
            return {**parts, "count": len(parts)}
        if isinstance(block, blocks.ListBlock):
            inner = self._block(f"{name}-0-value", block.child_block)
            return {"0": {**_part(0, None), "value": inner}, "count": 1}
        return self._leaf(name, block)

    def _leaf(self, name, block):
        if isinstance(block, blocks.RichTextBlock):
            return self._text(name)
        assert isinstance(block, blocks.FieldBlock), f"tell here how {block} is filled in"
        return self._value(name, block.field)


def text_with(entity, pk) -> str:
    """Write what the editor of texts sends: one word, that is a link or a picture when asked."""
    ranges = [{"key": 0, "offset": 0, "length": 5}] if entity else []
    data = {
        "id": pk,
        "url": "/x/",
        "src": "/x/",
        "format": "fullwidth",
        "alt": "x",
        "filename": "x",
    }
    line = {"key": "aaaaa", "text": "woord", "type": "unstyled", "depth": 0,
            "inlineStyleRanges": [], "entityRanges": ranges}  # fmt: skip
    known = {"0": {"type": entity, "mutability": "MUTABLE", "data": data}} if entity else {}
    return json.dumps({"blocks": [line], "entityMap": known})


def _part(at, kind) -> dict:
    part = {"id": f"00000000-0000-4000-8000-00000000000{at}", "order": at, "deleted": ""}
    return {**part, "type": kind} if kind else part


def _base(model):
    return Page if issubclass(model, Page) else model


def _plain(field):
    """Give a value that a field takes; for a choice the first."""
    if isinstance(field.widget, AdminDateTimeInput):
        return ""
    if isinstance(field, forms.DateField) or isinstance(field.widget, AdminDateInput):
        return "2027-01-01"
    if isinstance(field, forms.ChoiceField):
        return next(str(key) for key, _label in field.choices if key)
    if isinstance(field, forms.BooleanField) or field.widget.is_hidden:
        return ""
    if isinstance(field, forms.SlugField):
        return "een-adres"
    assert isinstance(field, forms.CharField), f"tell here how {field} is filled in"
    return "Tekst"
