"""Which slice is this? Live: one evening in which hall and online count together."""

from django.apps import AppConfig
from django.utils.translation import gettext


class LiveConfig(AppConfig):
    name = "deliberation.live"
    label = "live"

    def ready(self):
        from .session import Reason

        Reason.translate = staticmethod(gettext)
