"""Choices in words that fit every instrument."""

from django.db import migrations, models

STATES = [
    ("pending", "Waiting to be published"),
    ("apart", "Set apart: very many came at once"),
    ("published", "Published"),
    ("answered", "Answered"),
    ("parked", "We answer later"),
    ("merged", "Put together with another one"),
    ("rejected", "Not placed"),
    ("withdrawn", "Taken back"),
]
REJECTIONS = [
    ("elsewhere", "This is not about this project."),
    ("personal", "There is personal data of somebody else in it."),
    ("insulting", "It insults or threatens people."),
    ("advertising", "It is advertising."),
    ("unclear", "We don't understand what you mean. Please say it in another way."),
    ("other", "Another reason"),
    ("flood", "It came among very many messages at once. Was it you? Please send it again."),
]
STATE = models.CharField(choices=STATES, default="pending", max_length=10)
REJECTION = models.CharField(blank=True, choices=REJECTIONS, max_length=12)


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]  # and questions.0004, which says so itself
    operations = [
        # A database knows no choices.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("contribution", "state", STATE),
                migrations.AlterField("contribution", "rejection", REJECTION),
            ]
        )
    ]
