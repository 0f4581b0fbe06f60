"""The publish button of the page editor, and the one message after saving or publishing."""

from django.contrib.messages import get_messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem

from cms.models import ProjectPage
from deliberation.people.permissions import may
from deliberation.projects.models import Project

from .checks_panel import what_to_look_at


class SaveOrPublish(ActionMenuItem):
    """Two buttons beside each other where Wagtail folds the second one away."""

    name = "action-save-or-publish"

    def __init__(self, *buttons):
        super().__init__(order=0)
        self.buttons = buttons

    def render_html(self, context):
        return format_html("{}{}", *(button.render_html(context) for button in self.buttons))


def publish_beside_saving(menu_items) -> None:
    """Let publishing be a button of its own, for whoever may publish."""
    publish = next((item for item in menu_items if item.name == "action-publish"), None)
    if publish and menu_items[0] is not publish:
        menu_items.remove(publish)
        menu_items[0] = SaveOrPublish(menu_items[0], publish)


def say_once(request, page):
    """Say in Wagtail's own message what there is to look at, and after publishing what comes next.

    After publishing what is about a project its desk screen is next: gives the answer that leads there.
    """
    queued = get_messages(request)._queued_messages
    look = what_to_look_at(page)
    if not queued:
        return None
    if "action-publish" not in request.POST or not page.live or _comes_later(page):
        queued[-1].message = format_html("{} {}", queued[-1].message, look)
        return None
    queued.pop()
    said = _("“%s” is published. Residents can read it now.") % page.get_admin_display_title()
    project = _project_of(page)
    back = bool(project) and may("projects.see_desk", request.user, project)
    messages.success(request, format_html("{} {}", said, look), buttons=_ways_on(page, look))
    return redirect("projects:see_project", project.pk) if back else None


def _comes_later(page) -> bool:
    return bool(page.go_live_at and page.go_live_at > timezone.now())


def _ways_on(page, look) -> list[tuple]:
    """List what can be done next: look at the page, change what there is to look at, translate it."""
    ways = [(page.url, _("Look at the page"))] if page.url else []
    if look:
        ways.append((reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Change the page")))
    if isinstance(page, ProjectPage) and page.get_translations().exclude(alias_of=None).exists():
        where = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        ways.append((where, _("Translate this page")))
    return [messages.button(*way) for way in ways]


def _project_of(page) -> Project | None:
    """Find the project a page tells of: its own, or that of the page it stands under."""
    about = page if isinstance(page, ProjectPage) else page.get_parent().specific
    return getattr(about, "project", None)
