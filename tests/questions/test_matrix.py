"""Does the promise hold for everybody? Role x level x phase x what they want to do, against a written table.

The table below is written out by hand; it reads nothing of `rules.py` or `tools.py`.
"""

import uuid
from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction
from django.utils import timezone

from compass.refusal import Refused
from deliberation.participation import operations
from deliberation.people.operations import create_participant
from deliberation.people.permissions import may
from deliberation.projects import operations as projects
from deliberation.projects.models import Phase
from deliberation.questions.models import Question
from deliberation.questions.operations import set_answer_term
from deliberation.registry import plugin
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_project,
    a_user,
    an_installer,
    the_officer,
)

from .builders import Desk

pytestmark = pytest.mark.django_db

MODERATES = {
    "see_queue", "publish_question", "reject_question", "merge_question", "hide_question",
    "show_question", "take_over_questions", "discard_questions",
}  # fmt: skip
ANSWERS = {"answer_question", "park_question", "change_promise", "set_answer_term"}
ASKS = {"ask_question"}
EVERYTHING = MODERATES | ANSWERS | ASKS
ROLES = {
    "administrator": MODERATES | ANSWERS,
    "officer": MODERATES | ANSWERS,
    "facilitator": MODERATES,
    "co_facilitator": MODERATES,
    "note_taker": set(),
    "observer": set(),
    "council": set(),
    "officer elsewhere": set(),
    "installer without role": set(),
    "staff without role": set(),
    "resident": ASKS,
    "nobody": set(),
}
LEVELS = {
    "nothing decided": False, "none": False, "inform": True, "consult": True, "co_create": True,
    "collaborate": True,
}  # fmt: skip
PHASES = {"prepare": True, "design": True, "execute": True, "evaluate": True, "gap": False}


def allowed(role, name, level, phase) -> bool:
    """Say what the table expects: only asking hangs on level and phase; what was asked is still owed."""
    gate = LEVELS[level] and PHASES[phase] if name in ASKS else True
    return gate and name in ROLES[role]


def somebody(role, project):
    if role == "nobody":
        return None
    if role == "resident":
        return create_participant()
    if role == "installer without role":
        return an_installer()
    if role == "staff without role":
        return a_user()
    if role == "officer elsewhere":
        return a_user("officer", project=a_project(project.municipality))
    whole = role in ("administrator", "council")
    return a_user(role, project=None if whole else project, municipality=project.municipality)


def surroundings(level):
    """Ask while all is open; then the level became what it is."""
    point = a_decided_point("consult", a_decision_point(a_phase("design", a_project())))
    desk = Desk(point.project, point, the_officer(point.project.municipality))
    questions = {"waiting": desk.ask(), "other": desk.ask(), "open": desk.published()}
    a_phase("execute", point.project, starts_in=40, ends_in=50)
    if level == "nothing decided":
        point = a_decision_point(point.phase)
    elif level != "consult":
        projects.decide_level(
            actor=desk.officer, decision_point=point, level=level, motivation="Anders.",
            change_reason="De raad besloot anders.", now=timezone.now(),
        )  # fmt: skip
    return desk, point, questions


def move_to(phase, kind):
    today, day = timezone.localdate(), timedelta(days=1)
    end = today - day if kind == "gap" else today + 9 * day
    kind = {} if kind == "gap" else {"kind": kind}
    Phase.objects.filter(pk=phase.pk).update(starts_on=today - 9 * day, ends_on=end, **kind)


def attempt(name, actor, point, questions):
    """Do it by the operation, with all else in order."""
    now, waiting = timezone.now(), questions["waiting"]
    ours = {"instrument": plugin("questions")}
    day = waiting.due_on + timedelta(days=2)
    on_waiting = {"contribution": waiting, "seen": waiting.version}
    fields = {
        "ask_question": {**ours, "about": point, "kind": "question", "text": "Mag dit?", "op_id": uuid.uuid4()},
        "publish_question": on_waiting,
        "reject_question": {**on_waiting, "rejection": "unclear"},
        "merge_question": {**on_waiting, "into": questions["other"]},
        "hide_question": {"contribution": questions["open"]},
        "show_question": {"contribution": questions["open"], "seen": questions["open"].version},
        "answer_question": {
            **on_waiting, "text": "Ja.", "team": "Team", "disposition": "not", "reason": "Daarom.",
        },
        "park_question": {**on_waiting, "owner": "Team", "until": day, "reason": "Daarom."},
        "change_promise": {**on_waiting, "due_on": day, "reason": "Daarom."},
        "set_answer_term": {"decision_point": point, "working_days": 5},
        "take_over_questions": {**ours, "project": point.project, "contributions": [waiting]},
        "discard_questions": {**ours, "project": point.project, "contributions": [waiting]},
    }[name]  # fmt: skip
    operation(name)(actor=actor, now=now, **fields)


def operation(name):
    """Find the operation that a permission is for."""
    if name == "set_answer_term":
        return set_answer_term
    renamed = "give_contribution" if name in ASKS else name.replace("question", "contribution")
    return getattr(operations, renamed)


def about(name, point, questions):
    """What a permission is asked of."""
    if name in ("see_queue", "take_over_questions", "discard_questions"):
        return point.project
    return point if name in ("ask_question", "set_answer_term") else questions["waiting"]


def test_the_table_opens_and_closes_everything_somewhere():
    for name in EVERYTHING:
        every = {
            allowed(role, name, level, phase)
            for role, level, phase in product(ROLES, LEVELS, PHASES)
        }
        assert every == {True, False}, name


@pytest.mark.parametrize("level", LEVELS)
def test_everybody_by_permission_and_operation(level):
    desk, point, questions = surroundings(level)
    people = {role: somebody(role, desk.project) for role in ROLES}
    wrong = []
    for kind, role, name in product(PHASES, ROLES, sorted(EVERYTHING)):
        if (role, name) == (next(iter(ROLES)), min(EVERYTHING)):
            move_to(point.phase, kind)
            point = (
                type(point).objects.select_related("phase__project__municipality").get(pk=point.pk)
            )
        actor, expected = people[role], allowed(role, name, level, kind)
        if may(f"questions.{name}", actor, about(name, point, questions)) != expected:
            wrong.append((role, name, level, kind, "permission"))
        # Behind the operation stands the same table; a sample by phase keeps this quick.
        if name != "see_queue" and (name in ASKS or kind in ("design", "gap")):
            done = _done(name, actor, point, questions)
            if done != expected:
                wrong.append((role, name, level, kind, "operation", done))
    assert wrong == []


def _done(name, actor, point, questions) -> bool:
    before = _stands()
    with transaction.atomic():
        try:
            attempt(name, actor, point, questions)
            done = True
        except Refused as refused:
            assert refused.code == "forbidden", (name, str(refused))
            assert _stands() == before
            done = False
        transaction.set_rollback(True)
    return done


def _stands():
    return list(Question.objects.order_by("pk").values_list("pk", "state", "version"))
