"""What does a check of the contract need? A project that is open to an instrument, and who stands behind its desk."""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from compass.refusal import Refused
from deliberation.participation import operations
from deliberation.participation.instrument import ContributionInstrument
from deliberation.participation.models import Contribution
from deliberation.people.operations import create_participant
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    committed,
    the_officer,
)
from tests.cms.site import a_project_page

DAY = timedelta(days=1)
TEXT = "Komt er een schommel bij de Zeldzame Eik?"


@dataclass
class Desk:
    """A project that is open to an instrument: who gave something there, and its officer."""

    instrument: ContributionInstrument
    point: object
    officer: object
    giver: object
    now: datetime

    @property
    def project(self):
        return self.point.project

    def give(self, **fields) -> Contribution:
        about = {"about": self.point, "kind": next(iter(self.instrument.kinds)), "text": TEXT}
        with committed():
            return operations.give_contribution(
                **{"actor": self.giver, "instrument": self.instrument, **about, **fields},
                op_id=uuid.uuid4(),
                now=self.now,
            )

    def act(self, name, contribution, **fields):
        contribution.refresh_from_db()
        seen = {} if name == "hide_contribution" else {"seen": contribution.version}
        with committed():
            getattr(operations, name)(
                actor=self.officer, contribution=contribution, now=self.now, **seen, **fields
            )
        contribution.refresh_from_db()

    def answer(self, contribution):
        self.act(
            "answer_contribution", contribution, text="Ja.", team="Team", disposition="adopted",
            reason="Omdat veel mensen het vroegen.",
        )  # fmt: skip


def a_desk(instrument, level="consult", kind="design") -> Desk:
    point = a_decided_point(level, a_decision_point(a_phase(kind)))
    a_project_page(point.project)
    officer = the_officer(point.project.municipality)
    return Desk(instrument, point, officer, create_participant(), timezone.now())


@contextmanager
def refused(code):
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code and str(caught.value.reason)


def list_of(desk) -> str:
    return desk.instrument.list_path(desk.project.pk)
