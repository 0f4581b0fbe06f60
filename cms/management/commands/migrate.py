"""The command `migrate`: Django's own, after which every kept page is old."""

from django.core.management.commands import migrate

from cms.page_cache.generations import while_tables_change


class Command(migrate.Command):
    def execute(self, *args, **options):
        with while_tables_change():
            return super().execute(*args, **options)
