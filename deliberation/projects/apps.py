"""Which slice is this? Projects: what is decided, in which phase, at which level, by whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "deliberation.projects"
    label = "projects"

    def ready(self):
        from .hooks import register_desk_link

        register_desk_link(_("Projects"), "projects:see_desk", order=10)
