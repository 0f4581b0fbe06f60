"""Command bodies: validation to the letter of what was sent, so that nothing that was not asked for gets in."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compass.dates import is_plausible
from compass.refusal import Refused

from .models import Activity, Lane, Run
from .operations.ballots import check_choices
from .state_machine import Seen

MOST_PEOPLE = 100_000
LONGEST_REASON = 300


@dataclass(frozen=True)
class Command:
    """How one command looks: for staff or residents, about the run or an activity, with which arguments."""

    name: str
    staff: bool
    about: str
    needs: dict = field(default_factory=dict)
    allows: dict = field(default_factory=dict)


class Malformed(ValueError):
    """The body is not a command; the text is for people, `field` is the argument that has to change."""

    def __init__(self, reason, field: str = ""):
        super().__init__(reason)
        self.field = field


# --- What an argument may look like. A bool is an int in Python, so types are compared exactly. ---


def a_number(value) -> bool:
    return type(value) is int and 0 <= value <= MOST_PEOPLE


def numbers(value) -> bool:
    return type(value) is list and 2 <= len(value) <= 9 and all(map(a_number, value))


def an_id(value) -> bool:
    return type(value) is int and 0 < value < 2**63


def a_yes_or_no(value) -> bool:
    return type(value) is bool


def a_reason(value) -> bool:
    is_one_line = type(value) is str and "\n" not in value
    return is_one_line and 0 < len(value.strip()) <= LONGEST_REASON


def an_audience(value) -> bool:
    return value in ("staff", "public") if type(value) is str else False


def a_lane(value) -> bool:
    return value in Lane.values if type(value) is str else False


def what_was_seen(value) -> bool:
    """The number of the log that the screen was at, or the name of the state it showed."""
    return a_seq(value) or (type(value) is str and 0 < len(value) <= 10)


def a_choice(value) -> bool:
    """One or more numbers of answers; whether they exist and fit together is checked beside the poll."""
    return type(value) is list and 0 < len(value) <= 9 and all(map(a_number, value))


def a_part(value) -> bool:
    return type(value) is int and 0 <= value < 20


def a_day(value) -> bool:
    if type(value) is not str or len(value) != 10:
        return False
    try:
        return is_plausible(date.fromisoformat(value))
    except ValueError:
        return False


def some_names(value) -> bool:
    """Names of blocks of rows; nothing is also an answer: the hall is counted as a whole."""
    return type(value) is str and len(value) <= 600


def a_remark(value) -> bool:
    return value == "" or a_reason(value)


def a_seq(value) -> bool:
    return type(value) is int and 0 <= value < 2**31


REASON, HANDS = {"reason": a_reason}, {"hands": numbers}
PART = {"part": a_part, "voters": a_number}
ANYWAY = {"anyway": a_yes_or_no}  # what the check says was read, and it is so
CHOICE = {"choice": a_number, "choices": a_choice}  # one of the two: a single answer, or several
ROUND = {"round": an_id}  # the number of the round that the sender saw; older versions said none
COMMANDS = {
    command.name: replace(
        command, allows=command.allows | (ROUND if command.about == "activity" else {})
    )
    for command in (
        Command("ready_run", True, "run", {}, {"sound": a_yes_or_no, "at_home": a_yes_or_no}),
        Command("open_lobby", True, "run"),
        Command("start_run", True, "run"),
        Command("pause_run", True, "run"),
        Command("resume_run", True, "run"),
        Command("close_run", True, "run"),
        Command("reopen_run", True, "run", REASON),
        Command("cancel_run", True, "run"),
        Command("rotate_codes", True, "run"),
        Command("tell_sound", True, "run", {"sound": a_yes_or_no}),
        Command("record_headcount", True, "run", {"count": a_number}, {"remark": a_remark}),
        Command("divide_hall", True, "run", {"blocks": some_names}),
        Command("open_activity", True, "activity"),
        Command("pause_activity", True, "activity"),
        Command("resume_activity", True, "activity"),
        Command("close_activity", True, "activity", {}, ANYWAY),
        Command("reopen_activity", True, "activity", REASON),
        Command("void_activity", True, "activity", REASON),
        Command("reveal_result", True, "activity", {"to": an_audience}),
        Command("peek_result", True, "activity"),
        Command(
            "enter_hall_count", True, "activity", HANDS, PART | ANYWAY | {"alone": a_yes_or_no}
        ),
        Command("confirm_hall_count", True, "activity", HANDS, PART | ANYWAY),
        Command("correct_hall_count", True, "activity", HANDS | REASON, PART | ANYWAY),
        Command("expect_paper", True, "activity", {"due": a_day}),
        Command("extend_closing", True, "activity"),
        Command("turn_page", True, "activity", {"page": a_number}),
        Command("cast_card_ballot", True, "activity", {"card": a_number}, CHOICE),
        Command("cast_ballot", False, "activity", {}, CHOICE | {"card": a_number}),
        Command("change_lane", False, "run", {"lane": a_lane}),
        Command("report_silence", False, "run"),
        Command("withdraw_silence", False, "run"),
    )
}
NO_SESSION = gettext_lazy("We do not know this session.")
NO_POLL = gettext_lazy("This poll is not part of this session.")
OUT_OF_DATE = gettext_lazy("This button does not work any more. Refresh the page and try again.")
# What is said when something that people fill in is missing or not right; the rest comes with a button.
ASKED = {
    "hands": gettext_lazy("Fill in a number for every answer. Nobody? Fill in 0."),
    "voters": gettext_lazy("Fill in how many people answered."),
    "count": gettext_lazy("Fill in how many people sit in the hall: a number."),
    "reason": gettext_lazy("Write why, in one or two sentences."),
    "remark": gettext_lazy("Say in one or two sentences why the number changed, or leave it out."),
    "blocks": gettext_lazy("Name the blocks, with a comma between them, in 600 letters at most."),
    "due": gettext_lazy("Choose on which day people know the result."),
    "card": gettext_lazy("Fill in the number that stands on the card."),
    "choice": gettext_lazy("Choose one of the answers."),
    "choices": gettext_lazy("Choose one of the answers."),
    "lane": gettext_lazy("Choose: in the hall, or online."),
    "page": gettext_lazy("There is no such page."),
}


@dataclass(frozen=True)
class Order:
    """A body that turned out to be a command."""

    op_id: str
    command: Command
    run: Run
    activity: Activity | None
    arguments: dict
    seen: Seen | None
    round: int | None = None

    @property
    def target(self) -> Run | Activity:
        return self.activity or self.run


def shape_of(body) -> tuple[Command, str, dict]:
    """Read a body as (command, op_id, arguments), or say in a Malformed what is wrong with it. Asks no database."""
    name, op_id = name_of(body), op_id_of(body)
    if not name:
        raise Malformed(_("We do not know this command."))
    command = COMMANDS[name]
    if not op_id:
        raise Malformed(OUT_OF_DATE)
    given = {key: value for key, value in body.items() if key not in ("do", "op_id")}
    wanted = _wanted(command)
    for key in [*given, *wanted]:
        if key not in wanted and key not in command.allows:
            raise Malformed(OUT_OF_DATE)
        if key not in given or not (wanted | command.allows)[key](given[key]):
            raise Malformed(ASKED.get(key, OUT_OF_DATE), key if key in ASKED else "")
    return command, op_id, given


def parse(run_id, body) -> Order:
    """Read a body as a command for this run, or say in a Malformed what is wrong with it."""
    command, op_id, given = shape_of(body)
    run = Run.objects.select_related("session__project__municipality").filter(pk=run_id).first()
    if run is None:
        raise Malformed(NO_SESSION)
    seen, activity = _seen(given.pop("seen", None)), _activity(run, given)
    round_ = given.pop("round", None)
    return Order(op_id, command, run, activity, _arguments(command, activity, given), seen, round_)


def name_of(body) -> str:
    """Give the name of the command; blank when there is none of that name."""
    name = body.get("do") if type(body) is dict else None
    return name if type(name) is str and name in COMMANDS else ""


def op_id_of(body) -> str:
    """Give the op_id as canonical text; blank when there is none."""
    value = body.get("op_id") if type(body) is dict else None
    try:
        return str(uuid.UUID(value)) if type(value) is str else ""
    except ValueError:
        return ""


def _wanted(command: Command) -> dict:
    wanted = dict(command.needs)
    if command.about == "activity":
        wanted["activity"] = an_id
    if command.staff:
        wanted["seen"] = what_was_seen
    return wanted


def _activity(run, given) -> Activity | None:
    """Find the activity in this run; one of another session is as unknown as one that does not exist."""
    if "activity" not in given:
        return None
    activities = run.activities.select_related("decision_point__phase__project")
    activity = activities.filter(pk=given.pop("activity")).first()
    if activity is None:
        raise Malformed(NO_POLL)
    activity.run = run
    return activity


def _arguments(command, activity, given) -> dict:
    """Check numbers against the poll they are about, and hand them over as the operation takes them."""
    if "choices" in command.allows:
        given["choices"] = _choices(activity, given)
    if "hands" in given and len(given["hands"]) != len(activity.answers):
        raise Malformed(ASKED["hands"], "hands")
    if "hands" in given and (activity.max_choices > 1) != ("voters" in given):
        raise Malformed(ASKED["voters"], "voters")
    if "due" in given:
        given["due"] = date.fromisoformat(given["due"])
    if "remark" in given:
        given["reason"] = given.pop("remark")
    return given


def choices_in(given) -> list[int] | None:
    """Give what was chosen, said in one of two ways; None when in neither or in both."""
    if ("choice" in given) == ("choices" in given):
        return None
    return given["choices"] if "choices" in given else [given.pop("choice")]


def _choices(activity, given) -> list[int]:
    choices = choices_in(given)
    if choices is None:
        raise Malformed(ASKED["choice"], "choice")
    try:
        check_choices(activity, choices)
    except Refused as refusal:
        raise Malformed(str(refusal), refusal.field) from None
    return sorted(choices)


def _seen(value) -> Seen | None:
    if value is None:
        return None
    return Seen(seq=value) if type(value) is int else Seen(state=value)
