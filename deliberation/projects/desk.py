"""The decorator of desk screens, and functions that read a form, run an operation once, and say no."""

import functools
import hashlib
import json

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compass.refusal import Refused
from deliberation.people.operations import answer_once
from deliberation.people.permissions import NotAllowed, may
from deliberation.people.referers import came_from
from deliberation.tools import Closed

from .rules import who_may

STATUS = {"refused": 400, "malformed": 400, "forbidden": 403, "state": 409}


class ComesFirst(Refused):
    """Say what has to be there before a screen can be used: the way to where it is made, and the way back.

    Each way is a (label, address); `make` is None for who can't make it.
    """

    def __init__(self, reason, *, make, back):
        super().__init__(reason, code="state")
        self.make, self.back = make, back


def way_to_open(status, point, user):
    """Lead to the screen on which a closed tool can be opened, for who may do that: (label, address) or None."""
    if status.closed == Closed.NO_LEVEL and may("projects.decide_level", user, point):
        return _("Choose the level"), reverse("projects:decide_level", args=[point.pk])
    if status.closed == Closed.NO_PHASE and may("projects.change_phase", user, point.phase):
        return _("Change the phase"), reverse("projects:change_phase", args=[point.phase_id])
    return None


def posted(request):
    """Give what a form sent, also when that is nothing; None while its page is only asked for."""
    return request.POST if request.method == "POST" else None


def desk_screen(view):
    """Make a view a desk screen: what it refuses becomes a page with the reason and a fitting status.

    The view asks its own permission with `require`; Wagtail's hook lets staff in and nothing more.
    A form with an `op_id` (the tag `op_id` makes one) is done once, however often it is sent.
    """

    @functools.wraps(view)
    def screen(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused_page(request, refusal)

    @functools.wraps(view)
    def screen_once(request, *args, **kwargs):
        if request.method != "POST" or not request.POST.get("op_id"):
            return screen(request, *args, **kwargs)
        return _once(request, lambda: screen(request, *args, **kwargs))

    return screen_once


def _once(request, screen):
    """Answer a form, or answer as the first time when this same form was done before."""
    answers = []

    def answer():
        answers.append(screen())
        if answers[0].status_code != 302:
            return None
        # What waits for the next page: reading it the public way would use it up.
        said = messages.get_messages(request)._queued_messages
        return answers[0]["Location"], [(one.level, str(one.message)) for one in said]

    before = answer_once(key=_key_of(request), answer=answer, now=timezone.now())
    if before is None:
        return answers[0]
    for level, text in before.says:
        messages.add_message(request, level, text)
    return redirect(before.leads_to)


def _key_of(request) -> str:
    """Name a sent form by who sends what where: whoever goes back and changes something sends another."""
    fields = sorted(pair for pair in request.POST.lists() if pair[0] != "csrfmiddlewaretoken")
    sent = json.dumps([request.user.pk, request.get_full_path(), fields])
    digest = hashlib.sha256(sent.encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(f"{name} {file.size}".encode())
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
    return digest.hexdigest()


def refused_page(request, refusal: Refused):
    """Show why something cannot be done."""
    # Read again, what was only asked for would be refused again.
    left = came_from(request, otherwise="")
    way_back = left if request.method == "POST" or left != request.get_full_path() else ""
    context = {"reason": refusal.reason, "code": refusal.code, "way_back": way_back}
    if isinstance(refusal, NotAllowed):
        context["who_may"] = who_may(refusal.permission)
    if isinstance(refusal, ComesFirst):
        context |= {"comes_first": True, "make": refusal.make, "back": refusal.back}
    status = STATUS[refusal.code]
    return render(request, "deliberation/projects/refused.html", context, status=status)


def run_with(form, operation, **arguments):
    """Run an operation with what a form holds; None when the form or the operation said no.

    A refusal about one field stands beside it, any other above the form. What was typed stays.
    A refusal because of who asks, or of what happened meanwhile, is not the form's to mend.
    """
    if not form.is_valid():
        return None
    try:
        return operation(now=timezone.now(), **arguments, **form.cleaned_data)
    except Refused as refusal:
        if refusal.code in ("forbidden", "state"):
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        return None


def form_page(request, template, form, **context):
    """Show a form; with status 400 when it came back wrong."""
    status = 400 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
