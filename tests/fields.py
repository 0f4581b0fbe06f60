"""Which fields do people fill in? Those of every form, page and block of ours, and of the forms on its screens."""

from django import forms
from django.apps import apps
from django.urls import resolve
from wagtail import blocks
from wagtail.blocks.base import BlockField
from wagtail.blocks.field_block import FieldBlock
from wagtail.models import Page

from cms.frameworks.editing.parts import PARTS
from tests.test_urls import OWN, path_to

OURS = ("cms", "compass", "deliberation")


def is_ours(kind) -> bool:
    return kind.__module__.split(".")[0] in OURS


def all_forms(form=forms.BaseForm):
    for one in form.__subclasses__():
        yield one
        yield from all_forms(one)


def our_forms() -> set:
    resolve("/")  # the URL map imports every view, and a view its forms
    return {form for form in all_forms() if is_ours(form)}


def page_forms() -> dict:
    """Give by kind of page the form in which an editor writes it, empty."""
    return {
        model.__name__: model.get_edit_handler().get_form_class()(
            instance=model(), parent_page=Page.objects.first()
        )
        for model in apps.get_models()
        if issubclass(model, Page) and is_ours(model)
    }


def every_field():
    """Give (name, field) of every field that a form of ours declares, and of every page, row and block."""
    for form in our_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            yield f"{form.__module__}.{form.__name__}.{name}", field
    for name, form in page_forms().items():
        yield from fields_of(name, form)


def fields_of(name, form):
    """Give (name, field) of a form as it stands, of its rows and of its blocks."""
    groups = [form.fields] if hasattr(form, "fields") else []
    groups += [rows.empty_form.fields for rows in getattr(form, "formsets", {}).values()]
    for key, field in (pair for fields in groups for pair in fields.items()):
        if isinstance(field, BlockField):
            yield from _of_block(f"{name}.{key}", field.block)
        else:
            yield f"{name}.{key}", field


def _of_block(name, block):
    if isinstance(block, blocks.ListBlock):
        yield from _of_block(name, block.child_block)
    elif isinstance(block, FieldBlock):
        yield name, block.field
    else:
        for key, child in getattr(block, "child_blocks", {}).items():
            yield from _of_block(f"{name}.{key}", child)


def own_screens(about) -> list[str]:
    """Fill in every address of ours, those of the editor of frameworks for each of its parts."""
    about = {**about, "digest": "x", "path": "x", "rest": "x"}
    parts = [PARTS, ("scores",)]
    return [
        path_to(route, {**about, "part": part})
        for route in OWN
        for part in parts["<slug:part>" not in route]
    ]


def forms_in(context) -> list:
    """Give every form that a page was made with."""
    found = {}
    for one in context or []:
        for part in getattr(one, "dicts", []):
            found |= {id(form): form for value in part.values() for form in _forms(value)}
    return list(found.values())


def _forms(value):
    if isinstance(value, forms.BaseForm):
        yield value
    elif isinstance(value, dict):
        yield from (form for one in value.values() for form in _forms(one))
    elif isinstance(value, list | tuple | forms.BaseFormSet):
        yield from (form for one in value for form in _forms(one))
    elif hasattr(value, "form"):
        yield from _forms(value.form)
