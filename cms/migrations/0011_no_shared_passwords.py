from django.db import migrations


def only_for_colleagues(apps, schema_editor):
    """Close what a shared password opened: it could be guessed without end, and stood readable in every copy."""
    for name in ("PageViewRestriction", "CollectionViewRestriction"):
        rows = apps.get_model("wagtailcore", name).objects
        rows.filter(restriction_type="password").update(restriction_type="login", password="")


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0010_search_in_a_big_town"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [migrations.RunPython(only_for_colleagues, migrations.RunPython.noop)]
