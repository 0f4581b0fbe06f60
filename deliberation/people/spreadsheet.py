"""Spreadsheets: a table as a CSV or Excel file that opens well in an office, and runs nothing people typed."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from compass.text import clean

FORMS = ("xlsx", "csv")
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What spreadsheets take for a formula, their full-width twins too; a tab or line end hides the next one.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads it as UTF-8
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
WRAPPED = Alignment(wrap_text=True, vertical="top")
NARROW, WIDE, LONG = 16, 44, 40  # characters; what is longer than LONG gets a wide column


def spreadsheet_response(rows: list, name: str, form: str) -> HttpResponse:
    """Offer rows as a file to keep; the first holds the names. `name` is ours, without anything people typed."""
    if form == "xlsx":
        response = HttpResponse(as_workbook(rows, name), content_type=KIND)
    else:
        text = BYTE_ORDER_MARK + as_csv(rows)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def as_csv(rows) -> str:
    """Write rows as an office here opens them: semicolons where the comma is in the numbers, CRLF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=_between(), lineterminator="\r\n")
    writer.writerows([_in_csv(value) for value in row] for row in rows)
    return file.getvalue()


def as_workbook(rows: list[list], title: str) -> bytes:
    """Write rows as one sheet; the first row stays in sight. Days stay days, moments are local, numbers count."""
    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            _fill(sheet.cell(row=at, column=place), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place in range(1, len(rows[0]) + 1):
        longest = max(len(str(row[place - 1])) for row in rows)
        sheet.column_dimensions[get_column_letter(place)].width = (
            WIDE if longest > LONG else max(NARROW, longest + 2)
        )
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def safe_cell(value) -> str:
    """Put a value into a cell as text; what could be a formula starts with an apostrophe."""
    text = clean(str(value))
    risky = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{text}" if risky else text


def _plain(value):
    """Give a value as people read it: the clock of here, yes or no, an empty cell for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value) if timezone.is_aware(value) else value
    return value


def _in_csv(value) -> str:
    value = _plain(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", get_format("DECIMAL_SEPARATOR"))
    return safe_cell(value)


def _between() -> str:
    """Say what Excel expects between two cells: what the numbers of this language leave free."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def _fill(cell: Cell, value) -> None:
    value = _plain(value)
    if isinstance(value, datetime):
        cell.value, cell.number_format = value.replace(tzinfo=None), MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAY
    elif isinstance(value, int | float | Decimal):
        cell.value = value
    else:
        cell.value = safe_cell(value)
        cell.data_type = "s"  # text, whatever it looks like
        if len(cell.value) > LONG:
            cell.alignment = WRAPPED
