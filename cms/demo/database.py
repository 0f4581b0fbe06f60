"""Migrate for the demo, that counts along: on a slow disk it is busy for minutes."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms.management.commands.migrate import Command as Migrate


class CountingMigrate(Migrate):
    """Say on one line how many of the migrations are done, as installing does with its packages."""

    done = all = 0

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action == "apply_start":
            self.done += 1
            self._line(f"    {self.done} of {self.all}: {migration.app_label}")

    def _line(self, text):
        self.stdout.write(f"\r{text:<60}", ending="")
        self.stdout.flush()


def prepare() -> None:
    """Bring the database to where the code is; silent where nothing has to be done."""
    migrate = CountingMigrate()
    executor = MigrationExecutor(connection)
    migrate.all = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    try:
        call_command(migrate, verbosity=0)
    finally:
        if migrate.all:
            migrate.stdout.write("")
