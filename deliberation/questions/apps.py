"""The Django app of questions: what residents ask or worry about, and the answer they were promised."""

from django.apps import AppConfig

from deliberation.registry import register


class QuestionsConfig(AppConfig):
    name = "deliberation.questions"
    label = "questions"

    def ready(self):
        from .instrument import Questions

        register(Questions())
