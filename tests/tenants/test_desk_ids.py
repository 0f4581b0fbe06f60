"""Does a form of our own take the id of another municipality's row? Every form on every screen, as it is shown."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.apps import apps

from cms.pages.site_page import SitePageForm
from tests.questions.builders import a_question_in
from tests.tenants.world import _all_rows, _is_shared, _theirs, make_languages
from tests.test_urls import OWN, path_to
from tests.test_urls import world as one_municipality  # noqa: F401

pytestmark = pytest.mark.django_db
# Forms that no screen shows as a form: where they go, with what, and the field for ids.
ONLY_POSTED = {
    "ApartForm": (
        "admin/participatie/vragen/apart/<int:project_id>/",
        {"do": "discard_questions"},
        "question",
        "questions.question",
    ),
    "Disconnect": ("account/3rdparty/", {}, "account", "socialaccount.socialaccount"),
}


@pytest.fixture
def both(one_municipality):  # noqa: F811
    """Our project with every screen, and beside it another municipality with everything."""
    make_languages()
    before = _all_rows()
    _theirs()
    theirs = {label: pks - before.get(label, set()) for label, pks in _all_rows().items()}
    visitors, about, page = one_municipality
    a_question_in(page.project)  # so that one can be put together with another
    return (
        visitors,
        about,
        {label: pks for label, pks in theirs.items() if pks and not _is_shared(label)},
    )


def fields_for_ids(form) -> dict:
    """Give the fields of a form that take the id of a row: choosers of rows, and numbers that nobody sees."""
    return {
        name: field.queryset.model._meta.label_lower if hasattr(field, "queryset") else None
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField) or _is_hidden_number(form, name, field)
    }


def _is_hidden_number(form, name, field) -> bool:
    shown = str(form[name].value() or "")
    return field.widget.is_hidden and shown.isdecimal()


def forms_on(client, path) -> list:
    """List the forms that a screen shows, each with where it is sent."""
    response = client.get(path)
    found = {}
    for context in response.context or []:
        for part in context.dicts:
            found |= {id(form): form for value in part.values() for form in _forms_in(value)}
    page = BeautifulSoup(response.content, "html.parser") if found else None
    return [(form, _sent_to(page, form, path)) for form in found.values()]


def _forms_in(value):
    if isinstance(value, forms.BaseForm):
        yield value
    elif isinstance(value, dict):
        yield from (form for one in value.values() for form in _forms_in(one))
    elif isinstance(value, list | tuple):
        yield from (form for one in value for form in _forms_in(one))
    elif hasattr(value, "form"):
        yield from _forms_in(value.form)


def _sent_to(page, form, path) -> str:
    """Find the address of the form on the page that sends all of this form's fields."""
    names = {form.add_prefix(name) for name in fields_for_ids(form)}
    for shown in page.find_all("form", method=re.compile("post", re.I)):
        if names and names <= {one.get("name") for one in shown.find_all(["input", "select"])}:
            return shown.get("action") or path
    return path


def as_shown(form) -> dict:
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: _sent(value) for name, value in values.items() if value is not None}


def _sent(value):
    if isinstance(value, list | tuple):
        return [getattr(one, "pk", one) for one in value]
    return getattr(value, "pk", value)


def test_no_form_of_a_desk_takes_an_id_of_theirs(both):
    visitors, about, theirs = both
    client, tried, seen, wrong = visitors["manager"], Counter(), set(), []
    before = snapshot(theirs)
    for route in OWN:
        try:
            path = path_to(route, about)
        except KeyError:
            continue
        if not path.startswith("/admin/participatie"):
            continue
        for form, address in forms_on(client, path):
            for name, label in fields_for_ids(form).items():
                seen.add(type(form).__name__)
                for pk in sorted(theirs.get(label) or {999_999}, key=str)[:3]:
                    body = as_shown(form) | {form.add_prefix(name): pk}
                    answer = client.post(address, body)
                    tried[f"{type(form).__name__}.{name}"] += 1
                    if answer.status_code not in (200, 400, 409) or not is_told(
                        answer, name, label
                    ):
                        wrong.append((address, type(form).__name__, name, pk, answer.status_code))
    for kind, (address, body, name, label) in ONLY_POSTED.items():
        for pk in theirs.get(label) or {999_999}:
            answer = client.post(path_to(address, about), {**body, name: pk}, follow=True)
            tried[f"{kind}.{name}"] += 1
            if answer.status_code not in (200, 400, 404, 409):
                wrong.append((address, kind, name, pk, answer.status_code))
    print("ids in forms of the desk:", dict(tried), "accepted:", len(wrong))
    assert wrong == []
    assert snapshot(theirs) == before
    assert seen | set(ONLY_POSTED) >= forms_with_rows()


def snapshot(theirs) -> dict:
    """Keep the rows of theirs that these forms are about."""
    labels = ("questions.question", "socialaccount.socialaccount", "people.user")
    models = [apps.get_model(label) for label in labels]
    return {
        model: list(model.objects.filter(pk__in=theirs.get(label, ())).order_by("pk").values())
        for label, model in zip(labels, models, strict=True)
    }


def is_told(answer, name, label) -> bool:
    """Tell whether the refusal stands beside the field; a version that is no id has a form's own words."""
    errors = [form.errors for part in answer.context for one in part.dicts for value in one.values()
              for form in _forms_in(value) if form.is_bound]  # fmt: skip
    return label is None or any(name in error for error in errors)


def forms_with_rows() -> set[str]:
    """List our forms that choose among rows of a table."""
    return {
        kind.__name__
        for kind in _kinds(forms.BaseForm)
        if kind.__module__.startswith(("cms.", "deliberation."))
        and any(
            isinstance(field, forms.ModelChoiceField)
            for field in getattr(kind, "base_fields", {}).values()
        )
        and not issubclass(kind, SitePageForm)
    }


def _kinds(kind):
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)
