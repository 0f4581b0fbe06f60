"""Rules: who may make accounts, and who may say what happens with what we keep of somebody."""

import rules

from .models import Consent, Participant, User


@rules.predicate
def is_installer(actor, about):
    """The account made on the command line when the platform was installed."""
    return isinstance(actor, User) and bool(actor.is_superuser)


@rules.predicate
def is_participant(actor, about):
    """Anybody with a browser."""
    return isinstance(actor, Participant)


@rules.predicate
def is_oneself(actor, about):
    """The account or participant itself, or what is theirs."""
    obj = about.obj
    if isinstance(obj, Consent):
        obj = obj.user or obj.participant
    if isinstance(actor, User) and isinstance(obj, Participant):
        return obj.user_id == actor.pk
    if not isinstance(obj, User | Participant) or obj.pk is None:
        return False
    return isinstance(actor, obj.__class__) and actor.pk == obj.pk


rules.add_perm("people.create_account", is_installer)
rules.add_perm("people.give_consent", is_oneself)
rules.add_perm("people.withdraw_consent", is_oneself)
rules.add_perm("people.erase_person", is_oneself)
