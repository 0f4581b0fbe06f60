"""Records: what was advised and chosen at each decision point, and what stands out in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.engine.advise import advise
from compass.engine.anatomy import Level, Rule, Rulebook
from compass.models import Assessment, Framework
from deliberation.projects.deciding.queries import frame_changes, waiting_conflicts
from deliberation.projects.decision_standing import DecisionStanding, standings_of
from deliberation.projects.models import AssessmentDraft, DecisionPoint, LevelDecision
from deliberation.projects.naming import named_framework


@dataclass(frozen=True)
class Record:
    """One assessment with the choice made on it; `draft` where it is still being filled in.

    `decision` None: nobody chose on this advice; `chosen_before`: somebody did on an earlier one.
    `waits_for`: C1, C2 (compass.md) or gap, while nobody was named who decides about it. `latest` is
    false for a choice that another one replaced.
    """

    point: DecisionPoint
    standing: DecisionStanding
    assessment: Assessment | None = None
    decision: LevelDecision | None = None
    framework: Rulebook | None = None
    latest: bool = True
    draft: AssessmentDraft | None = None
    chosen_before: bool = False
    changed: bool = False
    waits_for: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day of the choice, else of the assessment; None while there is neither."""
        if self.decision:
            return timezone.localdate(self.decision.decided_at)
        return timezone.localdate(self.assessment.created_at) if self.assessment else None

    @property
    def advice(self) -> dict | None:
        return self.assessment.advice if self.assessment else None

    @property
    def fits(self) -> Level | None:
        """What the compass advises; None while more than one level is possible."""
        return self._level(self.advice["outcome"]) if self.advice else None

    @property
    def now(self) -> Level | None:
        """What can be done now, where that is less than what fits."""
        lower = self.advice and self.advice["now"] not in (None, self.advice["outcome"])
        return self._level(self.advice["now"]) if lower else None

    @property
    def chosen(self) -> Level | None:
        return self._level(self.decision.level) if self.decision else None

    @property
    def answered(self) -> tuple[int, int]:
        """How many questions of the draft were answered, of how many."""
        return len(self.draft.answers), len(self.framework.questions)

    @property
    def possible(self) -> list[Level]:
        """The levels that may still fit the answers of the draft. Takes some 30 ms the first time."""
        found = _possible(self.framework, tuple(self.draft.answers.items()))
        return [self.framework.level(key) for key in found]

    @property
    def provisional(self) -> bool:
        return self.draft is not None

    @property
    def deviates(self) -> bool:
        return bool(self.decision and self.decision.level != self.advice["outcome"])

    @cached_property
    def grounds(self) -> list[tuple[Rule, list[str]]]:
        """The exclusion grounds that fired, each with the public reasons that were given."""
        if self.advice is None:
            return []
        fired = {one["rule"]: one["answers"] for one in self.advice["reasons"]}
        told = self.assessment.public_reasons
        return [
            (rule, [told[key] for key in fired[rule.id] if key in told])
            for rule in self.framework.rules
            if rule.effect == "settle" and rule.id in fired
        ]

    def _level(self, key: str | None) -> Level | None:
        return self.framework.level(key) if key else None


@lru_cache(maxsize=512)
def _possible(framework: Rulebook, answers: tuple) -> tuple[str, ...]:
    return advise(framework, dict(answers)).possible


# What somebody can look for, in the order of the menu. The keys stand in addresses.
LOOKS: dict[str, tuple[object, Callable[[Record], bool]]] = {
    "deviations": (_("Chosen differently from the advice"), lambda record: record.deviates),
    "exclusions": (_("An exclusion ground was used"), lambda record: bool(record.grounds)),
    "waiting": (_("Waits for somebody who decides"), lambda record: bool(record.waits_for)),
    "provisional": (_("Provisional advice"), lambda record: record.provisional),
    "changed": (_("Changed after it was promised"), lambda record: record.changed),
    "unchosen": (
        _("No level was chosen yet"),
        lambda record: record.decision is None and not record.chosen_before,
    ),
}


def records_of(projects, *, earlier: bool = False) -> list[Record]:
    """Read everything that was weighed up and chosen in projects; choices of the past when asked.

    An advice that was adopted after the choice in force is a record of its own. The number of
    queries is constant.
    """
    found = DecisionPoint.objects.filter(phase__project__in=projects)
    points = {one.pk: one for one in found.select_related("phase__project__municipality")}
    decisions = LevelDecision.objects.filter(decision_point__in=points)
    if not earlier:
        decisions = decisions.filter(superseded_by=None)
    decisions = list(decisions.select_related("assessment", "decided_by"))
    drafts = AssessmentDraft.objects.filter(decision_point__in=points).select_related("adopted")
    drafts = {draft.decision_point_id: draft for draft in drafts}
    pairs = _pairs(points, decisions, drafts)
    books = _books(points, pairs)
    told = frame_changes().filter(decision_point__in=points).order_by()
    changed = set(told.values_list("decision_point_id", flat=True))
    waiting = _waiting(points, pairs)
    standings = standings_of(points.values())
    replaced = {one.supersedes_id for one in decisions}
    chosen = {one.decision_point_id for one in decisions}
    return [
        Record(
            point=points[pk],
            standing=standings[pk],
            assessment=weighed if isinstance(weighed, Assessment) else None,
            decision=decision,
            framework=weighed and books[weighed.framework_id],
            latest=decision is None or decision.pk not in replaced,
            draft=weighed if isinstance(weighed, AssessmentDraft) else None,
            chosen_before=decision is None and pk in chosen,
            changed=pk in changed and (decision is not None or pk not in chosen),
            waits_for=waiting.get((pk, weighed.pk), ()) if isinstance(weighed, Assessment) else (),
        )
        for pk, weighed, decision in pairs
    ]


def _pairs(points, decisions, drafts) -> list[tuple]:
    """Put each decision with its assessment, then what was adopted, begun or only named without one."""
    pairs = [(one.decision_point_id, one.assessment, one) for one in decisions]
    told = {(pk, assessment.pk) for pk, assessment, _decision in pairs}
    for pk, draft in drafts.items():
        if draft.adopted and (pk, draft.adopted_id) not in told:
            pairs.append((pk, draft.adopted, None))
        elif draft.adopted is None and draft.answers:
            pairs.append((pk, draft, None))
    known = {pk for pk, _weighed, _decision in pairs}
    return pairs + [(pk, None, None) for pk in points if pk not in known]


def _books(points, pairs) -> dict[int, Rulebook]:
    """Read each framework once, with the names that the municipality gives to levels."""
    wanted = {one.framework_id: points[pk] for pk, one, _decision in pairs if one}
    found = Framework.objects.in_bulk(wanted)
    return {
        pk: named_framework(framework, wanted[pk].project.municipality)
        for pk, framework in found.items()
    }


def _waiting(points, pairs) -> dict[tuple[int, int], tuple[str, ...]]:
    """Find what waits for a decider, by ids of decision point and assessment."""
    adopted = [pair for pair in pairs if isinstance(pair[1], Assessment)]
    clashing = [points[pk] for pk, one, _decision in adopted if one.advice["conflicts"]]
    waiting = {
        (one.decision_point.pk, one.assessment.pk): tuple(one.conflicts)
        for one in waiting_conflicts(clashing)
    }
    for pk, assessment, decision in adopted:
        if assessment.advice["gap"] and decision is None:
            waiting[pk, assessment.pk] = (*waiting.get((pk, assessment.pk), ()), "gap")
    return waiting
