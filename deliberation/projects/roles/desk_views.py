"""Desk views of who works here: roles, invitations, the quarterly review, and erasure by letter."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from deliberation.people.permissions import require

from .. import operations
from ..desk import desk_screen, form_page, posted, run_with
from ..erasure import erase_by_letter as erase
from ..forms import InviteForm, LetterForm
from ..invitations.operations import invite_colleague as invite
from ..invitations.operations import withdraw_invitation as withdraw
from ..invitations.queries import as_sent, sent_by
from ..models import FOR_THE_WHOLE_MUNICIPALITY, Project, Role, RoleAssignment, RoleInvitation
from ..staff import people_with_roles
from ..views import municipality_of
from . import lifecycle as roles
from .colleagues import colleagues_in, people_in, review_state

PER_SCREEN = 20


@require_safe
@desk_screen
def see_roles(request):
    """List who works here, what each may do, and which roles wait for a look this quarter."""
    municipality = municipality_of(request)
    require("projects.see_roles", request.user, municipality)
    now = timezone.now()
    page = Paginator(people_in(municipality), PER_SCREEN).get_page(request.GET.get("page"))
    sent = Paginator(sent_by(municipality), PER_SCREEN).get_page(request.GET.get("sent"))
    context = {
        "municipality": municipality,
        "colleagues": colleagues_in(municipality, page, now),
        "page_of_people": page,
        "review": review_state(municipality, now),
        "sent": as_sent(sent, now),
        "page_of_sent": sent,
    }
    return render(request, "deliberation/projects/see_roles.html", context)


@desk_screen
def invite_colleague(request, pk=None):
    """Ask somebody to take a role: in one project, or where the screen asks."""
    project, municipality = _where(request, pk)
    require("projects.invite_colleague", request.user, municipality)
    form = _role_form(request, project, municipality)
    if request.method == "POST":
        where = {"municipality": municipality} | ({"project": project} if project else {})
        if run_with(form, invite, actor=request.user, **where):
            messages.success(request, _("The invitation is on its way."))
            return _back_to(project)
    return form_page(
        request,
        "deliberation/projects/invite_colleague.html",
        form,
        project=project,
        municipality=municipality,
        people=people_with_roles(project) if project else [],
        sent=as_sent(sent_by(municipality, project), timezone.now()) if project else [],
    )


@require_POST
@desk_screen
def withdraw_invitation(request, pk):
    """Take an invitation back."""
    invitation = get_object_or_404(RoleInvitation.objects.select_related("municipality"), pk=pk)
    withdraw(actor=request.user, invitation=invitation, now=timezone.now())
    messages.success(request, _("The invitation was taken back."))
    return _back_to(invitation.project if request.POST.get("from") == "project" else None)


@require_POST
@desk_screen
def withdraw_role(request, pk):
    """Take a role back."""
    assignment = get_object_or_404(RoleAssignment, pk=pk)
    operations.withdraw_role(actor=request.user, assignment=assignment, now=timezone.now())
    messages.success(request, _("The role was taken back. It ended at once."))
    return _back_to(assignment.project if request.POST.get("from") == "project" else None)


@require_POST
@desk_screen
def confirm_role(request, pk):
    """Say that a role is still right."""
    assignment = get_object_or_404(RoleAssignment.objects.select_related("municipality"), pk=pk)
    roles.confirm_role(actor=request.user, assignment=assignment, now=timezone.now())
    messages.success(request, _("Noted: this role is still right."))
    return redirect("projects:see_roles")


@desk_screen
def erase_by_letter(request):
    """Erase somebody who asked it by letter, at the counter or on the telephone."""
    municipality = municipality_of(request)
    require("projects.erase_by_letter", request.user, municipality)
    form = LetterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "municipality": municipality}
        run_with(form, erase, **who)
        if not form.errors:
            messages.success(request, _("What was kept here of this person is gone."))
            return redirect("projects:see_roles")
    template = "deliberation/projects/erase_by_letter.html"
    return form_page(request, template, form, municipality=municipality)


def _where(request, pk) -> tuple:
    if pk is None:
        return None, municipality_of(request)
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    return project, project.municipality


def _role_form(request, project, municipality):
    """Make the form; without a project on the screen, it asks where the role counts."""
    given = [role for role in Role if not (project and role in FOR_THE_WHOLE_MUNICIPALITY)]
    where = None if project else Project.objects.filter(municipality=municipality)
    asked = {"role": request.GET.get("role")}  # by the button that asks for an administrator
    return InviteForm(posted(request), roles=given, projects=where, initial=asked)


def _back_to(project):
    if project:
        return redirect("projects:invite_colleague", project.pk)
    return redirect("projects:see_roles")
