"""Does a form show or take what is of another municipality? Every form on every screen, and of every kind of page."""

import inspect
import re
from collections import Counter
from contextlib import contextmanager

import lxml.html
import pytest
from bs4 import BeautifulSoup
from django import forms
from django.apps import apps
from django.db import connection, models
from pytest import MonkeyPatch

from cms.pages.site_page import SitePageForm
from compass.models import Framework
from deliberation.questions.models import Question
from tests.fields import fields_of, forms_in, is_ours, our_forms, own_screens
from tests.questions.builders import a_question_in
from tests.tenants.page_forms import kinds_of_pages
from tests.tenants.query_names import names_looked_for, names_read, told, undone
from tests.tenants.world import (
    MARK,
    _all_rows,
    _is_shared,
    _plant,
    _theirs,
    held,
    make_languages,
    more_of_theirs,
    one_number_for_all,
)
from tests.test_hostile_texts import first_that_opens, own_paths
from tests.test_sent_twice import forms_to_send
from tests.test_urls import OWN, path_to
from tests.test_urls import world as one_municipality  # noqa: F401

pytestmark = pytest.mark.django_db
# Forms that no screen shows as a form: where they go, with what, and the field for ids.
ONLY_POSTED = {
    "ApartForm": (
        "admin/participatie/vragen/apart/<int:project_id>/",
        {"do": "discard_contributions"},
        "contribution",
        "participation.contribution",
    ),
    "Disconnect": ("account/3rdparty/", {}, "account", "socialaccount.socialaccount"),
}
# What a form sends that nobody sees, and is no id of a row.
HIDDEN = {
    "op_id": "which time it was sent",
    "seen": "which version was read",
    "was": "the answer, or the place in a list, before it changed",
    "credential": "what a device signed",
}
# Names of numbers: amounts, and what the platform itself looks for in every form.
NO_ROWS = re.compile(r"op_id|kept_text|seen.*|.*_FORMS|budget_\w+|minutes|lang|next")


@pytest.fixture
def both(one_municipality):  # noqa: F811
    """Our project with every screen, beside it another municipality with everything; the first number of its rows."""
    visitors, about, page = one_municipality
    make_languages()
    a_question_in(page.project)  # so that one can be put together with another
    before = _all_rows()
    number = one_number_for_all()
    more_of_theirs(_theirs())
    theirs = {label: pks - before.get(label, set()) for label, pks in _all_rows().items()}
    theirs = {label: pks for label, pks in theirs.items() if pks and not _is_shared(label)}
    _plant(theirs)
    assert sum(number in pks for pks in theirs.values()) > 40
    return visitors, about, theirs, number


def fields_for_ids(form) -> dict:
    """Give the fields of a form that take the id of a row, with the kind of row."""
    return {
        name: field.queryset.model._meta.concrete_model._meta.label_lower
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField)
    }


def forms_on(client, path) -> list:
    """List the forms that a screen shows, each with where it is sent."""
    response = client.get(path)
    found = forms_in(response.context)
    page = BeautifulSoup(response.content, "html.parser") if found else None
    return [(form, _sent_to(page, form, path)) for form in found]


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
    visitors, about, theirs, number = both
    client, tried, seen, wrong = visitors["manager"], Counter(), set(), []
    before = held(theirs)
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
                for pk in sorted(theirs[label])[:3]:
                    body = as_shown(form) | {form.add_prefix(name): pk}
                    answer = client.post(address, body)
                    tried[f"{type(form).__name__}.{name}"] += 1
                    if answer.status_code not in (200, 400, 409) or not is_told(answer, name):
                        wrong.append((address, type(form).__name__, name, pk, answer.status_code))
    assert held(theirs) == before
    for state in ("pending", "apart"):  # a form may take what is in one of them only
        Question.objects.filter(pk__in=theirs["participation.contribution"]).update(state=state)
        before = held(theirs)
        for kind, (address, body, name, label) in ONLY_POSTED.items():
            for pk in theirs.get(label, {number}):
                answer = client.post(path_to(address, about), {**body, name: pk}, follow=True)
                tried[f"{kind}.{name}"] += 1
                if answer.status_code not in (200, 400, 404, 409):
                    wrong.append((address, kind, name, pk, answer.status_code))
        assert held(theirs) == before
    print("ids in forms of the desk:", dict(tried), "accepted:", len(wrong))
    assert wrong == []
    assert seen | set(ONLY_POSTED) >= forms_with_rows()


@contextmanager
def reached(number):
    """Gather which rows with this number are read meanwhile, and what is written with it."""
    found, real = set(), models.Model.from_db.__func__

    def from_db(model, *about):
        row = real(model, *about)
        if row.pk == number:
            found.add(model._meta.label_lower)
        return row

    def look(execute, sql, params, many, context):
        if not sql.startswith("SELECT") and number in (params or ()):
            found.add(sql[:80])
        return execute(sql, params, many, context)

    with MonkeyPatch.context() as patch, connection.execute_wrapper(look):
        patch.setattr(models.Model, "from_db", classmethod(from_db))
        yield found


def numbers_sent(client, path, ways) -> tuple[dict, list[str]]:
    """Find the way to fill a form in that is taken, and the names by which it could send a number besides.

    Those with a number, those that stay empty whatever is filled in, and those it doesn't send.
    """
    for way in ways:
        with names_looked_for() as names:
            taken = undone(client.post, path, way).status_code < 400
        if taken:
            break
    sent = {name: {str(one.get(name) or "") for one in ways} for name in names | set(way)}
    # One number, or several in one text: `4,7,9`, `[4, 7]`.
    numbers = {
        name for name, values in sent.items() if re.fullmatch(r"[\d\s,;\[\]]*", "".join(values))
    }
    return way, sorted(name for name in numbers if not NO_ROWS.fullmatch(name))


def test_no_number_in_a_form_of_a_desk_reaches_a_row_of_theirs(both):
    """Each form, filled in as it is taken, and then a number of theirs under each name it sends or looks for."""
    visitors, about, _rows, number = both
    tried, wrong = Counter(), []
    for client, path, ways in forms_to_send(visitors, about, only="/admin/participatie"):
        if "/bewerken/" in path:  # parts of one text
            continue
        way, names = numbers_sent(client, path, ways)
        for name in names:
            first, *more = re.findall(r"\d+", str(way.get(name) or "")) or [""]
            several = [way[name].replace(first, str(number), 1)] if more else []
            for value in [number, *several]:
                with reached(number) as found:
                    answer = undone(client.post, path, way | {name: value})
                tried[answer.status_code] += 1
                if answer.status_code < 400 and found:
                    wrong.append((path, name, found))
    print("numbers in forms of the desk:", dict(tried))
    assert wrong == [] and tried[302] > 5


def test_no_field_that_nobody_sees_names_a_row():
    """A form of ours names a row by a choice from rows that it may name; the walks above see what it offers."""
    hidden = {
        (form.__name__, name)
        for form in our_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if field.widget.is_hidden and not isinstance(field, forms.ModelChoiceField)
    }
    assert {one for one in hidden if one[1] not in HIDDEN} == set() and len(hidden) > 5


def a_framework_of_theirs() -> Framework:
    """Publish a framework of the other municipality, with its mark in every name and question."""
    shipped = Framework.objects.filter(owner="").first()
    source = re.sub(r'(?m)^((?:name|text)\.nl = ")', rf"\1{MARK} ", shipped.source)
    about = {"key": f"{MARK}_eigen", "owner": MARK, "source": source, "source_hash": "x" * 64}
    named = ("version", "valid_from", "published_at", "published_by")
    return Framework.objects.create(**about, **{name: getattr(shipped, name) for name in named})


def test_no_screen_of_ours_shows_a_row_of_theirs_by_any_name_in_its_query(both):
    """Every screen of the desk, asked with ids of theirs under the names that it looks for: all at once, and each."""
    visitors, about, theirs, number = both
    pages = {max(theirs[label]) for label in ("cms.projectpage", "cms.standardpage")}
    ids = {number, *pages, a_framework_of_theirs().pk}
    asked, shown = 0, set()
    for path in own_paths(about):
        if not path.startswith("/admin/participatie"):
            continue
        # A screen that nobody sees without a query may well open with one.
        client = first_that_opens(visitors, path)[0] or visitors["manager"]
        names = names_read(
            lambda query, path=path, client=client: undone(client.get, path, query), "1"
        )
        ways = {tuple(names), *((name,) for name in names)} - {()}
        for query in [dict.fromkeys(way, pk) for way in ways for pk in ids]:
            asked += 1
            if MARK in told(undone(client.get, path, query)):
                shown.add((path, str(query)))
    print(f"{asked} queries with {len(ids)} ids")
    assert shown == set() and asked > 100


def is_told(answer, name) -> bool:
    """Tell whether the refusal stands beside the field."""
    errors = [form.errors for form in forms_in(answer.context) if form.is_bound]
    return any(name in error for error in errors)


def forms_with_rows() -> set[str]:
    """List our forms that choose among rows of a table."""
    return {
        kind.__name__
        for kind in our_forms()
        if any(
            isinstance(field, forms.ModelChoiceField)
            for field in getattr(kind, "base_fields", {}).values()
        )
        and not issubclass(kind, SitePageForm)
    }


# --- Choices: what stands in a list doesn't change when another municipality comes ------------------

NOT_WALKED = {  # forms with choices that no screen of this test shows, and why they hide nothing
    "ApartForm": "only posted: tried above",
    "GiveForm": "what forms to give something are made of: those are walked",
    "GroupForm": "turns a condition of the draft that is open into another",
    "QuestionsForm": "what forms with the questions of a framework are made of: those are walked",
    "RejectForm": "reasons that stand in the code",
}
# Kinds of rows that nobody chooses from a list: what was counted, voted, promised, mailed or noted of another row.
NEVER_CHOSEN = """
    cms.accessibilitypage cms.failedsignin cms.generation cms.keptform cms.privacypage live.ballot live.ban
    live.hallcount live.headcount live.sealedballot live.silence live.spent people.audithead people.consent
    people.localerasure people.sentform projects.decisionoutcome projects.framechange projects.mailednotice
    projects.pointnotes projects.statusreport participation.commitmentchange participation.support questions.answerterm
""".split()


def choices_on(answer, path) -> dict[str, set]:
    """Give by place every choice on a page: in its forms, in the blocks of a page, and in what it shows."""
    found = {}
    for form in forms_in(answer.context):
        for name, field in fields_of(type(form).__name__, form):
            if isinstance(field.widget, forms.widgets.ChoiceWidget):
                choices = getattr(field, "choices", field.widget.choices)
                found[f"{path} {name}"] = set(flat(choices))
    shown = "//option | //input[@type='radio' or @type='checkbox']"
    for one in lxml.html.fromstring(answer.content).xpath(shown):
        of = next(one.iterancestors("select", "datalist"), one)
        label = one if one.tag == "option" else one.getparent()
        place = f"{path} <{of.get('name') or of.get('id')}>"
        found.setdefault(place, set()).add((one.get("value"), label.text_content().strip()))
    return found


def flat(choices):
    for value, label in choices:
        grouped = isinstance(label, list | tuple)
        yield from flat(label) if grouped else [(str(value), str(label))]


def screens(visitors, about, page) -> list:
    """List our screens and the form of every kind of page, each with somebody for whom it opens."""
    home = page.get_parent()
    paths = [*own_screens(about), home.url, page.url]
    paths += [f"/admin/pages/{one.pk}/edit/" for one in (home, page)]
    paths += [
        f"/admin/pages/add/cms/{kind._meta.model_name}/{parent.pk}/"
        for kind in kinds_of_pages()
        for parent in (page, home.specific)
        if kind.can_create_at(parent)
    ]
    found = [(path, *first_that_opens(visitors, path)) for path in paths]
    return [
        (path, client, answer)
        for path, client, answer in found
        if client and "text/html" in answer["Content-Type"]
    ]


def test_no_list_of_choices_changes_when_another_municipality_comes(one_municipality):  # noqa: F811
    """Held for choices made in any way, of any kind of row: titles or numbers, in a form, a block or a template."""
    visitors, about, page = one_municipality
    make_languages()
    a_question_in(page.project)
    rows, before, after = _all_rows(), {}, {}
    walked = screens(visitors, about, page)
    for path, _client, answer in walked:
        before |= choices_on(answer, path)
    more_of_theirs(_theirs())
    for path, client, _answer in walked:
        after |= choices_on(client.get(path), path)
    new = {place: shown - before.get(place, set()) for place, shown in after.items()}
    assert {place: shown for place, shown in new.items() if shown} == {}
    assert len(before) > 200, "the walk found few lists"
    seen = {type(form).__name__ for *_, answer in walked for form in forms_in(answer.context)}
    with_choices = {one.__name__ for one in our_forms() if "hoice" in inspect.getsource(one)}
    assert with_choices - seen == set(NOT_WALKED), "a form with choices that no screen showed"
    new = {label for label, pks in _all_rows().items() if pks - rows.get(label, set())}
    ours = {label for label in rows if is_ours(apps.get_model(label)) and label not in new}
    assert ours - {"compass.framework"} == set(NEVER_CHOSEN), (
        "give the other municipality such a row"
    )
