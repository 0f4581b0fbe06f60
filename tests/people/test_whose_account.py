"""Does a municipality leave alone the account of who works elsewhere too, and never tell whether there is one?"""

import ast
import inspect
import re
from collections import defaultdict
from contextlib import suppress
from copy import copy, deepcopy

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField
from django.forms import BooleanField, EmailField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant
from deliberation.projects.models import RoleAssignment
from deliberation.projects.tenancy import rows_of
from tests.builders import (
    PASSWORD,
    a_municipality,
    a_resident,
    a_user,
    committed,
    give_role,
    known_well,
)
from tests.calls import read_source
from tests.people.writers import MODELS, writes
from tests.sign_in.test_staff_session_middleware import operations
from tests.tenants.test_desk_ids import as_shown, forms_on
from tests.test_urls import OWN, addresses, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
PERSONS = {User: "pk", RoleAssignment: "user", Participant: "user"}
HOLDER, OTHER = "works-at-both@example.org", "zzzzz-at-none@example.org"

# --- Every place in our code that writes an account, or what hangs on it ----------------------------

OWNER = "its owner does it, to their own"
NEW = "makes one where there was none"
ERASES = "part of erasing an account as a whole: erase_here is for who works elsewhere"
OTHERS = "columns of another table, that go by the same name"
WRITES_ACCOUNTS = {
    "cms.demo.steps._make": NEW,
    "deliberation.people.privacy.erasure._nobody": NEW,
    "deliberation.people.models.UserManager.create_superuser": NEW,
    "deliberation.people.models.UserManager.create_user": NEW,
    "deliberation.people.operations.create_account": NEW,
    "deliberation.people.operations.create_resident": NEW,
    "cms.sign_in.adapters.Organisations.populate_user": "of an account that is not there yet",
    "cms.sign_in.adapters.Organisations.save_user": "of an account that was made a moment before",
    "cms.sign_in.codes.confirm_address": OWNER,
    "cms.sign_in.sign_out.note_leaving": OWNER,
    "cms.sign_in.operations.link_issuer": OWNER,
    "cms.sign_in.passkeys.AddPasskey.form_valid": OWNER,
    "deliberation.people.operations.create_participant": OWNER,
    "deliberation.people.operations.claim_participant": OWNER,
    "deliberation.projects.invitations.operations.accept_role": OWNER,
    "deliberation.people.operations.make_staff": "with a first role, which its owner accepted",
    "deliberation.people.operations.leave_staff": "after the last role anywhere",
    "deliberation.people.operations.forget_second_factor": "for the command line of who runs the platform",
    "cms.erasure._erase_account": ERASES,
    "deliberation.people.privacy.erasure.erase_everywhere": ERASES,
    "deliberation.people.privacy.erasure._end_sessions": ERASES,
    "deliberation.people.privacy.erasure._successor": ERASES,
    "deliberation.people.privacy.erasure.let_go": "rows of one municipality that point at a person",
    "cms.tenants.page_rights._group": "the groups of one municipality",
    "cms.tenants.page_rights._set_members": "the groups of one municipality",
    "cms.tenants.view_restrictions._restrict": OTHERS,
    "deliberation.live.operations.cards._use": OTHERS,
    "deliberation.live.operations.items.change_item": OTHERS,
    "deliberation.live.operations.joining.make_codes": OTHERS,
    "deliberation.live.operations.runs.change_session": OTHERS,
    "cms.background._forget_sessions": "from where somebody came, of sessions that ended",
    "deliberation.people.second_factor.opened_again": "on the object in memory, which nobody saves",
    "deliberation.projects.deciding.frames.fill": OTHERS,
    "deliberation.projects.operations.change_project": OTHERS,
    "deliberation.participation.privacy._erase_given": OTHERS,
    "cms.pages.site_page.SitePageForm.save": "columns of a page, by name",
    "cms.text_cleaning.clean_row": "the row that is being saved anyhow",
    "cms.text_cleaning._clean_stream": "the row that is being saved anyhow",
}
PLANTED = {
    "attribute": "def f(who):\n    who.is_active = False\n    who.save()",
    "on_the_way": "def f(assignment):\n    assignment.user.is_staff = False",
    "setattr": "def f(who, name):\n    setattr(who, name, '')",
    "setattr_said": "def f(who):\n    setattr(who, 'is_active', False)",
    "update": "from deliberation.people.models import User as U\ndef f(pk):\n    U.objects.update(is_active=0)",
    "mapping": "def f(rows):\n    rows.update(**{'is_active': False})",
    "counted": "def f(rows, one):\n    rows.bulk_update([one], ['first_name'])",
    "model": "from django.contrib import auth\ndef f(pk):\n    auth.get_user_model().objects.get(pk=pk).delete()",
    "registry": "from django.apps import apps\ndef f(pk):\n    apps.get_model('people.User').objects.all().delete()",
    "module": "from deliberation.people import models as m\ndef f(pk):\n    m.User.objects.filter(pk=pk).delete()",
    "join": "def f(who, group):\n    who.groups.add(group)",
    "reverse": "def f(who, group):\n    group.user_set.remove(who)",
    "sessions": "from django.contrib.sessions.models import Session\ndef f():\n    Session.objects.all().delete()",
    "devices": "def f(who):\n    who.authenticator_set.all().delete()",
    "password": "def f(who):\n    who.set_unusable_password()\n    who.save()",
    "instance": "def f(assignment):\n    assignment.user.delete()",
    "method": "class A:\n    def f(self, actor):\n        actor.save(update_fields=['email'])",
}  # fmt: skip


def writers(source) -> set[str]:
    return {
        name
        for name, node in source.nodes.items()
        if not isinstance(node, ast.ClassDef) and writes(source, name)
    }


def test_an_account_is_written_where_it_was_thought_through():
    planted = {f"deliberation/projects/x_{name}.py": text for name, text in PLANTED.items()}
    found = writers(read_source(planted))
    seen = {name for name in found if ".x_" in name}
    assert {name.split(".x_")[1].split(".")[0] for name in seen} == set(PLANTED)
    assert found - seen == set(WRITES_ACCOUNTS), "say why, or take the line away that is not needed"


# --- What every operation and every screen leaves alone --------------------------------------------


@pytest.fixture
def holder(world):  # noqa: F811
    """Somebody who works here and elsewhere, is signed in, and has a device and an address that was confirmed."""
    _visitors, about, page = world
    here = page.project.municipality
    there = a_municipality("anderdorp")
    user = User.objects.create_user(HOLDER, PASSWORD, first_name="Gerda", is_staff=True)
    holder = a_user()
    holder.authenticator_set.update(user=user)
    holder.delete()
    user.emailaddress_set.create(email=HOLDER, verified=True, primary=True)
    create_participant(user=user)
    for place in (here, there):
        give_role(user, "observer", municipality=place)
    Client().force_login(user)
    about["rollen"] = user.roleassignment_set.get(municipality=here).pk
    return user, here, there


def standing(user, there) -> dict:
    """Read all that an account is, everywhere, and all that elsewhere keeps of it."""
    pk = user.pk
    held = {model._meta.label: _rows_of_account(model, pk) for model in MODELS}
    for relation in User._meta.related_objects:
        where = rows_of(relation.related_model, there)
        if where:
            rows = relation.related_model._base_manager.filter(**where, **{relation.field.name: pk})
            held[relation.related_model._meta.label] = list(rows.order_by("pk").values())
    return held


def _rows_of_account(model, pk):
    if model.__name__ == "Session":
        return sorted(
            one.session_key
            for one in model.objects.all()
            if one.get_decoded().get("_auth_user_id") == str(pk)
        )
    found = model._base_manager.filter(**({"pk": pk} if model is User else {"user": pk}))
    if model is Group:  # but those of our own municipality, which follow the roles in it
        found = found.exclude(name__startswith="kompasdorp: ")
    return list(found.order_by("pk").values())


# They ask nobody: for the command line of who runs the platform, which no screen leads to (see below).
COMMAND_LINE = {
    "assign_role",
    "erase_again",
    "erase_here_again",
    "erase_left_again",
    "forget_second_factor",
}


def test_no_operation_of_one_municipality_changes_who_works_elsewhere_too(holder):
    user, here, there = holder
    manager = a_user("administrator", municipality=here)
    assignment = user.roleassignment_set.get(municipality=here)
    known = {
        "actor": manager, "now": timezone.now(), "municipality": here, "user": user,
        "participants": list(Participant.objects.filter(user=user)), "email": user.email,
        "assignment": assignment, "project": None, "role": "council", "reason": "Daarom.",
        "first_name": "Iemand", "last_name": "Anders", "password": "x" * 20, "receipt": "",
    }  # fmt: skip
    before, done, wrong = standing(user, there), set(), []
    found = {
        full: one
        for full, one in operations().items()
        if full.rpartition(".")[2] not in COMMAND_LINE
    }
    for full, one in found.items():
        asked = inspect.signature(one).parameters
        # Whatever else it asks for may be a person by another name.
        for guess in (user, user.pk, user.email, assignment, [user]):
            arguments = {
                name: copy(known.get(name, guess))  # an operation may change what it is given
                for name, parameter in asked.items()
                if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
            }
            with transaction.atomic():
                with suppress(Exception), committed(), transaction.atomic():
                    one(**arguments)
                    done.add(full.rpartition(".")[2])
                if standing(user, there) != before:
                    wrong.append(full)
                transaction.set_rollback(True)
    assert wrong == []
    assert {"withdraw_role", "erase_by_letter", "confirm_role", "invite_colleague"} <= done


def test_no_screen_of_one_municipality_changes_who_works_elsewhere_too(world, holder):  # noqa: F811
    visitors, about, _page = world
    user, _here, there = holder
    client, before, wrong, sent = visitors["manager"], standing(user, there), [], 0
    client.raise_request_exception = False
    for path in desk_paths(about):
        for body in bodies(client, path, user):
            with transaction.atomic():
                with committed():
                    client.post(path, body)
                sent += 1
                if standing(user, there) != before:
                    wrong.append((path, body))
                transaction.set_rollback(True)
    assert wrong == []
    assert sent > 120
    assert not RoleAssignment.objects.filter(user=user).exclude(role="observer").exists()


def desk_paths(about) -> list[str]:
    return [path_to(route, about) for route in OWN if route.startswith("admin/")]


def bodies(client, path, user) -> list[dict]:
    """Fill in every form of a screen with this person, and send nothing as well."""
    person = {"user": user.pk, "account": user.pk, "email": user.email, "pk": user.pk}
    found = [person]
    for form, _address in forms_on(client, path):
        filled = as_shown(form)
        for name, field in form.fields.items():
            key = form.add_prefix(name)
            if isinstance(field, EmailField) or "email" in name:
                filled[key] = user.email
            elif (rows := getattr(field, "queryset", None)) is not None and rows.model in PERSONS:
                filled[key] = (
                    rows.filter(**{PERSONS[rows.model]: user.pk}).values_list("pk").first()
                )
            elif not filled.get(key):
                filled[key] = "on"
        found.append(filled)
    return found


# --- What a form with an address tells of who has an account -----------------------------------------


# Who asks reads the same; only who opens the mail reads whether there is a password to set, and a mail costs far
# more time than the queries it takes to write one.
READ_BY_OWNER = {"ResetPasswordForm"}
# The library looks among accounts only when an address is not among the confirmed ones: one read of an index.
LOOKS_AGAIN = re.compile(r'FROM "people_user" WHERE "people_user"."email" = ')


def test_no_form_with_an_address_tells_whether_there_is_an_account(world):  # noqa: F811
    """Each answer, its mails and its number of queries are the same for an address with an account and without."""
    visitors, about, _page = world
    accounts = {
        "of staff elsewhere": a_user("officer", municipality=a_municipality("anderdorp")),
        "of a resident": a_resident(),
        "switched off": User.objects.create_user("uit@example.org", is_active=False),
    }
    accounts = {whose: known_well(one).email for whose, one in accounts.items()}
    seen, told = set(), []
    for name, path, form, fields in forms_with_an_address(visitors, about):
        kind, client = type(form).__name__, visitors[name]
        seen.add(kind)
        for whose, email in accounts.items():
            tries = (
                email[:-4] + ".com",
                email,
                email[:-4] + ".net",
            )  # the first fills what is filled once
            sent = [filled_in(form) | dict.fromkeys(fields, one) for one in tries]
            _first, known, unknown = (answer_to(client, path, body) for body in sent)
            if kind in READ_BY_OWNER:
                known, unknown = [known[0], *known[2:5]], [unknown[0], *unknown[2:5]]
            if known != unknown:
                told.append((name, path, whose, known, unknown))
    assert told == []
    assert {"InviteForm", "LetterForm", "AskForCode", "ResetPasswordForm"} <= seen


# What somebody does at the desk of a municipality, which is not their account.
AT_THE_DESK = {
    "projects.RoleAssignment", "wagtailadmin.EditingSession", "wagtailadmin.FormState", "wagtailcore.APIToken",
    "wagtailcore.PageSubscription", "wagtailcore.Revision", "wagtailcore.Comment", "wagtailcore.CommentReply",
}  # fmt: skip


def test_an_account_that_is_known_well_holds_all_that_one_can():
    """Else a screen that shows what such an account holds looks like one that shows nothing."""
    user = known_well(a_resident())
    texts = [one for one in User._meta.fields if isinstance(one, CharField | DateTimeField)]
    empty = {one.name for one in texts if not getattr(user, one.attname)}
    theirs = [one for one in User._meta.related_objects if one.field.name == "user"]
    empty |= {
        one.related_model._meta.label
        for one in theirs
        if not one.related_model._base_manager.filter(user=user).exists()
    }
    assert len(texts) >= 5 and empty == AT_THE_DESK


def forms_with_an_address(visitors, about):
    """Find every form that asks for an address, on every screen of ours and of signing in."""
    routes = [one.route for one in addresses() if one.ours or one.route.startswith("account/")]
    about = defaultdict(int, about)  # what has no number here has none that is found
    for path in sorted(path_to(route, about) for route in routes if not re.search(r"[(^]", route)):
        for name in ("nobody", "manager"):
            visitors[name].raise_request_exception = False
            for form, address in forms_on(visitors[name], path):
                fields = [
                    form.add_prefix(key)
                    for key, one in form.fields.items()
                    if _asks_address(key, one)
                ]
                if fields:
                    yield name, address, form, fields


def _asks_address(name, field) -> bool:
    return isinstance(field, EmailField) or "email" in name or name == "login"


def filled_in(form) -> dict:
    """Fill a form in such that it is taken: as it is shown, and a choice, a cross or a word where it is empty."""
    filled = as_shown(form)
    for name, field in form.fields.items():
        if not filled.get(form.add_prefix(name)):
            choices = [key for key, _label in getattr(field, "choices", [("Iets", "")]) if key]
            filled[form.add_prefix(name)] = "on" if isinstance(field, BooleanField) else choices[:1]
    return filled


def answer_to(client, path, body) -> list:
    """Send a form; give all that can be seen of it."""
    mail.outbox.clear()
    for one in caches.all():
        one.clear()
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        with committed(), CaptureQueriesContext(connection) as queries:
            answer = client.post(path, body)
            number = sum(not LOOKS_AGAIN.search(one["sql"]) for one in queries)
        leads_to = answer.get("Location", "")
        after = client.get(leads_to) if leads_to.startswith("/") else answer
        seen = [answer.content.decode(), leads_to, after.content.decode()]
        seen += [one.subject + one.body for one in mail.outbox]
        transaction.set_rollback(True)
    client.cookies = cookies
    return [answer.status_code, number, *(without_what_changes(one, body) for one in seen)]


def without_what_changes(text, body) -> str:
    """Leave out the address itself, and what is another one each time: tokens, codes, numbers."""
    for email in {one for one in body.values() if "@" in str(one)}:
        text = text.replace(email, "@")
    text = re.sub(r"\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b", "", text)  # its letters too
    return re.sub(r"(?:[A-Z\d]{4}-){2,}\w+|\w{32,}|\b[A-Z]{6}\b|\d+", "", text)
