"""Questions become contributions: a proxy without a table of its own. What waits to be mailed is found under its new name."""

from django.db import migrations, models

OLD = "deliberation.questions.operations.mailing."
NEW = "deliberation.participation.operations.mailing."
TASKS = {f"{OLD}mail_outcome": f"{NEW}mail_outcome", f"{OLD}mail_asker": f"{NEW}mail_author"}
INSTRUMENT = models.CharField(max_length=30, db_default="questions")


def rename_tasks(apps, names: dict[str, str]) -> None:
    rows = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for old, new in names.items():
        rows.filter(task_path=old).update(task_path=new)


def forwards(apps, editor):
    rename_tasks(apps, TASKS)


def backwards(apps, editor):
    rename_tasks(apps, {new: old for old, new in TASKS.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("participation", "0001_initial"),
        ("questions", "0003_apart"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]
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
        migrations.RunPython(forwards, backwards),
    ]
