"""The instrument of questions and concerns: what it adds to pages, desk, documents and people's own data."""

from django.utils.translation import gettext_lazy as _

from deliberation.people.consents import Purpose
from deliberation.projects.hooks import DeskLink
from deliberation.registry import Plugin

from . import commitments, desk_tasks, documents, offers, privacy, queries, search, sections


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
    desk_section = staticmethod(sections.desk_section)
    desk_tasks = staticmethod(desk_tasks.tasks)

    project_section = staticmethod(sections.project_section)
    any_day = staticmethod(sections.any_day)
    commitments = staticmethod(commitments.commitments)
    gathered = staticmethod(documents.given)
    took_part = staticmethod(offers.took_part)
    offers = staticmethod(offers.offers)

    findable_kinds = {search.KIND: _("Question or concern")}
    findable = staticmethod(search.findable)
    found_at = staticmethod(search.found_at)

    address_of_code = staticmethod(queries.address_of_code)
    gave = staticmethod(privacy.gave)
    exports = {"questions_and_concerns": privacy.EXPORT}
    erase = staticmethod(privacy.erase)
