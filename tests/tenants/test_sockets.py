"""Does any socket of one municipality reach an evening of another, or change something there?"""

import pytest

from deliberation.live.joining.access import READS, projector_key
from deliberation.live.models import Activity
from deliberation.projects.models import Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
    give_role,
)
from tests.cms.site import a_site
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live

from .conftest import OURS_HOST, THEIRS_HOST

pytestmark = pytest.mark.django_db(transaction=True)
FOR_THE_WHOLE = (Role.ADMINISTRATOR, Role.OFFICER, Role.COUNCIL)
FOR_A_PROJECT = (Role.FACILITATOR, Role.CO_FACILITATOR, Role.NOTE_TAKER, Role.OBSERVER)


@pytest.fixture
def evenings():
    """Give an evening with an open poll in each of two municipalities: ours, theirs."""
    points = [
        a_decision_point(a_phase(project=a_project(a_municipality(slug))))
        for slug in ("kompasdorp", "verderop")
    ]
    return [
        an_evening(point=a_decided_point(point=point), poll_open=True, commits=False)
        for point in points
    ]


def strangers(ours, theirs) -> dict[str, Browser]:
    """Let everybody of theirs stand before our evening."""
    project = theirs.run.project
    people = {role: a_user(role, municipality=project.municipality) for role in FOR_THE_WHOLE}
    people |= {role: a_user(role, project=project) for role in FOR_A_PROJECT}
    found = {role: Browser(ours, user) for role, user in people.items()}
    resident = Browser(theirs).join()
    resident.evening = ours
    return {**found, "resident": resident}


@live
async def test_a20_nobody_of_theirs_hears_an_evening_of_ours(evenings):
    ours, theirs = evenings
    for name, browser in (await in_thread(strangers, ours, theirs)).items():
        for audience in ("pub", "mod", "screen", "tbl:1"):
            connected, _code = await browser.socket(audience).connect(timeout=10)
            assert not connected, f"{name} hears {audience}"


@live
async def test_a20_a_socket_of_theirs_changes_nothing_of_ours(evenings):
    ours, theirs = evenings
    leader = await in_thread(Browser, theirs, theirs.facilitator)
    resident = await in_thread(lambda: Browser(theirs).join())
    about = {"activity": ours.activity.pk}
    attempts = [
        (leader, "mod", "close_activity", {**about, "seen": "open"}),
        (leader, "mod", "pause_activity", {**about, "seen": "open"}),
        (resident, "pub", "cast_ballot", {**about, "choice": 0}),
    ]
    for browser, audience, do, arguments in attempts:
        socket = browser.socket(audience)
        await socket.open()
        answer = await socket.submit(browser.body(do, **arguments))
        assert answer["status"] == "refused", do
        await socket.disconnect()
    assert (await in_thread(Activity.objects.get, pk=ours.activity.pk)).state == "open"
    assert not await in_thread(stored_votes)
    own = resident.socket()
    await own.open()
    choice = {"activity": theirs.activity.pk, "choice": 0}
    answer = await own.submit(resident.body("cast_ballot", **choice))
    assert answer["status"] == "applied", "the way in works where it should"
    await own.disconnect()


def who_work_in_both(ours, theirs) -> dict[str, tuple[Browser, dict]]:
    """Give who may hear each audience of our evening on its own host, so that only the host can say no."""
    a_site(ours.run.municipality, OURS_HOST)
    a_site(theirs.run.municipality, THEIRS_HOST)
    manager = a_user(Role.ADMINISTRATOR, municipality=ours.run.municipality)
    for municipality in (ours.run.municipality, theirs.run.municipality):
        give_role(manager, Role.FACILITATOR, municipality=municipality)
    key = projector_key(ours.run, manager)
    found = {audience: (Browser(ours, manager), {"audience": audience}) for audience in READS}
    found["link"] = (Browser(ours), {"audience": "screen", "key": key})
    found["resident"] = (Browser(ours).join(), {"audience": "pub"})
    return found


@live
async def test_an_evening_is_heard_on_the_host_of_its_municipality_only(evenings):
    people = await in_thread(who_work_in_both, *evenings)
    assert len(people) > len(READS) > 2
    for name, (browser, asked) in people.items():
        for host, may in {OURS_HOST: True, THEIRS_HOST: False, "nobody.example": False}.items():
            socket = browser.socket(host=host, **asked)
            connected, _code = await socket.connect(timeout=10)
            assert connected == may, f"{name} at {host}"
            await socket.disconnect()
