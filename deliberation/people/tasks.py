"""Background tasks: what can wait is done by a worker (ADR 36); without one at once, after commit."""

from django.db.models import TextField
from django.db.models.functions import Cast
from django_tasks_db.models import DBTaskResult

from .commit_hooks import after_commit
from .privacy.mentions import mentions


def do_later(task, *arguments) -> None:
    """Have a task done once the caller's transaction holds.

    With a worker the order is a row of that same transaction, so a web process that dies right
    after it loses nothing. A task can come twice, and has to bear that.
    """
    if task.get_backend().supports_defer:
        task.enqueue(*arguments)
    else:
        after_commit(task.enqueue, *arguments)


def forget_tasks_about(participants) -> None:
    """Remove what was still to be done, or failed, for people who are erased."""
    tasks = DBTaskResult.objects.annotate(text=Cast("args_kwargs", TextField()))
    for participant in participants:
        number = str(participant.pk)
        found = tasks.filter(text__contains=number)
        gone = [one.pk for one in found if mentions(one.args_kwargs, {number})]
        DBTaskResult.objects.filter(pk__in=gone).delete()
