"""What would other answers lead to, and may an officer take them over from elsewhere?"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from compass.engine.anatomy import Framework
from compass.engine.changes import side_by_side
from compass.forms import code_as_text
from compass.refusal import Refused
from deliberation.people.permissions import require

from .. import operations
from ..desk import desk_screen
from ..naming import named_framework
from ..queries import draft_of
from ..wizard import point_for
from .answering import moment
from .taking_over import earlier_drafts, take_over_answers

MOST = 2  # changed answers at once: more is another story, not a difference


@desk_screen
def see_difference(request, pk):
    """Show the advice as it is beside the advice with one or two other answers. Nothing is kept."""
    point = point_for(request, pk, "projects.assess_decision_point")
    draft = draft_of(point)
    if draft is None:
        messages.info(request, _("First answer some questions."))
        return redirect("projects:assess_decision_point", pk)
    framework = named_framework(draft.framework, point.project.municipality)
    chosen = request.POST if request.method == "POST" else request.GET
    changed = read_changes(framework, chosen.getlist("change"))
    if request.method == "POST":
        return _take_over_changes(request, point, draft, changed)
    language = get_language() if get_language() in ("nl", "en") else "nl"
    context = {
        "point": point,
        "project": point.project,
        "framework": framework,
        "language": language,
        "seen": draft.updated_at.isoformat(),
        "choices": choices(framework, draft.answers, language),
        "picked": [*(f"{key}:{code_as_text(code)}" for key, code in changed.items()), "", ""][
            :MOST
        ],
        "pair": side_by_side(framework, draft.answers, changed).as_dict(language)
        if changed
        else None,
    }
    return render(request, "deliberation/projects/see_difference.html", context)


def _take_over_changes(request, point, draft, changed):
    """Keep the changed answers, unless a colleague changed something meanwhile."""
    if not changed:
        raise Refused(_("Choose another answer first."), field="change")
    operations.save_answers(
        actor=request.user,
        decision_point=point,
        answers={**draft.answers, **changed},
        public_reasons=draft.public_reasons,
        seen=moment(request.POST.get("seen", "")),
        now=timezone.now(),
    )
    messages.success(request, _("The answer was changed. This is the advice now."))
    return redirect(reverse("projects:assess_criteria", args=[point.pk]) + "#advice-place")


def read_changes(framework: Framework, texts: list[str]) -> dict:
    """Read "question:code" texts. Refused: more than two, or what is no answer of this framework."""
    changed = {}
    for text in filter(None, texts):
        key, _colon, code = text.partition(":")
        codes = {code_as_text(each): each for each in _codes(framework, key)}
        if code not in codes or len(changed) == MOST:
            raise Refused(_("There is no such answer here."), code="malformed")
        changed[key] = codes[code]
    return changed


def _codes(framework: Framework, key: str) -> tuple:
    return next((question.codes for question in framework.questions if question.key == key), ())


def choices(framework: Framework, answers, language: str) -> list[tuple[str, list]]:
    """List every other answer, by question: what can be tried. Who decides is the decision point's."""
    return [
        (
            question.text[language],
            [
                (f"{question.key}:{code_as_text(option.code)}", option.label[language])
                for option in question.options
                if answers.get(question.key) != option.code
            ],
        )
        for question in framework.questions
        if question.key != "decider"
    ]


def _earlier_page(request, point, refusal=None, status=200):
    draft = draft_of(point)
    context = {
        "point": point,
        "project": point.project,
        "earlier": earlier_drafts(point, request.user),
        "chosen": request.GET.get("source", ""),
        "seen": draft.updated_at.isoformat() if draft else "",
        "refusal": refusal,
        "language": get_language(),
    }
    return render(request, "deliberation/projects/take_over_answers.html", context, status=status)


@desk_screen
def take_over(request, pk):
    """Take the answers of another decision point over, except those that differ here."""
    point = point_for(request, pk, "projects.assess_decision_point")
    if request.method != "POST":
        return _earlier_page(request, point)
    source = next(
        (
            one
            for one in earlier_drafts(point, request.user)
            if str(one.pk) == request.POST.get("source")
        ),
        None,
    )
    if source is None:
        refusal = Refused(gettext_lazy("Choose a decision point first."), field="source")
        return _earlier_page(request, point, refusal, 400)
    require("projects.see_desk", request.user, source.decision_point)
    taken = take_over_answers(
        actor=request.user,
        decision_point=point,
        source=source.decision_point,
        except_keys=request.POST.getlist("except"),
        seen=moment(request.POST.get("seen", "")),
        now=timezone.now(),
    )
    messages.success(request, _said(taken))
    first = "assess_decision_point" if taken.reasons_to_check else "assess_criteria"
    return redirect(f"projects:{first}", pk)


def _said(taken) -> str:
    told = [_("%d answers were taken over. Look at them once more.") % taken.count]
    if taken.dropped:
        told.append(_("These no longer exist and stayed behind: %s.") % ", ".join(taken.dropped))
    if taken.reasons_to_check:
        told.append(_("Check the public reasons: they were written for another decision."))
    return " ".join(told)
