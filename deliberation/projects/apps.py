"""Which slice is this? Projects: what is decided, in which phase, at which level, by whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "deliberation.projects"
    label = "projects"

    def ready(self):
        from deliberation.people.consents import register_purpose
        from deliberation.people.own_data import register_erasure, register_gave
        from deliberation.people.second_factor import register_places

        from . import agenda, desk_tasks, findable, outcomes, reporting
        from .clock import register_owed
        from .deciding import moments, notices
        from .erasure import give_up_roles
        from .hooks import (
            register_desk_link,
            register_desk_section,
            register_desk_tasks,
            register_project_section,
        )
        from .oversight.views import may_see_somewhere as may_oversee
        from .staff import gives_roles, places_of

        register_places(places_of)
        register_desk_link(_("Projects"), "projects:see_desk", order=10, icon="clipboard-list")
        register_desk_link(_("Promises due"), "projects:see_promises", order=35, icon="tasks")
        register_desk_link(
            _("How projects go"),
            "projects:see_status",
            order=40,
            shown=reporting.may_see_somewhere,
            icon="table",
        )
        register_desk_link(
            _("Choices and reasons"),
            "projects:see_oversight",
            order=45,
            shown=may_oversee,
            icon="sliders",
        )
        register_desk_link(_("People and roles"), "projects:see_roles", order=80, shown=gives_roles)
        register_erasure(
            give_up_roles,
            stays=[_("If you worked here: the decisions that you took, without your name")],
        )
        register_desk_section(reporting.desk_section)
        register_project_section(reporting.project_section)
        register_owed(outcomes.owed_outcomes)
        register_desk_tasks(desk_tasks.tasks)
        findable.register_findable("decision", findable.DECISION, findable.decision_points)
        agenda.register_events(agenda.phases)
        agenda.register_events(agenda.decisions)
        agenda.register_events(moments.moments_on_calendar)
        register_gave(notices.changes_for)
        register_purpose(
            notices.PURPOSE,
            "1",
            _("You may mail me when the promise changes of something that I took part in here."),
            offered=True,
        )
