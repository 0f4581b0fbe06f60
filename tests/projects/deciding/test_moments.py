"""Does everybody read from one source when college and council speak about a decision point?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.documents.document_data import gather
from deliberation.people.models import AuditEntry
from deliberation.projects.agenda import events
from deliberation.projects.deciding.moments import cancel_moment, move_moment, plan_moment
from deliberation.projects.deciding.queries import moments_of
from deliberation.projects.models import Moment
from tests.builders import a_decided_point, a_decision_point, a_user, the_officer

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def plan(point, days=10, **fields):
    about = {"body": "college", "on": TODAY() + timedelta(days=days), "what": "Kiest een schets."}
    about |= {"actor": the_officer(point.project.municipality), "now": timezone.now(), **fields}
    return plan_moment(decision_point=point, **about)


def test_screens_documents_and_calendar_read_the_same():
    point = a_decided_point("consult")
    plan(point, 30, body="raad", what="Stelt het ontwerp vast.")
    plan(point, 10)
    told = [(str(one.get_body_display()), one.what) for one in moments_of([point])[point.pk]]
    assert told == [
        ("het college", "Kiest een schets."),
        ("de gemeenteraad", "Stelt het ontwerp vast."),
    ]
    written = gather(point, "nl", timezone.now()).moments
    assert [(one.body.lower(), one.what) for one in written] == told
    calendar = [one for one in events([point.project], timezone.now()) if "moment" in one.uid]
    assert [one.starts for one in calendar] == [one.on for one in moments_of([point])[point.pk]]


def test_planning_twice_is_planning_once():
    point = a_decision_point()
    assert plan(point) == plan(point)
    assert AuditEntry.objects.filter(action="plan_moment").count() == 1
    again = plan(point, english={"what": "Chooses a sketch."})
    assert again.english == {"what": {"Kiest een schets.": "Chooses a sketch."}}
    assert plan(point).english == again.english, "what was typed once is not lost by a retry"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"days": -1}, "on"),
        ({"what": "  "}, "what"),
        ({"what": "x" * 161}, "what"),
        ({"body": "wethouder"}, "body"),
    ],
)
def test_what_makes_no_moment_is_refused(fields, field):
    with pytest.raises(Refused) as refusal:
        plan(a_decision_point(), **fields)
    assert refusal.value.field == field
    assert not Moment.objects.exists()


def test_a_moment_moves_and_goes_with_a_trace():
    moment = plan(a_decision_point())
    officer = the_officer(moment.project.municipality)
    later = TODAY() + timedelta(days=20)
    about = {"actor": officer, "now": timezone.now()}
    move_moment(moment=moment, body="committee", on=later, what="Bespreekt de schets.", **about)
    assert (Moment.objects.get().on, Moment.objects.get().body) == (later, "committee")
    cancel_moment(moment=moment, **about)
    assert not Moment.objects.exists()
    rows = AuditEntry.objects.filter(object_label="projects.Moment").values_list(
        "action", flat=True
    )
    assert list(rows) == ["plan_moment", "move_moment", "cancel_moment"]


def test_a_moment_that_passed_stays():
    moment = plan(a_decision_point())
    later = timezone.now() + timedelta(days=30)
    officer = the_officer(moment.project.municipality)
    new = {"body": "college", "on": TODAY() + timedelta(days=40), "what": "Toch later."}
    for attempt in (
        lambda: move_moment(actor=officer, moment=moment, now=later, **new),
        lambda: cancel_moment(actor=officer, moment=moment, now=later),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "state"
    assert Moment.objects.get().what == "Kiest een schets."


def test_two_officers_remove_it_and_the_second_is_told():
    moment = plan(a_decision_point())
    about = {"actor": the_officer(moment.project.municipality), "now": timezone.now()}
    cancel_moment(moment=Moment.objects.get(), **about)
    with pytest.raises(Refused) as refusal:
        cancel_moment(moment=moment, **about)
    assert refusal.value.code == "state"


@pytest.mark.parametrize("role", ["facilitator", "council", None])
def test_others_may_not(role):
    point = a_decision_point()
    project = None if role in (None, "council") else point.project
    somebody = a_user(role, project=project, municipality=point.project.municipality)
    with pytest.raises(Refused) as refusal:
        plan(point, actor=somebody)
    assert refusal.value.code == "forbidden"
