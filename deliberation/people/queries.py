"""Queries: the audit entries that don't fit the hash chain."""

from .models import AuditEntry, AuditHead


def broken_audit_entries() -> list[int]:
    """List the ids of audit entries that do not fit the chain; empty when it verifies.

    An entry whose salt is blank was erased on request: its digest stays, and so does the chain.
    """
    broken, previous = [], ""
    for entry in AuditEntry.objects.order_by("id").iterator():
        erased = not entry.salt
        fits = entry.previous == previous and entry.hash == entry.chain_hash()
        if not (fits and (erased or entry.digest == entry.private_digest())):
            broken.append(entry.pk)
        previous = entry.hash
    head = AuditHead.objects.filter(pk=1).values_list("last_hash", flat=True).first()
    if (head or "") != previous:
        broken.append(0)
    return broken
