"""Dates that somebody can mean: one window for every date field, file and operation."""

from datetime import date

# The oldest document in an archive, and further than any plan; a calendar can still count a day on.
FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)


def is_plausible(day: date) -> bool:
    """Tell whether a day, or the day of a moment, lies inside the window."""
    return FIRST <= date(day.year, day.month, day.day) <= LAST
