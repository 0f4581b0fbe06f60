"""Public views of the open compass: questions, advice, difference and rules, the same for all; nothing is kept."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from compass.engine.framework_serializer import framework_as_dict
from compass.refusal import Refused
from deliberation.projects.naming import named_framework

from . import addresses, forms, rule_book
from .advising import advised, compared, promised
from .budget import TooBusy
from .shelf import framework_here

FOR_A_WHILE = 300  # seconds that a browser may show a page again without asking


def open_page(view):
    """Give a view the framework that an address is about, and answer in words what it can't show."""

    @require_safe
    @wraps(view)
    def answer(request):
        try:
            shown = view(request, Opened(request))
        except Refused as refusal:
            shown = _page(request, "not_understood", {"refusal": refusal}, 400)
        except TooBusy as busy:
            shown = _page(request, "too_busy", {}, 429)
            shown["Retry-After"] = str(busy.wait)
        if shown.status_code == 200:
            patch_cache_control(shown, private=True, max_age=FOR_A_WHILE)
        return shown

    return answer


class Opened:
    """The framework somebody looks at, and the answers in their address."""

    def __init__(self, request):
        municipality, day = request.municipality, timezone.localdate()
        if not municipality:
            raise Http404("no municipality here")
        query = addresses.query_of(request)
        self.wanted = addresses.version_in(query)
        self.in_force = framework_here(municipality, day)
        self.record = framework_here(municipality, day, version=self.wanted)
        if self.wanted and self.record is None:
            raise addresses.not_ours()
        self.language = get_language()
        self.framework = named_framework(self.record, municipality) if self.record else None
        self.asked = addresses.read(self.framework, query) if self.record else None

    def href(self, name: str, answers=None, other=None) -> str:
        """Give the address of a screen with these answers in it; those of now when none are given."""
        answers = self.asked.answers if answers is None else answers
        query = addresses.written(self.framework, answers, other or {})
        return reverse(name) + (f"?{query}" if query else "")

    def context(self) -> dict:
        """Give what every page about a framework shows."""
        return {
            "framework": self.framework,
            "language": self.language,
            "older": self.record != self.in_force and self.in_force,
            "answers": [
                (key, addresses.code_as_text(code)) for key, code in self.asked.answers.items()
            ],
            "version_name": addresses.VERSION,
        }


@open_page
def try_gates(request, opened):
    """Ask what settles it by itself; the first page of the open compass."""
    return _questions(request, opened, "gate", "try_gates", "try_criteria")


@open_page
def try_criteria(request, opened):
    """Ask what weighs, until nothing can change any more."""
    return _questions(request, opened, "criterion", "try_criteria", "try_gates")


def _questions(request, opened, kind: str, here: str, there: str):
    if opened.record is None:
        return _page(request, "no_framework", {})
    if request.GET and _untidy(request, opened):
        place = _other_place(opened, kind)
        return redirect(opened.href(there if place else here) + (place or "#advice-place"))
    no_gates = {gate.key: False for gate in opened.framework.gates}
    none_href = opened.href("try_criteria", {**opened.asked.answers, **no_gates})
    hrefs = {
        "none_href": none_href + "#questions",
        "there_href": opened.href(there) + "#questions",
        "elsewhere_href": opened.href(there),
        "difference_href": opened.href("try_difference"),
    }
    context = {**opened.context(), **hrefs, **_told(opened), **_asked(opened, kind)}
    return _page(request, "questions", context)


def _other_place(opened, kind: str) -> str:
    """Say where on the other screen the button leads that was used; blank: it stays on this one."""
    go_to, others = opened.asked.go_to, opened.framework.questions
    if go_to in [f"question-{each.key}" for each in others if each.kind != kind]:
        return f"#{go_to}"
    goes_on = go_to == "next" and not _told(opened)["advice"]["done"]
    return "#questions" if goes_on or go_to == "back" else ""


def _told(opened) -> dict:
    """Give the advice on the answers, what would change it, and the promise it would lead to."""
    framework, answers, language = opened.framework, opened.asked.answers, opened.language
    advice, what_if = advised(framework, answers, language)
    level = advice["outcome"]
    return {
        "advice": advice,
        "what_if": _with_addresses(opened, what_if),
        "promise": promised(framework, level, answers, language) if level else "",
    }


def _asked(opened, kind: str) -> dict:
    """Give the questions of this screen, and the answers of the other one to take along."""
    framework, answers = opened.framework, opened.asked.answers
    advice, _what_if = advised(framework, answers, opened.language)
    first, rest = forms.asked(framework, kind, answers, advice["next_questions"])
    return {
        "kind": kind,
        "first": first,
        "rest": rest,
        "given": [
            (one.question.name[opened.language], one.question.label(answers[key])[opened.language])
            for one in first.asked
            if (key := one.question.key) in answers
        ],
        "elsewhere": [
            (key, addresses.code_as_text(code))
            for key, code in answers.items()
            if framework.question(key).kind != kind
        ],
        "go_to_name": addresses.GO_TO,
    }


def _untidy(request, opened) -> bool:
    """Say whether the same answers have a shorter address: one without buttons and empty answers."""
    tidy = addresses.written(opened.framework, opened.asked.answers)
    return tidy != request.META.get("QUERY_STRING", "")


def _with_addresses(opened, told: dict) -> dict:
    """Give each change the address that shows the difference."""

    def difference(answers) -> str:
        return opened.href("try_difference", other=answers)

    changes = [{**change, "href": difference(change["answers"])} for change in told["changes"]]
    nearly = [
        {
            **one,
            "hrefs": [(step, difference({step["key"]: step["code"]})) for step in one["in_words"]],
        }
        for one in told["nearly"]
    ]
    return {**told, "changes": changes, "nearly": nearly}


@open_page
def try_difference(request, opened):
    """Show the advice beside the one with one or two other answers."""
    if opened.record is None:
        return _page(request, "no_framework", {})
    answers, other = opened.asked.answers, opened.asked.other
    picked = [f"{key}:{addresses.code_as_text(code)}" for key, code in other.items()]
    context = {
        **opened.context(),
        "other_name": addresses.OTHER,
        "choices": _choices(opened),
        "picked": [*picked, "", ""][: addresses.MOST_OTHER],
        "pair": compared(opened.framework, answers, other, opened.language) if other else None,
        "back_href": opened.href("try_criteria") + "#advice-place",
        "with_href": opened.href("try_criteria", {**answers, **other}) + "#advice-place",
    }
    return _page(request, "difference", context)


def _choices(opened) -> list[tuple[str, list[tuple[str, str]]]]:
    """List every answer that wasn't given, by question."""
    return [
        (
            question.text[opened.language],
            [
                (
                    f"{question.key}:{addresses.code_as_text(option.code)}",
                    option.label[opened.language],
                )
                for option in question.options
                if opened.asked.answers.get(question.key) != option.code
            ],
        )
        for question in opened.framework.questions
    ]


@open_page
def read_rules(request, opened):
    """Tell how this municipality chooses: levels with their promises, questions, and every rule."""
    if opened.record is None:
        return _page(request, "no_framework", {})
    told = framework_as_dict(opened.framework, opened.language)
    context = {
        **opened.context(),
        "told": told,
        "asked": rule_book.asked_in_parts(told),
        "groups": rule_book.in_groups(told),
        "owned": bool(opened.record.owner),
    }
    return _page(request, "rules", context)


def _page(request, name: str, context: dict, status: int = 200):
    return render(request, f"deliberation/open_compass/{name}.html", context, status=status)
