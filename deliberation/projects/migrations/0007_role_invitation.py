import django.db.models.deletion
from django.contrib.auth.hashers import make_password
from django.db import migrations, models


def close_doors_without_work(apps, schema_editor):
    """Whoever has no role any more comes in as a resident; roles that were given stay accepted."""
    accounts = apps.get_model("people", "User").objects
    held = apps.get_model("projects", "RoleAssignment").objects.values("user")
    idle = accounts.filter(is_staff=True, is_superuser=False).exclude(pk__in=held)
    idle.update(is_staff=False, password=make_password(None))


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_moments_and_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('administrator', 'Administrator'), ('officer', 'Policy officer'), ('facilitator', 'Facilitator'), ('co_facilitator', 'Co-facilitator'), ('note_taker', 'Note taker'), ('observer', 'Observer'), ('council', 'Council member')], max_length=20)),
                ('expires_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='projects.municipality')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('email', 'role', 'municipality', 'project'), name='one_invitation_per_project'), models.UniqueConstraint(condition=models.Q(('project', None)), fields=('email', 'role', 'municipality'), name='one_invitation_per_municipality')],
            },
        ),
        migrations.RunPython(close_doors_without_work, migrations.RunPython.noop),
    ]
