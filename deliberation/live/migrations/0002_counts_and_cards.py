"""What do several answers, rows of the hall, paper and cards add to what is kept?"""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def count_the_voters_of_old_counts(apps, schema_editor):
    """With one answer each there were as many voters as hands."""
    HallCount = apps.get_model("live", "HallCount")
    for count in HallCount.objects.all():
        HallCount.objects.filter(pk=count.pk).update(voters=sum(count.hands))


class Migration(migrations.Migration):

    dependencies = [
        ('live', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('blocked', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['run', 'number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='hallcount',
            name='one_first_count_per_round',
        ),
        migrations.AddField(
            model_name='activity',
            name='dont_know',
            field=models.BooleanField(default=False, verbose_name="people may answer: I don't know"),
        ),
        migrations.AddField(
            model_name='activity',
            name='max_choices',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='how many answers may people choose'),
        ),
        migrations.AddField(
            model_name='activity',
            name='paper_due',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='activity',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='live.activity'),
        ),
        migrations.AddField(
            model_name='activity',
            name='sensitive',
            field=models.BooleanField(default=False, verbose_name='sensitive'),
        ),
        migrations.AddField(
            model_name='hallcount',
            name='block',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='hallcount',
            name='medium',
            field=models.CharField(choices=[('hands', 'Hands'), ('paper', 'Paper')], default='hands', max_length=5),
        ),
        migrations.AddField(
            model_name='hallcount',
            name='voters',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(count_the_voters_of_old_counts, migrations.RunPython.noop),
        migrations.AddField(
            model_name='headcount',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='round',
            name='blocks',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='run',
            name='hall_blocks',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='activity',
            name='hall_mode',
            field=models.CharField(choices=[('H1', 'Hands only'), ('H2', 'Card'), ('H3', 'Phone or hand'), ('H4', 'Hall apart')], default='H1', max_length=2, verbose_name='how the hall votes'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('ready', 'Ready'), ('open', 'Open'), ('paused', 'Paused'), ('closing', 'Closing'), ('tallying', 'Counting the hall'), ('closed', 'Closed'), ('archived', 'Archived'), ('voided', 'Does not count')], default='draft', max_length=10),
        ),
        migrations.AlterField(
            model_name='attendance',
            name='participant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.participant'),
        ),
        migrations.AlterField(
            model_name='run',
            name='strictness',
            field=models.CharField(choices=[('open', 'One vote per phone or computer. We did not check who voted.'), ('card', 'One vote per numbered card. Everybody got one card.'), ('account', 'One vote per account.')], default='open', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='hallcount',
            constraint=models.UniqueConstraint(condition=models.Q(('confirms', None)), fields=('round', 'medium', 'block'), name='one_first_count_per_part'),
        ),
        migrations.AddField(
            model_name='card',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='live.run'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='card',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='live.card'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(condition=models.Q(('card__isnull', False)), fields=('run', 'card'), name='one_attendance_per_card'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('participant__isnull', False), ('card__isnull', False), _connector='OR'), name='attends_with_phone_or_card'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(fields=('run', 'number'), name='one_card_per_number'),
        ),
    ]
