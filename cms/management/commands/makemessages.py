"""The command `makemessages`: collect the texts of the interface as Django does, but guess no translation."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A text that looks like another one would get that one's translation, and who reads it is misled.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
