"""Models of signing in: wrong passwords and codes, and kept forms; whose they are, no table says."""

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


class KeptForm(models.Model):
    """The last form that an owner sent when their session was over, sealed; the owner is a keyed digest."""

    owner = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        app_label = "cms"

    def __str__(self):
        return f"{self.owner[:8]} {self.kept_at:%Y-%m-%d %H:%M}"
