"""Who may make accounts?"""

import rules

from .models import User


@rules.predicate
def is_installer(actor, obj):
    """The account made on the command line when the platform was installed."""
    return isinstance(actor, User) and bool(actor.is_superuser)


rules.add_perm("people.create_account", is_installer)
