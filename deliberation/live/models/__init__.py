"""Models of a live session: the evening, its log, who attends, the ballots and what was counted."""

from .activities import Activity, Round
from .attendance import Attendance, Ban, Card, Silence
from .ballots import Ballot, Op, SealedBallot, Spent
from .counts import HallCount, Headcount
from .evening import Item, JoinCode, Lane, LiveSession, Run
from .log import Event, EventNote

__all__ = [
    "Activity",
    "Attendance",
    "Ballot",
    "Ban",
    "Card",
    "Event",
    "EventNote",
    "HallCount",
    "Headcount",
    "Item",
    "JoinCode",
    "Lane",
    "LiveSession",
    "Op",
    "Round",
    "Run",
    "SealedBallot",
    "Silence",
    "Spent",
]
