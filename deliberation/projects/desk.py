"""How does a desk screen ask for permission, run an operation, and say no in words?"""

import functools

from django.shortcuts import render
from django.utils import timezone

from compass.refusal import Refused

STATUS = {"refused": 400, "malformed": 400, "forbidden": 403, "state": 409}


def desk_screen(view):
    """Make a view a desk screen: what it refuses becomes a page with the reason and a fitting status.

    The view asks its own permission with `require`; Wagtail's hook lets staff in and nothing more.
    """

    @functools.wraps(view)
    def screen(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused_page(request, refusal)

    return screen


def refused_page(request, refusal: Refused):
    """Show why something cannot be done."""
    context = {"reason": refusal.reason, "code": refusal.code}
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
