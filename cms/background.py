"""The worker of background tasks: retries what failed, also when mail server or worker stops half-way (ADR 36)."""

import logging
from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus as Status
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, Revision

from cms.sign_in.failed_sign_ins import forget_old
from cms.sign_in.kept_forms import forget_kept
from deliberation.live.events import lock_run, verify
from deliberation.live.models import Run
from deliberation.live.operations import end_all_left_open
from deliberation.live.round_secrets import destroy_old_secrets
from deliberation.people.mail_limit import MailboxFull
from deliberation.people.operations import forget_sent_forms
from deliberation.people.queries import broken_audit_entries
from deliberation.projects.invitations.operations import forget_expired

# Minutes until it is tried again.
WAITS = (1, 5, 15, 60, 240, 720)
# The same of mail: its server restarts, is repaired, is away for a long weekend or a week.
WAITS_OF_MAIL = (1, 5, 15, 60, 240, *[480] * 21)
UNTIL_ROOM = timedelta(minutes=10)  # in such parts a full mailbox empties: people/throttling.py
INTERRUPTED = timedelta(minutes=2)  # no task takes as long; each step of a mail is left after 10 s
KEPT = timedelta(days=14)  # what failed for good, for whoever looks why
LATE = timedelta(minutes=5)
OURS = ("cms.", "compass.", "deliberation.")
MAIL = "deliberation."  # whose tasks all mail somebody
log = logging.getLogger(__name__)


class PatientWorker(Worker):
    """The library's worker, that tries again what failed and keeps nothing of what succeeded."""

    def __init__(self):
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=1,
            batch=True,  # ends when nothing is left to do
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )

    def run_task(self, db_task_result) -> None:
        if is_about_what_is_gone(db_task_result):
            db_task_result.delete()
            return
        super().run_task(db_task_result)
        settle(db_task_result)


def is_about_what_is_gone(row: DBTaskResult) -> bool:
    """Tell whether Wagtail or its search left something to do for what was removed since: their tasks break on that."""
    match () if row.task_path.startswith(OURS) else row.args_kwargs["args"]:
        case [app, model, number] if (app, model) in _models():
            return not apps.get_model(app, model)._base_manager.filter(pk=number).exists()
    return False


def _models() -> set[tuple[str, str]]:
    return {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()}


def settle(row: DBTaskResult) -> None:
    """Forget a task that succeeded; of one that failed keep no message, and try it again later."""
    if row.status == Status.SUCCESSFUL:
        row.delete()
        return
    row.traceback = _places(row.traceback)
    if row.exception_class_path == _path(MailboxFull):
        wait_for_room(row, timezone.now())
    else:
        put_back(row, timezone.now(), waits_of(row))


def waits_of(row: DBTaskResult) -> tuple[int, ...]:
    """Say how long to wait after each try; of mail whatever is wrong, as one row meets several things in a week."""
    return WAITS_OF_MAIL if row.task_path.startswith(MAIL) else WAITS


def wait_for_room(row: DBTaskResult, now) -> None:
    """Have a mail tried again when its mailbox may have room. It did not fail: it counts no try, however often."""
    row.worker_ids = row.worker_ids[:-1]
    row.status, row.finished_at, row.run_after = Status.READY, None, now + UNTIL_ROOM
    row.save(update_fields=["status", "finished_at", "run_after", "traceback", "worker_ids"])


def put_back(row: DBTaskResult, now, waits) -> None:
    """Have a task done again after the wait that fits how often it was tried, until the waits are used up."""
    tries = len(row.worker_ids)
    if tries <= len(waits):
        row.status, row.finished_at = Status.READY, None
        row.run_after = now + timedelta(minutes=waits[tries - 1])
    else:
        row.status, row.finished_at = Status.FAILED, now
        log.error("given up after %d tries: %s (%s)", tries, row.task_path, row.pk)
    row.save(update_fields=["status", "finished_at", "run_after", "traceback"])


def put_back_interrupted(now) -> None:
    """Put back what a worker left half-way."""
    for row in DBTaskResult.objects.running().filter(started_at__lt=now - INTERRUPTED):
        log.warning("a worker stopped half-way: %s (%s)", row.task_path, row.pk)
        put_back(row, now, waits=[0] * len(waits_of(row)))


def publish_what_is_due(now) -> None:
    """Publish and take down the pages to which an editor gave a day and an hour, each by itself."""
    for page in Page.objects.filter(live=True, expire_at__lt=now):
        _by_itself(page.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled")
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("pk"):
        _by_itself(revision.publish, log_action="wagtail.publish.scheduled")


def keep_house(now) -> None:
    """End what was left open or half-way, and remove what ended: keys, failures, sessions, texts, invitations."""
    for step in (destroy_old_secrets, _forget_sessions):
        _by_itself(step)
    for step in (
        end_all_left_open, put_back_interrupted, _forget_failures, forget_expired, forget_sent_forms, forget_old,
        forget_kept,
    ):  # fmt: skip
        _by_itself(step, now)


def _by_itself(step: Callable, *told, **how) -> None:
    """Do one of several things for several owners: what breaks is said in the log, and the next is done."""
    try:
        step(*told, **how)
    except Exception:
        log.exception("not done, and tried again later: %s", step.__qualname__)


def _forget_failures(now) -> None:
    DBTaskResult.objects.failed().filter(finished_at__lt=now - KEPT).delete()


def _forget_sessions() -> None:
    call_command("clearsessions")
    # Who doesn't sign out leaves from where they came: that goes with the session.
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def check_records() -> None:
    """Say in the log which records of what was done don't fit those before them: the database was changed by hand."""
    for entry in broken_audit_entries():
        log.error("audit entry %s doesn't fit; 0 is the end, which is gone", entry)
    for number in Run.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            for event in verify(lock_run(number)):
                log.error("event %s of run %s doesn't fit", event, number)


def late_messages(now) -> dict:
    """Tell which messages should have gone by now: {"waiting": n, "since": datetime or None, "given_up": n}.

    What waits until its mailbox has room goes in time, as long as a worker looks at it then.
    """
    late = DBTaskResult.objects.filter(task_path__startswith=MAIL, enqueued_at__lt=now - LATE)
    late = late.exclude(status=Status.SUCCESSFUL)
    in_time = Q(exception_class_path=_path(MailboxFull), run_after__gte=now - LATE)
    late = late.exclude(in_time & Q(status=Status.READY))
    waiting = ~Q(status=Status.FAILED)
    return late.aggregate(
        waiting=Count("pk", filter=waiting),
        since=Min("enqueued_at", filter=waiting),
        given_up=Count("pk", filter=~waiting),
    )


def _path(error: type) -> str:
    return f"{error.__module__}.{error.__qualname__}"  # as the library writes it down


def _places(traceback: str) -> str:
    """Keep where it went wrong, not what was said: messages of errors name addresses and values."""
    return "\n".join(line for line in traceback.splitlines() if line.startswith('  File "'))
