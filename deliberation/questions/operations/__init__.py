"""Operations on questions, from asking to answer: every change, for pages, desk and demo alike."""

from .answering import answer_question, change_promise, park_question, set_answer_term
from .asking import ask_question
from .flood import discard_questions, take_over_questions
from .moderating import (
    hide_question,
    merge_question,
    publish_question,
    reject_question,
    show_question,
)

__all__ = [
    "answer_question",
    "ask_question",
    "change_promise",
    "discard_questions",
    "hide_question",
    "merge_question",
    "park_question",
    "publish_question",
    "reject_question",
    "set_answer_term",
    "show_question",
    "take_over_questions",
]
