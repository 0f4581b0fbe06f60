"""Which slice is this? Questions: what residents ask or worry about, and the answer they were promised."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionsConfig(AppConfig):
    name = "deliberation.questions"
    label = "questions"

    def ready(self):
        from deliberation.people import codes, consents, own_data
        from deliberation.projects import hooks
        from deliberation.projects.clock import register_owed
        from deliberation.projects.documents.gathered import register_gathered
        from deliberation.projects.findable import register_findable

        from . import desk_tasks, finding, gathered, mine, owing, queries, shown, taking_part

        codes.register_door(queries.door_of_code)
        hooks.register_project_section(shown.project_section)
        hooks.register_any_day(shown.any_day)
        hooks.register_desk_section(shown.desk_section)
        hooks.register_desk_link(
            _("Questions and concerns"),
            "questions:see_queue",
            order=30,
            shown=desk_tasks.moderates_somewhere,
            icon="comment",
        )
        hooks.register_took_part(taking_part.took_part)
        hooks.register_offers(taking_part.offers)
        register_owed(owing.owed)
        hooks.register_desk_tasks(desk_tasks.tasks)
        register_findable(
            finding.KIND, _("Question or concern"), finding.questions, finding.address
        )
        register_gathered(gathered.given)
        consents.register_purpose(
            "answer_by_mail", "1", _("You may mail me the answer to what I asked here.")
        )
        own_data.register_gave(mine.gave)
        own_data.register_export("questions_and_concerns", mine.export)
        own_data.register_erasure(mine.erase)
