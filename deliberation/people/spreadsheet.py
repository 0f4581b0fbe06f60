"""How does a table become a CSV file that no spreadsheet runs as a formula?"""

import csv
import io

from django.http import HttpResponse

from compass.text import clean

# What spreadsheets take for a formula, their full-width twins too; a tab or line end hides the next one.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads it as UTF-8


def safe_cell(value) -> str:
    """Put a value into a cell as text; what could be a formula starts with an apostrophe. Numbers stay."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = clean(str(value))
    risky = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{text}" if risky else text


def as_csv(rows) -> str:
    """Write rows by RFC 4180: commas, quotes where needed, CRLF; the first row holds the names."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return file.getvalue()


def csv_response(rows, name: str) -> HttpResponse:
    """Offer rows as a file to keep; `name` is ours, without anything people typed."""
    response = HttpResponse(BYTE_ORDER_MARK + as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
