"""Where on the desk does an officer find the page that residents read about a project?"""

from .models import ProjectPage


def project_pages(project, user, now):
    """List the pages of a project, each with the way to its text for who may write it."""
    pages = [
        {
            "title": page.title,
            "live": page.live,
            "id": page.pk,
            "href": page.full_url,
            "may_edit": page.permissions_for_user(user).can_edit(),
        }
        for page in ProjectPage.objects.filter(project=project)
    ]
    return "cms/_desk_pages.html", {"pages": pages}
