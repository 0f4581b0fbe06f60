"""The Django app of projects: what is decided, in which phase, at which level, by whom."""

from django.apps import AppConfig

from deliberation.registry import register


class ProjectsConfig(AppConfig):
    name = "deliberation.projects"
    label = "projects"

    def ready(self):
        from .plugin import Projects

        register(Projects())
