"""The quarterly review of roles: whether one was looked at, and by when it must be."""

from datetime import date, timedelta

from django.utils import timezone

LONG_AWAY = timedelta(days=90)


def quarter_of(day: date) -> tuple[date, date]:
    """Give the first and the last day of the quarter that holds a day."""
    first = _first_of(day)
    return first, _first_of(first + timedelta(days=95)) - timedelta(days=1)


def is_due(confirmed_at, now) -> bool:
    """Tell whether a role still has to be looked at in this quarter."""
    first, _last = quarter_of(timezone.localdate(now))
    return confirmed_at is None or timezone.localdate(confirmed_at) < first


def is_overdue(confirmed_at, now) -> bool:
    """Tell whether a whole quarter went by in which nobody looked at a role."""
    first, _last = quarter_of(timezone.localdate(now))
    before, _last = quarter_of(first - timedelta(days=1))
    return confirmed_at is None or timezone.localdate(confirmed_at) < before


def _first_of(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
