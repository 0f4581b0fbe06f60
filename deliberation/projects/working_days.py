"""Working days of a town hall: which days those are, and the day that is so many of them away."""

from datetime import date, timedelta

ONE = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: not at weekends, nor on the Dutch public holidays."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """Give the day that lies `count` working days after this one; `count` may be 0."""
    while count > 0:
        day += ONE
        count -= is_working_day(day)
    return day


def last_working_day_before(day: date) -> date:
    """Give the last working day that is earlier than this one."""
    day -= ONE
    while not is_working_day(day):
        day -= ONE
    return day


def working_days_between(start: date, end: date, at_most: int = 100) -> int:
    """Count the working days after `start`, up to and including `end`; stop counting at `at_most`."""
    count = 0
    while start < end and count < at_most:
        start += ONE
        count += is_working_day(start)
    return count


def _holidays(year: int) -> set[date]:
    easter = _easter(year)
    kings_day = date(year, 4, 27)
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    fixed.add(kings_day - ONE if kings_day.weekday() == 6 else kings_day)
    return fixed | {easter + timedelta(days=days) for days in (1, 39, 50)}


def _easter(year: int) -> date:
    """Compute Easter Sunday in the Gregorian calendar, by the rule of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * j) // 433
    month = (h + j - 7 * m + 90) // 25
    return date(year, month, (h + j - 7 * m + 33 * month + 19) % 32)
