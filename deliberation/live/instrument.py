"""The instrument of live sessions: what it adds to the pages, the desk, the documents and people's own data."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deliberation.participation.instrument import Instrument
from deliberation.projects.extension_points import DeskLink

from . import agenda, commitments, desk_tasks, offers, privacy, promise_line, sections
from .counting import documents
from .joining.forms import address_of_code
from .operations.runs import create_session
from .state_machine import Sentence

# The pure core knows no Django: here its sentences are put into the language of who reads them.
Sentence.translate = staticmethod(gettext)


class Live(Instrument):
    name = "live"
    tool, label = "live_poll", _("Live sessions")
    urls = "deliberation.live.urls"
    desk_urls, desk_folder = "deliberation.live.desk_urls", "sessies/"
    desk_links = (
        DeskLink(20, "live:see_sessions", label, icon="date", meanwhile=desk_tasks.in_sessions),
    )
    desk_section = staticmethod(sections.desk_section)
    desk_tasks = staticmethod(desk_tasks.tasks)
    way_to_begin = staticmethod(offers.begin)
    promise_changed = staticmethod(promise_line.tell_runs)

    project_section = staticmethod(sections.project_section)
    open_now = staticmethod(sections.open_now)
    came_out = staticmethod(sections.came_out)
    commitments = staticmethod(commitments.commitments_to_count)
    events = staticmethod(agenda.evenings)
    gathered = staticmethod(documents.given)
    took_part = staticmethod(offers.took_part)
    offers = staticmethod(offers.offers)

    address_of_code = staticmethod(address_of_code)
    gave = staticmethod(privacy.gave)
    exports = {"live": privacy.EXPORT}
    erase = staticmethod(privacy.erase)

    def example(self, point, actor, now):
        return create_session(
            actor=actor, project=point.project, title=str(self.label), starts_at=now, now=now
        )
