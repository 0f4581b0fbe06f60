"""Outcomes: what was decided in the end, and by which day residents hear what became of their input."""

from urllib.parse import urlsplit

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..commitments import EVERYTHING, TELL_WITHIN, Commitment, by_day
from ..deciding.frames import lock_point
from ..decision_standing import decision_day
from ..english import beside
from ..extension_points import promise_changed
from ..models import DecisionOutcome, DecisionPoint, LevelDecision
from ..queries import level_in_force


@operation
def record_outcome(
    *,
    actor,
    decision_point,
    decided_on,
    result,
    outcome,
    what_we_did="",
    link="",
    postponed_to=None,
    english=None,
    now,
) -> DecisionOutcome:
    """Write down what was decided; a later one takes its place and both are kept.

    Refused: a day ahead, a postponement without a later day, a link that is not https, and no word
    on what was done with the input where residents had a say and the decision was taken.
    """
    require("projects.record_outcome", actor, decision_point, now)
    lock_point(decision_point)
    if result != DecisionOutcome.Result.POSTPONED:
        postponed_to = None
    texts = {"outcome": outcome.strip(), "what_we_did": what_we_did.strip()}
    about = (decided_on, result, *texts.values(), link, postponed_to)
    for field, reason in _wrong(decision_point, now, *about):
        raise Refused(reason, field=field)
    row = DecisionOutcome.objects.create(
        decision_point=decision_point,
        decided_on=decided_on,
        result=result,
        **texts,
        english=beside(DecisionOutcome, texts, english),
        link=link,
        postponed_to=postponed_to,
        recorded_by=actor,
        recorded_at=now,
    )
    promise_changed([decision_point.project], now)
    record_audit(
        actor=actor, action="record_outcome", obj=row, now=now, detail={"result": str(result)}
    )
    return row


def outcome_history(decision_point) -> list[DecisionOutcome]:
    """List what was written down about a decision, the newest first."""
    return list(decision_point.outcomes.select_related("recorded_by"))


def told_on(outcome: DecisionOutcome | None):
    """Tell on which day residents could read what was done with their input; None while they can't."""
    if outcome is None or not outcome.what_we_did or outcome.postponed_to:
        return None
    return timezone.localdate(outcome.recorded_at)


def tell_before(point, outcome: DecisionOutcome | None):
    """Tell on which day residents must have heard what was done with their input."""
    return decision_day(point, outcome) + TELL_WITHIN


def commitments_to_tell(projects, now, asked=EVERYTHING) -> list[Commitment]:
    """List what we owe after decisions in which residents had a say: what we did with their input. Two queries."""
    promised = LevelDecision.objects.filter(superseded_by=None, influence__gt=0)
    points = DecisionPoint.objects.filter(
        phase__project__in=projects, pk__in=promised.values("decision_point")
    )
    if asked.only_open:
        told = DecisionOutcome.objects.filter(decision_point=OuterRef("pk"), postponed_to=None)
        points = points.exclude(Exists(told.exclude(what_we_did="")))
    points = list(points.only("question", "decides_on").annotate(project_id=F("phase__project")))
    outcomes: dict[int, list[DecisionOutcome]] = {}
    for outcome in DecisionOutcome.objects.filter(decision_point__in=points).order_by("id"):
        outcomes.setdefault(outcome.decision_point_id, []).append(outcome)
    found = [_commitment(point, outcomes.get(point.pk, [])) for point in points]
    return sorted(filter(asked.fits, found), key=by_day)[: asked.most]


def _commitment(point, outcomes) -> Commitment:
    due_on = tell_before(point, None)
    for outcome in outcomes:  # a new day that comes after the old one passed moves nothing
        if timezone.localdate(outcome.recorded_at) <= due_on:
            due_on = tell_before(point, outcome)
    return Commitment(
        project_id=point.project_id,
        kind="outcome",
        what=_("What we did with the input: %s") % point.question,
        due_on=due_on,
        kept_on=next((day for outcome in outcomes if (day := told_on(outcome))), None),
        desk_href=reverse("projects:record_outcome", args=[point.pk]),
    )


def _wrong(point, now, decided_on, result, outcome, what_we_did, link, postponed_to):
    if result not in DecisionOutcome.Result.values:
        yield "result", _("Choose one of the answers.")
    if decided_on > timezone.localdate(now):
        yield "decided_on", _("This day has not come yet.")
    if not outcome:
        yield "outcome", _("Say what was decided.")
    if result == DecisionOutcome.Result.POSTPONED:
        if not postponed_to or postponed_to <= decided_on:
            yield "postponed_to", _("Say on which later day it is decided.")
    elif not what_we_did and _had_a_say(point):
        yield "what_we_did", _("Residents had a say here. Say what was done with what they gave.")
    if link and not _is_public(link):
        yield "link", _("A link begins with https:// and a name.")


def _had_a_say(point) -> bool:
    decision = level_in_force(point)
    return bool(decision and decision.influence > 0)


def _is_public(link: str) -> bool:
    parts = urlsplit(link)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not host.replace(".", "").isdigit()
