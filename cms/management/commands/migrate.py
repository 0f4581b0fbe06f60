"""The command `migrate`: Django's own, that says in one line why a database can't be reached."""

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections

from cms.page_cache.generations import while_tables_change
from cms.servers import why_closed


class Command(migrate.Command):
    """Refuse at once, before any check, where nobody is let in: no such role or database, a wrong password."""

    def execute(self, *args, **options):
        if reason := why_closed(connections[options["database"]]):
            raise CommandError(
                f"The database lets nobody in ({reason}). See “The database” in docs/guides/install.md."
            )
        with while_tables_change():
            return super().execute(*args, **options)
