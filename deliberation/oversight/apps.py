"""The app of oversight: how council, colleagues and residents look back at what was decided."""

from django.apps import AppConfig

from deliberation.registry import register


class OversightConfig(AppConfig):
    name = "deliberation.oversight"
    label = "oversight"

    def ready(self):
        from .plugin import Oversight

        register(Oversight())
