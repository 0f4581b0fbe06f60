"""How are the texts of the interface collected? As Django does, but no translation is guessed."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A text that looks like another one would get that one's translation, and who reads it is misled.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
