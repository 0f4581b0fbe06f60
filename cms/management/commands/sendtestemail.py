"""The command `sendtestemail`: Django's own, that says in one line why no mail went out."""

from django.core.management import CommandError
from django.core.management.commands import sendtestemail


class Command(sendtestemail.Command):
    def handle(self, *args, **options):
        try:
            super().handle(*args, **options)
        except OSError as failure:  # also whatever the mail server itself refuses
            raise CommandError(
                f"No mail went out ({failure}). See SAMENKOMPAS_EMAIL_HOST in docs/guides/install.md, part 2."
            ) from failure
