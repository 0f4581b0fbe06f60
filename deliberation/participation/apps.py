"""The Django app of participation: the floor under every instrument."""

from django.apps import AppConfig

from deliberation.registry import register


class ParticipationConfig(AppConfig):
    name = "deliberation.participation"
    label = "participation"

    def ready(self):
        from . import checks  # noqa: F401 (registers itself)
        from .plugin import Participation

        register(Participation())
