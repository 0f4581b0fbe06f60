"""May a field that is called optional be left open, whatever else is chosen?

Every form that an address of ours shows is sent with its optional fields empty, once for each option of each
choice. What says “u mag dit leeg laten” may then not be refused for being empty.
"""

import re
from datetime import timedelta
from itertools import product

import lxml.html
import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file

from tests.test_hostile_texts import (
    TYPED,
    filled,
    kind_of,
    own_files,  # noqa: F401 (a fixture)
    shown_forms,
)
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
OPTIONAL = "u mag dit leeg laten"


def optional_fields(form) -> list[str]:
    """Name the fields of a form that say that they may be left open."""
    labels = [one for one in form.iter("label") if OPTIONAL in one.text_content()]
    names = {one.get("id"): one.get("name") for one in form.iter("input", "textarea", "select")}
    return [names[one.get("for")] for one in labels]


def choices_of(form):
    """Give every way to choose a file, or one option of one group or list; of a table only in its first row."""
    yield {}
    for field in form.xpath(".//input[@type='file']"):
        yield {field.get("name"): get_test_image_file(filename="foto.png")}
    seen = set()
    for field in form.iter("input", "select"):
        if kind_of(field) not in ("radio", "select"):
            continue
        name = field.get("name")
        for value in field.value_options if field.tag == "select" else [field.get("value")]:
            if (known := (re.sub(r"\d+", "0", name), value)) not in seen:
                seen.add(known)
                yield {name: value}


def plainly(form, day) -> dict:
    """Fill in a form with words that nobody refuses."""
    typed = {one.get("name") for one in form.inputs if kind_of(one) in TYPED}
    return {key: "Een tekst" if key in typed else value for key, value in filled(form, day).items()}


def refused(page: bytes) -> set[str]:
    """Name the fields that have an error and say that they may be left open."""
    root = lxml.html.fromstring(page)
    found = set()
    for form in root.forms:
        open_ones = set(optional_fields(form))
        for field in form.iter("input", "textarea", "select"):
            if field.get("name") in open_ones and field.get("aria-invalid") == "true":
                found.add(field.get("name"))
    return found


def test_what_may_be_left_open_is_never_refused_for_being_empty(world):  # noqa: F811
    visitors, about, _page = world
    today = timezone.localdate()
    wrong, seen, tries = set(), set(), 0
    for client, path, form in shown_forms(visitors, about):
        to, empty = form.get("action") or path, dict.fromkeys(optional_fields(form), "")
        if not empty or to in seen:
            continue
        seen.add(to)
        for chosen, day in product(choices_of(form), (today, today + timedelta(days=30))):
            with transaction.atomic():
                answer = client.post(to, plainly(form, day.isoformat()) | chosen | empty)
                transaction.set_rollback(True)
            tries += 1
            if answer.status_code != 302:
                wrong |= {(to, name) for name in refused(answer.content)}
    print(f"{tries} tries at {len(seen)} forms")
    assert wrong == set() and tries > 50


def test_the_walk_sees_a_field_that_only_says_that_it_may_be_left_open():
    page = (
        "<form><label for='a'>Waarom? <small>(u mag dit leeg laten)</small></label>"
        "<textarea id='a' name='why' aria-invalid='true'></textarea></form>"
    )
    assert refused(page.encode()) == {"why"}
