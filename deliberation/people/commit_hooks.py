"""On-commit hooks: each is run after a commit, whatever else after that commit failed."""

import logging
from collections.abc import Callable

from django.db import transaction

from deliberation.registry import plugins

logger = logging.getLogger(__name__)


def after_commit(function: Callable, *arguments) -> None:
    """Call a function once the caller's transaction holds, or at once without one.

    What the database took can't be taken back, so a failure here is logged and nobody reads "not stored".
    Who must hear of a failure does that work after the operation, not in here.
    """

    def run() -> None:
        try:
            function(*arguments)
        except Exception:
            logger.exception("after a commit: %s failed", getattr(function, "__name__", function))

    run.does = function, arguments
    transaction.on_commit(run)


def waits_for_commit(function: Callable, *arguments) -> bool:
    """Tell whether the caller's transaction will call this anyway."""
    waiting = (hook for _savepoints, hook, _robust in transaction.get_connection().run_on_commit)
    return any(getattr(hook, "does", None) == (function, arguments) for hook in waiting)


def tell_after_commit(news: str, *about) -> None:
    """Let every app hear of something once the caller's transaction holds, each whatever another made of it."""
    for plugin in plugins():
        after_commit(getattr(plugin, news), *about)
