"""The instrument of live sessions: what it adds to the pages, the desk, the documents and people's own data."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deliberation.people.own_data import Part
from deliberation.projects.hooks import DeskLink
from deliberation.registry import Plugin

from . import agenda, desk_tasks, evenings, mine, promise_line, promises, taking_part
from .counting import gathered
from .door.forms import address_of_code
from .session import Reason

# The pure core knows no Django: here its sentences are put into the language of who reads them.
Reason.translate = staticmethod(gettext)


class Live(Plugin):
    name = "live"
    desk_links = (DeskLink(20, "live:see_sessions", _("Live sessions"), icon="date"),)
    desk_section = staticmethod(evenings.desk_section)
    desk_tasks = staticmethod(desk_tasks.tasks)
    offers = staticmethod(taking_part.offers)
    way_to_begin = staticmethod(taking_part.begin)
    promise_changed = staticmethod(promise_line.tell_runs)

    project_section = staticmethod(evenings.project_section)
    open_now = staticmethod(evenings.open_now)
    came_out = staticmethod(evenings.came_out)
    owed = staticmethod(promises.paper_owed)
    events = staticmethod(agenda.evenings)
    gathered = staticmethod(gathered.given)
    took_part = staticmethod(taking_part.took_part)

    address_of_code = staticmethod(address_of_code)
    gave = staticmethod(mine.gave)
    exports = {"live": Part(mine.export, "Live")}
    erase = staticmethod(mine.erase)
