"""What does a form make that is sent twice, by a double press or a page that is loaded again? The same, once."""

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta

import lxml.html
import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core import mail
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from compass.models import FrameworkDraft
from deliberation.live.models import LiveSession, Run
from deliberation.people.cookies import cookie_name
from deliberation.people.models import SentForm, User
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_project, committed, give_role, the_officer
from tests.projects.test_at_once import at_once
from tests.tenants.query_names import names_looked_for, undone
from tests.test_exports import is_table
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
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
# Who was there, and what was done: rows about a form, not what the form is for.
ABOUT = ("people.auditentry", "people.audithead", "people.sentform")
MAILS = "mails"
KNOWN = "bekend@example.org"


# A code or link is asked again by who didn't get it: three an hour (tests/sign_in).
AS_OFTEN_AS_ASKED = ("/account/login/code/", "/account/password/reset/")


# Forms without op_id that make one row at most: a consent, a place in the hall, a face, the same answers, a card
# that is blocked. Sending them again finds that row.
KEEP_ONE = {
    "mijn/",
    "s/<code:code>",
    "s/card/<code:card>",
    "admin/participatie/huisstijl/",
    "admin/participatie/huisstijl/niveaus/",
    "admin/participatie/beslispunten/<int:pk>/kompas/",
    "admin/participatie/beslispunten/<int:pk>/kompas/vragen/",
    "admin/participatie/sessies/runs/<int:run_id>/kaarten/<int:card_id>/blokkeren/",
    "admin/participatie/sessies/runs/<int:run_id>/weggestuurd/<int:ban_id>/toelaten/",
}


@dataclass(frozen=True)
class Answer:
    """What a browser reads after sending a form, and what there is of everything by then."""

    status: int
    leads_to: str
    says: list[str]
    rows: Counter


# What this world refuses, and makes nothing when it doesn't: a level was chosen here, a rule reads the score.
REFUSED_HERE = (
    "/scores/1/banden/", "/scores/1/plaats/", "/fasen/1/", "/fasen/1/verwijderen/", "/beslispunten/1/wijzigen/",
    "/meedoen", "/volg/", "/s/run/1/do/",  # codes of nobody; what the hall can't do yet
    "/afwegingskaders/nieuw/", "/scores/nieuw/",  # tried apart, below
)  # fmt: skip


def test_every_form_that_makes_something_makes_it_once(world):  # noqa: F811
    give_role(User.objects.create_user(KNOWN), Role.OBSERVER, municipality=a_municipality())
    made, wrong, refused, pressed, keeping, walked = Counter(), [], [], 0, set(), set()
    for client, path, ways in forms_to_send(*world[:2]):
        walked.add(resolve(path.partition("?")[0]).route)
        before, first, again = sent_twice(client, path, ways)
        pressed += 1
        made.update(new := first.rows - before)
        if first.status >= 400:
            refused += [] if path.endswith(REFUSED_HERE) else [(path, ways[0])]
        elif (
            new or (is_filled_in(ways) and first.rows != before)
        ) and path not in AS_OFTEN_AS_ASKED:
            if "op_id" not in ways[0] and first.rows == again.rows:
                keeping.add(resolve(path.partition("?")[0]).route)
            elif first != again:
                more = again.rows - first.rows
                wrong.append((path, first.leads_to, again.leads_to, again.says, more))
    print(f"{pressed} buttons", dict(made))
    assert (wrong, refused) == ([], []), "op_id is missing, or the walk can't fill the form in"
    assert keeping == KEEP_ONE
    # Every walk over forms finds them on screens: what only a script sends would be in none of them.
    about = {**world[1], "digest": "x", "path": "x", "rest": "x"}
    taking = {one for one in set(OWN) - walked if takes_a_form(world[0], path_to(one, about))}
    assert sorted(taking) == sorted(SHOWN_ELSEWHERE)
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


# What takes a form that stands on no screen of this world, and where it is tried.
SHOWN_ELSEWHERE = {
    "admin/participatie/afwegingskaders/<int:pk>/goedkeuren/": "tests/cms/frameworks, as the next three",
    "admin/participatie/afwegingskaders/<int:pk>/publiceren/": "once it was approved",
    "admin/participatie/afwegingskaders/<int:pk>/terug/": "once it was proposed",
    "admin/participatie/afwegingskaders/gebruik/": "with another version",
    "admin/participatie/beslispunten/<int:pk>/kompas/overnemen/": "tests/projects/assessing, as the next",
    "admin/participatie/beslispunten/<int:pk>/kompas/verschil/": "sent by a script while somebody answers",
    "admin/participatie/huisstijl/contrast/": "tests/cms/test_theming.py: sent by a script, tells colours",
    "admin/participatie/projecten/<int:pk>/pagina/": "tests/projects: here it has a page",
    "admin/participatie/rollen/<int:pk>/bevestigen/": "tests/projects/test_roles_desk.py: after half a year",
    "admin/participatie/sessies/runs/<int:run_id>/toelating/": "tests/live/test_way_in.py: before the doors",
    "admin/participatie/vragen/<int:pk>/niet-plaatsen/": "tests/questions, as all of these: while it waits",
    "admin/participatie/vragen/<int:pk>/publiceren/": "while it waits",
    "admin/participatie/vragen/<int:pk>/samenvoegen/": "beside one that looks like it",
    "admin/participatie/vragen/<int:pk>/tonen/": "once it was hidden",
    "admin/participatie/vragen/apart/<int:project_id>/": "after a flood",
    "api/v1/frameworks/<slug:key>/advice": "tests/api: JSON",
    "volg/steun/<int:contribution_id>/": "tests/participation: while it is public",
}


def takes_a_form(visitors, path) -> bool:
    """Tell whether an address looks for something in what is posted to it, whoever posts."""
    for name in ("manager", "facilitator", "resident", "nobody"):
        with names_looked_for() as shown:
            undone(visitors[name].get, path)
        with names_looked_for() as posted:
            undone(visitors[name].post, path)
        if posted - shown - {"csrfmiddlewaretoken", "kept_text"}:
            return True
    return False


def test_without_op_id_the_walk_sees_two(world):  # noqa: F811
    [(client, path, ways)] = forms_to_send(*world[:2], only="/sessies/nieuw/1/")
    before, first, again = sent_twice(client, path, [way | {"op_id": ""} for way in ways])
    assert (
        (first.rows - before)["live.livesession"]
        == (again.rows - first.rows)["live.livesession"]
        == 1
    )


def test_a_form_that_was_refused_first_makes_it_once_as_well(world):  # noqa: F811
    wrong, tried, made = [], set(), Counter()
    for client, path, ways in forms_to_send(*world[:2]):
        if "op_id" not in ways[0] or path.endswith(
            "/do/"
        ):  # refused with what the hall shows by then
            continue
        if not (again_ways := refused_first(client, path, ways)):
            continue
        before, first, again = sent_twice(client, path, again_ways)
        if first.status < 400:
            tried.add(path)
            made.update(first.rows - before)
        if first != again:
            wrong.append((path, again.says, again.rows - first.rows))
    print(f"{len(tried)} forms", dict(made))
    assert wrong == [] and len(tried) > 20 and len(made) > 15, (
        "the form of a refusal is without op_id"
    )


def refused_first(client, path, ways) -> list[dict]:
    """Send a form with nothing filled in, and give the ways to fill in the one that stands on the refusal."""
    empty = {name: "" if is_typed(value) else value for name, value in ways[0].items()}
    empty["op_id"] = ways[0]["op_id"]
    with transaction.atomic():
        answer = client.post(path, empty)
        transaction.set_rollback(True)
    if answer.status_code != 400 or "text/html" not in answer["Content-Type"]:
        return []
    for form in lxml.html.fromstring(answer.content).forms:
        for to, button in buttons_of(form, form.get("action") or path):
            if to == path and button.items() <= ways[0].items():
                return [data | button for data in ways_to_fill(form)]
    raise AssertionError(f"{path} is refused without its form")


def is_typed(value) -> bool:
    return isinstance(value, str) and not value.isdigit()


def forms_to_send(visitors, about, only="/"):
    """Walk the forms on our screens, each of their buttons once: who sends it, where, and ways to fill it in."""
    seen = set()
    residents = dict.fromkeys(visitors, visitors["resident"])
    for path in (path for path in own_paths(about) if only in path):
        for who in (visitors,) if path.startswith("/admin/") else (visitors, residents):
            for client, form in forms_shown(who, path):
                for to, button in buttons_of(form, form.get("action") or path):
                    fields = tuple(sorted(form.fields.keys()))
                    known = (without_places(to), fields, without_places(button))
                    if is_ours(to) and known not in seen:
                        seen.add(known)
                        yield client, to, [data | button for data in ways_to_fill(form)]


def forms_shown(visitors, path):
    client, answer = first_that_opens(visitors, path)
    if client and answer.content and "text/html" in answer["Content-Type"]:
        yield from (
            (client, form)
            for form in lxml.html.fromstring(answer.content).forms
            if form.method == "POST"
        )


def is_filled_in(ways) -> bool:
    """Tell whether a form asks for something: whatever way it is filled in, what nobody sees stays the same."""
    return any(one != ways[0] for one in ways)


def buttons_of(form, to) -> list[tuple[str, dict]]:
    """List the buttons that send a form, wherever on the page they stand: where it goes, what they add to it."""
    here = form.xpath(SENDS.format("."), id=form.get("id") or "-")
    named = form.getroottree().xpath(SENDS.format("") + "[@form=$id]", id=form.get("id") or "-")
    own = [one for one in here if one.get("form") in (None, form.get("id"))]
    return [(one.get("formaction") or to, said_by(one)) for one in own + named] or [(to, {})]


SENDS = "{0}//*[(self::button and not(@type='button' or @type='reset')) or (self::input and @type='submit')]"


def said_by(button) -> dict:
    return {button.get("name"): button.get("value") or ""} if button.get("name") else {}


def without_places(text) -> str:
    """Give an address or what a button adds, the same for every row of a list."""
    return re.sub(r"\d+", "N", str(text))


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
    known = {"email": "iemand@example.org" if days else KNOWN, "number": "1", "textarea": "Ja\nNee"}
    named = {
        "old_path": "/oud/",
        "new_path": "/kompas/",
        "receipt": "",
    }  # of nobody, beside a known address
    return known.get(kind) or named.get(name, "Een plein")


def sent_twice(client, path, ways) -> tuple[Counter, Answer, Answer]:
    """Send the first way that is taken, and again when it made something; undone afterwards.

    Gives what there was before, and both answers.
    """
    for cache in caches.all():
        cache.clear()  # who sent something before is not held up
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        before = everything()
        for data in ways:
            first = send(client, path, data)
            if first.status < 400:
                break
        again = send(client, path, data) if first.rows != before else first
        transaction.set_rollback(True)
    client.cookies = cookies
    return before, first, again


def send(client, path, data) -> Answer:
    client.cookies.pop(cookie_name("messages"), None)
    with committed():
        response = client.post(path, data)
    assert not is_table(response), "a table is a link, with the other kind beside it"
    said = [str(one) for one in get_messages(response.wsgi_request)]
    return Answer(response.status_code, response.get("Location", ""), said, everything())


def everything() -> Counter:
    """Count the rows of our tables, and the tables inside a draft of a framework; not what is about a form."""
    ours = [
        one for one in apps.get_models() if one.__module__.split(".")[0] in OURS or one is Redirect
    ]
    counts = ", ".join(f'(SELECT COUNT(*) FROM "{one._meta.db_table}")' for one in ours)  # noqa: S608
    with connection.cursor() as cursor:  # one question: this is asked thousands of times
        cursor.execute(f"SELECT {counts}")
        found = cursor.fetchone()
    rows = dict(zip((one._meta.label_lower for one in ours), found, strict=True))
    sources = FrameworkDraft.objects.values_list("source", flat=True)
    rows[MAILS] = len(mail.outbox)
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
