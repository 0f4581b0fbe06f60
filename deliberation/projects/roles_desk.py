"""What does the desk show and ask about who works here?"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from deliberation.people.mailing import NotMailed
from deliberation.people.permissions import require

from . import operations, roles
from .colleagues import colleagues_in, review_state
from .desk import desk_screen, form_page, run_with
from .forms import InviteForm, LetterForm, RoleForm
from .models import FOR_THE_WHOLE_MUNICIPALITY, Project, Role, RoleAssignment
from .staff import people_with_roles
from .views import municipality_of


@require_safe
@desk_screen
def see_roles(request):
    """List who works here, what each may do, and which roles wait for a look this quarter."""
    municipality = municipality_of(request)
    require("projects.see_roles", request.user, municipality)
    now = timezone.now()
    context = {
        "municipality": municipality,
        "colleagues": colleagues_in(municipality, now),
        "review": review_state(municipality, now),
    }
    return render(request, "deliberation/projects/see_roles.html", context)


@desk_screen
def assign_role(request, pk=None):
    """Give somebody who has an account a role: in one project, or in the whole municipality."""
    project, municipality = _where(request, pk)
    require("projects.assign_role", request.user, municipality)
    form = _role_form(RoleForm, request, project, municipality)
    if request.method == "POST":
        where = {"municipality": municipality} | ({"project": project} if project else {})
        if run_with(form, operations.assign_role, actor=request.user, **where):
            messages.success(request, _("The role was given."))
            return _back_to(project)
    return form_page(
        request,
        "deliberation/projects/assign_role.html",
        form,
        project=project,
        municipality=municipality,
        people=people_with_roles(project) if project else [],
    )


@desk_screen
def invite_colleague(request):
    """Make an account for a colleague, with a role; the password is theirs to choose."""
    municipality = municipality_of(request)
    require("projects.invite_colleague", request.user, municipality)
    form = _role_form(InviteForm, request, None, municipality)
    if request.method == "POST":
        who = {"actor": request.user, "municipality": municipality}
        try:
            user = run_with(form, roles.invite_colleague, **who)
        except NotMailed:
            messages.warning(request, _not_invited(form.cleaned_data["email"]))
            return redirect("projects:see_roles")
        if user:
            messages.success(request, _("The account is there. A link went to %s.") % user.email)
            return redirect("projects:see_roles")
    template = "deliberation/projects/invite_colleague.html"
    return form_page(request, template, form, municipality=municipality)


def _not_invited(email: str) -> str:
    return _(
        "The account is there, but the mail to %s did not go. In a few minutes your colleague can ask "
        "for a link with “Forgot your password?” at the sign-in page."
    ) % (email,)


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
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "municipality": municipality}
        run_with(form, roles.erase_by_letter, **who)
        if not form.errors:
            messages.success(request, _("This person is gone from the platform."))
            return redirect("projects:see_roles")
    template = "deliberation/projects/erase_by_letter.html"
    return form_page(request, template, form, municipality=municipality)


def _where(request, pk) -> tuple:
    if pk is None:
        return None, municipality_of(request)
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    return project, project.municipality


def _role_form(kind, request, project, municipality):
    """Make the form; without a project on the screen, it asks where the role counts."""
    given = [role for role in Role if not (project and role in FOR_THE_WHOLE_MUNICIPALITY)]
    where = None if project else Project.objects.filter(municipality=municipality)
    return kind(request.POST or None, roles=given, projects=where)


def _back_to(project):
    if project:
        return redirect("projects:assign_role", project.pk)
    return redirect("projects:see_roles")
