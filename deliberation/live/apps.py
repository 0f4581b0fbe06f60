"""Which slice is this? Live: one evening in which hall and online count together."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "deliberation.live"
    label = "live"

    def ready(self):
        from deliberation.people import codes, own_data
        from deliberation.projects import hooks
        from deliberation.projects.agenda import register_events
        from deliberation.projects.clock import register_owed
        from deliberation.projects.documents.gathered import register_gathered

        from . import agenda, desk_tasks, evenings, mine, promise_line, promises, taking_part
        from .counting import gathered
        from .door.forms import door_of_code
        from .session import Reason

        Reason.translate = staticmethod(gettext)
        codes.register_door(door_of_code)
        hooks.register_project_section(evenings.project_section)
        hooks.register_open_now(evenings.open_now)
        hooks.register_came_out(evenings.came_out)
        register_events(agenda.evenings)
        register_gathered(gathered.given)
        register_owed(promises.paper_owed)
        hooks.register_desk_tasks(desk_tasks.tasks)
        hooks.on_promise_changed(promise_line.tell_runs)
        hooks.register_took_part(taking_part.took_part)
        hooks.register_offers(taking_part.offers, begin=taking_part.begin)
        own_data.register_gave(mine.gave)
        own_data.register_export("live", mine.export)
        own_data.register_erasure(mine.erase)
        hooks.register_desk_section(evenings.desk_section)
        hooks.register_desk_link(_("Live sessions"), "live:see_sessions", order=20, icon="date")
