"""How does a table become an Excel file that runs nothing of what people typed?"""

import io
from datetime import date

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from deliberation.people.spreadsheet import safe_cell

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRAPPED = Alignment(wrap_text=True, vertical="top")
NARROW, WIDE, LONG = 16, 44, 40  # characters; what is longer than LONG gets a wide column


def as_workbook(rows: list[list], title: str) -> bytes:
    """Write rows as one sheet; the first row holds the names and stays in sight. Days stay days."""
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


def workbook_response(rows: list[list], name: str) -> HttpResponse:
    """Offer rows as a file to keep; `name` is ours, without anything people typed."""
    response = HttpResponse(as_workbook(rows, name), content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _fill(cell: Cell, value) -> None:
    if isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
        return
    cell.value = safe_cell(value)
    cell.data_type = "s"  # text, whatever it looks like
    if len(cell.value) > LONG:
        cell.alignment = WRAPPED
