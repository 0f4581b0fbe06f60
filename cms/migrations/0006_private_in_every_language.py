from django.db import migrations


def follow(apps, schema_editor):
    """Make what was private in one language private in the others too."""
    restrictions = apps.get_model("wagtailcore", "PageViewRestriction").objects
    pages = apps.get_model("wagtailcore", "Page").objects
    for one in restrictions.select_related("page").order_by("pk"):
        others = pages.filter(translation_key=one.page.translation_key).exclude(pk=one.page_id)
        for page in others.exclude(pk__in=restrictions.values("page")):
            made = restrictions.create(
                page=page, restriction_type=one.restriction_type, password=one.password
            )
            made.groups.set(one.groups.all())


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_failed_sign_ins"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
