"""Contributions take over the tables of questions: only what Django knows changes, no row and no column moves (ADR 67)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATE = [
    migrations.CreateModel(
        name='Contribution',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('instrument', models.CharField(db_default='questions', max_length=30)),
            ('kind', models.CharField(max_length=10)),
            ('text', models.TextField(blank=True, max_length=1000)),
            ('name', models.CharField(blank=True, max_length=60)),
            ('email', models.EmailField(blank=True, max_length=254)),
            ('language', models.CharField(default='nl', max_length=5)),
            ('op_id', models.UUIDField(unique=True)),
            ('code', models.CharField(max_length=20, unique=True)),
            ('given_at', models.DateTimeField(db_column='asked_at')),
            ('state', models.CharField(choices=[('pending', 'Waiting to be published'), ('apart', 'Set apart: very many came at once'), ('published', 'Published'), ('answered', 'Answered'), ('parked', 'We answer later'), ('merged', 'Put together with another question'), ('rejected', 'Not placed'), ('withdrawn', 'Taken back')], default='pending', max_length=10)),
            ('version', models.PositiveIntegerField(default=1)),
            ('shown', models.TextField(blank=True, max_length=1000)),
            ('shown_name', models.CharField(blank=True, max_length=60)),
            ('hidden', models.BooleanField(default=False)),
            ('published_at', models.DateTimeField(null=True)),
            ('rejection', models.CharField(blank=True, choices=[('elsewhere', 'This is not about this project.'), ('personal', 'There is personal data of somebody else in it.'), ('insulting', 'It insults or threatens people.'), ('advertising', 'It is advertising.'), ('unclear', "We don't understand what you mean. Please ask it again."), ('other', 'Another reason'), ('flood', 'It came among very many messages at once. Was it you? Please ask it again.')], max_length=12)),
            ('rejection_reason', models.CharField(blank=True, max_length=400)),
            ('closed_on', models.DateField(null=True)),
            ('parked_with', models.CharField(blank=True, max_length=100)),
            ('parked_reason', models.CharField(blank=True, max_length=400)),
            ('due_on', models.DateField()),
            ('missed_on', models.DateField(null=True)),
            ('first_answered_on', models.DateField(null=True)),
            ('decision_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='projects.decisionpoint')),
            ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='participation.contribution')),
            ('participant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contributions', to='people.participant')),
            ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='projects.project')),
        ],
        options={
            'db_table': 'questions_question',
            'ordering': ['due_on', 'id'],
        },
    ),
    migrations.CreateModel(
        name='CommitmentChange',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('old_day', models.DateField()),
            ('new_day', models.DateField()),
            ('reason', models.CharField(max_length=400)),
            ('changed_at', models.DateTimeField()),
            ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ('contribution', models.ForeignKey(db_column='question_id', on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='participation.contribution')),
        ],
        options={
            'db_table': 'questions_promisechange',
            'ordering': ['id'],
        },
    ),
    migrations.CreateModel(
        name='Disposition',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('text', models.TextField(max_length=4000)),
            ('team', models.CharField(max_length=100)),
            ('outcome', models.CharField(choices=[('adopted', 'Yes, we do this'), ('partly', 'We do a part of it'), ('not', "No, we don't do this"), ('elsewhere', 'Somebody else decides on this'), ('looking', 'We are still looking into it'), ('explained', 'We explained it')], db_column='disposition', max_length=10)),
            ('reason', models.CharField(blank=True, max_length=400)),
            ('look_until', models.DateField(null=True)),
            ('answered_at', models.DateTimeField()),
            ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ('contribution', models.ForeignKey(db_column='question_id', on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='participation.contribution')),
        ],
        options={
            'db_table': 'questions_answer',
            'ordering': ['-id'],
        },
    ),
    migrations.AddField(
        model_name='contribution',
        name='answer',
        field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='latest_of', to='participation.disposition'),
    ),
    migrations.AddField(
        model_name='contribution',
        name='mailed',
        field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='participation.disposition'),
    ),
    migrations.AddConstraint(
        model_name='disposition',
        constraint=models.CheckConstraint(condition=models.Q(models.Q(('look_until__isnull', False), ('outcome', 'looking')), models.Q(models.Q(('outcome', 'looking'), _negated=True), ('look_until', None)), _connector='OR'), name='looking_until_a_day'),
    ),
    migrations.AddIndex(
        model_name='contribution',
        index=models.Index(fields=['project', 'state', 'due_on'], name='question_queue'),
    ),
    migrations.AddIndex(
        model_name='contribution',
        index=models.Index(fields=['participant', 'project'], name='question_asker'),
    ),
    migrations.AddConstraint(
        model_name='contribution',
        constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='merged_into_something'),
    ),
    migrations.AddConstraint(
        model_name='contribution',
        constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), ('answer__isnull', False), _connector='OR'), name='answered_with_an_answer'),
    ),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ('people', '0004_sent_form'),
        ('projects', '0008_english'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.SeparateDatabaseAndState(state_operations=STATE)]
