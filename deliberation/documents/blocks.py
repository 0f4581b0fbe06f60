"""Block builders: a fact becomes a paragraph, list or table of a document, or a gap that is named."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from deliberation.projects.deciding.versions import LABELS

from .anatomy import Block, Bullets, DocumentSection, Missing, Paragraph, Table
from .document_data import Material, first_day


def text_or_gap(text: str, what: str, where: str) -> Block:
    """Give a paragraph; without text the gap by its name."""
    return Paragraph(text) if text else Missing(what, where)


def list_or_gap(title: str, items: Iterable[str], where: str, what: str = "") -> Block:
    """Give a list under its title; without items the gap, named as the title unless told otherwise."""
    items = tuple(items)
    return Bullets(title, items) if items else Missing(what or title, where)


def table_or_gap(caption: str, header, rows, where: str) -> Block:
    """Give a table; without rows the gap by its caption."""
    rows = tuple(tuple(str(cell) for cell in row) for row in rows)
    return Table(caption, tuple(header), rows) if rows else Missing(caption, where)


def facts(caption: str, rows) -> list[Block]:
    """Give (name, value, where) as a table of two columns; each without a value as a gap below it."""
    known = [(name, str(value)) for name, value, _where in rows if value]
    gaps = [Missing(name, where) for name, value, where in rows if not value]
    header = (_("Subject"), _("What we know"))
    return [*([Table(caption, header, tuple(known))] if known else []), *gaps]


def numbered(sections: Iterable[tuple[str, Iterable[Block]]]) -> tuple[DocumentSection, ...]:
    """Number sections from 1."""
    return tuple(
        DocumentSection(heading, tuple(blocks), number)
        for number, (heading, blocks) in enumerate(sections, start=1)
    )


def plain(sections: Iterable[tuple[str, Iterable[Block]]]) -> tuple[DocumentSection, ...]:
    """Give sections without numbers."""
    return tuple(DocumentSection(heading, tuple(blocks)) for heading, blocks in sections)


def frame_lists(material: Material) -> list[Block]:
    """List what is fixed, what is open and what is outside. At most informing, nothing may be open."""
    point, level = material.point, material.level
    nothing_open = level is not None and level.influence < 1
    blocks = [list_or_gap(_("This is fixed"), point.fixed, "point", _("What is fixed"))]
    if nothing_open and not point.open:
        blocks.append(Paragraph(_("Nothing is open at this decision point.")))
    else:
        still = _("This was open") if material.standing.decided else _("This is still open")
        blocks.append(list_or_gap(still, point.open, "point", _("What is still open")))
    if point.outside:
        return [*blocks, Bullets(_("This is outside the subject"), tuple(point.outside))]
    return [*blocks, Paragraph(_("Nothing was named that is outside the subject."))]


def methods_table(material: Material) -> Block:
    """Show every method that fits the level: what it takes, and what it is not enough for."""
    chosen = {row["id"] for row in material.chosen_methods}
    not_chosen = _("no") if chosen else _("not yet")
    fits = {"fits": _("fits"), "may fit": _("may fit")}
    return table_or_gap(
        _("Methods that suit this level"),
        (_("Method"), _("Chosen"), _("Fit"), _("Hours"), _("Weeks ahead"), _("Not enough alone")),
        (
            (
                row["name"],
                _("yes") if row["id"] in chosen else not_chosen,
                fits[row["fit"]],
                row["hours"],
                row["weeks"],
                row["not_enough"],
            )
            for row in material.methods
        ),
        "compass",
    )


def calendar_table(material: Material, caption: str, keep=lambda event: True) -> Block:
    """Show what is on the calendar, in order of time; evenings with their place."""
    rows = (
        (
            _span(material, event),
            " · ".join(part for part in (_plain_title(material, event), event.place) if part),
        )
        for event in material.calendar
        if keep(event)
    )
    return table_or_gap(caption, (_("When"), _("What")), rows, "project")


def _plain_title(material: Material, event) -> str:
    """Name something without the project, that everybody who reads this knows."""
    return event.title.removeprefix(f"{material.project.title}: ")


def said(title: str, text: str, what: str, where: str = "notes") -> Block:
    """Give a text after the words that say what it is; without text the gap."""
    return Paragraph(f"{title}: {text}") if text else Missing(what, where)


def how_reached(material: Material) -> list[Block]:
    """Say how people are invited, and how they take part without internet."""
    told = material.told
    offline = _("This is how people take part without internet")
    return [
        said(_("This is how we invite people"), told.get("invited", ""), _("How we invite people")),
        said(offline, told.get("offline", ""), _("How people take part without internet")),
    ]


def _span(material: Material, event) -> str:
    first = first_day(event)
    last = event.ends if type(event.ends) is type(first) else None
    if not last or last == first:
        return material.day(first)
    short = date_format(first, "j F") if first.year == last.year else material.day(first)
    return _("%(first)s to %(last)s") % {"first": short, "last": material.day(last)}


def changed_blocks(material: Material, about: Iterable[str], but: bool = False) -> list[Block]:
    """Tell what changed after it was promised, and why: of the frames in `about`, or of all `but` those."""
    labels = {str(LABELS[name]) for name in about}
    lines = []
    for change in material.changed:
        told = [_difference(one) for one in change.differences if (one.label in labels) != but]
        if told:
            day = material.day(localdate(change.changed_at))
            about = {"day": day, "what": " ".join(told), "reason": change.reason}
            lines.append(_("%(day)s. %(what)s The reason: %(reason)s") % about)
    return [Bullets(_("This changed after it was promised"), tuple(lines))] if lines else []


def _difference(one) -> str:
    before, after = (
        "; ".join(line.rstrip(".") for line in lines) or _("nothing")
        for lines in (one.before, one.after)
    )
    return f"{one.label}: {before} → {after}."


def who_and_when(material: Material) -> str:
    """Say in a sentence who decides, and when; or who decided what."""
    if material.standing.decided:
        return material.standing.told
    about = {
        "who": material.point.get_decided_by_display(),
        "day": material.day(material.standing.day),
    }
    return _("This is decided by %(who)s, planned for %(day)s.") % about


def formal_track(material: Material) -> str:
    """Name the formal procedure that runs beside it, with its last day; empty without one."""
    point = material.point
    if not point.formal_track or not point.formal_track_until:
        return point.formal_track
    about = {"track": point.formal_track, "day": material.day(point.formal_track_until)}
    return _("%(track)s, until %(day)s") % about
