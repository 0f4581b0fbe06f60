"""How does Django know the compass?"""

from django.apps import AppConfig


class CompassConfig(AppConfig):
    name = "compass"
    verbose_name = "Participatiekompas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from compass import checks  # noqa: F401 (registers them)
