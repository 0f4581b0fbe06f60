"""Desk views of an assessment: the gates on one screen, the criteria on the next, and taking answers over."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from compass.queries import parsed
from compass.refusal import Refused

from ..desk import STATUS, desk_screen
from ..queries import draft_of
from ..wizard import point_for
from .answering import CRITERIA, GATES, AssessmentScreen, moment
from .taking_over import earlier_drafts, offer, take_over_answers


@desk_screen
def assess_decision_point(request, pk):
    """Answer the gates of the framework, on one screen."""
    return _assess(request, pk, GATES)


@desk_screen
def assess_criteria(request, pk):
    """Answer the other questions, with the advice beside them."""
    return _assess(request, pk, CRITERIA)


def _assess(request, pk, part):
    point = point_for(request, pk, "projects.assess_decision_point")
    answering = AssessmentScreen(point, part, timezone.now())
    return answering.receive(request) if request.method == "POST" else answering.page(request)


@desk_screen
def take_over(request, pk):
    """Take the answers of another decision point over, except those that differ here."""
    point = point_for(request, pk, "projects.assess_decision_point")
    earlier = earlier_drafts(point, request.user)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = {str(draft.pk): draft for draft in earlier}.get(sent.get("source"))
    if request.method != "POST":
        return _take_over_page(request, point, earlier, chosen or next(iter(earlier), None))
    if chosen is None:
        refusal = Refused(_("Choose a decision point first."), field="source")
        return _take_over_page(request, point, earlier, next(iter(earlier), None), refusal)
    try:
        taken = take_over_answers(
            actor=request.user,
            decision_point=point,
            source=chosen.decision_point,
            except_keys=request.POST.getlist("except"),
            seen=moment(request.POST.get("seen", "")),
            now=timezone.now(),
        )
    except Refused as refusal:
        if refusal.code not in ("state", "refused"):
            raise
        return _take_over_page(request, point, earlier, chosen, refusal)
    messages.success(request, _said(taken, parsed(chosen.framework)))
    first = "assess_decision_point" if taken.reasons_to_check else "assess_criteria"
    return redirect(f"projects:{first}", pk)


def _take_over_page(request, point, earlier, chosen, refusal=None):
    """Show the answers that would come along, each with a tick for "not this one"; ticks stay."""
    draft = draft_of(point)
    offered = offer(point, chosen, timezone.now()) if chosen else None
    rows = _rows(offered, request.POST.getlist("except")) if offered else []
    context = {
        "point": point,
        "project": point.project,
        "earlier": earlier,
        "chosen": chosen,
        "dropped": _names(parsed(chosen.framework), offered.dropped) if chosen else [],
        "rows": [row for row in rows if not row["is_plain"]],
        "plain": [row for row in rows if row["is_plain"]],
        "seen": draft.updated_at.isoformat() if draft else "",
        "refusal": refusal,
    }
    status = STATUS[refusal.code] if refusal else 200
    return render(request, "deliberation/projects/take_over_answers.html", context, status=status)


def _rows(offered, ticked) -> list[dict]:
    """Put each answer that would come along into words; a gate with no is plain, and folded away."""
    language = get_language()
    return [
        {
            "key": question.key,
            "name": question.name[language],
            "answer": question.label(offered.answers[question.key])[language],
            "is_plain": question.is_gate and offered.answers[question.key] is False,
            "ticked": question.key in ticked,
        }
        for question in offered.framework.questions
        if question.key in offered.answers
    ]


def _names(framework, keys) -> list[str]:
    names = {question.key: question.name[get_language()] for question in framework.questions}
    return [names.get(key, key) for key in keys]


def _said(taken, framework) -> str:
    count = ngettext("%d answer was taken over.", "%d answers were taken over.", taken.count)
    told = [count % taken.count, _("Look at them once more.")]
    if taken.dropped:
        dropped = ", ".join(_names(framework, taken.dropped))
        told.append(_("These no longer exist and stayed behind: %s.") % dropped)
    if taken.reasons_to_check:
        told.append(_("Check the public reasons: they were written for another decision."))
    return " ".join(told)
