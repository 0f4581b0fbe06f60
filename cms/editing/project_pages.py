"""Starting the page of a project from the desk, with what the project already tells."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail_localize.synctree import create_aliases_for_new_page

from cms.models import ProjectPage
from cms.tenants.municipalities import municipality_of_page, site_of
from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import may, require
from deliberation.projects.desk import ComesFirst, desk_screen, refused_page
from deliberation.projects.models import Project

LONGEST_INTRO = 400


@operation
def start_project_page(*, actor, project, now) -> ProjectPage:
    """Make the page of a project as a draft: its title, its introduction and its address.

    Nobody but editors sees it until it is published. Is there a page already? Then that one is given.
    Refused: a municipality that has no site yet.
    """
    require("cms.start_project_page", actor, project.municipality, now)
    site = site_of(project.municipality)
    if site is None:
        raise Refused(_("This municipality has no site yet."), code="state")
    Project.objects.select_for_update().get(pk=project.pk)
    home = site.root_page
    if found := ProjectPage.objects.filter(project=project, locale=home.locale).first():
        return found
    page = _add_draft(home, project, actor)
    record_audit(
        actor=actor, action="start_project_page", obj=project, now=now, detail={"page": page.pk}
    )
    return page


def _add_draft(home, project, actor) -> ProjectPage:
    taken = home.get_children().filter(slug=project.slug).exists()
    page = home.add_child(
        instance=ProjectPage(
            title=project.title,
            slug="" if taken else project.slug,
            intro=Truncator(project.summary).chars(LONGEST_INTRO),
            project=project,
            owner=actor,
            locale=home.locale,
            live=False,
        )
    )
    log(instance=page, action="wagtail.create", user=actor, content_changed=True)
    page.save_revision(user=actor, log_action=False)
    create_aliases_for_new_page(page)
    return page


def first_a_project(request, parent, kind):
    """Say that a page of a project can't be written where there is no project yet; nothing to say: None."""
    if kind is not ProjectPage:
        return None
    municipality = municipality_of_page(parent)
    if Project.objects.filter(municipality=municipality).exists():
        return None
    make = None
    if may("projects.create_project", request.user, municipality):
        make = _("New project"), reverse("projects:create_project")
    refusal = ComesFirst(
        _("There is no project yet. A page of a project shows what stands there."),
        make=make,
        back=(parent.get_admin_display_title(), reverse("wagtailadmin_explore", args=[parent.pk])),
    )
    return refused_page(request, refusal)


@require_POST
@desk_screen
def start_page(request, pk):
    """Begin the page of a project and go on in the editor."""
    project = get_object_or_404(Project.objects.select_related("municipality"), pk=pk)
    page = start_project_page(actor=request.user, project=project, now=timezone.now())
    if not page.live:
        messages.success(request, _("This is a draft. Residents see it once you publish it."))
    return redirect("wagtailadmin_pages:edit", page.pk)
