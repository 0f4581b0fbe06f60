"""Is what one screen asks again and again looked up once, and anew for whoever changes something?"""

import pytest

from deliberation.people.read_once import read_once, reading_once
from deliberation.projects.models import RoleAssignment
from tests.builders import a_project, committed, the_officer
from tests.questions.builders import browser_of


@pytest.fixture
def look():
    asked = []

    @read_once
    def look(what):
        asked.append(what)
        return len(asked)

    look.asked = asked
    return look


def test_it_is_asked_once_in_a_block_and_in_the_blocks_within(look):
    with reading_once():
        assert (look("a"), look("b"), look("a")) == (1, 2, 1)
        with reading_once():
            assert look("a") == 1
        assert look("b") == 2
    assert look("a") == 3 and look("a") == 4, "outside it is asked each time"
    with reading_once():
        assert look("a") == 5, "nothing is left of an earlier block"


def test_a_question_that_failed_is_asked_again():
    tries = iter([ValueError, None])

    @read_once
    def breaks_once():
        if error := next(tries):
            raise error

    with reading_once():
        with pytest.raises(ValueError):
            breaks_once()
        assert breaks_once() is None


@pytest.mark.django_db
def test_a_role_that_ends_counts_no_more_for_the_next_screen(django_assert_max_num_queries):
    project = a_project()
    officer = the_officer(project.municipality)
    browser, path = browser_of(user=officer), f"/admin/participatie/projecten/{project.pk}/"
    browser.get(path)
    with django_assert_max_num_queries(45) as asked:
        assert browser.get(path).status_code == 200
    roles = [one["sql"] for one in asked if '"projects_roleassignment"."role"' in one["sql"][:50]]
    assert len(roles) == 1, "what somebody is was asked once"
    with committed():
        RoleAssignment.objects.filter(user=officer).delete()
    assert browser.get(path).status_code == 403
