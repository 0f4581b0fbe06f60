"""How does a live session change? Every way in, for screens, desk, demo and commands alike."""

from .activities import (
    add_activity,
    close_activity,
    finish_closing,
    open_activity,
    pause_activity,
    peek_result,
    reopen_activity,
    resume_activity,
    reveal_result,
    void_activity,
)
from .ballots import cast_ballot
from .halls import confirm_hall_count, correct_hall_count, enter_hall_count, record_headcount
from .joining import change_lane, join_run
from .runs import (
    add_item,
    cancel_run,
    close_run,
    create_run,
    create_session,
    open_lobby,
    pause_run,
    ready_run,
    reopen_run,
    resume_run,
    start_run,
)

__all__ = [
    "add_activity",
    "add_item",
    "cancel_run",
    "cast_ballot",
    "change_lane",
    "close_activity",
    "close_run",
    "confirm_hall_count",
    "correct_hall_count",
    "create_run",
    "create_session",
    "enter_hall_count",
    "finish_closing",
    "join_run",
    "open_activity",
    "open_lobby",
    "pause_activity",
    "pause_run",
    "peek_result",
    "ready_run",
    "record_headcount",
    "reopen_activity",
    "reopen_run",
    "resume_activity",
    "resume_run",
    "reveal_result",
    "start_run",
    "void_activity",
]
