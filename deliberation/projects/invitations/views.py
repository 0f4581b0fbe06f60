"""Views in which somebody accepts or declines a role."""

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compass.refusal import Refused
from deliberation.people.recent_sign_in import SIGNS_IN_AS, came_by_code, is_fresh

from ..desk import run_with
from ..models import Role
from ..roles.colleagues import MAY
from . import operations
from .forms import NameForm
from .queries import invitations_for


@require_safe
@never_cache
@login_required
def see_invitations(request):
    """List the roles that I am asked to take."""
    return _page(request)


@require_POST
@never_cache
@login_required
def accept_role(request, pk):
    """Take a role. Who didn't just show that the mailbox is theirs signs in once more, by the door of staff."""
    invitation, was_staff = _asked_of(request, pk), request.user.is_staff
    form = None if request.user.get_full_name() else NameForm(request.POST, prefix=f"i{pk}")
    try:
        started = _accept(request, invitation, form)
    except Refused as refusal:
        return _said_no(request, refusal)
    if started is None:
        return _page(request, {pk: form})
    return _to_work(request, was_staff)


@require_POST
@never_cache
@login_required
def decline_role(request, pk):
    """Refuse a role."""
    who = {"actor": request.user, "invitation": _asked_of(request, pk)}
    try:
        operations.decline_role(**who, now=timezone.now())
    except Refused as refusal:
        return _said_no(request, refusal)
    messages.success(request, _("You did not accept. The invitation is gone."))
    return redirect("invitations:see_invitations")


def _asked_of(request, pk):
    return get_object_or_404(invitations_for(request.user, timezone.now()), pk=pk)


def _accept(request, invitation, form):
    who = {"actor": request.user, "invitation": invitation}
    if form:
        return run_with(form, operations.accept_role, **who)
    return operations.accept_role(**who, now=timezone.now())


def _said_no(request, refusal):
    messages.error(request, refusal.reason)
    return redirect("invitations:see_invitations")


def _to_work(request, was_staff):
    if was_staff:
        messages.success(request, _("You work here now."))
        return redirect("projects:see_desk")
    desk = reverse("projects:see_desk")
    email, by_code = request.user.email, came_by_code(request)
    if by_code and is_fresh(request) and not is_mfa_enabled(request.user):
        # Another code would show the same mailbox once more. It becomes a session of staff, that asks a second lock.
        # Where it is asked, it is said that they work here now.
        get_adapter().login(request, request.user)
        return redirect(desk)
    logout(request)  # the session was opened with less than the desk asks
    if by_code:
        text = _(
            "You work here now. Sign in once more, with a new code. Then you put a second lock on your account."
        )
    else:
        text = _(
            "You work here now. Sign in once more. Then you put a second lock on your account."
        )
    messages.success(request, text)
    if not by_code:
        return redirect(desk)  # which leads to the door
    # The door of staff asks for a password first, that who just came to work here never made.
    request.session[SIGNS_IN_AS] = email
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': desk})}")


def _page(request, forms=None):
    forms, named = forms or {}, request.user.get_full_name()
    asked = [
        {
            "invitation": one,
            "may": MAY[Role(one.role)],
            "form": None if named else forms.get(one.pk) or NameForm(prefix=f"i{one.pk}"),
        }
        for one in invitations_for(request.user, timezone.now())
    ]
    status = 400 if forms else 200
    template = "deliberation/projects/see_invitations.html"
    return render(request, template, {"asked": asked}, status=status)
