"""Does any address of ours ask more of the database in a town that has more of everything?"""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.live import operations as live
from deliberation.live.models import Item, Run
from deliberation.people.operations import create_participant
from deliberation.projects import operations as projects
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import DecisionPoint, Role
from deliberation.projects.reporting.outcomes import record_outcome
from deliberation.projects.reporting.status import report_status
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_project,
    a_user,
    give_role,
    the_officer,
)
from tests.cms.site import a_news_page, a_project_page, a_result_page, a_standard_page
from tests.live.builders import a_card, a_session, an_evening
from tests.questions.builders import Desk
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import a_moment, world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
MOST_ASKED_AGAIN = 9  # of the same questions, with the same values; lower it when you can
SEARCHES = ("/zoeken/?q=straat", "/zoeken/?q=code", "/zoeken/?q=bomen&project=", "/admin/")


def test_no_address_asks_more_of_the_database_when_there_is_more(world):  # noqa: F811
    visitors, about, page = world
    town = the_town(about, page)
    one_more(town, 0)
    paths = [*own_paths(about), page.get_url(), page.get_parent().get_url(), *SEARCHES]
    before, rows = asked_everywhere(visitors, paths), tables()
    for number in (1, 2):
        one_more(town, number)
    grown = {name for name, count in (tables() - rows).items() if count > 1}
    after = asked_everywhere(visitors, paths)
    more = {path: found - before[path] for path, found in after.items()}
    # Where sites begin is looked up once a minute, by whichever comes then: so what asked more is asked once more.
    again = asked_everywhere(visitors, [path for path, found in more.items() if found.total() > 1])
    more |= {path: found - before[path] for path, found in again.items()}
    print(f"{len(after)} addresses, {len(grown)} tables grew")
    assert {path: told(found) for path, found in more.items() if found.total() > 1} == {}
    assert len(after) > 90 and len(grown) > 35


def asked_everywhere(visitors, paths) -> dict[str, Counter]:
    """Give by address the queries that it asks of somebody who was there before, by what they read."""
    found = {}
    visitors["nobody"].get("/")  # where the sites begin is looked up once after a page came
    for path in paths:
        client, _answer = first_that_opens(visitors, path)
        if client is not None:
            with transaction.atomic(), CaptureQueriesContext(connection) as asked:
                client.get(path)
                transaction.set_rollback(True)
            found[path] = Counter(one["sql"].partition("WHERE")[0] for one in asked)
            again = len(asked) - len({one["sql"] for one in asked})
            assert again <= MOST_ASKED_AGAIN, f"{path} asks {again} times what it knows"
    return found


def told(queries) -> list[str]:
    return [f"{count} x {sql[-160:]}" for sql, count in queries.most_common(3)]


def tables() -> Counter:
    return Counter({one._meta.label: models.QuerySet(one).count() for one in apps.get_models()})


def the_town(about, page):
    point = DecisionPoint.objects.get(pk=about["beslispunten"])
    return SimpleNamespace(
        page=page, phase=point.phase, project=point.project, run=Run.objects.get(pk=about["run_id"]),
        rehearsal=Item.objects.get(pk=about["item_id"]), today=timezone.localdate(),
        officer=the_officer(point.project.municipality),
        manager=a_user(Role.ADMINISTRATOR, municipality=point.project.municipality),
    )  # fmt: skip


def one_more(town, number):
    """Add one of everything: to a project, its decisions, its evening, its pages; and another such project."""
    fill_project(town, number)
    fill_evening(town, number)
    fill_project(another_project(town, number), number)
    invite_colleague(
        actor=town.manager, municipality=town.project.municipality, email=f"n{number}@example.org",
        role=Role.OBSERVER, now=timezone.now(),
    )  # fmt: skip


def fill_project(town, number):
    about, today = {"actor": town.officer, "now": timezone.now()}, town.today
    asked = a_decided_point(point=a_decision_point(town.phase, question=f"Straat {number}?"))
    a_moment(town.officer, asked)
    change_frames(decision_point=asked, reason="Er kwam wat bij.", open=["De bomen."], **about)
    desk = Desk(town.project, asked, town.officer)
    desk.answered(), desk.published(), desk.ask()
    done = a_decided_point("inform", a_decision_point(town.phase, question=f"Plein {number}?"))
    record_outcome(
        decision_point=done, decided_on=today, result="taken", outcome="Het wordt zo.", **about
    )
    a_decision_point(town.phase, question=f"Park {number}?")
    starts = today + timedelta(days=100 + 3 * number)
    projects.add_phase(
        project=town.project, kind="evaluate", title="Later", starts_on=starts, ends_on=starts, **about
    )  # fmt: skip
    well = {"risk": "low", "overall": "on_track", "planning": "on_track", "budget": "on_track"}
    report_status(project=town.project, reported_on=today, summary="Het loopt.", **well, **about)
    a_news_page(town.page, f"Nieuws {number}")
    a_result_page(town.page, f"Resultaat {number}")
    a_user(Role.NOTE_TAKER, project=town.project)
    town.asked = asked


def fill_evening(town, number):
    about = {"actor": town.officer, "now": timezone.now()}
    poll = {"decision_point": town.asked, "question": "En nu?", "options": ["Ja", "Nee"]}
    for run in (town.run, town.rehearsal.run):
        live.add_activity(
            item=live.add_item(run=run, title="Nog een deel", **about), **poll, **about
        )
        a_card(run, number + 5)
    live.add_activity(item=town.rehearsal, **poll, **about)
    live.create_run(session=a_session(town.project, town.officer), **about)
    live.join_run(actor=create_participant(), code=town.run.online_code, now=about["now"])


def another_project(town, number):
    project = a_project(town.project.municipality, f"Project {number}")
    phase = a_phase(project=project)
    an_evening(point=a_decided_point(point=a_decision_point(phase)))
    give_role(town.officer, Role.FACILITATOR, project=project)
    page = a_project_page(project)
    a_standard_page(page.get_parent(), f"Blad {number}")
    return SimpleNamespace(**{**vars(town), "project": project, "phase": phase, "page": page})
