"""What does a test of questions need? A project residents can read about, and people who ask."""

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from deliberation.participation import operations
from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY
from deliberation.projects.models import DecisionPoint, Project
from deliberation.questions.models import Question
from deliberation.registry import plugin
from tests.builders import a_decided_point, a_decision_point, a_user, committed, the_officer
from tests.cms.site import a_project_page

TEXT = "Komen er weer bomen in de straat?"


@dataclass
class Desk:
    """A project with a page and a decided point, its officer, and shorthand for what people do."""

    project: Project
    point: DecisionPoint
    officer: User
    now: datetime = field(default_factory=timezone.now)
    commits: bool = True

    def ask(self, actor=None, text=TEXT, **fields) -> Question:
        """Let somebody ask; somebody new unless told otherwise."""
        about = {"kind": "question", "op_id": uuid.uuid4(), "about": self.point, "now": self.now}
        with self._committing():
            return operations.give_contribution(
                actor=actor or create_participant(),
                instrument=plugin("questions"),
                text=text,
                **{**about, **fields},
            )

    def do(self, name, question, **fields):
        """Let the officer do something with a question as it is now."""
        question.refresh_from_db()
        about = {"actor": self.officer, "contribution": question, "now": self.now}
        if name != "hide_question":
            about["seen"] = question.version
        with self._committing():
            operation = getattr(operations, name.replace("question", "contribution"))
            done = operation(**{**about, **fields})
        question.refresh_from_db()
        return done

    def published(self, actor=None, text=TEXT, **fields) -> Question:
        """Ask and publish."""
        question = self.ask(actor, text, **fields)
        self.do("publish_question", question)
        return question

    def answered(self, question=None, **fields) -> Question:
        """Answer a question, a new one unless told otherwise."""
        question = question or self.published()
        answer = {
            "text": "Ja, er komen twaalf lindes.", "team": "Team Openbare Ruimte",
            "disposition": "adopted", "reason": "Veel bewoners vroegen erom.",
        }  # fmt: skip
        self.do("answer_question", question, **{**answer, **fields})
        return question

    def pass_time(self, **time):
        """Move the clock."""
        self.now += timedelta(**time)

    def _committing(self):
        return committed() if self.commits else nullcontext()


def a_desk(level="consult", point=None, page=True, **options) -> Desk:
    """Make a project with a page, one decided point and an officer."""
    point = a_decided_point(level, point or a_decision_point())
    if page:
        a_project_page(point.project)
    return Desk(point.project, point, the_officer(point.project.municipality), **options)


def browser_of(participant: Participant | None = None, user: User | None = None) -> Client:
    """Open a browser as a participant or an account."""
    client = Client()
    if user:
        client.force_login(user)
    if participant:
        session = client.session
        session[KEY] = str(participant.pk)
        session.save()
    return client


def somebody_with(role, desk) -> User:
    """Make somebody with a role in the desk's project."""
    return a_user(role, project=desk.project)


def a_question_in(project, actor=None) -> dict:
    """Publish a question in a project, of somebody new unless told otherwise, and name it as addresses do."""
    point = DecisionPoint.objects.filter(phase__project=project).first()
    officer = the_officer(project.municipality)
    question = Desk(project, point, officer).published(actor)
    return {
        "vragen": question.pk,
        "contribution_id": question.pk,
        "point_id": point.pk,
        "receipt": question.code,
    }
