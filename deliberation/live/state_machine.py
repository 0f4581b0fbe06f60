"""The state machine of a session: its legal steps, and what its log adds up to. Pure: no Django, clock or chance."""

from dataclasses import dataclass
from datetime import timedelta

from compass.refusal import Refused

REOPEN_WITHIN = timedelta(minutes=30)  # live.md section 1: after that the report is being made


class Sentence:
    """A sentence with its numbers, put into the reader's language when it is shown.

    `translate` gives the source text itself until the app sets Django's gettext: this module
    knows no Django.
    """

    translate = staticmethod(str)

    def __init__(self, source: str, **numbers):
        self.source = source
        self.numbers = numbers

    def __str__(self) -> str:
        return self.translate(self.source) % self.numbers


def _(source: str) -> str:
    """Mark a sentence for translation."""
    return source


VOTE_OF_ANOTHER_ROUND = _(
    "This poll was opened again. Your vote was for another round and does not count. Vote again."
)
OF_ANOTHER_ROUND = _(
    "This poll was opened again. What you sent was for another round. Look at the screen again."
)
WRONG_STEP = _("This cannot be done now. Look at the screen again: something changed.")

# step -> (from these states, to this state)
RUN_STEPS = {
    "ready_run": ({"draft"}, "ready"),
    "open_lobby": ({"ready"}, "lobby"),
    "close_lobby": ({"lobby"}, "ready"),
    "start_run": ({"lobby"}, "open"),
    "pause_run": ({"open"}, "paused"),
    "resume_run": ({"paused"}, "open"),
    "close_run": ({"open", "paused"}, "closed"),
    "reopen_run": ({"closed"}, "open"),
    "archive_run": ({"closed"}, "archived"),
    "cancel_run": ({"draft", "ready"}, "cancelled"),
}
ACTIVITY_STEPS = {
    "ready_activity": ({"draft"}, "ready"),
    "open_activity": ({"ready"}, "open"),
    "pause_activity": ({"open"}, "paused"),
    "resume_activity": ({"paused"}, "open"),
    "close_activity": ({"open", "paused"}, "closing"),
    "count_hands": ({"closing"}, "tallying"),
    "finish_activity": ({"closing", "tallying"}, "closed"),
    "reopen_activity": ({"closed"}, "open"),
    "vote_again": ({"voided"}, "open"),  # only after a lost secret
    "archive_activity": ({"closed"}, "archived"),
    "void_activity": (
        {"draft", "ready", "open", "paused", "closing", "tallying", "closed"},
        "voided",
    ),
}
# "" is: nobody counted yet. A third count is a new record; nothing is overwritten.
HALL_COUNT_STEPS = {
    "enter": ({"", "entered"}, "entered"),
    "count_alone": ({"", "entered"}, "confirmed"),
    "confirm": ({"entered"}, "confirmed"),
    "dispute": ({"entered"}, "disputed"),
    "correct": ({"confirmed", "disputed", "corrected"}, "corrected"),
    "contest": ({"confirmed", "disputed", "corrected"}, "disputed"),
}
REVEALS = ("hidden", "staff", "public")
# A second press of the same button is the same step, not a mistake: closing twice is one close.
DONE_ALREADY = {"close_activity": {"closing", "tallying", "closed"}, "close_run": {"closed"}}


def step(table: dict, name: str, state: str) -> str:
    """Give the state after a step; an illegal step is Refused. A repeated close gives the state itself."""
    allowed, after = table[name]
    if state in DONE_ALREADY.get(name, ()):
        return state
    if state not in allowed:
        raise Refused(Sentence(WRONG_STEP), code="state")
    return after


def reveal(now_shown: str, to: str) -> str:
    """Give the new reveal: only forward, from hidden to staff to public."""
    if REVEALS.index(to) <= REVEALS.index(now_shown):
        raise Refused(Sentence(_("This result is shown already.")), code="state")
    return to


def check_reopening_in_time(closed_at, now) -> None:
    """Refuse to reopen a run more than 30 minutes after it closed."""
    if now - closed_at > REOPEN_WITHIN:
        raise Refused(
            Sentence(_("This session closed more than 30 minutes ago. It stays closed.")),
            code="state",
        )


def check_count_in_time(settled_at, now) -> None:
    """Refuse to count again what was settled, when the session can't go on either."""
    if now - settled_at > REOPEN_WITHIN:
        raise Refused(
            Sentence(
                _(
                    "This was settled more than 30 minutes ago, so the count stays. Is it wrong? "
                    "Press “Declare this poll void” and say why."
                )
            ),
            code="state",
        )


def takes_ballots(run: str, activity: str, closes_at, now) -> bool:
    """Tell whether a ballot is still in time, by the clock of the server."""
    if run != "open":
        return False
    return activity == "open" or (activity == "closing" and now < closes_at)


@dataclass(frozen=True)
class Seen:
    """What a member of staff saw when pressing a button: the log's number, or the state's name."""

    seq: int | None = None
    state: str | None = None


def check_seen(seen: Seen, last_step: int, state: str) -> None:
    """Refuse what was pressed on an old screen: two consoles that press together make one step.

    `last_step` is the number of the last event that changed a state; counts in between don't matter.
    """
    stale = seen.seq < last_step if seen.seq is not None else seen.state != state
    if stale:
        raise Refused(
            Sentence(_("A colleague was just before you. Look at the screen again.")), code="state"
        )


def check_round(said: int, last: int, sentence: str) -> None:
    """Refuse what was sent about another round than the `last` (0: none yet), as by a phone that was away meanwhile."""
    if last and said != last:
        raise Refused(Sentence(sentence), code="state")


# Per part of the hall: how far its counting is, and the numbers that stand.
NEW_ACTIVITY = {
    "state": "draft",
    "reveal": "hidden",
    "round": 0,
    "hall_count": {},
    "hands": {},
    "paper": "",
}
EMPTY = {"run": "draft", "headcount": None, "activities": {}, "items": []}


def fold(state: dict, kind: str, data: dict) -> dict:
    """Give the state after one event. The law: state before + events == state read fresh.

    An event says what is so after it, so most need no knowledge of their kind.
    """
    after = {**state, "activities": dict(state["activities"]), "items": list(state["items"])}
    if "run_state" in data:
        after["run"] = data["run_state"]
    if "headcount" in data:
        after["headcount"] = data["headcount"]
    if "item" in data and kind == "item_added":
        after["items"].append(data["item"])
    if "items" in data:
        after["items"] = list(data["items"])
    for number in data.get("removed", []):
        del after["activities"][number]
    for number in data.get("readied", []):
        after["activities"][number] = {**after["activities"][number], "state": "ready"}
    if "activity" in data:
        before = after["activities"].get(data["activity"], NEW_ACTIVITY)
        changed = {key: _per_part(key, data[key]) for key in NEW_ACTIVITY if key in data}
        after["activities"][data["activity"]] = {**before, **changed}
    return after


def _per_part(key: str, value):
    """Read what an older log says of the hall as a whole as its one part: the hands."""
    if key not in ("hall_count", "hands") or isinstance(value, dict):
        return value
    return {"hands": value} if value else {}
