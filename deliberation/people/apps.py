"""Which slice is this? People: who acts, and what was done."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "deliberation.people"
    label = "people"

    def ready(self):
        from . import own_parts

        own_parts.register()
