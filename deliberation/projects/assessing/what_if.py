"""What-if: what other answers would lead to, beside what was answered."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compass.engine.anatomy import Rulebook
from compass.engine.what_if import side_by_side
from compass.forms import code_as_text
from compass.refusal import Refused

from .. import operations
from ..desk import STATUS, desk_screen
from ..naming import named_framework
from ..queries import draft_of
from ..wizard import point_for
from .answering import CRITERIA, FRAGMENT, GATES, HERE, moment

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
    sent = request.POST if request.method == "POST" else request.GET
    changed = read_changes(framework, sent.getlist("change"))
    try:
        if request.method == "POST":
            return _take_over_changes(request, point, draft, changed)
    except Refused as refusal:
        if refusal.code not in ("state", "refused"):
            raise
        return _page(request, point, framework, changed, refusal)
    return _page(request, point, framework, changed)


def _page(request, point, framework, changed, refusal=None):
    """Show both advices on what is stored now; what was picked stays picked."""
    draft, language = draft_of(point), get_language()
    pair = side_by_side(framework, draft.answers, changed).as_dict(language) if changed else None
    picked = [f"{key}:{code_as_text(code)}" for key, code in changed.items()]
    context = {
        "point": point,
        "project": point.project,
        "framework": framework,
        "language": language,
        "seen": draft.updated_at.isoformat(),
        "choices": choices(framework, draft.answers, language),
        "fields": [*picked, "", ""][:MOST],
        "picked": picked,
        "pair": pair,
        "refusal": refusal,
    }
    name = "_difference.html" if request.headers.get(FRAGMENT) else "see_difference.html"
    status = STATUS[refusal.code] if refusal else 200
    return render(request, f"deliberation/projects/{name}", context, status=status)


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
    gates = {
        gate.key for gate in named_framework(draft.framework, point.project.municipality).gates
    }
    part = GATES if gates & set(changed) else CRITERIA
    return redirect(reverse(HERE[part], args=[point.pk]) + "#advice-place")


def read_changes(framework: Rulebook, texts: list[str]) -> dict:
    """Read "question:code" texts.

    Refused: more than two, two for one question, who decides (the decision point says it), and what
    is no answer of this framework.
    """
    changed = {}
    for text in filter(None, texts):
        key, _colon, code = text.partition(":")
        codes = {code_as_text(each): each for each in _codes(framework, key)}
        if code not in codes or len(changed) == MOST:
            raise Refused(_("There is no such answer here."), code="malformed")
        if key in changed:
            raise Refused(_("Choose answers to two different questions."), code="malformed")
        changed[key] = codes[code]
    return changed


def _codes(framework: Rulebook, key: str) -> tuple:
    return next((one.codes for one in tryable(framework) if one.key == key), ())


def tryable(framework: Rulebook) -> list:
    """List the questions of which another answer can be tried: first those one can do something about."""
    asked = [question for question in framework.questions if question.key != "decider"]
    return sorted(asked, key=lambda question: not question.changeable)


def choices(framework: Rulebook, answers, language: str) -> list[tuple[str, list]]:
    """List every other answer, by question: (question, [(what is sent, question in short and answer)])."""
    return [
        (
            question.text[language],
            [
                (
                    f"{question.key}:{code_as_text(option.code)}",
                    f"{question.name[language]}: {option.label[language]}",
                )
                for option in question.options
                if answers.get(question.key) != option.code
            ],
        )
        for question in tryable(framework)
    ]
