"""The desk's overview of projects: where they stand, and what has to be done."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import get_language

from .deciding.drift import Drift, drifts_of, too_much_of
from .decision_standing import DecisionStanding, standings_of
from .extension_points import Offer
from .models import AssessmentDraft, DecisionPoint, Phase, Project, Role, RoleAssignment
from .naming import level_name
from .queries import level_of, levels_without_advice


class Step(StrEnum):
    """How far somebody is with the level of a decision point."""

    QUESTIONS = "questions"
    LEVEL = "level"
    DONE = "done"


@dataclass(frozen=True)
class PhaseView:
    """A phase in words; status is past, now or coming."""

    title: str
    kind: str
    starts_on: date
    ends_on: date
    status: str
    pk: int | None = None
    english: dict = field(default_factory=dict)


@dataclass(frozen=True)
class PointOnDesk:
    """A decision point, the level in force (blank: nobody chose) and the step that comes next."""

    point: DecisionPoint
    phase: PhaseView
    level_key: str
    level_sign: str
    plain: str
    official: str
    step: Step
    begun: bool
    standing: DecisionStanding
    drift: Drift | None = None  # what residents can do is less than what they were promised
    too_much: tuple[Offer, ...] = ()  # what asks more than the level allows


@dataclass(frozen=True)
class ProjectOnDesk:
    """One project: its phases in order of time, and its decision points."""

    project: Project
    phases: list[PhaseView]
    points: list[PointOnDesk]
    roles: list[str]

    @property
    def phase(self) -> PhaseView | None:
        """The phase of today, else the next one, else the last."""
        ahead = [phase for phase in self.phases if phase.status != "past"]
        return (ahead or self.phases[-1:] or [None])[0]

    @property
    def without_level(self) -> int:
        return sum(1 for row in self.points if row.step != Step.DONE)

    @property
    def drifting(self) -> int:
        return sum(1 for row in self.points if row.drift and row.drift.late)

    @property
    def to_plan(self) -> int:
        return sum(1 for row in self.points if row.drift and not row.drift.late)


def projects_on_desk(user, municipality):
    """Find the projects in which somebody has a role."""
    held = RoleAssignment.objects.filter(user=user, municipality=municipality)
    own = held.values_list("project", flat=True)
    projects = Project.objects.filter(municipality=municipality)
    return projects if None in own else projects.filter(pk__in=list(own))


def rows_on_desk(projects, user, now) -> list[ProjectOnDesk]:
    """Gather what the desk shows somebody of some of these projects. The number of queries is constant."""
    return _rows(projects, list(RoleAssignment.objects.filter(user=user)), now)


def overviews_of(projects, now) -> list[ProjectOnDesk]:
    """Gather what the desk shows of these projects, whoever looks. The number of queries is constant."""
    return _rows(Project.objects.filter(pk__in=[project.pk for project in projects]), [], now)


def project_on_desk(project, now) -> ProjectOnDesk:
    """Gather what the desk shows of one project."""
    return overviews_of([project], now)[0]


def point_on_desk(point, now) -> PointOnDesk:
    """Gather what the desk shows of one decision point."""
    rows = project_on_desk(point.project, now).points
    return next(row for row in rows if row.point.pk == point.pk)


def _rows(projects, held, now) -> list[ProjectOnDesk]:
    projects = list(
        projects.select_related("municipality").prefetch_related("phases__decision_points")
    )
    points = [point for project in projects for point in _points(project)]
    levels = levels_without_advice(points)
    standings = standings_of(points)
    drifts, too_much = drifts_of(points, now, levels, standings), too_much_of(points, now, levels)
    drafts = {
        draft.decision_point_id: draft
        for draft in AssessmentDraft.objects.filter(decision_point__in=points).only(
            "decision_point", "adopted"
        )
    }
    rows = []
    for project in projects:
        phases = {phase.pk: phase_view(phase, now) for phase in project.phases.all()}
        on_desk = [
            replace(
                _point_row(standings[point.pk], phases, levels.get(point.pk), drafts.get(point.pk)),
                drift=drifts.get(point.pk),
                too_much=tuple(too_much.get(point.pk, ())),
            )
            for point in _points(project)
        ]
        rows.append(
            ProjectOnDesk(project, list(phases.values()), on_desk, _roles_in(project, held))
        )
    return rows


def phase_view(phase: Phase, now) -> PhaseView:
    """Put a phase into words, as seen on this day."""
    day = timezone.localdate(now)
    status = "now" if phase.is_current(day) else "past" if phase.ends_on < day else "coming"
    return PhaseView(
        title=phase.title,
        kind=phase.get_kind_display(),
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        status=status,
        pk=phase.pk,
        english=phase.english,
    )


def _points(project) -> list[DecisionPoint]:
    return [point for phase in project.phases.all() for point in phase.decision_points.all()]


def _point_row(standing, phases, decision, draft) -> PointOnDesk:
    point = standing.point
    level = level_of(decision) if decision else None
    municipality, language = point.project.municipality, get_language()
    return PointOnDesk(
        point=point,
        phase=phases[point.phase_id],
        level_key=level.key if level else "",
        level_sign=level.sign if level else "",
        plain=level_name(municipality, level, language) if level else "",
        official=level_name(municipality, level, language, "official") if level else "",
        step=_step(decision, draft),
        begun=draft is not None,
        standing=standing,
    )


def _step(decision, draft) -> Step:
    adopted = draft.adopted_id if draft else None
    if adopted is None:
        return Step.QUESTIONS
    return Step.DONE if decision and decision.assessment_id == adopted else Step.LEVEL


def _roles_in(project, held) -> list[str]:
    here = [one for one in held if one.municipality_id == project.municipality_id]
    return sorted({Role(one.role).label for one in here if one.project_id in (None, project.pk)})
