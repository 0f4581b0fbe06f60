"""The story of one of the demo's projects: told by a TOML file, done by the operations of staff and residents."""

import tomllib
import uuid
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from deliberation.documents.notes import note_point
from deliberation.participation import operations as participation
from deliberation.people.operations import create_participant
from deliberation.projects import operations as projects
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.deciding.moments import plan_moment
from deliberation.projects.reporting.outcomes import record_outcome
from deliberation.projects.reporting.status import report_status
from deliberation.registry import plugin

from . import content
from .english import beside
from .evenings import hold_evening

FOLDER = Path(__file__).parent / "projects"
AMOUNTS = {
    "available": "budget_available",
    "spent": "budget_spent",
    "committed": "budget_committed",
}


def stories(municipality_slug: str) -> dict[str, dict]:
    """Read the projects of a municipality, by slug."""
    found = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
    return {
        slug: told
        for slug, told in found.items()
        if told.get("municipality", content.MUNICIPALITIES[0]["slug"]) == municipality_slug
    }


class Story:
    """One project as it went: what staff prepared, residents asked and the council was told."""

    def __init__(self, slug, told, municipality, staff, now):
        self.slug, self.told, self.municipality = slug, told, municipality
        self.staff, self.officer, self.now = staff, staff["beleid"], now
        self.points, self.sessions = {}, {}

    def happen(self):
        """Make the project with all that happened in it; gives the project."""
        about = {name: self.told[name] for name in ("title", "summary", "contact")}
        self.project = projects.create_project(
            actor=self.officer,
            municipality=self.municipality,
            slug=self.slug,
            now=self.now,
            english=beside(**about),
            **about,
        )
        self.phases = {one["kind"]: self.add_phase(one) for one in self.told["phases"]}
        for one in self.told["points"]:
            self.points[one["key"]] = self.decide(one)
        for one in self.told.get("evenings", []):
            self.sessions[one["title"]] = hold_evening(self, one)
        for one in self.told.get("questions", []):
            self.ask(one)
        for one in self.told["points"]:
            self.conclude(one)
        for one in sorted(self.told.get("status", []), key=lambda report: report["days"]):
            self.report(one)
        return self.project

    def add_phase(self, one):
        first, last = one["days"]
        return projects.add_phase(
            actor=self.officer, project=self.project, kind=one["kind"], title=one["title"],
            starts_on=self.day(first), ends_on=self.day(last), now=self.now,
            english=beside(title=one["title"]),
        )  # fmt: skip

    def decide(self, one):
        """Name the decision point, answer the compass, choose as advised."""
        phase = self.phases[one["phase"]]
        when = self.at(one["named"]) if "named" in one else self.first_day_of(phase)
        asked = ("question", "fixed", "open", "outside", "groups")
        texts = {name: one[name] for name in asked}
        point = projects.name_decision_point(
            actor=self.officer, phase=phase, now=when, decided_by=one["decided_by"],
            decides_on=self.day(one["decides"]), english=beside(**texts), **texts,
        )  # fmt: skip
        here = {"actor": self.officer, "decision_point": point, "now": when}
        answers = content.USUAL | {"decider": one["decided_by"]} | one["answers"]
        reasons = one.get("public_reasons", {})
        projects.save_answers(answers=answers, public_reasons=reasons, **here)
        advice = projects.adopt_assessment(**here).advice
        chosen = {"level": advice["outcome"]} | one.get("choice", {})
        projects.decide_level(**here, **chosen)
        self.plan_and_change(one, point)
        if told := one.get("notes"):
            day = self.day(told["agreed_days"])
            texts = {name: value for name, value in told.items() if name != "agreed_days"}
            note_point(
                actor=self.officer, decision_point=point, seen=0, agreed_on=day,
                now=self.at(told["agreed_days"]), **texts,
            )  # fmt: skip
        return point

    def conclude(self, one):
        """Write down what was decided, after all that people gave: a decision that stands closes that."""
        if told := one.get("outcome"):
            record_outcome(
                actor=self.officer, decision_point=self.points[one["key"]],
                decided_on=self.day(told["days"]), result=told["result"], outcome=told["outcome"],
                what_we_did=told["what_we_did"], now=self.at(told["days"] + 1),
            )  # fmt: skip

    def plan_and_change(self, one, point):
        """Plan when college and council speak about it, and change what turned out differently."""
        for told in one.get("moments", []):
            plan_moment(
                actor=self.officer, decision_point=point, body=told["body"], what=told["what"],
                on=self.day(told["days"]), now=self.now, english=beside(what=told["what"]),
            )  # fmt: skip
        for told in one.get("changes", []):
            about = {"actor": self.officer, "decision_point": point, "now": self.at(told["days"])}
            frames = {name: told[name] for name in ("open", "fixed", "outside") if name in told}
            english = beside(reason=told["reason"], **frames)
            if "decides" in told:
                frames["decides_on"] = self.day(told["decides"])
            change_frames(reason=told["reason"], english=english, **about, **frames)

    def ask(self, one):
        question = participation.give_contribution(
            actor=create_participant(), instrument=plugin("questions"), about=self.points[one["point"]],
            kind=one["kind"], text=one["text"], name=one.get("name", ""), op_id=uuid.uuid4(),
            now=self.at(one["days"]),
        )  # fmt: skip
        if "published" in one:
            question = participation.publish_contribution(
                actor=self.officer, contribution=question, personal_checked=True,
                seen=question.version, now=self.at(one["published"]),
            )  # fmt: skip
        if "answered" in one:
            look_until = self.day(one["look_until"]) if "look_until" in one else None
            participation.answer_contribution(
                actor=self.officer, contribution=question, text=one["answer"], team=one["team"],
                disposition=one["disposition"], reason=one.get("reason", ""), look_until=look_until,
                seen=question.version, now=self.at(one["answered"]),
            )  # fmt: skip

    def report(self, one):
        amounts = {field: one.get(name) for name, field in AMOUNTS.items()}
        report_status(
            actor=self.officer, project=self.project, reported_on=self.day(one["days"]),
            summary=one["summary"], risk=one["risk"], overall=one["overall"], planning=one["planning"],
            budget=one["budget"], next_treatment=one["next_treatment"],
            next_treatment_on=self.day(one["next_days"]) if one["next_treatment"] else None,
            deviation=one.get("deviation", ""), deviation_reason=one.get("deviation_reason", ""),
            now=self.at(one["days"]), **amounts,
        )  # fmt: skip

    def first_day_of(self, phase):
        return self.at((phase.starts_on - timezone.localdate(self.now)).days + 1)

    def at(self, days):
        return self.now + timedelta(days=days)

    def day(self, days):
        return timezone.localdate(self.at(days))
