"""A page of results quotes what was answered about a decision, in the words of the answers themselves."""

import django.db.models.deletion
import wagtail.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0007_kept_forms'),
        ('projects', '0008_english'),
    ]

    operations = [
        migrations.AddField(
            model_name='resultpage',
            name='decision_point',
            field=models.ForeignKey(blank=True, help_text="The page then shows what residents gave about this decision and what you answered, as it stands. You don't type it again.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.decisionpoint', verbose_name='answers about'),
        ),
        # Only words of a choice: nothing in the database.
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.AlterField(
                model_name='resultpage',
                name='points',
                field=wagtail.fields.StreamField([('point', 4)], blank=True, block_lookup={0: ('wagtail.blocks.TextBlock', (), {'label': 'What did residents say?', 'max_length': 400, 'rows': 2}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('adopted', 'Yes, we do this'), ('partly', 'We do a part of it'), ('not', "No, we don't do this"), ('elsewhere', 'Somebody else decides on this'), ('looking', 'We are still looking into it')], 'label': 'What do we do with it?'}), 2: ('wagtail.blocks.TextBlock', (), {'label': 'Why?', 'max_length': 600, 'rows': 3}), 3: ('wagtail.blocks.DateBlock', (), {'help_text': 'Needed when you are still looking at it.', 'label': 'When do people hear more?', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('given', 0), ('disposition', 1), ('reason', 2), ('until', 3)]], {})}, verbose_name='what residents said'),
            ),
        ]),
    ]
