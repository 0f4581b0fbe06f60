"""The quarterly review of roles: whether one was looked at, and by when it must be."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

LONG_AWAY = timedelta(days=90)


def quarter_of(day: date) -> tuple[date, date]:
    """Give the first and the last day of the quarter that holds a day."""
    first = _first_of(day)
    return first, _first_of(first + timedelta(days=95)) - timedelta(days=1)


def since(now) -> tuple[datetime, datetime]:
    """Give the moments before which a look no longer counts: it is due now, and it is overdue."""
    first, _last = quarter_of(timezone.localdate(now))
    before, _last = quarter_of(first - timedelta(days=1))
    due, overdue = (timezone.make_aware(datetime.combine(one, time.min)) for one in (first, before))
    return due, overdue


def is_due(confirmed_at, now) -> bool:
    """Tell whether a role still has to be looked at in this quarter."""
    return confirmed_at is None or confirmed_at < since(now)[0]


def is_overdue(confirmed_at, now) -> bool:
    """Tell whether a whole quarter went by in which nobody looked at a role."""
    return confirmed_at is None or confirmed_at < since(now)[1]


def _first_of(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
