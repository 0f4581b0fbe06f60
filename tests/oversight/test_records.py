"""Does the report find what stands out, and nothing else?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation.oversight.records import LOOKS, records_of
from deliberation.projects.deciding.frames import change_frames
from tests.builders import a_decided_point, a_decision_point, the_officer
from tests.oversight.world import (
    GAP,
    HASTE,
    a_deviation,
    a_draft,
    an_exclusion,
    copies,
    decide,
    one_of_each,
    weigh,
)

pytestmark = pytest.mark.django_db


def found(points) -> dict[str, set[str]]:
    """Tell for each thing to look for at which of these points it is found."""
    names = {point.pk: name for name, point in points.items()}
    records = records_of([next(iter(points.values())).project])
    return {
        look: {names[record.point.pk] for record in records if holds(record)}
        for look, (_label, holds) in LOOKS.items()
    }


def test_each_kind_is_found_where_it_is():
    assert found(one_of_each()) == {
        "deviations": {"deviation"},
        "exclusions": {"exclusion"},
        "waiting": {"gap", "clash"},
        "provisional": {"draft"},
        "changed": set(),
        "unchosen": {"gap", "clash", "draft", "named"},
    }


def test_a_record_tells_advice_choice_and_reason():
    [record] = records_of([a_deviation().project])
    assert (record.fits.key, record.chosen.key) == ("consult", "inform")
    assert record.decision.motivation == HASTE
    assert record.day == timezone.localdate()
    assert record.framework.key == "nl"


def test_an_exclusion_ground_brings_its_public_reason():
    point = an_exclusion(reason="De opvang gaat maandag open.")
    [record] = records_of([point.project])
    [(rule, reasons)] = record.grounds
    assert (rule.id, reasons) == ("settle_crisis", ["De opvang gaat maandag open."])


def test_a_gap_waits_until_somebody_chooses():
    point = a_decision_point()
    weigh(point, GAP)
    [record] = records_of([point.project])
    assert (record.waits_for, record.now.key) == (("gap",), "consult")
    decide(point, "consult", motivation="Te weinig tijd.", decider="Wethouder De Groot")
    [record] = records_of([point.project])
    assert record.waits_for == ()


def test_a_clash_waits_until_somebody_settles_it():
    points = one_of_each()
    clash = points["clash"]
    [record] = [one for one in records_of([clash.project]) if one.point == clash]
    assert record.waits_for == ("C1",)
    decide(clash, "consult", conflict_decider="Het college", conflict_reason="De wet gaat voor.")
    assert found(points)["waiting"] == {"gap"}


def test_a_changed_frame_is_found():
    point = a_decided_point()
    change_frames(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        reason="De provincie wil eerder een besluit.",
        now=timezone.now(),
        decides_on=point.decides_on + timedelta(days=5),
    )
    assert [record.changed for record in records_of([point.project])] == [True]


def test_earlier_choices_come_when_they_are_asked_for():
    point = a_deviation()
    decide(point, "consult", change_reason="Er is toch tijd.")
    assert [one.chosen.key for one in records_of([point.project])] == ["consult"]
    told = [(one.chosen.key, one.latest) for one in records_of([point.project], earlier=True)]
    assert sorted(told) == [("consult", True), ("inform", False)]


def test_a_new_advice_stands_beside_the_choice_on_the_old_one():
    point = a_decided_point("consult")
    weigh(point, {**GAP, "time": 3})
    records = records_of([point.project])
    assert {(one.fits.key, one.decision is None) for one in records} == {
        ("consult", False),
        ("co_create", True),
    }
    assert not any(LOOKS["unchosen"][1](one) for one in records)


def test_a_draft_tells_what_may_still_fit():
    point = a_draft()
    [record] = records_of([point.project])
    assert record.provisional and record.fits is None
    assert record.answered[0] >= 2
    assert "none" not in {level.key for level in record.possible} or len(record.possible) > 1


@pytest.mark.parametrize("more", [2, 299])
def test_the_number_of_queries_is_constant(more):
    point = one_of_each()["deviation"]

    def asked():
        with CaptureQueriesContext(connection) as caught:
            records = records_of([point.project])
        return len(caught), len(records)

    few, before = asked()
    copies(point, more)
    assert asked() == (few, before + more)
