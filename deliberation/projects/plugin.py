"""What projects add to the whole: their desk screens, decisions on calendar and in search, outcomes that are owed."""

from django.utils.translation import gettext_lazy as _

from deliberation.people.privacy.consents import Purpose
from deliberation.registry import Plugin

from . import agenda, desk_tasks, erasure, search, staff
from .deciding import moments, notices
from .extension_points import DeskLink
from .reporting import desk_views as reporting
from .reporting import outcomes


class Projects(Plugin):
    name = "projects"
    purposes = (
        Purpose(
            notices.PURPOSE,
            "1",
            _("You may mail me when the promise changes of something that I took part in here."),
            offered=True,
        ),
    )
    desk_links = (
        DeskLink(
            10,
            "projects:see_desk",
            _("Projects"),
            icon="clipboard-list",
            meanwhile=desk_tasks.in_projects,
        ),
        DeskLink(
            35,
            "projects:see_promises",
            _("Promises due"),
            icon="tasks",
            meanwhile=desk_tasks.with_promises,
        ),
        DeskLink(
            40,
            "projects:see_status",
            _("How projects go"),
            shown=reporting.may_see_somewhere,
            icon="table",
        ),
        DeskLink(80, "projects:see_roles", _("People and roles"), shown=staff.gives_roles),
    )
    desk_section = staticmethod(reporting.desk_section)
    desk_tasks = staticmethod(desk_tasks.tasks)
    places = staticmethod(staff.places_of)

    project_section = staticmethod(reporting.project_section)
    commitments = staticmethod(outcomes.commitments_to_tell)
    findable_kinds = {"decision": search.DECISION}

    gave = staticmethod(notices.changes_for)
    erase = staticmethod(erasure.give_up_roles)
    stays = (_("If you worked here: the decisions that you took, without your name"),)

    def left_here(self, municipality, *, email="", receipt=""):
        return {} if receipt else erasure.invitations_left(municipality, email)

    def erase_left(self, marks, *, municipality, now):
        erasure.withdraw_left(marks, municipality)

    def findable(self, project, kind, key=None):
        return search.decision_points(project, key)

    def events(self, projects, now, window):
        told = (agenda.phases, agenda.decisions, moments.moments_on_calendar)
        return [event for events in told for event in events(projects, now, window)]
