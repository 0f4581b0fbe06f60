"""Which slice is this? Live: one evening in which hall and online count together."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "deliberation.live"
    label = "live"

    def ready(self):
        from deliberation.projects import hooks
        from deliberation.projects.agenda import register_events

        from . import agenda, evenings
        from .session import Reason

        Reason.translate = staticmethod(gettext)
        hooks.register_project_section(evenings.project_section)
        hooks.register_open_now(evenings.open_now)
        register_events(agenda.evenings)
        hooks.register_desk_section(evenings.desk_section)
        hooks.register_desk_link(_("Live sessions"), "live:see_sessions")
