"""Forget links with the one issuer of before: they were made on an address alone. Owners prove themselves once more."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("socialaccount", "SocialAccount").objects.filter(provider="organisatie").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_news_results_documents_and_search"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
