"""What oversight adds to the whole: its screen in the desk's menu."""

from django.utils.translation import gettext_lazy as _

from deliberation.projects.extension_points import DeskLink
from deliberation.registry import Plugin

from .views import may_see_somewhere


class Oversight(Plugin):
    name = "oversight"
    desk_links = (
        DeskLink(
            45,
            "oversight:see_oversight",
            _("Choices and reasons"),
            shown=may_see_somewhere,
            icon="sliders",
        ),
    )
