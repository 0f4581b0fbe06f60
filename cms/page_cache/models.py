"""Models of the page cache: how often what the pages of a municipality show was changed."""

from django.db import models


class Generation(models.Model):
    """One number for each municipality; every change of what its pages may show raises it."""

    municipality = models.OneToOneField(
        "projects.Municipality", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.BigIntegerField(default=1)

    def __str__(self):
        return f"{self.municipality_id}: {self.number}"
