"""Operations on contributions, from giving to answering: every change, for pages, desk and demo alike."""

from .answering import answer_contribution, change_promise, park_contribution
from .flood import discard_contributions, take_over_contributions
from .giving import give_contribution
from .moderating import (
    hide_contribution,
    merge_contribution,
    publish_contribution,
    reject_contribution,
    show_contribution,
)
from .supporting import support_contribution, take_back_support

__all__ = [
    "answer_contribution",
    "change_promise",
    "discard_contributions",
    "give_contribution",
    "hide_contribution",
    "merge_contribution",
    "park_contribution",
    "publish_contribution",
    "reject_contribution",
    "show_contribution",
    "support_contribution",
    "take_back_support",
    "take_over_contributions",
]
