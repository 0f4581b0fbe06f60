"""The Django app of participation: the floor under every instrument; it adds nothing to pages by itself."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "deliberation.participation"
    label = "participation"
