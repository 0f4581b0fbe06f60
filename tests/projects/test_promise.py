"""What do residents read about a level: its promise, and why it was chosen?"""

import pytest

from deliberation.projects.queries import promise_for
from tests.builders import a_decided_point, a_decision_point, an_assessed_point, reasons_for

pytestmark = pytest.mark.django_db


def test_residents_read_every_rule_that_led_to_the_level():
    promise = promise_for(a_decided_point("consult"), "nl")
    rules = [rule for rule in promise.advice["reasons"] if rule["effect"] not in ("flag", "mode")]
    assert [reason.because for reason in promise.reasons] == [rule["because"] for rule in rules]
    assert len(rules) >= 1
    assert all(reason.reference for reason in promise.reasons)


def test_the_public_reason_of_a_gate_stands_with_its_rule():
    promise = promise_for(a_decided_point("none"), "nl")
    written = [text for reason in promise.reasons for text in reason.added]
    assert written == list(reasons_for({"g_internal": True}).values())


def test_without_a_decision_there_is_no_promise():
    assert promise_for(a_decision_point(), "nl") is None
    assert promise_for(an_assessed_point(), "nl") is None
