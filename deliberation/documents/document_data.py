"""The material of documents: everything known about one decision point, gathered once for all of its texts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import override

from compass.engine.advise import advise
from compass.engine.anatomy import Level, Rulebook
from compass.engine.means import method_rows
from compass.engine.what_if import what_if
from compass.models import Assessment
from compass.queries import advice_in, other_route
from deliberation.projects.agenda import CalendarEvent, events
from deliberation.projects.commitments import Kept, commitments_kept_and_open
from deliberation.projects.deciding.queries import changes_of, moments_of
from deliberation.projects.deciding.versions import FramesChange
from deliberation.projects.decision_standing import DecisionStanding, standing_of
from deliberation.projects.extension_points import public_pages, site_address
from deliberation.projects.models import (
    DecisionOutcome,
    DecisionPoint,
    LevelDecision,
    Role,
    StatusReport,
)
from deliberation.projects.naming import named_framework
from deliberation.projects.queries import Promise, adopted_assessment, level_in_force, promise_for
from deliberation.projects.reporting.outcomes import tell_before
from deliberation.projects.reporting.status import latest_reports
from deliberation.projects.staff import people_with_roles

from .contributions import Contributions, gathered
from .notes import notes_of


@dataclass(frozen=True)
class PlannedMoment:
    """When college or council speaks about it, and about what."""

    body: str
    on: date
    what: str


@dataclass(frozen=True)
class Material:
    """Everything about one decision point, in one language. What nobody did yet is None or empty."""

    point: DecisionPoint
    language: str
    now: datetime
    told: dict
    assessment: Assessment | None
    framework: Rulebook | None
    advice: dict | None
    changes: tuple[str, ...]
    route: str
    decision: LevelDecision | None
    promise: Promise | None
    methods: tuple[dict, ...]
    moments: tuple[PlannedMoment, ...]
    changed: tuple[FramesChange, ...]
    roles: tuple[str, ...]
    standing: DecisionStanding
    status: StatusReport | None
    calendar: tuple[CalendarEvent, ...]
    given: tuple[Contributions, ...]
    kept: Kept
    page: str

    @property
    def project(self):
        return self.point.project

    @property
    def municipality(self):
        return self.point.project.municipality

    @property
    def outcome(self) -> DecisionOutcome | None:
        return self.standing.outcome

    @property
    def level(self) -> Level | None:
        """The level that was chosen; None while nobody chose."""
        return self.framework.level(self.decision.level) if self.decision else None

    @property
    def chosen_methods(self) -> list[dict]:
        return [row for row in self.methods if row["id"] in self.told.get("methods", ())]

    @property
    def starts_before(self) -> date | None:
        """The last day on which the longest of the chosen methods can begin; None without one."""
        weeks = max((row["weeks"] for row in self.chosen_methods), default=None)
        return None if weeks is None else self.standing.day - timedelta(weeks=weeks)

    @property
    def tell_on(self) -> date:
        """The day on which residents have heard what was done with their input."""
        return tell_before(self.point, self.outcome)

    def answer(self, key: str):
        """Give the code that was answered; None without an assessment, or when it was left open."""
        return self.assessment.answers.get(key) if self.assessment else None

    def answer_in_words(self, key: str) -> str:
        code = self.answer(key)
        known = self.framework and any(one.key == key for one in self.framework.questions)
        return (
            ""
            if code is None or not known
            else self.framework.question(key).label(code)[self.language]
        )

    def day(self, day: date) -> str:
        """Write a day as people read it."""
        return date_format(day, "j F Y")

    def day_of(self, written: str) -> date:
        """Read a day that was kept as text."""
        return date.fromisoformat(written)

    def level_name(self, key: str | None) -> str:
        """Give the official name of a level."""
        return self.framework.level(key).name[self.language] if key else ""


def gather(point: DecisionPoint, language: str, now) -> Material:
    """Gather it with a constant number of queries. `point` came with its project and municipality."""
    with override(language):
        return _gather(point, language, now)


def _gather(point, language, now) -> Material:
    decision = level_in_force(point)
    assessment = decision.assessment if decision else adopted_assessment(point)
    framework = (
        named_framework(assessment.framework, point.project.municipality) if assessment else None
    )
    advice = advice_in(assessment, language, framework) if assessment else None
    changes, route = _what_if(framework, assessment, language)
    standing = standing_of(point)
    moments = moments_of([point]).get(point.pk, [])
    return Material(
        point=point,
        language=language,
        now=now,
        told=notes_of(point).told,
        assessment=assessment,
        framework=framework,
        advice=advice,
        changes=changes,
        route=route,
        decision=decision,
        promise=promise_for(point, language, decision, standing) if decision else None,
        methods=_methods(framework, decision, assessment, language),
        moments=tuple(
            PlannedMoment(capfirst(one.get_body_display()), one.on, one.what) for one in moments
        ),
        changed=tuple(reversed(changes_of([point], language).get(point.pk, []))),
        roles=tuple(dict.fromkeys(str(Role(one.role).label) for one in _people(point))),
        standing=standing,
        status=latest_reports([point.project]).get(point.project.pk),
        calendar=_calendar(point, moments, now),
        given=tuple(gathered(point, now)),
        kept=commitments_kept_and_open(point.project, now),
        page=_page(point.project),
    )


def _what_if(framework, assessment, language) -> tuple[tuple[str, ...], str]:
    """Say what would change the advice, and the level that the goal alone leads to where it is another."""
    if framework is None:
        return (), ""
    told = what_if(framework, assessment.answers).as_dict(language)
    changes = (f"{_steps(change['in_words'])}. {change['text']}" for change in told["changes"])
    other = other_route(advise(framework, assessment.answers))
    return tuple(changes), told["compare"]["text"] if other else ""


def _steps(in_words) -> str:
    return "; ".join(f"{one['question']}: {one['from']} → {one['to']}" for one in in_words)


def _methods(framework, decision, assessment, language) -> tuple[dict, ...]:
    level = decision.level if decision else assessment and assessment.advice["outcome"]
    return tuple(method_rows(framework, level, assessment.answers, language)) if level else ()


def _people(point):
    return [*people_with_roles(point.project.municipality), *people_with_roles(point.project)]


def _calendar(point, moments, now) -> tuple[CalendarEvent, ...]:
    """List what is planned, without the decisions and the moments of the project's other decision points."""
    own = {f"decision-{point.pk}", *(f"moment-{one.pk}" for one in moments)}
    return tuple(
        event
        for event in events([point.project], now)
        if not event.uid.startswith(("decision-", "moment-")) or event.uid in own
    )


def _page(project) -> str:
    href = public_pages([project]).get(project.pk, "")
    return (
        href if href.startswith("http") or not href else site_address(project.municipality) + href
    )


def first_day(event: CalendarEvent) -> date:
    """Give the day on which something on the calendar begins."""
    return timezone.localdate(event.starts) if isinstance(event.starts, datetime) else event.starts
