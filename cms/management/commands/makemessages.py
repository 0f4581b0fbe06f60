"""The command `makemessages`: collect the texts of the interface as Django does, but guess no translation."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A text that looks like another one would get that one's translation, and who reads it is misled.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
    # How the engine, which knows no Django, marks what it says (compass/engine/messages.py).
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=ngettext_noop:1,2",
        "--keyword=pgettext_noop:1c,2",
    ]
