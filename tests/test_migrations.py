"""Can the code of yesterday and of today serve beside each other while an installation is brought up to date?"""

from types import SimpleNamespace

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

pytestmark = (
    pytest.mark.django_db
)  # a migration of wagtail-localize asks the database when it is read
# Up to here an installation was stopped for an upgrade. Never raise these numbers.
BEFORE = {
    "cms": 4,
    "compass": 2,
    "live": 4,
    "participation": 0,
    "people": 3,
    "projects": 7,
    "questions": 3,
}
# Yesterday's code still reads what these take away. Say in which release it stopped doing so.
IN_TWO_STEPS: dict[tuple[str, str], str] = {}
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.RunSQL,  # no test can read what it does
)
# A rule that yesterday's code doesn't know, and breaks.
RULES = (
    migrations.AddConstraint,
    migrations.AlterUniqueTogether,
    migrations.AlterOrderWithRespectTo,
)


def ours():
    """List our migrations that came after the last one for which an installation was stopped."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in BEFORE and int(name[:4]) > BEFORE[app]:
            yield app, name, migration


def done_to_the_database(operations):
    """Yield every operation that reaches the database, also what hides beside a change of state."""
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from done_to_the_database(one.database_operations)
        else:
            yield one


def breaks_yesterday(migration) -> list[str]:
    """List what yesterday's code can't live with: it writes rows without the columns it doesn't know."""
    operations = [*done_to_the_database(migration.operations)]
    made = {one.name_lower for one in operations if isinstance(one, migrations.CreateModel)}
    found = []
    for one in operations:
        if isinstance(one, migrations.AddField | migrations.AlterField):
            if one.model_name_lower not in made and needs_a_value(one.field):
                found.append(f"{one.model_name}.{one.name}: null=True or db_default=…")
            if one.model_name_lower not in made and (one.field.unique or one.field.db_column):
                found.append(
                    f"{one.model_name}.{one.name}: unique, or another name in the database"
                )
        elif isinstance(one, RULES):
            about = getattr(one, "model_name", getattr(one, "name", "")).lower()
            found += [one.describe()] * (about not in made)
        elif isinstance(one, TAKES_AWAY):
            found.append(one.describe())
    return found


def needs_a_value(field) -> bool:
    return not (field.null or field.many_to_many or field.has_db_default() or field.primary_key)


def test_yesterdays_code_goes_on_after_todays_migrations():
    found = {
        f"{app}.{name}": problems
        for app, name, migration in ours()
        if (problems := breaks_yesterday(migration)) and (app, name) not in IN_TWO_STEPS
    }
    assert found == {}


def test_every_app_of_ours_is_watched():
    loader = MigrationLoader(None)
    rooms = ("cms", "compass", "deliberation")
    apps = {
        app
        for (app, _name), one in loader.disk_migrations.items()
        if one.__module__.startswith(rooms)
    }
    assert apps <= {*BEFORE}, "a new app starts at 0"


def test_a_planted_column_without_a_default_is_seen():
    text = models.CharField(max_length=3)
    new = migrations.CreateModel("fresh", [("id", models.BigAutoField(primary_key=True))])
    plans = {
        "bad": [migrations.AddField("round", "colour", text)],
        "default of Python": [migrations.AddField("round", "n", models.IntegerField(default=0))],
        "gone": [migrations.RemoveField("round", "digest")],
        "in SQL": [migrations.RunSQL("ALTER TABLE live_round DROP COLUMN digest")],
        "beside the state": [
            migrations.SeparateDatabaseAndState([migrations.RemoveField("round", "digest")])
        ],
        "no longer empty": [
            migrations.AlterField("round", "digest", models.CharField(max_length=64))
        ],
        "unique": [
            migrations.AlterField("round", "n", models.IntegerField(null=True, unique=True))
        ],
        "another column": [
            migrations.AlterField("round", "n", models.IntegerField(null=True, db_column="m"))
        ],
        "a rule": [
            migrations.AddConstraint(
                "round", models.CheckConstraint(condition=models.Q(n__gt=0), name="x")
            )
        ],
        "once together": [migrations.AlterUniqueTogether("round", {("n", "digest")})],
        "renamed": [migrations.RenameField("round", "digest", "hash")],
    }
    fine = [
        migrations.AddField("round", "n", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("round", "n", models.IntegerField(null=True)),
        new,
        migrations.AddField("fresh", "colour", text),
    ]
    for name, operations in plans.items():
        assert breaks_yesterday(SimpleNamespace(operations=operations)), name
    assert breaks_yesterday(SimpleNamespace(operations=fine)) == []
