"""Data migration: which erasures in one municipality this database went through, as its audit trail tells.

Of a backup too: it is migrated before who was erased since is erased again.
"""

import hashlib
import json

from django.db import migrations


def note_gone_through(apps, schema_editor):
    """Keep the numbers that older lines of the list have: the second half of their digest."""
    local_erasure = apps.get_model("people", "LocalErasure")
    users = apps.get_model("people", "User").objects.in_bulk()
    slugs = dict(apps.get_model("projects", "Municipality").objects.values_list("pk", "slug"))
    rows = apps.get_model("people", "AuditEntry").objects.filter(action="erase_here", result="done")
    for number, detail in rows.exclude(detail="").values_list("object_id", "detail"):
        user = users.get(int(number))
        slug = slugs.get(json.loads(detail).get("municipality"))
        if user and slug:
            told = f"user {user.pk} {user.date_joined.timestamp():.6f} {slug}"
            digest = hashlib.sha256(told.encode()).hexdigest()
            local_erasure.objects.get_or_create(number=digest[32:])


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_local_erasure"),
        ("projects", "0008_english"),
    ]

    operations = [migrations.RunPython(note_gone_through, migrations.RunPython.noop)]
