"""Are all fifteen points of a start note there, in order, from what is known and with gaps named?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from deliberation.documents.anatomy import Missing, Table
from deliberation.documents.document_data import gather
from deliberation.documents.kinds import KINDS, gap_sentence, write
from deliberation.projects import operations
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_project,
    an_assessed_point,
    answers_for,
    the_officer,
)
from tests.documents.written import TOLD, material, note
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db

FIFTEEN = [
    "question", "decision", "fixed", "advice", "chosen level", "goal", "affected", "Methods",
    "promise", "Roles", "People and money", "Feedback", "Communication", "Success", "Agreed by",
]  # fmt: skip


def text_of(section) -> str:
    return "\n".join(str(block) for block in section.blocks)


def written(point, kind="startnotitie"):
    return write(kind, material(point))


@pytest.mark.parametrize("make", [a_decision_point, an_assessed_point, a_decided_point])
def test_the_fifteen_points_stand_in_order_however_far_somebody_is(make):
    document = written(make())
    assert [section.number for section in document.sections] == list(range(1, 16))
    for section, word in zip(document.sections, FIFTEEN, strict=True):
        assert word in section.heading
        assert section.blocks


def test_each_point_tells_what_is_known():
    point = a_decided_point("co_create")
    note(point)
    parts = [text_of(section) for section in written(point).sections]
    what = [
        point.question, "mayor and aldermen", "Het riool wordt vervangen.", "2026-", "co-creation",
        "De straat kiest mee.", "Mensen met nachtdienst", "Design evenings", "together with you",
        "Residents and the municipality", "120", "Everybody who took part", "raadsbrief",
        "De helft van de huizen", "Wethouder Ruimte",
    ]  # fmt: skip
    for part, expected in zip(parts, what, strict=True):
        assert expected in part
    assert "reference" not in parts[3]
    assert "→" in parts[3]  # what would change it, step by step


@pytest.mark.parametrize("name", sorted(set(TOLD) - {"initiator", "agreed_by"}))
def test_what_is_left_open_is_one_more_gap(name):
    point = a_decided_point("co_create")
    note(point)
    full = len(written(point).missing)
    note(point, **{name: type(TOLD[name])()})
    after = len(written(point).missing)
    # Without methods the hours and the weeks are unknown too; without messages the table is empty;
    # the assessment already said that nobody is hard to reach.
    more = {"methods": 3, "messages": 0, "hard_to_reach": 0}.get(name, 1)
    assert after - full == more
    with override("en"):
        assert str(after) in gap_sentence(written(point)) or after == 1


def test_groups_that_are_hard_to_reach_have_to_be_named():
    uneven = {**answers_for("co_create"), "uneven": 1}
    point = an_assessed_point("co_create", answers=uneven)
    note(point, hard_to_reach=[])
    assert "Who is hard to reach" in {gap.what for gap in written(point).missing}


def test_nobody_chose_a_level_yet_and_that_is_said():
    gaps = {gap.what for gap in written(an_assessed_point()).missing}
    assert {"Chosen level", "Promise to residents"} <= gaps
    assert "Advice of the compass" not in gaps


def test_a_deviation_is_told_with_its_reason():
    point = an_assessed_point("consult")
    operations.decide_level(
        actor=the_officer(point.project.municipality), decision_point=point, level="co_create",
        motivation="De buurt vroeg er zelf om.", now=timezone.now(),
    )  # fmt: skip
    for kind, place in (("startnotitie", 4), ("participatieparagraaf", 0), ("motivering", 3)):
        assert "De buurt vroeg er zelf om." in text_of(written(point, kind).sections[place])


def test_methods_say_what_they_take_and_are_not_enough_for():
    point = a_decided_point("co_create")
    note(point)
    (table,) = [one for one in written(point).sections[7].blocks if isinstance(one, Table)][:1]
    assert "Not enough alone" in table.header
    rows = {row[0]: row for row in table.rows}
    chosen = {name for name, row in rows.items() if row[1] == "yes"}
    assert len(chosen) == 2
    assert all(row[3].isdigit() and row[4].isdigit() and row[5] for row in rows.values())


def test_the_notice_says_who_what_when_which_roles_and_where():
    point = a_decided_point("consult")
    note(point)
    document = written(point, "kennisgeving")
    who, what, when, roles, where = (text_of(section) for section in document.sections)
    assert "Bewoners" in who and point.question in what
    assert str(point.decides_on.year) in when
    assert "competent authority is" in roles and "is the initiator" in roles
    assert point.project.contact in where


def test_the_paragraph_is_at_most_half_a_page():
    point = a_decided_point("co_create")
    note(point)
    words = " ".join(
        text_of(section) for section in written(point, "participatieparagraaf").sections
    )
    assert len(words.split()) < 250


def test_the_final_report_holds_what_was_decided_and_asks_what_only_people_know():
    point = a_decided_point("consult")
    note(point)
    record_outcome(
        actor=the_officer(point.project.municipality), decision_point=point, result="changed",
        decided_on=timezone.localdate(), outcome="Er komen twintig bomen.",
        what_we_did="De speeltuin kon niet.", now=timezone.now(),
    )  # fmt: skip
    document = written(point, "eindverslag")
    decided = text_of(document.sections[4])
    assert "Er komen twintig bomen." in decided and "De speeltuin kon niet." in decided
    asked = [one.what for one in document.sections[6].blocks if isinstance(one, Missing)]
    assert any("De helft van de huizen" in one for one in asked)
    assert any("Who took part" in one for one in asked)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_gathering_costs_the_same_however_large_the_project(kind, django_assert_num_queries):
    point = a_decided_point("consult", point=a_decision_point(a_phase(project=a_project())))
    note(point)

    def cost():
        fresh = type(point).objects.select_related("phase__project__municipality").get(pk=point.pk)
        with CaptureQueriesContext(connection) as caught:
            write(kind, gather(fresh, "en", timezone.now()))
        return len(caught)

    before = cost()
    for number in range(1, 4):
        phase = a_phase(
            "execute", project=point.project, starts_in=100 * number, ends_in=100 * number + 50
        )
        for _again in range(3):
            a_decision_point(phase)
    an_evening(point=point)
    an_evening(point=point)
    assert cost() <= before + 4  # what an evening costs once
    few = cost()
    an_evening(point=point)
    a_phase("execute", project=point.project, starts_in=900, ends_in=950)
    assert cost() == few
    assert few < 45


def test_days_ahead_are_counted_back_from_the_decision():
    point = a_decided_point("co_create")
    note(point)
    found = material(point)
    assert found.starts_before == point.decides_on - timedelta(weeks=12)
