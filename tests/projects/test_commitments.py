"""Does the clock tell what is owed, kept, late and broken?"""

from collections import Counter
from datetime import date, timedelta
from operator import attrgetter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compass.refusal import Refused
from deliberation.participation.models import Contribution, Disposition
from deliberation.projects.commitments import (
    EVERYTHING,
    Asked,
    Commitment,
    Owed,
    Standing,
    commitments,
    commitments_kept_and_open,
    open_commitments,
    standings,
)
from deliberation.projects.working_days import (
    add_working_days,
    is_working_day,
    last_working_day_before,
    working_days_between,
)
from deliberation.questions.models import Question
from deliberation.registry import plugin, plugins
from tests.builders import a_decision_point, a_phase, a_project, a_user
from tests.questions.builders import a_desk, browser_of

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kept_on", "day", "standing"),
    [
        (None, MONDAY, Standing.OPEN),
        (None, MONDAY + timedelta(1), Standing.BROKEN),
        (MONDAY, MONDAY + timedelta(9), Standing.KEPT),
        (MONDAY + timedelta(1), MONDAY + timedelta(9), Standing.KEPT_LATE),
    ],
)
def test_each_promise_stands_in_one_way(kept_on, day, standing):
    assert Commitment(1, "answer", "", MONDAY, kept_on, "", "").standing(day) == standing


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 12, 25), date(2026, 11, 22), date(2025, 4, 26), date(2027, 3, 29),
    ],
)  # fmt: skip
def test_holidays_and_weekends_are_no_working_days(day):
    assert not is_working_day(day)


def test_working_days_are_counted_over_holidays():
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert add_working_days(MONDAY, 10) == date(2026, 12, 7)
    assert last_working_day_before(date(2026, 12, 28)) == date(2026, 12, 24)
    assert working_days_between(MONDAY, date(2026, 12, 7)) == 10
    assert working_days_between(MONDAY, MONDAY) == 0
    assert is_working_day(date(2025, 4, 28)), "King's Day moves to Saturday when it is a Sunday"


@pytest.fixture
def desk():
    return a_desk()


def kept(desk):
    found = commitments_kept_and_open(desk.project, desk.now, of=plugin("questions"))
    return found.kept, found.kept_late, found.open, found.broken


@pytest.mark.django_db
def test_a_question_is_open_then_kept_late_or_broken(desk):
    first, second, third = desk.published(), desk.published(), desk.published()
    assert kept(desk) == (0, 0, 3, 0)
    desk.answered(first)
    assert kept(desk) == (1, 0, 2, 0)
    desk.pass_time(days=30)
    assert kept(desk) == (1, 0, 0, 2)
    desk.answered(second)
    assert kept(desk) == (1, 1, 0, 1)
    late = [one for one in open_commitments([desk.project], desk.now) if one.kind == "answer"]
    assert [one.desk_href for one in late] == [f"/admin/participatie/vragen/{third.pk}/"]


@pytest.mark.django_db
def test_a_new_day_with_a_reason_moves_the_promise_but_not_one_that_was_missed(desk):
    in_time, missed = desk.published(), desk.published()
    day = in_time.due_on + timedelta(days=7)
    with pytest.raises(Refused):
        desk.do("change_promise", in_time, due_on=day, reason=" ")
    desk.do("change_promise", in_time, due_on=day, reason="De teller is ziek.")
    desk.pass_time(days=(missed.due_on - timezone.localdate()).days + 1)
    desk.do("change_promise", missed, due_on=day + timedelta(days=9), reason="Te druk.")
    assert kept(desk) == (0, 0, 1, 1)
    page = browser_of().get(f"/vragen/{desk.project.pk}/").content.decode()
    assert "De teller is ziek." in page and "Te druk." in page
    desk.answered(missed)
    assert kept(desk) == (0, 1, 1, 0)


@pytest.mark.django_db
def test_a_day_is_never_after_a_decision_that_comes_nor_in_the_past(desk):
    question = desk.published()
    for day in (desk.point.decides_on, timezone.localdate(), date(2000, 1, 1), date(2999, 1, 1)):
        with pytest.raises(Refused):
            desk.do("change_promise", question, due_on=day, reason="Daarom.")
        with pytest.raises(Refused):
            desk.do("park_question", question, owner="Team", until=day, reason="Daarom.")


@pytest.mark.django_db
def test_parking_promises_another_day_and_shows_who(desk):
    question = desk.ask()
    day = question.due_on + timedelta(days=5)
    desk.do("park_question", question, owner="Team Wegen", until=day, reason="Eerst meten.")
    page = browser_of().get(f"/vragen/{desk.project.pk}/{question.pk}/").content.decode()
    assert "Team Wegen" in page and "Eerst meten." in page
    assert question.due_on == day


@pytest.mark.django_db
def test_still_looking_is_a_promise_of_its_own(desk):
    until = timezone.localdate() + timedelta(days=20)
    question = desk.answered(disposition="looking", look_until=until)
    assert kept(desk) == (1, 0, 1, 0)
    desk.pass_time(days=21)
    assert kept(desk) == (1, 0, 0, 1)
    desk.answered(question)
    assert kept(desk) == (1, 1, 0, 0)


@pytest.mark.django_db
def test_what_was_put_together_is_kept_with_the_answer_and_rejected_is_not_counted(desk):
    first, second = desk.published(), desk.ask()
    desk.do("merge_question", second, into=first)
    desk.do("reject_question", desk.ask(), rejection="unclear")
    assert kept(desk) == (0, 0, 2, 0)
    desk.answered(first)
    assert kept(desk) == (2, 0, 0, 0)


@pytest.mark.django_db
def test_what_is_listed_as_owed_is_what_is_counted(desk):
    """In every state a question can come to, with every kind of answer, in time and too late."""
    state, today = Contribution.State, timezone.localdate()
    closed = (state.MERGED, state.REJECTED, state.WITHDRAWN)
    for name in state.values:
        for outcome in (None, *Disposition.Outcome.values):
            if name == state.ANSWERED and not outcome:
                continue  # the database knows better
            question = desk.published()
            if outcome:
                look = {"look_until": today + timedelta(days=20)} if outcome == "looking" else {}
                desk.answered(question, disposition=outcome, **look)
            Question.objects.filter(pk=question.pk).update(
                state=name,
                merged_into=desk.published() if name == state.MERGED else None,
                closed_on=today if name in closed else None,
            )
    for days in (0, 15, 30):
        desk.pass_time(days=days)
        counts = standings([desk.project], desk.now)
        owed = Owed([desk.project], counts, desk.now)
        listed = owed[0:1000]
        assert len(owed) == len(listed) > 10
        assert [one.commitment for one in owed[0:5]] == [one.commitment for one in listed[:5]]
        day = timezone.localdate(desk.now)
        stand = Counter(one.commitment.standing(day) for one in listed)
        waiting = (Standing.OPEN, Standing.BROKEN)
        assert {name: counts[desk.project.pk, name] for name in waiting if name in stand} == stand
        is_owed = attrgetter("is_owed")
        for of in plugins():  # each app by itself: what one has too many another may lack
            known = of.commitments([desk.project], desk.now, EVERYTHING)
            still = of.commitments([desk.project], desk.now, Asked(only_open=True))
            assert Counter(filter(is_owed, still)) == Counter(filter(is_owed, known))


@pytest.mark.django_db
def test_nobody_is_owed_another_look_at_what_was_withdrawn(desk):
    until = timezone.localdate() + timedelta(days=20)
    question = desk.answered(disposition="looking", look_until=until)
    Question.objects.filter(pk=question.pk).update(state=Contribution.State.WITHDRAWN)
    assert not [one for one in open_commitments([desk.project], desk.now) if one.kind == "looking"]


@pytest.mark.django_db
def test_who_may_see_promises_does_not_read_what_nobody_approved(desk):
    desk.ask(text="Zeldzaamwoord")
    council = a_user("council", municipality=desk.project.municipality)
    page = browser_of(user=council).get("/admin/participatie/beloften/")
    assert page.status_code == 200
    assert "Zeldzaamwoord" not in page.content.decode()
    assert "/admin/participatie/vragen/" in page.content.decode()


@pytest.mark.django_db
def test_more_projects_and_questions_cost_no_more_queries(desk):
    def cost(projects):
        with CaptureQueriesContext(connection) as asked:
            commitments(projects, desk.now)
        return len(asked)

    desk.published()
    cost([desk.project])
    few = cost([desk.project])
    other = a_desk(point=a_decision_point(a_phase(project=a_project(desk.project.municipality))))
    for _ in range(3):
        desk.answered()
        other.published()
    assert cost([desk.project, other.project]) == few
