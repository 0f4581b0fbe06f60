"""Is everything that earlier versions stored as JSON still read? Samples were taken from demos made at old commits.

A model with a new JSON field, or a StreamField, is red here until it has samples and a reader.
"""

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db.models import JSONField
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.fields import StreamField

from cms.theming.theme import TOKENS, Theme
from compass.engine.advise import advise
from compass.queries import read_framework
from compass.templatetags.compass_text import or_english
from deliberation.documents.forms import NotesForm, _stored
from deliberation.documents.kinds import KINDS, write
from deliberation.live import state_machine
from deliberation.live.counting.results import _in_words as result_in_words
from deliberation.live.counting.rounds import devices_of
from deliberation.live.events import _event_hash
from deliberation.live.models import Activity, Event, Round, Run
from deliberation.people.models import SentForm
from deliberation.projects.deciding.models import FrameChange
from deliberation.projects.deciding.versions import LABELS, _frame, changed_fields
from deliberation.projects.models import Municipality, PointNotes
from deliberation.projects.naming import level_name
from tests.builders import a_decided_point, a_municipality, the_officer
from tests.documents.written import material

HERE = Path(__file__).resolve().parent
SAMPLES = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))
LOGS = sorted(HERE.glob("live-*.json"))
FROZEN = {
    read_framework(path.read_bytes().decode()).source_hash: read_framework(
        path.read_bytes().decode()
    )
    for path in HERE.parent.glob("compass/frozen/*.toml")
}
ROOMS = ("cms", "compass", "deliberation")


def stored_as_text() -> dict:
    """Collect every field of ours that keeps JSON."""
    models = (model for model in apps.get_models() if model.__module__.split(".")[0] in ROOMS)
    fields = (field for model in models for field in model._meta.local_fields)
    return {str(field): field for field in fields if isinstance(field, JSONField | StreamField)}


def lines(values):
    """Lists of texts or numbers: as they stand, into a template or a sum."""
    for value in values:
        assert isinstance(value, list) and all(isinstance(one, str | int) for one in value)


def advices(values):
    """What was advised leads, by the frozen framework, to the same level and reasons."""
    answers = [one["value"] for one in SAMPLES["compass.Assessment.answers"]]
    for kept, given in zip(values, answers, strict=True):
        again = advise(FROZEN[kept["source_hash"]], given)
        assert (again.outcome, again.now) == (kept["outcome"], kept["now"])
        told = again.as_dict()
        assert [one["rule"] for one in told["reasons"]] == [one["rule"] for one in kept["reasons"]]
        assert set(told) == set(kept), "what screens read of a stored advice"


def answers(values):
    """Answers are answers to some framework that ever was."""
    for value in values:
        assert any(set(value) <= {one.key for one in each.questions} for each in FROZEN.values())


def words(values):
    for value in values:
        assert all(isinstance(key, str) and isinstance(text, str) for key, text in value.items())


def events(values):
    """An event says what is so after it, in today's shape."""
    for value in values:
        before = {"activities": dict.fromkeys(value.get("readied", ()), state_machine.NEW_ACTIVITY)}
        after = state_machine.fold(state_machine.EMPTY | before, "", value)
        for activity in after["activities"].values():
            assert {key: type(each) for key, each in activity.items()} == {
                key: type(each) for key, each in state_machine.NEW_ACTIVITY.items()
            }


def tallies(values):
    for value in values:
        assert devices_of(Round(tally=value)).card_voters >= 0


def results(values):
    """Counted in full below, with the round they belong to."""
    assert all(value["hall"] is None or value["hall"] for value in values)


def frames(values):
    for value in values:
        change = FrameChange(before={}, after=value)
        assert [_frame(change, name).after for name in changed_fields(change)]
        assert set(value) <= set(LABELS)


def names(values):
    framework = next(iter(FROZEN.values()))
    for value in values:
        municipality = Municipality(level_names=value)
        assert all(level_name(municipality, level, "nl") for level in framework.levels)


def notes(values):
    for value in values:
        told = _stored(value)
        assert told["agreed_on"] is None or isinstance(told["agreed_on"], date)
        assert set(told) <= NotesForm.base_fields.keys(), (
            "what an officer wrote is in the form again"
        )


def colours(values):
    for value in values:
        assert set(value) == set(TOKENS) and "--" in Theme(tokens=value, radius="0.5").css


def blocks(field):
    """No block and no part of a block is dropped: Wagtail leaves out what it doesn't know, without a word."""

    def read(values):
        for value in values:
            kept = field.to_python(json.dumps(value)).get_prep_value()
            assert [one["type"] for one in kept] == [one["type"] for one in value]
            for before, after in zip(value, kept, strict=True):
                if isinstance(before["value"], dict):
                    assert set(before["value"]) <= set(after["value"])

    return read


def english(values):
    """An English text is found by its Dutch one, whichever field it stands in."""
    for value in values:
        for pairs in value.values():
            words([pairs])
            row = SimpleNamespace(english=value)
            with override("en"):
                assert all(or_english(dutch, row) == pairs[dutch] for dutch in pairs)


def said(values):
    """A form that comes again is answered as then, by the row of an earlier version."""
    client, form = Client(), {"title": "Plein", "summary": "S.", "contact": "c", "op_id": "x"}
    client.force_login(the_officer(a_municipality()))
    assert client.post("/admin/participatie/projecten/nieuw/", form, follow=True).redirect_chain
    for value in values:
        assert value and SentForm.objects.update(says=value)
        answer = client.post("/admin/participatie/projecten/nieuw/", form, follow=True)
        told = [(one.level, one.message) for one in answer.context["messages"]]
        assert told == [tuple(one) for one in value] and answer.redirect_chain


READERS = {
    "english": english,  # of every row that may have English texts: projects/english.py
    "cms.Theme.tokens": colours,
    "compass.Assessment.advice": advices,
    "compass.Assessment.answers": answers,
    "compass.Assessment.public_reasons": words,
    "people.SentForm.says": said,
    "live.Activity.options": lines,
    "live.Ballot.choices": lines,
    "live.Event.data": events,
    "live.HallCount.hands": lines,
    "live.Round.blocks": lines,
    "live.Round.result": results,
    "live.Round.tally": tallies,
    "live.Run.hall_blocks": lines,
    "projects.AssessmentDraft.answers": answers,
    "projects.AssessmentDraft.public_reasons": words,
    "projects.DecisionPoint.fixed": lines,
    "projects.DecisionPoint.groups": lines,
    "projects.DecisionPoint.open": lines,
    "projects.DecisionPoint.outside": lines,
    "projects.FrameChange.after": frames,
    "projects.FrameChange.before": frames,
    "projects.Municipality.level_names": names,
    "projects.PointNotes.told": notes,
}


@pytest.mark.parametrize("name", sorted(stored_as_text()))
@pytest.mark.django_db
def test_what_earlier_versions_stored_is_read(name):
    field = stored_as_text()[name]
    name = "english" if field.name == "english" else name
    read = blocks(field) if isinstance(field, StreamField) else READERS.get(name)
    assert read and SAMPLES.get(name), f"{name}: give it samples and a reader here"
    read([one["value"] for one in SAMPLES[name]])


@pytest.mark.django_db
def test_all_that_was_noted_earlier_stands_in_a_document():
    for sample in SAMPLES["projects.PointNotes.told"]:
        point = a_decided_point()
        notes = PointNotes(decision_point=point, told=sample["value"], revision=1)
        notes.updated_at = timezone.now()
        notes.save()
        written = "".join(str(write(kind, material(point, "nl"))) for kind in KINDS)
        given = [one for one in sample["value"].values() if isinstance(one, list)]
        given = [text for texts in given for text in texts]
        given += [one for one in sample["value"].values() if isinstance(one, str)]
        given = [
            text for text in given if not re.fullmatch(r"[a-z_]*|[-0-9]*", text)
        ]  # codes, dates
        parts = [part for text in given for part in text.split("; ")]
        assert len(parts) > 15 and [part for part in parts if part not in written] == []


# Live evenings, whole


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_log_of_an_old_evening_is_whole_and_adds_up(path):
    kept, previous, states = json.loads(path.read_text(encoding="utf-8"))["events"], {}, {}
    assert len(kept) > 20
    for row in kept:
        row = row | {"at": _moment(row["at"])}
        event, run = Event(**row), row["run_id"]
        assert event.previous == previous.get(run, "") and event.hash == _event_hash(event)
        previous[run] = event.hash
        states[run] = state_machine.fold(
            states.get(run, state_machine.EMPTY), event.kind, event.data
        )
    for state in states.values():
        assert all(isinstance(one["hands"], dict) for one in state["activities"].values())
    assert any(
        one["state"] == "closed"
        for state in states.values()
        for one in state["activities"].values()
    )


def _moment(text: str):
    from datetime import UTC, datetime

    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_results_of_an_old_evening_are_told_in_words(path):
    rounds = json.loads(path.read_text(encoding="utf-8"))["rounds"]
    assert rounds
    for kept in rounds:
        activity = Activity(options=kept["options"], hall_mode=kept["hall_mode"], run=Run())
        round_ = Round(activity=activity, number=1, tally=kept["tally"], result=kept["result"])
        told = result_in_words(activity, round_, [], "pub")
        assert len(told.rows) >= len(kept["options"]) and told.hall_base is not None
