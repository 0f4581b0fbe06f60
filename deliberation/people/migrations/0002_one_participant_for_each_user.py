from django.db import migrations, models


def keep_one(apps, schema_editor):
    """An account keeps one participant; what it did with others stays, without its name."""
    Participant = apps.get_model("people", "Participant")
    seen = set()
    for one in Participant.objects.exclude(user=None).order_by("pk"):
        if one.user_id in seen:
            one.user = None
            one.save(update_fields=["user"])
        seen.add(one.user_id)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunPython(keep_one, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                fields=("user",), name="one_participant_for_each_user"
            ),
        ),
    ]
