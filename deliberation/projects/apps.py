"""Which slice is this? Projects: what is decided, in which phase, at which level, by whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "deliberation.projects"
    label = "projects"

    def ready(self):
        from . import agenda, findable, outcomes, reporting
        from .clock import register_owed
        from .hooks import register_desk_link, register_desk_section, register_project_section

        register_desk_link(_("Projects"), "projects:see_desk", order=10)
        register_desk_link(_("Promises due"), "projects:see_promises", order=35)
        register_desk_link(_("How projects go"), "projects:see_status", order=40)
        register_desk_section(reporting.desk_section)
        register_project_section(reporting.project_section)
        register_owed(outcomes.owed_outcomes)
        findable.register_findable("decision", findable.DECISION, findable.decision_points)
        agenda.register_events(agenda.phases)
        agenda.register_events(agenda.decisions)
