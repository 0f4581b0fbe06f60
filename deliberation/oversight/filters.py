"""Filters and order of the report on choices, and what it comes to in a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compass.templatetags.compass_text import in_language

from .records import LOOKS, Record

ALL_YEARS = "all"
NEWEST_FIRST = "-day"


@dataclass(frozen=True)
class ReportQuery:
    """What an address asks for. `year` None: all years; `project` None: all that somebody may see."""

    year: int | None
    project: int | None
    look: str
    earlier: bool
    sort: str

    def query(self, today: date, **other) -> str:
        """Write it as an address, with something else in it; what goes without saying is left out."""
        asked = {
            "year": self.year if self.year != today.year else None,
            "project": self.project,
            "look": self.look,
            "earlier": "1" if self.earlier else None,
            "sort": self.sort if self.sort != NEWEST_FIRST else None,
            **other,
        }
        if self.year is None:
            asked["year"] = ALL_YEARS
        return urlencode({name: value for name, value in asked.items() if value})


def asked_for(query: QueryDict, today: date) -> ReportQuery:
    """Read an address; what nobody could have chosen counts as not asked."""
    year = query.get("year", "")
    sort = query.get("sort", "")
    return ReportQuery(
        year=None if year == ALL_YEARS else _number(year) or today.year,
        project=_number(query.get("project", "")),
        look=query.get("look", "") if query.get("look", "") in LOOKS else "",
        earlier=query.get("earlier") == "1",
        sort=sort if sort.removeprefix("-") in COLUMNS else NEWEST_FIRST,
    )


def in_scope(records: Iterable[Record], asked: ReportQuery, today: date) -> list[Record]:
    """Keep what is of the year and project; what nobody chose yet is of this year."""
    return [
        record
        for record in records
        if asked.year in (None, _year_of(record, today))
        and asked.project in (None, record.point.phase.project_id)
    ]


def looked_for(records: Iterable[Record], asked: ReportQuery) -> list[Record]:
    """Keep what somebody looks for, in the order they ask for."""
    holds = LOOKS[asked.look][1] if asked.look else lambda record: True
    rows = sorted(filter(holds, records), key=COLUMNS["point"][1])
    key = COLUMNS[asked.sort.removeprefix("-")][1]
    return sorted(rows, key=key, reverse=asked.sort.startswith("-"))


def counts(records: Iterable[Record]) -> dict[str, int]:
    """Count, for each thing to look for, at how many decision points it holds now."""
    latest = [record for record in records if record.latest]
    return {
        name: len({record.point.pk for record in latest if holds(record)})
        for name, (_label, holds) in LOOKS.items()
    }


def years_of(records: Iterable[Record], today: date) -> list[int]:
    """List the years in which something was chosen or assessed, this year first."""
    return sorted({today.year, *(_year_of(record, today) for record in records)}, reverse=True)


def headline(records: list[Record], asked: ReportQuery, today: date) -> list[str]:
    """Say in sentences what it comes to."""
    latest = [record for record in records if record.latest]
    points = len({record.point.pk for record in latest})
    chosen = len({record.point.pk for record in latest if record.decision})
    told = counts(records)
    sentences = [_points_in(asked, today, points)]
    if chosen:
        text = ngettext(
            "A level was chosen at %d of them.", "A level was chosen at %d of them.", chosen
        )
        sentences += [text % chosen, _deviations(told["deviations"])]
    if told["waiting"]:
        text = ngettext(
            "%d waits for somebody who decides.",
            "%d wait for somebody who decides.",
            told["waiting"],
        )
        sentences.append(text % told["waiting"])
    return sentences


def used_grounds(records: Iterable[Record]) -> list[dict]:
    """Count the exclusion grounds that were used, the most used first, with the reasons that were given."""
    used: dict[str, dict] = {}
    for record in records:
        if not record.latest:
            continue
        for rule, reasons in record.grounds:
            because = in_language(rule.because)
            ground = used.setdefault(because, {"because": because, "given": []})
            ground["given"].append((record, reasons))
    return sorted(used.values(), key=lambda ground: -len(ground["given"]))


def column_links(asked: ReportQuery, today: date) -> list[dict]:
    """List the columns with what a click on each asks for, and which way the table is ordered now."""
    name, down = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    return [
        {
            "label": label,
            "query": asked.query(today, sort=f"-{key}" if key == name and not down else key),
            "order": ("descending" if down else "ascending") if key == name else "",
        }
        for key, (label, _key) in COLUMNS.items()
    ]


def _points_in(asked: ReportQuery, today: date, points: int) -> str:
    if asked.year is None:
        return (
            ngettext(
                "In all years: %d decision point.", "In all years: %d decision points.", points
            )
            % points
        )
    if asked.year == today.year:
        return (
            ngettext("This year: %d decision point.", "This year: %d decision points.", points)
            % points
        )
    about = {"year": asked.year, "points": points}
    return (
        ngettext(
            "In %(year)s: %(points)d decision point.",
            "In %(year)s: %(points)d decision points.",
            points,
        )
        % about
    )


def _deviations(number: int) -> str:
    if not number:
        return gettext("Each time as advised.")
    return (
        ngettext(
            "%d time differently from the advice.", "%d times differently from the advice.", number
        )
        % number
    )


def _year_of(record: Record, today: date) -> int:
    return record.day.year if record.day else today.year


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _rank(level) -> int:
    return -2 if level is None else level.rank


COLUMNS: dict[str, tuple[object, Callable[[Record], object]]] = {
    "point": (_("Decision point"), lambda record: record.point.question.casefold()),
    "project": (_("Project"), lambda record: record.point.project.title.casefold()),
    "advice": (_("Advice"), lambda record: _rank(record.fits)),
    "level": (_("Chosen level"), lambda record: _rank(record.chosen)),
    "day": (_("Chosen on"), lambda record: record.day or date.max),
}
