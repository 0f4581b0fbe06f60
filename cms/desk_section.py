"""Where on the desk does an officer find the page that residents read about a project?"""

from .models import ProjectPage


def project_pages(project, user, now):
    """List the pages of a project, each with the way to its text for who may write it."""
    written = ProjectPage.objects.filter(project=project, alias_of=None)
    pages = [
        {
            "title": page.title,
            "live": page.live,
            "id": page.pk,
            "href": page.full_url,
            "language": page.locale.get_display_name(),
            "may_edit": page.permissions_for_user(user).can_edit(),
        }
        for page in written.select_related("locale", "latest_revision")
    ]
    return "cms/_desk_pages.html", {"pages": pages}
