"""Which slice is this? Projects: what is decided, in which phase, at which level, by whom."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "deliberation.projects"
    label = "projects"
