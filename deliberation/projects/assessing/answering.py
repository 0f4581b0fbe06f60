"""The assessment screen of a decision point: answers received and saved, and what the compass says to them."""

from datetime import datetime

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compass.engine.advise import advise
from compass.engine.what_if import what_if
from compass.forms import REASON, CriteriaForm, GateForm, code_as_text
from compass.queries import other_route
from compass.refusal import Refused

from .. import operations
from ..desk import STATUS
from ..naming import named_framework
from ..queries import draft_of, framework_for, level_in_force

GATES, CRITERIA = "gates", "criteria"
FORMS = {GATES: GateForm, CRITERIA: CriteriaForm}
STEP = {GATES: 2, CRITERIA: 3}
OTHER = {GATES: CRITERIA, CRITERIA: GATES}
KIND = {GATES: "gate", CRITERIA: "criterion"}
HERE = {GATES: "projects:assess_decision_point", CRITERIA: "projects:assess_criteria"}
# What travels with the answers. Anything else that a form sends is not ours, and refused.
ENVELOPE = {"csrfmiddlewaretoken", "seen", "framework", "action"}
SAVE, GO_ON, BACK, NONE_OF_THESE, ADOPT = ACTIONS = (
    "save",
    "next",
    "back",
    "none",
    "adopt_assessment",
)
TO_QUESTION = "question-"  # and its key: saves, then goes to that question on the other screen
FRAGMENT = "X-Fragment"  # the header with which static/js/compass.js asks for the advice alone


class AssessmentScreen:
    """One part of the questions for one decision point: shown, received, saved, advised on."""

    def __init__(self, point, part: str, now):
        self.point, self.part, self.now = point, part, now
        self.draft = draft_of(point)
        record = self.draft.framework if self.draft else framework_for(point, now)
        self.framework = named_framework(record, point.project.municipality)

    def form(self, data=None):
        """Build the form of this part. Who decides is asked nowhere: the decision point says it."""
        draft = self.draft
        form = FORMS[self.part](
            self.framework,
            data,
            answers=draft.answers if draft else {},
            public_reasons=draft.public_reasons if draft else {},
            asks_route=True,
        )
        form.questions = [each for each in form.questions if each.key != "decider"]
        form.fields.pop("decider", None)
        return form

    def receive(self, request):
        """Save what was filled in, then do what the button said. What was typed is never lost."""
        form = self.form(request.POST)
        action = self.checked_action(request.POST, form)
        if not form.is_valid():
            return self.page(request, form, status=400)
        try:
            self.save(request, form, action)
            if action == ADOPT:
                operations.adopt_assessment(
                    actor=request.user, decision_point=self.point, now=self.now
                )
        except Refused as refusal:
            if refusal.code == "forbidden":
                raise
            if (field := REASON + str(refusal.field)) in form.fields:
                form.add_error(field, refusal.reason)
            return self.page(request, form, refusal, STATUS[refusal.code])
        if request.headers.get(FRAGMENT):
            return self.page(request, form)
        return redirect(self.address_after(action))

    def checked_action(self, data, form) -> str:
        """Read which button was used; refuse a form that was tampered with or is of another time."""
        if strangers := set(data) - set(form.fields) - ENVELOPE:
            names = ", ".join(sorted(strangers))
            raise Refused(_("This form holds things we did not ask: %s") % names, code="malformed")
        if data.get("framework") != self.framework.source_hash:
            reason = _("These are questions of another framework. Open this screen again.")
            raise Refused(reason, code="malformed")
        action = data.get("action", SAVE)
        known = action in ACTIONS or action in self.ways_to_questions()
        if not known or (action == NONE_OF_THESE and self.part != GATES):
            raise Refused(_("There is no such button here."), code="malformed")
        return action

    def ways_to_questions(self) -> list[str]:
        """List the buttons that lead to a question of the other screen."""
        kind = KIND[OTHER[self.part]]
        return [TO_QUESTION + each.key for each in self.framework.questions if each.kind == kind]

    def save(self, request, form, action):
        kept, kept_reasons = {}, {}
        if self.draft:
            kept, kept_reasons = self.draft.answers, self.draft.public_reasons
        answers, reasons = form.answers(), form.public_reasons()
        if action == NONE_OF_THESE:
            answers, reasons = dict.fromkeys(answers, False), {}
        elsewhere = {key: text for key, text in kept_reasons.items() if key not in answers}
        self.draft = operations.save_answers(
            actor=request.user,
            decision_point=self.point,
            answers={**kept, **answers},
            public_reasons={**elsewhere, **reasons},
            seen=moment(request.POST.get("seen", "")),
            now=self.now,
        )

    def address_after(self, action) -> str:
        if action == ADOPT:
            return reverse("projects:decide_level", args=[self.point.pk])
        if action in (GO_ON, NONE_OF_THESE):
            return reverse("projects:assess_criteria", args=[self.point.pk])
        if action == BACK:
            return reverse("projects:assess_decision_point", args=[self.point.pk])
        if action.startswith(TO_QUESTION):
            return reverse(HERE[OTHER[self.part]], args=[self.point.pk]) + "#" + action
        return reverse(HERE[self.part], args=[self.point.pk]) + "#advice-place"

    def page(self, request, form=None, refusal=None, status=200):
        """Show the questions with the advice beside them, or only what a save as you go needs."""
        form = self.form() if form is None else form
        context = {
            "point": self.point,
            "project": self.point.project,
            "form": form,
            "step": STEP[self.part],
            "linked": KIND[self.part],
            "elsewhere": reverse(HERE[OTHER[self.part]], args=[self.point.pk]),
            "locked": level_in_force(self.point) is not None,
            "refusal": refusal,
            "differences": self.differences(form) if refusal and refusal.code == "state" else [],
            **self.advice_context(),
        }
        name = "assess.html"
        if request.headers.get(FRAGMENT):
            name = "_advice_panel.html" if status == 200 else "_not_saved.html"
        return render(request, f"deliberation/projects/{name}", context, status=status)

    def advice_context(self) -> dict:
        """Advise on what is stored, never on what a browser says the advice is."""
        draft, language = self.draft, get_language()
        answers = draft.answers if draft else {}
        advised = advise(self.framework, answers)
        advice, told = (
            advised.as_dict(language),
            what_if_for(self.point, self.framework, answers, language),
        )
        return {
            "framework": self.framework,
            "language": language,
            "advice": advice,
            "what_if": told,
            "route": told["compare"]["text"] if other_route(advised) else "",
            "progress": self.progress(answers),
            "short": self.in_short(advice, language),
            "seen": draft.updated_at.isoformat() if draft else "",
            "saved_at": draft.updated_at if draft else None,
        }

    def progress(self, answers) -> dict:
        """Count what was answered on this screen; who decides isn't asked."""
        asked = [q.key for q in self.framework.questions if q.kind == KIND[self.part]]
        asked = [key for key in asked if key != "decider"]
        return {"answered": sum(key in answers for key in asked), "asked": len(asked)}

    def in_short(self, advice, language) -> str:
        """Say the advice in one line: the level that fits, or which ones still may."""
        names = [self.framework.level(key).name[language] for key in advice["possible"]]
        if len(names) == len(self.framework.levels):
            return _("Advice: every level is still possible.")
        if not advice["done"]:
            return _("Advice so far: %s.") % _(" or ").join(names)
        return _("Advice: %s. It is ready.") % names[0]

    def differences(self, form) -> list[tuple[str, str]]:
        """List where the stored answers differ from the typed ones: (question, stored answer)."""
        self.draft = draft_of(self.point)
        stored = self.draft.answers if self.draft else {}
        return [
            (each.question.text[get_language()], self.in_words(each.question, stored))
            for each in form.asked()
            if form.cleaned_data.get(each.question.key) != stored.get(each.question.key)
        ]

    def in_words(self, question, answers) -> str:
        code = answers.get(question.key)
        return _("I don't know") if code is None else question.label(code)[get_language()]


def what_if_for(point, framework, answers, language) -> dict:
    """Tell what would change the advice, each change with the address that shows the difference."""
    told = what_if(framework, answers).as_dict(language)
    for change in told["changes"]:
        change["href"] = difference_href(point, change["answers"])
    for nearly in told["nearly"]:
        nearly["hrefs"] = [
            (step, difference_href(point, {step["key"]: step["code"]}))
            for step in nearly["in_words"]
            if step["key"] != "decider"
        ]
    return told


def difference_href(point, answers) -> str:
    """Give the address where changed answers stand beside the answers there are."""
    changes = [("change", f"{key}:{code_as_text(code)}") for key, code in answers.items()]
    return f"{reverse('projects:see_difference', args=[point.pk])}?{urlencode(changes)}"


def moment(text: str) -> datetime | None:
    """Read the hidden field that says which draft was on the screen; blank: there was none."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        reason = _("This form was not complete. Open it again.")
        raise Refused(reason, code="malformed") from error
