"""What does a form make that is sent twice, by a double press or a page that is loaded again? The same, once."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import lxml.html
import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from compass.models import FrameworkDraft
from deliberation.live.models import LiveSession, Run
from deliberation.people.cookies import cookie_name
from deliberation.people.models import SentForm
from tests.builders import a_project, the_officer
from tests.projects.test_at_once import at_once
from tests.test_hostile_texts import (
    DATES,
    OURS,
    TYPED,
    filled,
    first_that_opens,
    is_ours,
    kind_of,
    own_paths,
)
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
# Who was there, and what was done: rows about a form, not what the form is for.
ABOUT = ("people.auditentry", "people.audithead", "people.sentform")


@dataclass(frozen=True)
class Answer:
    """What a browser reads after sending a form, and what there is of everything by then."""

    status: int
    leads_to: str
    says: list[str]
    rows: Counter


# What this world refuses, and makes nothing when it doesn't: a level was chosen here, a rule reads the score,
# nobody wrote a letter.
REFUSED_HERE = (
    "/scores/1/banden/", "/scores/1/plaats/", "/fasen/1/", "/fasen/1/verwijderen/", "/beslispunten/1/wijzigen/",
    "/rollen/wissen/",
    "/afwegingskaders/nieuw/", "/scores/nieuw/",  # tried apart, below
)  # fmt: skip


def test_every_form_that_makes_something_makes_it_once(world):  # noqa: F811
    made, wrong, refused = Counter(), [], []
    for client, path, ways in forms_to_send(*world[:2]):
        before, first, again = sent_twice(client, path, ways)
        made.update(new := first.rows - before)
        if first.status >= 400:
            refused += [] if path.endswith(REFUSED_HERE) else [(path, ways[0])]
        elif new and first != again:
            wrong.append(
                (path, first.leads_to, again.leads_to, again.says, again.rows - first.rows)
            )
    print(dict(made))
    assert (wrong, refused) == ([], []), "op_id is missing, or the walk can't fill the form in"
    assert len(made) > 20


def test_a_framework_is_begun_once_and_so_is_what_stands_in_it(world):  # noqa: F811
    visitors, about, _page = world
    FrameworkDraft.objects.all().delete()
    [(client, path, ways)] = forms_to_send(visitors, about, only="/afwegingskaders/nieuw/")
    before, first, again = sent_twice(client, path, ways)
    assert first == again and (first.rows - before)["compass.frameworkdraft"] == 1
    client.post(path, ways[0])
    about["afwegingskaders"] = FrameworkDraft.objects.get().pk
    made = Counter()
    for part in ("vragen", "methoden", "niveaus"):
        forms = forms_to_send(
            visitors, {**about, "part": part}, only="/bewerken/" + part + "/nieuw/"
        )
        for before, first, again in (sent_twice(*form) for form in forms):
            made.update(first.rows - before)
            assert first == again
    assert made["tables of drafts"] > 1


def test_without_op_id_the_walk_sees_two(world):  # noqa: F811
    [(client, path, ways)] = forms_to_send(*world[:2], only="/sessies/nieuw/1/")
    before, first, again = sent_twice(client, path, [way | {"op_id": ""} for way in ways])
    assert (
        (first.rows - before)["live.livesession"]
        == (again.rows - first.rows)["live.livesession"]
        == 1
    )


def forms_to_send(visitors, about, only="/admin/"):
    """Walk the forms that the desk shows, each of their buttons once: who sends it, where, and ways to fill it in."""
    seen = set()
    for path in (path for path in own_paths(about) if only in path):
        client, answer = first_that_opens(visitors, path)
        if client is None or "text/html" not in answer["Content-Type"]:
            continue
        for form in lxml.html.fromstring(answer.content).forms:
            to = form.get("action") or path
            if form.method != "POST" or not is_ours(to):
                continue
            for button in buttons_of(form):
                known = (to, tuple(sorted(form.fields.keys())), tuple(button.items()))
                if known not in seen:
                    seen.add(known)
                    yield client, to, [data | button for data in ways_to_fill(form)]


def buttons_of(form) -> list[dict]:
    found = form.xpath(".//button[@name] | //button[@name][@form=$id]", id=form.get("id") or "-")
    every = [{one.get("name"): one.get("value") or ""} for one in found]
    # Of the editor of frameworks: buttons that only change what is on the form.
    return [one for one in every if one.get("do", "save") in ("save", "save_more")] or [{}]


def ways_to_fill(form) -> list[dict]:
    """Give what a browser may send: what the form shows where something stands, else something plain.

    Some days have to come, some are past; some fields go together; some first choices exclude another.
    """
    ways = (
        (60, True, True),
        (20, False, True),
        (20, True, False),
        (0, True, True),
        (0, False, True),
    )
    return [filled_in(form, *way) for way in ways]


def filled_in(form, days, every, firsts) -> dict:
    data = filled(form, "")
    for field in form.inputs:
        name, kind = field.get("name"), kind_of(field)
        if name not in data or kind == "hidden":
            continue
        stands = (field.text if kind == "textarea" else field.get("value")) or ""
        if kind in (*TYPED, *DATES, "email", "number"):
            days += kind in DATES and days > 0  # what ends comes after what begins
            wanted = every or field.get("required") is not None
            data[name] = stands.strip() or (plain(name, kind, days) if wanted else "")
        elif not every and kind == "select" and "" in field.value_options:
            data[name] = ""
        elif not firsts and kind in ("select", "radio"):
            data[name] = field.value_options[-1] if kind == "select" else stands
        elif not firsts and kind == "checkbox":
            data[name] = []
    return data


def plain(name, kind, days) -> str:
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    if kind in DATES:
        return f"{day}T19:30" if kind == "datetime-local" else day
    known = {"email": "iemand@example.org", "number": "1", "textarea": "Ja\nNee"}
    return known.get(kind) or {"old_path": "/oud/", "new_path": "/kompas/"}.get(name, "Een plein")


def sent_twice(client, path, ways) -> tuple[Counter, Answer, Answer]:
    """Send the first way that is taken, and again when it made something; undone afterwards.

    Gives what there was before, and both answers.
    """
    with transaction.atomic():
        before = everything()
        for data in ways:
            first = send(client, path, data)
            if first.status < 400:
                break
        again = send(client, path, data) if first.rows - before else first
        transaction.set_rollback(True)
    return before, first, again


def send(client, path, data) -> Answer:
    client.cookies.pop(cookie_name("messages"), None)
    response = client.post(path, data)
    said = [str(one) for one in get_messages(response.wsgi_request)]
    return Answer(response.status_code, response.get("Location", ""), said, everything())


def everything() -> Counter:
    """Count the rows of our tables, and the tables inside a draft of a framework; not what is about a form."""
    ours = [
        one for one in apps.get_models() if one.__module__.split(".")[0] in OURS or one is Redirect
    ]
    rows = {one._meta.label_lower: one._base_manager.count() for one in ours}
    sources = FrameworkDraft.objects.values_list("source", flat=True)
    rows["tables of drafts"] = sum(source.count("\n[[") for source in sources)
    return Counter({name: count for name, count in rows.items() if name not in ABOUT})


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one():
    project = a_project()
    officer = the_officer(project.municipality)
    form = {"title": "Een plein", "starts_at": f"{timezone.localdate()}T23:59", "op_id": "een"}
    form |= {"place": "De zaal", "intro": "Over het plein."}

    def send():
        client = Client()
        client.force_login(officer)
        answer = client.post(f"/admin/participatie/sessies/nieuw/{project.pk}/", form)
        assert answer.status_code == 302, answer.content

    assert at_once(send, send, send) == ["done", "done", "done"]
    assert (LiveSession.objects.count(), Run.objects.count(), SentForm.objects.count()) == (1, 1, 1)
    # Not another's, nor another form: who goes back and changes it means another one.
    form["title"] = "Nog een plein"
    send()
    assert LiveSession.objects.count() == 2
