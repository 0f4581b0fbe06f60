"""Operations on phases: change one or remove it, unless a promise hangs on it."""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from .deciding.frames import LONGEST_REASON, lock_point, record_change
from .deciding.versions import snapshot
from .decision_standing import days_taken
from .english import beside, put_english
from .extension_points import promise_changed
from .models import DecisionPoint, FrameChange, LevelDecision, Phase, Project


@operation
def change_phase(
    *, actor, phase, kind, title, starts_on, ends_on, reason="", english=None, now
) -> Phase:
    """Give a phase another name, kind or days. What residents were promised in it holds it in place.

    Refused where a level was chosen: another kind, as other tools would open, and days that leave
    out the day of a decision that lay in them. A phase that runs ends today at the earliest,
    and what is open in it doesn't close before that: it doesn't begin later any more.
    An earlier end takes days from residents: where a level is in force it wants a `reason`, and is kept
    and told as any other change of what was promised. `english` may hold that reason too.
    """
    require("projects.change_phase", actor, phase, now)
    Project.objects.select_for_update().get(pk=phase.project_id)
    before = Phase.objects.get(pk=phase.pk)
    refuse_wrong_days(phase.project, starts_on, ends_on, besides=phase)
    today = timezone.localdate(now)
    _refuse_what_was_promised(before, kind, starts_on, ends_on, today)
    _refuse_ending_in_the_past(before, ends_on, today)
    shortened = promised_in(before) if today <= before.ends_on and ends_on < before.ends_on else []
    reason = clean_text(reason, LONGEST_REASON, "reason")
    if shortened and not reason:
        raise Refused(_("Say why it ends earlier. Residents read it."), field="reason")
    told = [(point, snapshot(point)) for point in map(lock_point, shortened)]
    english = dict(english or {})
    why = beside(FrameChange, {"reason": reason}, {"reason": english.pop("reason", "")})
    phase.kind, phase.title = kind, clean_line(title, 100, "title")
    phase.starts_on, phase.ends_on = starts_on, ends_on
    put_english(phase, english)
    phase.save()
    promise_changed([phase.project], now)
    detail = {"before": _told(before), "after": _told(phase)}
    for point, was in told:
        point.phase = phase
        record_change(
            actor=actor, point=point, before=was, reason=reason, now=now,
            action="end_phase_earlier", english=point.english | why,
        )  # fmt: skip
    record_audit(actor=actor, action="change_phase", obj=phase, now=now, detail=detail)
    return phase


def promised_in(phase) -> list[DecisionPoint]:
    """List what residents may still say something about in a phase: a level is in force, nothing was decided."""
    found = DecisionPoint.objects.filter(phase=phase, level_decisions__isnull=False).distinct()
    decided = days_taken(found)
    return [point for point in found.order_by("pk") if point.pk not in decided]


@operation
def remove_phase(*, actor, phase, now) -> None:
    """Remove a phase, with its decision points and what was answered about them so far.

    Refused where a level was chosen or something hangs on a decision point: an evening, a question.
    """
    require("projects.remove_phase", actor, phase, now)
    Project.objects.select_for_update().get(pk=phase.project_id)
    if LevelDecision.objects.filter(decision_point__phase=phase).exists():
        reason = _("A level was chosen in this phase. What was promised to residents stays.")
        raise Refused(reason, code="state")
    detail = {
        **_told(phase),
        "decision_points": [one.question for one in phase.decision_points.all()],
    }
    try:
        with transaction.atomic():
            phase.decision_points.all().delete()
            Phase.objects.filter(pk=phase.pk).delete()
    except ProtectedError as error:
        reason = _("Something was made for a decision point in this phase, such as a poll.")
        raise Refused(reason, code="state") from error
    record_audit(actor=actor, action="remove_phase", obj=phase, now=now, detail=detail)


def refuse_wrong_days(project, starts_on, ends_on, besides=None) -> None:
    """Refuse days in the wrong order, and days that another phase of the project has."""
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."), field="ends_on")
    others = project.phases.exclude(pk=besides.pk) if besides else project.phases
    overlapping = others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if overlapping:
        raise Refused(
            _("These days overlap with the phase “%s”.") % overlapping.title, field="starts_on"
        )


def _refuse_what_was_promised(before, kind, starts_on, ends_on, today) -> None:
    decided = before.decision_points.filter(level_decisions__isnull=False).distinct()
    if kind != before.kind and decided.exists():
        reason = _("A level was chosen in this phase, so what happens in it is fixed.")
        raise Refused(reason, field="kind")
    if before.is_current(today) and starts_on > today and decided.exists():
        reason = _(
            "Residents can take part now, as this phase runs. It can’t begin later any more."
        )
        raise Refused(reason, field="starts_on")
    for point in decided:
        was_in = before.starts_on <= point.decides_on <= before.ends_on
        if was_in and not starts_on <= point.decides_on <= ends_on:
            raise Refused(
                _("“%(question)s” is decided on %(day)s. That day must stay in this phase.")
                % {
                    "question": point.question,
                    "day": date_format(point.decides_on, "j F Y"),
                },
                field="ends_on" if point.decides_on > ends_on else "starts_on",
            )


def _refuse_ending_in_the_past(before, ends_on, today) -> None:
    if before.is_current(today) and ends_on < today:
        raise Refused(_("This phase runs now. It can end today at the earliest."), field="ends_on")


def _told(phase) -> dict:
    return {
        "kind": phase.kind,
        "title": phase.title,
        "starts_on": phase.starts_on.isoformat(),
        "ends_on": phase.ends_on.isoformat(),
        "english": phase.english,
    }
