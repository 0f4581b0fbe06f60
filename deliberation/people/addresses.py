"""E-mail addresses: which reach the same mailbox, and which are thrown away after use."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

# Providers that read a mailbox without its dots, each with the name they are all one under.
IGNORES_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
# Everybody reads along in these; a list like this is never complete, so it flags and never refuses.
THROWN_AWAY = frozenset(
    "10minutemail.com 20minutemail.com discard.email dispostable.com emailondeck.com "
    "fakeinbox.com getnada.com guerrillamail.com guerrillamail.net guerrillamailblock.com "
    "mail-temporaire.fr mailcatch.com maildrop.cc mailinator.com mailnesia.com mintemail.com "
    "mohmal.com mytemp.email sharklasers.com spamgourmet.com temp-mail.org tempail.com "
    "tempmail.net throwawaymail.com trashmail.com trashmail.de wegwerfemail.de yopmail.com "
    "yopmail.fr yopmail.net".split()
)


@dataclass(frozen=True)
class Cluster:
    """Accounts that may be one person. A guess for the officer: it never closes a door."""

    address: str
    users: tuple
    thrown_away: bool


def normal_address(email: str) -> str:
    """Give the mailbox an address leads to: lower case, without what follows a plus, and dots where they don't count.

    For comparing only, never to send to: some servers do tell these apart.
    """
    local, _at, domain = unicodedata.normalize("NFKC", email).strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    domain = domain.rstrip(".")
    if domain in IGNORES_DOTS:
        return f"{local.replace('.', '')}@{IGNORES_DOTS[domain]}"
    return f"{local}@{domain}"


def is_thrown_away(email: str) -> bool:
    """Tell whether an address is at a provider of mailboxes for one use, or a part of one."""
    parts = normal_address(email).rpartition("@")[2].split(".")
    return any(".".join(parts[at:]) in THROWN_AWAY for at in range(len(parts)))


def clusters(users) -> list[Cluster]:
    """Group accounts that share a mailbox, or a provider of mailboxes for one use; the largest first.

    Who is alone in their mailbox is in none. Needs no query: give the accounts of an evening.
    """
    groups = defaultdict(list)
    for user in users:
        address = normal_address(user.email)
        thrown = is_thrown_away(address)
        groups[f"@{address.rpartition('@')[2]}" if thrown else address].append(user)
    found = [
        Cluster(address, tuple(members), address.startswith("@"))
        for address, members in groups.items()
        if len(members) > 1 or address.startswith("@")
    ]
    return sorted(found, key=lambda one: (-len(one.users), one.address))


def least_people(users) -> int:
    """Count how many people there are at least, when every cluster is one person."""
    users = list(users)
    return len(users) - sum(len(one.users) - 1 for one in clusters(users))
