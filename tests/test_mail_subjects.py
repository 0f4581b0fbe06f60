"""Does every mail of ours leave with one line as its subject, whatever it is about, and does it say its language?"""

import ast
import sys
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.utils import timezone
from django_tasks.base import Task

from deliberation.people.operations import create_participant, give_consent
from deliberation.people.privacy.unsubscribing import consents_behind, open_sealed
from deliberation.projects.deciding import notices
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import Role
from tests.builders import a_resident, a_user
from tests.cms.site import a_site
from tests.live.builders import an_evening
from tests.questions.builders import Desk
from tests.test_architecture import ROOT, modules
from tests.test_hostile_texts import import_all_forms

pytestmark = pytest.mark.django_db
LINES = "Eerste regel\r\nBcc: een@example.org\n" + "tweede " * 60


def test_every_mail_leaves_with_a_subject_of_one_line():
    """Whatever may hold a text of several lines does; then every task of ours is done again."""
    arguments, sent_to = what_to_mail_about()
    fill_with_lines()
    tasks = {one.name: one for one in our_tasks()}
    assert set(tasks) == set(arguments), "say with what this task is done"
    for name, given in arguments.items():
        tasks[name].func(*given)
    Client().post("/account/login/code/", {"email": sent_to["resident"]})
    Client().post("/account/password/reset/", {"email": sent_to["manager"]})
    subjects = [one.subject for one in mail.outbox]
    assert len(subjects) >= 5 and len({one.to[0] for one in mail.outbox}) >= 4
    assert [one for one in subjects if "\n" in one or "\r" in one or len(one) > 250] == []
    for one in mail.outbox:
        assert one.message()["Content-Language"] in dict(settings.LANGUAGES), one.subject
        name, address = parseaddr(one.from_email)
        assert name.startswith("Eerste regel Bcc: een"), (
            f"not in a municipality's name: {one.subject}"
        )
        assert address == settings.DEFAULT_FROM_EMAIL and "\n" not in one.from_email


@pytest.mark.parametrize("disposition", ["adopted", "looking"])
def test_a_task_that_comes_twice_mails_nobody_twice(disposition):
    """Every task of ours is done, with all that it leaves to be done; then again, in either order."""
    arguments, _sent_to = what_to_mail_about(disposition)
    tasks = {one.name: one for one in our_tasks()}
    assert set(tasks) == set(arguments), "say with what this task is done"
    for name, given in arguments.items():
        tasks[name].func(*given)
    sent = [(one.to[0], one.subject) for one in mail.outbox]
    assert len(sent) >= 4, sent
    assert len(set(sent)) == len(sent)
    for name in [*arguments, *reversed(arguments)]:
        tasks[name].func(*arguments[name])
        again = [(one.to[0], one.subject) for one in mail.outbox[len(sent) :]]
        assert again == [], f"{name} mailed again"


# Mail that nobody agreed to: what a colleague asks, and what somebody asks for themselves just now.
NOT_BY_CONSENT = {"mail_invitation"}


@pytest.mark.parametrize("disposition", ["adopted", "looking"])
def test_every_mail_by_consent_carries_a_link_that_ends_it(disposition):
    """A stranger can tick a box beside any address; its owner is known in no browser here."""
    arguments, _sent_to = what_to_mail_about(disposition)
    tasks, mailed = {one.name: one for one in our_tasks()}, set()
    for name, given in arguments.items():
        before = len(mail.outbox)
        tasks[name].func(*given)
        for sent in mail.outbox[before:]:
            mailed.add(name)
            assert ("List-Unsubscribe" in sent.extra_headers) == (name not in NOT_BY_CONSENT), name
            if name not in NOT_BY_CONSENT:
                ends_with(sent)
    assert {"mail_outcome", "mail_change", *NOT_BY_CONSENT} <= mailed


def ends_with(sent) -> None:
    """Press the link of a mail, in the browser of nobody: no consent for its address is left."""
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in sent.body, "who reads the text finds the same"
    assert sent.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mailed = open_sealed(link.rstrip("/").rsplit("/", 1)[1])
    assert mailed.address == sent.to[0]
    assert Client().post("/" + link.split("/", 3)[3]).status_code == 200
    assert not consents_behind(mailed).exists()


def test_no_module_mails_beside_the_door_that_adds_the_link():
    """Whoever calls `send_mail` itself mails nobody by consent; nobody makes a message apart."""
    calls, makes = set(), set()
    for path in modules(ROOT):
        names = {
            one.id for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Name)
        }
        file = str(path.relative_to(ROOT))
        calls |= {file} if "send_mail" in names else set()
        makes |= (
            {file} if names & {"EmailMessage", "EmailMultiAlternatives", "mail_admins"} else set()
        )
    assert calls == {
        "deliberation/people/mailing.py",
        "deliberation/projects/invitations/operations.py",
    }
    assert makes == {"deliberation/people/mailing.py"}


def what_to_mail_about(disposition="adopted"):
    """Make one of everything that is mailed about, with nothing mailed yet: with what to do each task, and to whom."""
    evening = an_evening()
    point, now = evening.activity.decision_point, timezone.now()
    project = point.project
    place, manager = (
        project.municipality,
        a_user(Role.ADMINISTRATOR, municipality=project.municipality),
    )
    resident = a_resident()
    there = evening.join(participant=create_participant(user=resident))
    give_consent(actor=resident, purpose=notices.PURPOSE, place=place.slug, now=now)
    officer = a_user(Role.OFFICER, municipality=place)
    desk = Desk(project, point, officer, commits=False)
    asked = desk.published(email="vraagt@example.org", mail_consent=True, changes_consent=True)
    for address in ("vraagt@example.org", "ook@example.org"):
        desk.do("merge_question", desk.ask(email=address, mail_consent=True), into=asked)
    until = timezone.localdate() + timedelta(days=9) if disposition == "looking" else None
    desk.answered(asked, disposition=disposition, look_until=until)
    change = change_frames(
        actor=officer, decision_point=point, reason="Een bredere rijbaan.", fixed=["Er rijdt verkeer."],
        now=now + timedelta(hours=1),
    )  # fmt: skip
    invitation = invite_colleague(
        actor=manager, municipality=place, email="nieuw@example.org", role=Role.OBSERVER, now=now
    )
    a_site(place)
    assert mail.outbox == []
    arguments = {
        "mail_outcome": [asked.pk],
        "mail_author": [asked.pk],
        "mail_change": [change.pk],
        "mail_one": [change.pk, str(there.pk)],
        "mail_invitation": [invitation.pk, "nl"],
        "index_thing": [project.pk, "decision", str(point.pk)],
        "index_things": [0],
    }
    return arguments, {"resident": resident.email, "manager": manager.email}


def fill_with_lines() -> None:
    """Put several lines into every column that holds words, past the doors that make one of them."""
    filled = []
    for model in apps.get_models():
        if model._meta.app_label not in ("projects", "questions", "live"):
            continue
        for field in model._meta.local_concrete_fields:
            is_text = isinstance(field, models.TextField | models.CharField)
            is_text = is_text and not isinstance(field, models.EmailField)
            if is_text and not (field.choices or field.unique or (field.max_length or 99) < 60):
                text = LINES[: field.max_length or 400]
                try:
                    with transaction.atomic():
                        filled.append(model._base_manager.update(**{field.name: text}))
                except DatabaseError:  # rows that are never changed
                    pass
    assert sum(map(bool, filled)) > 20


def our_tasks() -> set:
    import_all_forms()
    ours = ("cms", "compass", "deliberation")
    return {
        one
        for name, module in list(sys.modules.items())
        if name.split(".")[0] in ours
        for one in vars(module).values()
        if isinstance(one, Task)
    }
