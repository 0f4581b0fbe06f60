"""Does what a request left for later get done once, whatever stops half-way, and does it leave no trace?"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus as Status
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from cms import background
from cms.management.commands import worker as worker_command
from deliberation.participation.operations import mailing
from deliberation.people.operations import erase_person
from deliberation.questions.models import Question
from tests.builders import committed, the_officer
from tests.people.traces import traces
from tests.post_office import a_post_office
from tests.projects.deciding.test_notices import a_member, an_evening, change
from tests.questions.builders import a_desk

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "bewoner@example.org"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def by_a_worker(settings, monkeypatch):
    """Leave work for a worker, as in production; one in here may not close the test's transaction."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def office(settings):
    with a_post_office() as office:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = office.server_address
        settings.EMAIL_TIMEOUT = 0.2
        yield office


def an_answered_question(desk=None, **options):
    desk = desk or a_desk(**options)
    return desk.answered(desk.published(email=ADDRESS, mail_consent=True))


def messages():
    """Find the tasks of ours; Wagtail has some too (its index of references)."""
    return DBTaskResult.objects.filter(task_path__startswith="deliberation.")


def work(later=False):
    """Let a worker do what there is to do: now, or when the waits are over."""
    if later:
        messages().update(run_after=timezone.now())
    background.PatientWorker().run()


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_a_worker")]


def test_the_request_only_writes_down_what_is_to_be_done(office):
    question = an_answered_question()
    assert office.callers == 0
    assert messages().get().args_kwargs == {"args": [question.pk], "kwargs": {}}
    work()
    [(to, message)] = office.received
    assert to == ADDRESS and "/volg/" in message
    assert Question.objects.get(pk=question.pk).email == ""
    assert not DBTaskResult.objects.exists(), "what was done leaves nothing"


def test_what_is_rolled_back_is_not_done():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        an_answered_question()
        raise ZeroDivisionError
    assert not messages().exists()


def test_the_order_to_do_it_is_part_of_the_change_itself():
    """No moment lies between the two at which a process can die."""
    desk = a_desk(commits=False)
    with transaction.atomic():
        an_answered_question(desk)
        assert messages().count() == 1


def test_while_the_mail_server_is_away_it_is_tried_later_each_time(office, caplog):
    question = an_answered_question()
    office.silent = True
    office_waits = background.WAITS_OF_MAIL
    waits = []
    for _try in office_waits:
        work(later=True)
        row = messages().get()
        assert row.status == Status.READY
        waits.append((row.run_after - timezone.now()).total_seconds() / 60)
    assert [round(one) for one in waits] == list(office_waits)
    work()
    assert office.callers == len(office_waits), "not before its time"
    office.silent = False
    work(later=True)
    assert [to for to, _message in office.received] == [ADDRESS], "tries took no room"
    assert Question.objects.get(pk=question.pk).email == ""
    assert not messages().exists()
    assert ADDRESS not in caplog.text


def test_a_mail_server_may_be_away_for_a_week_and_is_asked_again_the_same_day():
    """A weekend loses nothing; each wait is as long as the one before it, or longer."""
    waits = background.WAITS_OF_MAIL
    assert timedelta(minutes=sum(waits)) >= timedelta(days=7)
    assert list(waits) == sorted(waits) and max(waits) <= 8 * 60


def test_after_a_week_it_is_given_up_and_somebody_can_see_that(office, caplog):
    question = an_answered_question()
    office.silent = True
    for _try in range(len(background.WAITS_OF_MAIL) + 1):
        work(later=True)
    row = messages().get()
    assert row.status == Status.FAILED
    assert row.exception_class_path == "deliberation.people.mailing.NotMailed"
    assert "mailing.py" in row.traceback
    assert ADDRESS not in row.traceback
    assert f"given up after {len(background.WAITS_OF_MAIL) + 1} tries" in caplog.text
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(days=1))
    assert Client().get("/readyz").json()["messages"] == {"late": 0, "given_up": 1}
    page = officer_of(question).get(f"/admin/participatie/vragen/{question.pk}/").content.decode()
    assert "is nog niet verstuurd" in page
    background.keep_house(timezone.now() + background.KEPT - timedelta(hours=1))
    assert messages().exists()
    background.keep_house(timezone.now() + background.KEPT + timedelta(hours=1))
    assert not messages().exists()


def test_mail_that_waited_for_days_is_not_lost_by_one_fault_of_another_kind(office, monkeypatch):
    """The database restarts, or the worker, while the mail server is away."""
    an_answered_question()
    office.silent = True
    for _try in range(len(background.WAITS) + 3):
        work(later=True)
    with monkeypatch.context() as broken:
        broken.setattr(mailing, "_send", lambda *given: 1 / 0)
        work(later=True)
    messages().get().claim("a worker that dies")
    background.keep_house(timezone.now() + timedelta(days=1))
    office.silent = False
    work(later=True)
    assert [to for to, _message in office.received] == [ADDRESS]


def test_of_many_that_hear_it_one_that_fails_stops_no_other(office):
    desk = a_desk()
    first = desk.published()
    addresses = [f"{name}@example.org" for name in "abc"]
    for address in addresses:
        desk.do("merge_question", desk.ask(email=address, mail_consent=True), into=first)
    desk.answered(first)
    DBTaskResult.objects.update(run_after=timezone.now())
    office.silent = True
    work()
    assert messages().count() == len(addresses)
    office.silent = False
    work(later=True)
    work(later=True)
    assert sorted(to for to, _message in office.received) == addresses


def test_a_trace_of_an_error_keeps_where_it_was_and_not_what_it_said():
    row = DBTaskResult(
        status=Status.FAILED, task_path="x.y", args_kwargs={}, worker_ids=["w"], backend_name="default",
        traceback='Traceback (most recent call last):\n  File "a.py", line 3, in f\n    send("Jansen")\n'
        "psycopg.errors.UniqueViolation: duplicate\nDETAIL:  Key (name)=(Jansen) already exists.\n",
    )  # fmt: skip
    row.save()
    background.settle(row)
    assert DBTaskResult.objects.get().traceback == '  File "a.py", line 3, in f'


def test_what_a_worker_left_half_way_is_done_again_and_no_sooner(office):
    an_answered_question()
    row = messages().get()
    row.claim("one that died")
    background.keep_house(timezone.now() + background.INTERRUPTED - timedelta(minutes=1))
    assert messages().running().exists(), "perhaps it still runs"
    background.keep_house(timezone.now() + background.INTERRUPTED + timedelta(minutes=1))
    work(later=True)
    assert len(office.received) == 1


def test_a_mail_that_was_interrupted_waits_three_minutes_at_most():
    assert background.INTERRUPTED + timedelta(seconds=worker_command.LOOK) <= timedelta(minutes=3)
    longest = 9 * timedelta(
        seconds=configured.EMAIL_TIMEOUT
    )  # the steps of one mail, each left in time
    assert longest < background.INTERRUPTED, "a mail that is slow is not sent twice"


def test_a_task_that_kills_its_worker_does_not_do_so_for_ever():
    an_answered_question()
    row = messages().get()
    for _try in range(len(background.WAITS_OF_MAIL) + 1):
        row.claim("one that dies")
        background.keep_house(timezone.now() + timedelta(days=1))
        row.refresh_from_db()
    assert row.status == Status.FAILED


def test_who_is_erased_leaves_nothing_to_be_done():
    evening = an_evening()
    user, person = a_member(evening)
    change(evening.activity.decision_point)
    background.PatientWorker().run_task(messages().get())
    assert str(person.pk) in str(messages().get().args_kwargs)
    with committed():
        erase_person(actor=user, user=user, participants=[person], now=timezone.now())
    assert traces(person.pk, user.email) == []
    background.PatientWorker().run()
    assert mail.outbox == []


def test_staff_and_those_who_watch_the_site_see_that_mail_is_late(office):
    question = an_answered_question()
    officer = officer_of(question)
    late = "Berichten aan inwoners gaan te laat weg"
    assert late not in officer.get("/admin/").content.decode()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=6))
    assert late in officer.get("/admin/").content.decode()
    answer = Client().get("/readyz")
    assert answer.status_code == 200, "this process can serve"
    assert answer.json()["messages"] == {"late": 1, "given_up": 0}
    work()
    assert late not in officer.get("/admin/").content.decode()


def test_sessions_that_ended_are_removed():
    client = Client()
    session = client.session
    session["x"] = 1
    session.set_expiry(-1)
    session.save()
    background.keep_house(timezone.now())
    assert not session.exists(session.session_key)


def test_without_work_for_a_worker_it_says_so(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with pytest.raises(CommandError, match="at once"):
        call_command("worker", "--once")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_mails_loses_nothing_and_mails_once(office):
    question = an_answered_question(commits=False)
    office.silent = True
    worker = a_worker(office)
    until(lambda: office.callers == 1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    [row] = messages().running()
    assert Question.objects.get(pk=question.pk).email == ADDRESS
    office.silent = False
    DBTaskResult.objects.filter(pk=row.pk).update(
        started_at=timezone.now() - background.INTERRUPTED - timedelta(minutes=1)
    )
    worker = a_worker(office)
    until(lambda: not messages().exists())
    worker.terminate()
    assert worker.wait(10) == 0, "asked to stop, it ends well"
    assert [to for to, _message in office.received] == [ADDRESS]
    assert Question.objects.get(pk=question.pk).email == ""


def a_worker(office) -> subprocess.Popen:
    """Start the worker of an installation in production beside this test's database."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("SAMENKOMPAS", "DJANGO"))
    }
    host, port = office.server_address
    about = connection.settings_dict
    database = (
        f"postgres://{about['USER']}@{about['HOST']}:{about['PORT']}/{about['NAME']}"
        if connection.vendor == "postgresql"
        else f"sqlite:///{about['NAME']}"
    )
    environment |= {
        "DATABASE_URL": database,
        "SAMENKOMPAS_SECRET_KEY": configured.SECRET_KEY,
        "SAMENKOMPAS_HOSTS": "example.org",
        "SAMENKOMPAS_DATA_DIR": str(configured.DATA_DIR),
        "SAMENKOMPAS_EMAIL_HOST": host,
        "SAMENKOMPAS_EMAIL_PORT": str(port),
    }
    return subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)


def until(holds, seconds=60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def officer_of(question) -> Client:
    client = Client()
    client.force_login(the_officer(question.project.municipality))
    return client


def answers_to_one_address(number) -> None:
    """Answer questions of as many people with one address, of whom nobody asked two."""
    desk = a_desk()
    for _ in range(number):
        an_answered_question(desk)


def changes_for_one_address(number) -> None:
    """Change the promise as often, to somebody who agreed to hear of that."""
    desk = a_desk()
    desk.ask(about=desk.project, email=ADDRESS, mail_consent=True, changes_consent=True)
    for turn in range(number):
        change(desk.point, fixed=f"Versie {turn}.")


@pytest.fixture
def clock(monkeypatch):
    """Stop every clock; gives what moves it on."""
    at = {"time": time.time(), "now": timezone.now()}
    monkeypatch.setattr(time, "time", lambda: at["time"])
    monkeypatch.setattr(timezone, "now", lambda: at["now"])

    def move(minutes):
        at["time"] += minutes * 60
        at["now"] += timedelta(minutes=minutes)
        return at["time"]

    return move


@pytest.mark.parametrize("number", [1, 4, 12, 30])
@pytest.mark.parametrize("what", [answers_to_one_address, changes_for_one_address])
def test_a43_however_many_wait_for_one_mailbox_all_arrive_and_none_twice(clock, what, number):
    """A full mailbox is no failure: what waits for room is tried until there is, and never given up."""
    what(number)
    arrived = []
    for _turn in range(6 * 24):
        at = clock(10)
        call_command("worker", once=True)
        arrived += [at] * (len(mail.outbox) - len(arrived))
        if not messages().exists():
            break
    assert not messages().exists(), "all is done within a day"
    assert len(mail.outbox) == len({one.body for one in mail.outbox}) == number
    assert {one.to[0] for one in mail.outbox} == {ADDRESS}
    for earlier, later in zip(arrived, arrived[mailing.ANSWERS.most :], strict=False):
        assert later - earlier >= mailing.ANSWERS.seconds, "no more than the limit in any hour"
    if what is answers_to_one_address:
        assert not Question.objects.exclude(email="").exists(), "addresses are needed no more"


def test_what_waits_for_room_is_not_called_late_while_a_worker_looks_at_it(clock):
    answers_to_one_address(4)
    call_command("worker", once=True)
    assert messages().get().status == Status.READY
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert background.late_messages(timezone.now())["waiting"] == 0
    clock(20)  # and no worker came
    assert background.late_messages(timezone.now())["waiting"] == 1


def test_waiting_for_room_uses_up_no_tries_of_a_mail_server_that_is_away(office, clock):
    """The two alternate: a mailbox that was full for hours leaves every try for the server."""
    answers_to_one_address(4)
    work()
    for _turn in range(3):
        messages().update(run_after=timezone.now())
        work()
    assert messages().get().worker_ids == []


@pytest.mark.usefixtures("by_a_worker")
def test_what_a_command_made_and_removed_again_gives_no_error(db, settings, caplog):
    """The first municipality takes the place of Wagtail's own first page, with work still to be done."""
    settings.ALLOWED_HOSTS = ["gemeente.example"]
    get_user_model().objects.create_superuser("installatie@gemeente.example", "x")
    Page.objects.get(depth=2).save()
    call_command("municipality", "add", "nieuw", "Nieuw", "gemeente.example")
    waiting = DBTaskResult.objects.all()
    gone = [one for one in waiting if background.is_about_what_is_gone(one)]
    assert gone and len(gone) < len(waiting)
    call_command("worker", "--once")
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
    assert not DBTaskResult.objects.exists(), "nothing is tried again"
