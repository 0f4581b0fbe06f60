"""The Django app of live sessions: one evening in which hall and online count together."""

from django.apps import AppConfig

from deliberation.registry import register


class LiveConfig(AppConfig):
    name = "deliberation.live"
    label = "live"

    def ready(self):
        from .instrument import Live

        register(Live())
