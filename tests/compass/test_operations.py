"""Is nothing published or adopted that isn't right, and does nothing change afterwards?"""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from compass.engine.advise import advise
from compass.models import Assessment, Framework
from compass.operations import publish_framework, record_assessment
from compass.queries import advice_in, framework_in_force, parsed, shipped_framework_source
from compass.refusal import Refused

from .engine.answer_sets import QUIET

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def source():
    return shipped_framework_source("nl")


@pytest.fixture
def framework(source):
    return publish_framework(source=source, actor_id="officer:7", now=NOW)


def adopt(framework, answers, **reasons):
    return record_assessment(framework=framework, answers=answers, public_reasons=reasons, now=NOW)


def refused(framework, answers, **reasons):
    """Adopt, expect a refusal, and see that nothing was stored."""
    with pytest.raises(Refused) as caught:
        adopt(framework, answers, **reasons)
    assert not Assessment.objects.exists()
    return caught.value


# Publishing


def test_publishing_keeps_the_text_and_its_hash(framework, source):
    assert (framework.key, framework.version) == ("nl", "2026-4")
    assert framework.source == source
    assert framework.source_hash == parsed(framework).source_hash
    assert framework.valid_from == date(2026, 1, 1)
    assert (framework.published_at, framework.published_by) == (NOW, "officer:7")


def test_publishing_the_same_text_twice_gives_the_first_one(framework, source):
    again = publish_framework(source=source, actor_id="officer:8", now=NOW + timedelta(days=1))
    assert again == framework and again.published_by == "officer:7"
    assert Framework.objects.count() == 1


def test_another_text_under_the_same_version_is_refused(framework, source):
    with pytest.raises(Refused) as caught:
        publish_framework(source=source.replace("need<=5", "need<=4"), actor_id="x", now=NOW)
    assert (caught.value.code, caught.value.field) == ("state", "source")
    assert Framework.objects.get().source == source


def test_a_file_with_mistakes_is_refused_and_all_of_them_are_named(source):
    wrong = source.replace('when = "room=0"', 'when = "room=9"').replace("rank = 2", "rank = 1")
    with pytest.raises(Refused) as caught:
        publish_framework(source=wrong, actor_id="x", now=NOW)
    assert caught.value.code == "malformed"
    assert "[rules]: when" in str(caught.value) and "[levels]: rank" in str(caught.value)
    assert not Framework.objects.exists()


def test_the_version_that_started_last_counts(framework, source):
    later = source.replace('version = "2026-4"', 'version = "2026-9"')
    later = later.replace("valid_from = 2026-01-01", "valid_from = 2026-06-01")
    summer = publish_framework(source=later, actor_id="x", now=NOW)
    assert framework_in_force("nl", date(2026, 5, 31)) == framework
    assert framework_in_force("nl", date(2026, 6, 1)) == summer
    with pytest.raises(Framework.DoesNotExist):
        framework_in_force("nl", date(2025, 12, 31))
    with pytest.raises(Framework.DoesNotExist):
        framework_in_force("elsewhere", date(2026, 6, 1))


def test_a_published_version_never_changes(framework):
    framework.source = "other"
    with pytest.raises(Refused):
        framework.save()
    with pytest.raises(Refused):
        framework.delete()
    with pytest.raises(Refused):
        Framework.objects.all().update(source="other")
    with pytest.raises(Refused):
        Framework.objects.all().delete()
    with pytest.raises(Refused):
        Framework.objects.bulk_update([framework], ["source"])
    assert Framework.objects.get().source != "other"


# Adopting


def test_adopting_keeps_answers_and_the_advice_they_give(framework):
    assessment = adopt(framework, QUIET)
    kept = Assessment.objects.get()
    assert kept == assessment and kept.answers == QUIET
    assert kept.advice == advise(parsed(framework), QUIET).as_dict()
    assert kept.advice["source_hash"] == framework.source_hash
    assert kept.created_at == NOW


def test_an_adopted_advice_replays_in_each_language(framework):
    assessment = adopt(framework, QUIET)
    assert advice_in(assessment, "nl") == assessment.advice
    assert advice_in(assessment, "en")["reasons"][0]["because"].startswith("People notice")


def test_an_adopted_assessment_never_changes(framework):
    assessment = adopt(framework, QUIET)
    assessment.advice = {}
    with pytest.raises(Refused):
        assessment.save()
    with pytest.raises(Refused):
        assessment.delete()
    assert Assessment.objects.get().advice["outcome"] == "consult"


def test_a_new_version_leaves_an_adopted_advice_alone(framework, source):
    before = adopt(framework, QUIET).advice
    changed = source.replace('version = "2026-4"', 'version = "2026-9"')
    changed = changed.replace('when = "need 6..12"', 'when = "need 9..12"')
    newer = publish_framework(source=changed.replace("need<=5", "need<=8"), actor_id="x", now=NOW)
    kept = Assessment.objects.get()
    assert as_bytes(kept.advice) == as_bytes(before) == as_bytes(advice_in(kept, "nl"))
    assert framework_in_force("nl", NOW.date()) == newer
    assert as_bytes(adopt(newer, QUIET).advice) != as_bytes(before), (
        "the new version says something else"
    )


def as_bytes(advice) -> bytes:
    """Write an advice down; a database may keep keys in an order of its own."""
    return json.dumps(advice, sort_keys=True, ensure_ascii=False).encode()


def test_unknown_answers_may_stay_unknown_once_they_change_nothing(framework):
    kept = adopt(
        framework, {"g_internal": True, "g_crisis": True}, g_internal="Kantoor", g_crisis="Brand"
    )
    assert kept.answers == {"g_crisis": True, "g_internal": True}
    assert kept.advice["outcome"] == "inform"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rom": 1}, "rom"),
        ({"room": 7}, "room"),
        ({"room": True}, "room"),
        ({"room": "2"}, "room"),
        ({"g_promised": True}, "g_promised"),
        ({"advice": {"outcome": "none"}}, "advice"),
        ({"outcome": "none"}, "outcome"),
    ],
)
def test_a36_tampered_answers_store_nothing(framework, changes, field):
    refusal = refused(framework, {**QUIET, **changes})
    assert (refusal.code, refusal.field) == ("malformed", field)
    assert field in str(refusal)


def test_a36_no_object_is_no_answers(framework):
    assert refused(framework, [QUIET]).code == "malformed"


def test_a36_answers_to_another_version_are_refused(framework, source):
    other = source.replace('version = "2026-4"', 'version = "2026-9"')
    other = other.replace('code = "bedrijf"', 'code = "onderneming"')
    other = publish_framework(source=other, actor_id="x", now=NOW)
    answers = {**QUIET, "initiator": "bedrijf"}
    assert refused(other, answers).field == "initiator"
    assert adopt(framework, answers)


@pytest.mark.parametrize("reason", [None, "", "   \n"])
def test_a36_a_gate_that_is_yes_needs_its_public_reason(framework, reason):
    reasons = {} if reason is None else {"g_crisis": reason}
    refusal = refused(framework, {**QUIET, "g_crisis": True}, **reasons)
    assert (refusal.code, refusal.field) == ("refused", "g_crisis")


def test_a36_a_promised_level_is_a_yes_too(framework):
    answers = {**QUIET, "g_promised": "co_create"}
    assert refused(framework, answers).field == "g_promised"
    assert adopt(framework, answers, g_promised="Motie van maart").public_reasons == {
        "g_promised": "Motie van maart"
    }


def test_a36_only_reasons_of_gates_that_are_yes_are_kept(framework):
    kept = adopt(framework, {**QUIET, "g_tax": True}, g_tax=" De begroting ", g_crisis="niet nodig")
    assert kept.public_reasons == {"g_tax": "De begroting"}


def test_a36_a_reason_for_no_gate_is_refused(framework):
    assert refused(framework, QUIET, room="omdat").code == "malformed"


def test_a36_an_advice_that_can_still_change_is_not_adopted(framework):
    partial = {key: code for key, code in QUIET.items() if key != "room"}
    refusal = refused(framework, partial)
    assert (refusal.code, refusal.field) == ("state", "room")


def test_a36_an_advice_cannot_be_sent_along(framework):
    with pytest.raises(TypeError):
        record_assessment(
            framework=framework,
            answers=QUIET,
            public_reasons={},
            now=NOW,
            advice={"outcome": "none"},
        )
