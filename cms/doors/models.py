"""What do the doors keep? How often a password or code was wrong, for whom no table says."""

from django.db import models


class FailedSignIn(models.Model):
    """Wrong passwords and codes of one hour for one address, which is here as a keyed digest."""

    who = models.CharField(max_length=16)
    hour = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "cms"
        constraints = [
            models.UniqueConstraint(fields=["who", "hour"], name="one_count_of_failed_sign_ins")
        ]

    def __str__(self):
        return f"{self.who} {self.hour:%Y-%m-%d %H} {self.times}"
