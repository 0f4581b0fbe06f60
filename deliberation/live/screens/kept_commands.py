"""Kept commands: what of a command waits until a colleague signed in, under which labels, and what its button says.

Of a ballot nothing waits and nothing is said but that it was not stored.
"""

from urllib.parse import parse_qsl

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deliberation.people.permissions import may

from ..command_validation import COMMANDS
from ..models import Activity
from .forms import OF_A_PART, of_another_part

# What each command of staff is about, as the console says it.
SAYS = {
    "ready_run": _("Can people at home hear the hall?"),
    "open_lobby": _("Open the doors"),
    "start_run": _("Start the session"),
    "pause_run": _("Pause the session"),
    "resume_run": _("Go on"),
    "close_run": _("End the session"),
    "reopen_run": _("Go on after all"),
    "cancel_run": _("Cancel this session"),
    "rotate_codes": _("Make new codes"),
    "tell_sound": _("Can people at home hear the hall?"),
    "record_headcount": _("Count the people in the hall"),
    "divide_hall": _("Save the blocks"),
    "open_activity": _("Open the poll"),
    "pause_activity": _("Pause voting"),
    "resume_activity": _("Go on with voting"),
    "close_activity": _("Close the poll"),
    "reopen_activity": _("Vote again on this question"),
    "void_activity": _("Declare this poll void"),
    "reveal_result": _("Show the result"),
    "peek_result": _("Look at the result yourself (this is recorded)"),
    "enter_hall_count": _("The count of the hall"),
    "confirm_hall_count": _("The count of the hall"),
    "correct_hall_count": _("The count of the hall"),
    "expect_paper": _("Promise this day"),
    "extend_closing": _("Wait 30 seconds more"),
    "turn_page": _("Another page on the projector"),
    "cast_card_ballot": _("Store this vote"),
}
LABELS = {
    "count": _("How many people sit in the hall now?"),
    "remark": _("Why did the number change? (you may leave this empty)"),
    "blocks": _("Count per block of rows: name the blocks, with a comma between them"),
    "reason": _("Why?"),
    "voters": _("Number of people who answered"),
    "due": _("By which day do people know the outcome?"),
}


def kept_fields(posted) -> set[str]:
    """Name what waits until a colleague signed in: what they filled in for their command; of a ballot nothing."""
    filled_in = _filled_in(posted)
    return {*filled_in, "do", "screen", "op_id"} if filled_in else set()


def words_of(posted) -> str:
    """Say what was pressed; blank for what is no command of staff."""
    return str(SAYS.get(_pressed(posted)[0], ""))


def labels_of(user, posted, run_id) -> dict[str, list[str]]:
    """Give a label for each value that was filled in, by field; of a count the answers, to who may see the console."""
    return {
        field: _of_answers(user, posted, run_id)
        if plain == "hands"
        else [str(LABELS[plain])] * len(posted.getlist(field))
        for field, plain in _filled_in(posted).items()
    }


def _filled_in(posted) -> dict[str, str]:
    """Find the fields that somebody filled in for the command that they pressed: field -> its plain name."""
    pressed, about = _pressed(posted)
    command = COMMANDS.get(pressed)
    if command is None or not command.staff or "choice" in command.allows:
        return {}
    typed = {*command.needs, *command.allows} & {*LABELS, "hands"}
    found = {}
    for field in posted:
        of, _dot, plain = OF_A_PART.sub("", field).rpartition(".")
        of_it = of in ("", pressed) and not of_another_part(field, about.get("part", "0"))
        if of_it and plain in typed and any(posted.getlist(field)):
            found[field] = plain
    return found


def _pressed(posted) -> tuple[str, dict[str, str]]:
    name, _mark, query = posted.get("do", "").partition("?")
    return name, dict(parse_qsl(query, keep_blank_values=True))


def _of_answers(user, posted, run_id) -> list[str]:
    about = _pressed(posted)[1].get("activity", "")
    number = int(about) if about.isascii() and about.isdigit() and len(about) < 10 else 0
    activity = Activity.objects.filter(pk=number, run=run_id).select_related("run").first()
    if activity is None or not may("live.see_console", user, activity.run, timezone.now()):
        return []
    return activity.answers
