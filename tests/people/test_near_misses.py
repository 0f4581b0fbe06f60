"""Does erasing somebody leave alone everybody whose name or address only looks like theirs?"""

import ast
import inspect
import json
import re
from itertools import count
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry, PageLogEntry

from deliberation.people import tasks
from deliberation.people.models import AuditEntry, User
from deliberation.people.operations import create_participant, erase_person, record_audit
from deliberation.people.privacy import erasure
from deliberation.people.privacy.mentions import mentions
from deliberation.people.queries import broken_audit_entries
from deliberation.projects import erasure as by_letter
from deliberation.registry import plugins
from tests.builders import a_municipality, a_resident, a_user, committed, give_role
from tests.cms.site import a_project_page

NOW = timezone.now()
MAIL = "ria@example.org"
HOSTILE = [('":', '"'), ("", "e"), ("Jan", "Vis"), ("%", "_"), ("{", "}"), ("a", ""), (".*", "\\")]
HOSTILE += [("Te veel", "lawaai"), ("reason", ""), ("null", "true"), ("example.org", "@")]
NEAR = """maria@example.org ria@example.org.evil.test ria@example.orgs x.ria@example.org o'ria@example.org
'ria@example.org x-ria@example.org ria+x@example.org a=ria@example.org a/ria@example.org ária@example.org
a\u0301ria@example.org ria@example.org@evil.test evil@ria@example.org ria@xexample.org ria@example.or _ria@example.org
%ria@example.org ria@example-org ria.@example.org ria@.example.org ria@example.org-x.test""".split()
TEXTS = ["Te veel lawaai", "Jan Visser", "Jan Vis", "example.org", "ria", "@", "", *NEAR]
TOLD = [
    MAIL,
    "RIA@Example.org",
    "Ria <ria@example.org>",
    "Schrijf ria@example.org.",
    "'ria@example.org'",
]
TOLD += ["mailto:ria@example.org?subject=hoi", "(ria@example.org)", "a@b.nl,ria@example.org;c@d.nl"]
TOLD += [
    "Van:\nria@example.org\nAan: mij",
    "“ria@example.org”",
    "ria@example.org/",
    "<b>ria@example.org</b>",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_only_looks_like_an_address_is_somebody_else(text):
    for value in (text, f"Voor {text} dus", {"a": [text, {text: 1}]}, json.dumps(text), None, 3):
        assert not mentions(value, {MAIL})
    assert mentions(text, {text.lower()}), "as a whole it is what it is"


@pytest.mark.parametrize("text", TOLD)
def test_an_address_is_found_as_a_whole_wherever_it_stands(text):
    for value in (text, f"Voor {text}, dus", {"a": [1, {"b": text}]}, {text: 1}):
        assert mentions(value, {MAIL})


def a_waiting_session(told):
    session = SessionStore()
    session["account_login"] = {"email": told}
    session.save()
    return session.session_key


@pytest.fixture
def others(db):
    """Give a function that writes a text in every place that erasing searches, signed by somebody else."""
    other, page = a_resident(), a_project_page()
    kind, folder, numbers = ContentType.objects.get_for_model(page), mail_folder(), count()

    def say(told):
        record_audit(actor=other, action="look", obj=None, now=NOW, detail={"reason": told})
        log = {
            "content_type": kind,
            "action": "wagtail.edit",
            "timestamp": NOW,
            "label": told,
            "data": {"to": told},
        }
        file = folder / f"{next(numbers)}.log"
        file.write_text(f"To: {told}\n\nHallo")
        return [
            AuditEntry.objects.latest("pk"),
            PageLogEntry.objects.create(page=page, **log),
            ModelLogEntry.objects.create(object_id="x", **log),
            Session.objects.get(pk=a_waiting_session(told)),
            a_task_about(told),
        ], file

    say.municipality = page.project.municipality
    return say


def mail_folder():
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def a_task_about(told):
    about = {"args_kwargs": {"args": [told], "kwargs": {}}, "task_path": "a.task", "priority": 0}
    about |= {"backend_name": "default", "queue_name": "default", "run_after": NOW}
    return DBTaskResult.objects.create(**about)


def held(row):
    return type(row).objects.filter(pk=row.pk).values().first()


def erase(user, participants=()):
    with committed():
        erase_person(actor=user, user=user, participants=list(participants), now=NOW)


def test_who_has_a_hostile_name_takes_nothing_of_others_along(others):
    kept = [others(text) for text in filter(None, TEXTS)]
    before = [[held(row) for row in rows] for rows, _file in kept]
    trail = list(AuditEntry.objects.values())
    for at, (first, last) in enumerate(HOSTILE):
        address = MAIL if not at else f"x{at}@example.org"
        user = User.objects.create_user(address, first_name=first, last_name=last)
        EmailAddress.objects.create(user=user, email=f"maria+{at}@example.org")
        erase(user)
    assert [[held(row) for row in rows] for rows, _file in kept] == before
    assert all(file.exists() for _rows, file in kept)
    assert list(AuditEntry.objects.filter(pk__lte=trail[-1]["id"]).values()) == trail
    assert broken_audit_entries() == []


def test_an_address_that_nobody_confirmed_is_not_theirs_to_erase(others):
    victim, user = a_waiting_session("maria@example.org"), User.objects.create_user(MAIL)
    EmailAddress.objects.create(user=user, email="maria@example.org", verified=False)
    erase(user)
    assert Session.objects.filter(pk=victim).exists()


@pytest.mark.parametrize("told", TOLD[:4])
def test_what_tells_the_address_goes_in_every_place(others, told, caplog):
    rows, file = others(told)
    user = User.objects.create_user(MAIL, first_name="Ria")
    participant = create_participant(user=user)
    DBTaskResult.objects.filter(pk=rows[-1].pk).update(
        args_kwargs={"args": [str(participant.pk)], "kwargs": {}}
    )
    erase(user, [participant])
    assert "failed" not in caplog.text, "what is done after the commit only logs its fault"
    audit, page, model, *gone = [held(row) for row in rows]
    assert (audit["actor_id"], audit["detail"], audit["salt"]) == ("", "", "")
    assert [(one["label"], one["data"]) for one in (page, model)] == [("", {})] * 2
    assert gone == [None, None] and not file.exists()


def test_a_task_that_holds_more_than_the_number_is_about_something_else(others):
    participant = create_participant()
    rows, _file = others(f"vraag/{participant.pk}0")
    tasks.forget_tasks_about([participant])
    assert held(rows[-1])


def test_a_letter_erases_only_who_it_is_about(others):
    here = others.municipality
    kept = [others(text)[0] for text in NEAR]
    before = [[held(row) for row in rows] for rows in kept]
    user = a_user("observer", municipality=here)
    User.objects.filter(pk=user.pk).update(email=MAIL, first_name='":', last_name='"')
    give_role(user, "observer", municipality=a_municipality("anderdorp"))
    manager = a_user("administrator", municipality=here)
    mine = others(MAIL)[0][1]
    with committed():
        by_letter.erase_by_letter(actor=manager, email=MAIL, municipality=here, now=NOW)
    assert held(mine)["data"] == {} and User.objects.filter(email=MAIL).exists()
    assert [[held(row) for row in rows] for rows in kept] == before


def test_every_search_in_a_text_is_followed_by_a_look_at_the_whole():
    """A search of later, in whatever takes part in erasing, finds candidates only."""
    taking_part = {inspect.getmodule(plugin.erase) for plugin in plugins()} | {
        erasure,
        tasks,
        by_letter,
    }
    found, loose = 0, []
    for module in taking_part:
        functions = [
            one
            for one in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(one, ast.FunctionDef)
        ]
        for function in filter(_searches, functions):
            found += 1
            if not {"mentions(", "loads("} & set(re.findall(r"\w+\(", ast.unparse(function))):
                loose.append(f"{module.__name__}.{function.name}")
    assert loose == [] and found >= 3


def _searches(function) -> bool:
    lookups = [one.arg or "" for one in ast.walk(function) if isinstance(one, ast.keyword)]
    return any(one.endswith(("contains", "regex", "search")) for one in lookups)
