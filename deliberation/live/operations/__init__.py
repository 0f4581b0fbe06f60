"""Operations of live sessions: every change, for screens, desk, demo and commands alike."""

from .activities import (
    add_activity,
    close_activity,
    open_activity,
    pause_activity,
    peek_result,
    reopen_activity,
    replace_activity,
    resume_activity,
    reveal_result,
    void_activity,
)
from .ballots import cast_ballot
from .cards import activate_card, block_card, cast_card_ballot, print_cards
from .halls import (
    confirm_hall_count,
    correct_hall_count,
    divide_hall,
    enter_hall_count,
    expect_paper,
    record_headcount,
)
from .housekeeping import end_all_left_open, end_left_open
from .items import add_item, change_item, move_item, remove_item
from .joining import ban_participant, change_lane, join_run, lift_ban, rotate_codes, set_strictness
from .paging import turn_page
from .poll_closing import finish_closing
from .runs import (
    cancel_run,
    change_session,
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
from .silence import report_silence, tell_sound, withdraw_silence
from .waiting import extend_closing

__all__ = [
    "activate_card",
    "add_activity",
    "add_item",
    "ban_participant",
    "block_card",
    "cancel_run",
    "cast_ballot",
    "cast_card_ballot",
    "change_item",
    "change_lane",
    "change_session",
    "close_activity",
    "close_run",
    "confirm_hall_count",
    "correct_hall_count",
    "create_run",
    "create_session",
    "divide_hall",
    "end_all_left_open",
    "end_left_open",
    "enter_hall_count",
    "expect_paper",
    "extend_closing",
    "finish_closing",
    "join_run",
    "lift_ban",
    "move_item",
    "open_activity",
    "open_lobby",
    "pause_activity",
    "pause_run",
    "peek_result",
    "print_cards",
    "ready_run",
    "record_headcount",
    "remove_item",
    "reopen_activity",
    "reopen_run",
    "replace_activity",
    "report_silence",
    "resume_activity",
    "resume_run",
    "reveal_result",
    "rotate_codes",
    "set_strictness",
    "start_run",
    "tell_sound",
    "turn_page",
    "void_activity",
    "withdraw_silence",
]
