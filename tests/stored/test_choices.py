"""Is every choice that may stand in some database still a choice? Compared with all that ever were, in choices.json.

A stored code without its choice is shown as a bare code, and can't be saved again. Whoever takes one away names here
the migration that changes what is stored.
"""

import json
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from wagtail import blocks
from wagtail.blocks.field_block import FieldBlock
from wagtail.fields import StreamField

from cms.theming.theme import RADII, TOKENS
from deliberation.live.state_machine import NEW_ACTIVITY
from deliberation.projects.deciding.versions import LABELS
from deliberation.projects.naming import KINDS
from deliberation.questions.models import Question
from tests.fields import is_ours

pytestmark = pytest.mark.django_db
FROZEN = Path(__file__).with_name("choices.json")
GONE: dict[tuple[str, str], str] = {}  # (place, code): the migration after which nothing holds it
# Names and codes inside JSON, by the table in the code that knows them.
INSIDE_JSON = {
    "cms.Theme.tokens": TOKENS,
    "cms.Theme.radius": RADII,
    "live.Event.data activities": NEW_ACTIVITY,
    "participation.Contribution.kind questions": Question.Kind.values,
    "projects.FrameChange.after": LABELS,
    "projects.Municipality.level_names": KINDS,
}


def codes_in(place: str, field):
    """Give (place, code) for every choice of a column, and for every kind, part and choice of its blocks."""
    if isinstance(field, StreamField):
        yield from _in_block(place, field.stream_block)
    elif field.choices:
        yield from ((place, str(code)) for code, _label in field.flatchoices)


def _in_block(place, block):
    if isinstance(block, blocks.ListBlock):
        yield from _in_block(place, block.child_block)
    elif isinstance(block, FieldBlock):
        choices = (
            getattr(block.field, "choices", ()) if isinstance(block, blocks.ChoiceBlock) else ()
        )
        yield from ((place, str(code)) for code, _label in choices if code)
    for name, child in getattr(block, "child_blocks", {}).items():
        yield place, f"part {name}"
        yield from _in_block(f"{place}.{name}", child)


def of_today() -> set:
    models = [model for model in apps.get_models() if is_ours(model)]
    fields = [field for model in models for field in model._meta.local_concrete_fields]
    inside = [(place, str(code)) for place, codes in INSIDE_JSON.items() for code in codes]
    return {*chain.from_iterable(codes_in(str(field), field) for field in fields), *inside}


def of_history() -> set:
    """Read from the migrations what every column that still stands once took."""
    found, columns = set(), {}
    for model in apps.get_models():
        if is_ours(model):
            columns |= {
                str(field).lower(): str(field) for field in model._meta.local_concrete_fields
            }
    for (app, _name), migration in MigrationLoader(None).disk_migrations.items():
        for one in migration.operations:
            fields = (
                [(one.name, one.field)] if hasattr(one, "field") else getattr(one, "fields", ())
            )
            model = (
                one.name
                if isinstance(one, migrations.CreateModel)
                else getattr(one, "model_name", "")
            )
            for name, field in fields:
                place = columns.get(f"{app}.{model}.{name}".lower())
                found |= set(codes_in(place, field)) if place else set()
    return found


def frozen() -> set:
    kept = json.loads(FROZEN.read_text(encoding="utf-8"))
    return {(place, code) for place, codes in kept.items() for code in codes}


def as_lines(some) -> str:
    return "\n".join(f"{place}: {code}" for place, code in sorted(some))


def test_no_choice_that_is_stored_somewhere_is_gone():
    gone = frozen() - of_today()
    assert not gone - set(GONE), f"name the migration that changes these:\n{as_lines(gone)}"
    assert set(GONE) <= gone, "it is a choice again"
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    assert set(GONE.values()) <= known


def test_every_choice_is_remembered():
    new = (of_today() | of_history()) - frozen()
    assert not new, (
        f"write these in {FROZEN.name}, so that nobody takes them away:\n{as_lines(new)}"
    )
    assert len(frozen()) > 100
