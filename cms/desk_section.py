"""The desk section about a project's page: where an officer finds, or begins, what residents read."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from deliberation.people.permissions import may

from .models import ProjectPage


def project_pages(project, user, now):
    """List the pages of a project, each with what somebody may do with it; or the way to begin one."""
    written = ProjectPage.objects.filter(project=project, alias_of=None)
    pages = [
        {
            "title": page.title,
            "live": page.live,
            "href": page.full_url,
            "language": page.locale.get_display_name(),
            "links": _links(page, user),
        }
        for page in written.select_related("locale", "latest_revision")
    ]
    begins = not pages and may("cms.start_project_page", user, project.municipality, now)
    return "cms/_desk_pages.html", {"pages": pages, "begins": begins}


def _links(page, user) -> list[tuple[str, str]]:
    """List what an editor can do next with a page: (label, address)."""
    if not page.permissions_for_user(user).can_edit():
        return []
    links = [(_("Change the text"), reverse("wagtailadmin_pages:edit", args=[page.pk]))]
    if not page.live or page.locale.language_code != settings.LANGUAGE_CODE:
        return links
    if page.get_translations().exclude(alias_of=None).exists():
        where = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        links.append((_("Translate"), where))
    news = reverse("wagtailadmin_pages:add", args=["cms", "newspage", page.pk])
    return [*links, (_("Write news"), news)]
