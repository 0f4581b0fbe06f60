"""Do the migrations make the tables that the models ask for? Run first, it makes those that every other run copies."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_migrations_are_complete_and_applied():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
