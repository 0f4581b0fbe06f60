"""A cached builder writes the same rows as one that works, and works again after anything else happened."""

import pytest
from django.apps import apps
from django.conf import settings as of_this_run
from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from deliberation.live.models import Ballot
from deliberation.people import permissions
from deliberation.people.models import Participant
from deliberation.people.queries import broken_audit_entries
from tests import builder_cache
from tests.builders import a_decided_point, a_decision_point, a_project, the_officer
from tests.cms.site import a_project_page
from tests.live.builders import an_evening

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(of_this_run.DATABASE_URL), reason="there every builder works"),
]
ENOUGH = 250  # queries of an evening whose builder works


@pytest.fixture(autouse=True)
def runtime_dir(settings, tmp_path):
    settings.RUNTIME_DIR = tmp_path / "run"


@pytest.fixture
def again(db, request):
    """Begin as the next test does: without what was written, and on an empty stage."""

    def take_back():
        transaction.savepoint_rollback(before)
        builder_cache.begin(request.node)

    builder_cache.Stage.scenes.clear()  # one of an earlier test may grow too old half-way
    before = transaction.savepoint()
    builder_cache.begin(request.node)  # the first test of a process opened the database meanwhile
    return take_back


def everything() -> dict:
    return {
        model._meta.label: list(models.QuerySet(model).order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed
    }


def a_scene():
    """Build in the ways that tests do: from nothing, on what was built, and by giving it on."""
    evening = an_evening(hall_mode="H2")
    page = a_project_page(evening.run.project)
    project = a_project(evening.run.project.municipality, "Een plein")
    point = a_decision_point(question="Waar komt de bank?")
    assert a_decided_point("inform", point) is point
    return evening, page, project, point


def work(function) -> int:
    """Count the queries of it."""
    with CaptureQueriesContext(connection) as asked:
        function()
    return len(asked)


def test_the_same_rows_are_written_again(again):
    first, rows = a_scene(), everything()
    again()
    assert everything() != rows
    second = a_scene()
    assert everything() == rows
    assert [one.pk for one in second[1:]] == [one.pk for one in first[1:]]
    assert second[0].run is not first[0].run
    assert broken_audit_entries() == []


def test_what_was_given_goes_on_as_if_it_was_built(again):
    a_scene(), again()
    evening, page, project, point = a_scene()
    evening.lead("open_activity")
    evening.votes("online", 5, 1)
    evening.close()
    assert Ballot.objects.count() == 6 and evening.activity.state == "closed"
    page.title = "Anders"
    page.save_revision().publish()
    assert a_decision_point(question="En nu?").phase.project.municipality == project.municipality
    assert point.level_decisions.get().level == "inform"


def test_a_second_evening_is_written_and_not_worked_out(again):
    a_scene(), again()
    assert 0 < work(an_evening) < ENOUGH


def a_write():
    Participant.objects.create()


def a_rollback():
    with transaction.atomic():
        an_evening()
        transaction.set_rollback(True)


def a_connection():
    connection_created.send(sender=type(connection), connection=connection)


@pytest.mark.parametrize("meanwhile", [a_write, a_rollback, a_connection])
def test_after_anything_else_a_builder_works(again, meanwhile):
    an_evening(), again()
    meanwhile()
    assert work(an_evening) > ENOUGH


def test_with_a_patch_a_builder_works(again, monkeypatch):
    an_evening(), again()
    monkeypatch.setattr(permissions, "may", permissions.may)
    assert work(an_evening) > ENOUGH


def test_with_a_setting_a_language_or_an_argument_of_its_own_a_builder_works(again, settings):
    an_evening(), again()
    assert work(lambda: an_evening(level="inform")) > ENOUGH
    again()
    with translation.override("en"):
        assert work(an_evening) > ENOUGH
    again()
    settings.LANGUAGE_CODE = "en"
    assert work(an_evening) > ENOUGH


def test_what_stands_for_a_while_is_built_anew(again, monkeypatch):
    an_evening(), again()
    for scene in builder_cache.Stage.scenes.values():
        scene.made -= builder_cache.FRESH
    assert work(an_evening) > ENOUGH


def test_a_row_that_is_given_counts_with_what_was_not_saved(again):
    point = a_decision_point()
    a_decided_point(point=point), again()
    point = a_decision_point()
    point.question = "Een andere?"
    officer = the_officer(point.project.municipality)
    assert work(lambda: a_decided_point(point=point)) > 20 and officer
    point.refresh_from_db()
    assert point.question != "Een andere?" or point.level_decisions.exists()
