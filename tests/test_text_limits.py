"""Does the server count a text as the browser does: what the browser lets through is never too long?

A browser counts a line break as one, and a sign outside the first 65,536 as two; it sends the break as two. The
server counts composed letters, so it never counts more. Fields are walked by the forms, the page types and the pages.
"""

import json
import re
from collections import Counter
from datetime import timedelta

import lxml.html
import pytest
from django import forms
from django.db import models, transaction
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.fields import StreamField

from compass.text import clean
from deliberation.live.command_validation import COMMANDS
from tests.fields import every_field
from tests.live.builders import an_evening
from tests.test_hostile_texts import (
    TYPED,
    files,  # noqa: F401 (a fixture)
    filled,
    kind_of,
    own_files,  # noqa: F401 (a fixture)
    page_data,
    page_types,
    parent_for,
    shown_forms,
    value_for,
)
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
BREAKS = 10
GROWS = "\u09df"  # a Bengali letter that is two signs when composed
START = f"Ja {GROWS * 3}e\u0301🌳"  # counted as nine by a browser, and as ten in composed letters


def units(text: str) -> int:
    """Count as a browser does for maxlength: a line break is one, UTF-16 for the rest."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le")) // 2


def full(limit: int, breaks: int, start: str = START) -> str:
    """Make a text of exactly so many units, with letters of all kinds, its line breaks sent as two."""
    breaks = breaks if limit > 60 else 0
    start = start if limit > 20 else ""
    lines, left = [], limit - breaks - units(start)
    if left < 0:
        return "7" * limit
    each = max(left // (breaks + 1), 1)
    for _line in range(breaks):
        lines.append("ab7 " * (each // 4) + "c" * (each % 4))
        left -= each
    made = start + "\r\n".join([line[:-1] + "d" for line in lines] + ["w" * left])
    assert units(made) == limit
    return made


def squeezed(text: str) -> str:
    return " ".join(clean(text).split())


# --- The fields: every form, page and block ---------------------------------------------------------


def typed_fields() -> dict:
    """Leave out what holds no plain text: rich text has no limit, and a choice or an address its own shape."""
    kinds = (forms.EmailField, forms.URLField, forms.SlugField, forms.UUIDField)
    return {
        name: field
        for name, field in every_field()
        if isinstance(field, forms.CharField)
        and not isinstance(field, kinds)
        and not field.widget.is_hidden
        and "Draftail" not in type(field.widget).__name__
        and "Password" not in type(field.widget).__name__
    }


def test_every_text_field_tells_the_browser_the_limit_that_the_server_keeps():
    wrong, fields = [], typed_fields()
    for name, field in fields.items():
        told = field.widget.attrs.get("maxlength")
        if str(told) != str(field.max_length):
            wrong.append((name, field.max_length, told))
    print(f"{len(fields)} text fields")
    assert wrong == [] and len(fields) > 150


# --- The pages: every form as it is shown, filled up to the last sign that its browser takes --------


class Stored:
    """Hold the texts of every row that is written."""

    def __init__(self):
        self.texts = []

    def __call__(self, instance, **_signal):
        for field in instance._meta.concrete_fields:
            value = field.value_from_object(instance)
            if isinstance(field, StreamField):
                said = json.dumps(value.get_prep_value(), ensure_ascii=False, default=str)
                self.texts.append(squeezed(said.replace("\\r", "").replace("\\n", "\n")))
            elif isinstance(field, models.CharField | models.TextField | models.JSONField):
                self.texts.append(squeezed(str(value).replace("\\n", "\n")))


@pytest.fixture
def stored():
    note = Stored()
    post_save.connect(note)
    yield note
    post_save.disconnect(note)


# What is said of one line among many is another rule.
TOO_LONG = re.compile(
    r"^(?!.*\b(regel|line)\b).*(\d+ (tekens?|characters?)\b|te lang|too long)", re.I
)
ERRORS = "//*[contains(@class,'form-field-error-message')]"


def complaints(answer) -> list[str]:
    """Give what an answer says of the length of a text, once for each field."""
    if "text/html" not in answer["Content-Type"] or not answer.content:
        return []
    said = [each.text_content() for each in lxml.html.fromstring(answer.content).xpath(ERRORS)]
    return [text for text in map(squeezed, said) if TOO_LONG.search(text)]


def limited(form) -> dict:
    """Give the fields in which somebody types, with the limit that the browser keeps to."""
    return {
        one.get("name"): (int(one.get("maxlength")), kind_of(one) == "textarea")
        for one in form.inputs
        if kind_of(one) in TYPED and one.get("maxlength") and one.get("name")
    }


def areas_of(form) -> list[str]:
    return [one.get("name") for one in form.inputs if kind_of(one) == "textarea"]


def send(client, path, data):
    with transaction.atomic():
        answer = client.post(path, data)
        transaction.set_rollback(True)
    return answer


def test_every_form_takes_what_its_browser_lets_through_and_no_more(world, stored):  # noqa: F811
    visitors, about, _page = world
    count, wrong = Counter(), []
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    for client, path, form in shown_forms(visitors, about):
        fields, data = limited(form), filled(form, day)
        count["forms"] += 1
        count["fields"] += len(fields)
        wrong += send_full(client, path, form, fields, data, stored, count)
        wrong += send_more(client, path, fields, data, count)
    print(dict(count), *wrong, sep="\n")
    assert wrong == []
    assert count["forms"] > 30 and count["fields"] > 100
    assert count["stored whole"] > 20 and count["refused beside the field"] > 50


def send_full(client, path, form, fields, data, stored, count) -> list:
    texts = {name: full(most, BREAKS if area else 0) for name, (most, area) in fields.items()}
    stored.texts.clear()
    answer = send(client, path, data | texts)
    wrong = [(path, said) for said in complaints(answer)]
    wrong += [(path, one, "has no limit") for one in areas_of(form) if one not in fields]
    if answer.status_code >= 500:
        wrong.append((path, answer.status_code))
    if answer.status_code == 302 and stored.texts:
        areas = [texts[name] for name, (_most, area) in fields.items() if area]
        whole = [any(squeezed(text) in row for row in stored.texts) for text in areas]
        count["stored whole"] += sum(whole)
        wrong += [
            (path, text[:20], "not whole")
            for text, kept in zip(areas, whole, strict=True)
            if not kept
        ]
    return wrong


def send_more(client, path, fields, data, count) -> list:
    """Send one sign more than fits in every field with lines; each has to be refused beside it."""
    areas = {name: full(most + 1, BREAKS, "") for name, (most, area) in fields.items() if area}
    if not areas:
        return []
    said = complaints(send(client, path, data | areas))
    count["refused beside the field"] += len(said)
    return [] if len(said) >= len(areas) else [(path, list(areas), said)]


# --- The pages an editor writes: every type, with every row and block, full ------------------------


def full_or_plain(field):
    """Fill a text with its last sign; a choice, a row or rich text as any page has it."""
    value = value_for(field)
    is_text = isinstance(field, forms.CharField) and field.max_length
    if not is_text or value is None or value.startswith("{"):
        return value
    return full(field.max_length, BREAKS if isinstance(field.widget, forms.Textarea) else 0)


def test_every_page_type_takes_what_its_fields_let_through(world, files, stored):  # noqa: F811
    visitors, _about, page = world
    wrong, texts = [], 0
    for model in page_types():
        parent = parent_for(model, page)
        path = reverse("wagtailadmin_pages:add", args=["cms", model._meta.model_name, parent.pk])
        data = page_data(model, parent, full_or_plain) | {"slug": "vol", "action-publish": "x"}
        stored.texts.clear()
        answer = send(visitors["manager"], path, data)
        areas = [text for text in data.values() if "\r\n" in text]
        texts += len(areas)
        wrong += [
            (model, text[:20])
            for text in areas
            if not any(squeezed(text) in row for row in stored.texts)
        ]
        wrong += [(model, answer.status_code)] if answer.status_code != 302 else []
    assert wrong == [] and texts > 8


# --- Commands: by JSON and socket, and as the console sends them -----------------------------------


def test_every_command_takes_what_the_fields_of_its_screen_let_through():
    evening, client, wrong, tried = an_evening(headcount=10, poll_open=True), Client(), [], set()
    client.force_login(evening.facilitator)
    fields = console_fields(client, evening)
    evening.close()
    for name, most in fields | console_fields(client, evening):
        *of, argument = name.split(".")
        for command in COMMANDS.values():
            check = (command.needs | command.allows).get(argument)
            if check and of in ([], [command.name]):
                tried.add(argument)
                wrong += [(name, command.name)] if not check(clean(full(most, 0))) else []
                wrong += [(name, "one more")] if check(full(most + 1, 0, "")) else []
    assert wrong == [] and tried == {"reason", "remark", "blocks"}


def console_fields(client, evening) -> set[tuple[str, int]]:
    """Give the fields of the console in which somebody types words, with their limits."""
    page = client.get(f"/s/run/{evening.run.pk}/console/").content
    fields = lxml.html.fromstring(page).xpath("//input[@form='do'][@maxlength][not(@inputmode)]")
    return {(field.get("name"), int(field.get("maxlength"))) for field in fields}
