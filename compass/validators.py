"""Validators that form fields share."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compass.dates import is_plausible

IMPLAUSIBLE = _("Choose a date between 1950 and 2100. Is the year right?")


def validate_date(day: date) -> None:
    """Refuse a date outside the window."""
    if not is_plausible(day):
        raise ValidationError(IMPLAUSIBLE, code="implausible_date")
