"""Which slice is this? Compass: which level fits, and why."""

from django.apps import AppConfig


class CompassConfig(AppConfig):
    name = "compass"
