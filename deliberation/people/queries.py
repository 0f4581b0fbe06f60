"""Queries: the audit entries that don't fit the hash chain."""

from .models import AuditEntry, AuditHead


def broken_audit_entries() -> list[int]:
    """List the ids of audit entries that do not fit the chain, 0 for a lost end; empty when it verifies.

    An entry whose salt is blank was erased on request: its digest stays, and so does the chain. What is
    added while it is read is read after it, so that nobody waits.
    """
    broken, previous, last = [], "", 0
    while True:
        head = AuditHead.objects.filter(pk=1).values_list("last_hash", flat=True).first() or ""
        known = last
        for entry in AuditEntry.objects.filter(id__gt=known).order_by("id").iterator():
            erased = not entry.salt
            fits = entry.previous == previous and entry.hash == entry.chain_hash()
            if not (fits and (erased or entry.digest == entry.private_digest())):
                broken.append(entry.pk)
            previous, last = entry.hash, entry.pk
        if head == previous:
            return broken
        if last == known:
            return [*broken, 0]
