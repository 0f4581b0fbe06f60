"""The Django app of the compass; it registers the checks."""

from django.apps import AppConfig


class CompassConfig(AppConfig):
    name = "compass"
    verbose_name = "Participatiekompas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from compass import checks  # noqa: F401 (registers them)
