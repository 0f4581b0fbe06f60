"""What if two people do the same at the same moment? (Only PostgreSQL really lets them.)"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from compass.refusal import Refused
from deliberation.projects import operations
from deliberation.projects.models import AssessmentDraft, Role, RoleAssignment
from tests.builders import a_decision_point, a_framework, a_municipality, a_user, the_officer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions) -> list[str]:
    """Do things at the same moment, each with a connection of its own; say how each ended."""
    ready = Barrier(len(actions))

    def do(action):
        ready.wait()
        try:
            action()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(actions)) as threads:
        return sorted(threads.map(do, actions))


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_begin_to_answer_at_once_make_one_draft(attempt):
    a_framework()
    point = a_decision_point()
    about = {"decision_point": point, "public_reasons": {}, "seen": None, "now": timezone.now()}
    actor = the_officer(point.project.municipality)

    def save(room):
        return lambda: operations.save_answers(actor=actor, answers={"room": room}, **about)

    assert at_once(save(1), save(2)) == ["done", "state"]
    assert AssessmentDraft.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_administrators_who_take_each_others_role_at_once_leave_one(attempt):
    municipality = a_municipality()
    one, other = (a_user("administrator", municipality=municipality) for _ in range(2))

    def withdraw(actor, user):
        held = RoleAssignment.objects.get(user=user)
        return lambda: operations.withdraw_role(actor=actor, assignment=held, now=timezone.now())

    ended = at_once(withdraw(one, other), withdraw(other, one))
    assert ended in (["done", "refused"], ["done", "forbidden"])
    assert RoleAssignment.objects.filter(role=Role.ADMINISTRATOR).count() == 1
