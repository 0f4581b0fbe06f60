"""The Django app of people: who acts, and what was done."""

from django.apps import AppConfig

from deliberation.registry import register


class PeopleConfig(AppConfig):
    name = "deliberation.people"
    label = "people"

    def ready(self):
        from .plugin import People

        register(People())
