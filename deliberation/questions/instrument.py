"""The instrument of questions and concerns: what it adds to pages, desk, documents and people's own data."""

from django.utils.translation import gettext_lazy as _

from deliberation.people.consents import Purpose
from deliberation.people.own_data import Part
from deliberation.projects.hooks import DeskLink
from deliberation.registry import Plugin

from . import desk_tasks, finding, gathered, mine, owing, queries, shown, taking_part


class Questions(Plugin):
    name = "questions"
    purposes = (
        Purpose("answer_by_mail", "1", _("You may mail me the answer to what I asked here.")),
    )
    desk_links = (
        DeskLink(
            30,
            "questions:see_queue",
            _("Questions and concerns"),
            shown=desk_tasks.moderates_somewhere,
            icon="comment",
        ),
    )
    desk_section = staticmethod(shown.desk_section)
    desk_tasks = staticmethod(desk_tasks.tasks)
    offers = staticmethod(taking_part.offers)

    project_section = staticmethod(shown.project_section)
    any_day = staticmethod(shown.any_day)
    owed = staticmethod(owing.owed)
    gathered = staticmethod(gathered.given)
    took_part = staticmethod(taking_part.took_part)

    findable_kinds = {finding.KIND: _("Question or concern")}
    findable = staticmethod(finding.findable)
    found_at = staticmethod(finding.found_at)

    address_of_code = staticmethod(queries.address_of_code)
    gave = staticmethod(mine.gave)
    exports = {"questions_and_concerns": Part(mine.export, _("Questions and concerns"))}
    erase = staticmethod(mine.erase)
