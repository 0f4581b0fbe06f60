"""Questions become contributions: a proxy without a table of its own, and one column that says whose each row is."""

from django.db import migrations, models

INSTRUMENT = models.CharField(max_length=30, db_default="questions")


def only_questions(apps, editor):
    """Refuse the way back while another instrument has rows: without their column they would become questions."""
    others = apps.get_model("participation", "Contribution").objects
    if others.exclude(instrument="questions").exists():
        raise ValueError("Contributions of another instrument would become questions.")


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0001_initial"),
        ("questions", "0003_apart"),
    ]
    # All that comes after on the floor finds its tables given away.
    run_before = [("participation", "0002_words")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AddField("question", "instrument", INSTRUMENT)],
            state_operations=[
                migrations.RemoveField("question", "answer"),
                migrations.RemoveField("question", "mailed"),
                migrations.DeleteModel("promisechange"),
                migrations.DeleteModel("answer"),
                migrations.DeleteModel("question"),
                migrations.CreateModel(
                    "Question",
                    fields=[],
                    options={"proxy": True, "indexes": [], "constraints": []},
                    bases=("participation.contribution",),
                ),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, only_questions),
    ]
