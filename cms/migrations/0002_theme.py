"""What does a municipality's site look like? Its own theme."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tokens", models.JSONField(default=dict)),
                (
                    "radius",
                    models.CharField(
                        choices=[("0", "Square"), ("0.25", "A little round"), ("0.5", "Round"), ("1", "Very round")],
                        default="0.5",
                        max_length=4,
                    ),
                ),
                ("digest", models.CharField(db_index=True, max_length=20)),
                ("logo", models.ImageField(blank=True, upload_to="logos")),
                ("logo_alt", models.CharField(blank=True, max_length=100)),
                ("footer", models.TextField(blank=True, max_length=400)),
                (
                    "municipality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="theme",
                        to="projects.municipality",
                    ),
                ),
            ],
        ),
    ]
