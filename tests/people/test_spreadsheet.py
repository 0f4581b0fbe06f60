"""Does a spreadsheet show what people typed, and run none of it?"""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from deliberation.people.spreadsheet import as_csv, as_workbook, spreadsheet_response


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://kwaad.example","klik")',
        "+31 6 1234",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\n=1+1",
        "   =1+1",
        "＝1+1",
        "\u00a0@x",
    ],
)
def test_a31_no_cell_starts_as_a_formula(typed):
    (row,) = csv.reader(io.StringIO(as_csv([[typed]]), newline=""))
    assert row[0] == f"'{typed}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Anna", "Anna"),
        (-3, "-3"),
        (2.5, "2,5"),
        (Decimal("12.50"), "12,50"),
        (None, ""),
        (True, "ja"),
        ("1 = 1", "1 = 1"),
        ("a\x00b", "ab"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 7, 1, 20, 30, tzinfo=UTC), "2026-07-01 22:30"),
    ],
)
def test_other_cells_are_as_people_here_read_them(value, cell):
    assert as_csv([[value, "x"]]) == f"{cell};x\r\n"


def test_moments_in_a_workbook_are_local_and_numbers_count():
    rows = [["moment", "getal"], [datetime(2026, 7, 1, 20, 30, tzinfo=UTC), 2.5]]
    sheet = load_workbook(io.BytesIO(as_workbook(rows, "x"))).active
    assert [cell.value for cell in sheet[2]] == [datetime(2026, 7, 1, 22, 30), 2.5]


def test_cells_are_parted_by_what_the_numbers_of_a_language_leave_free():
    rows = [["naam", "tekst"], ['Anna "A" de Wit', "een\nregel; en, nog een"]]
    assert as_csv(rows) == 'naam;tekst\r\n"Anna ""A"" de Wit";"een\nregel; en, nog een"\r\n'
    with override("en"):
        assert as_csv([["a", 2.5]]) == "a,2.5\r\n"


def test_a_file_is_one_to_keep():
    response = spreadsheet_response([["ë"]], "lijst", "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="lijst.csv"'
    assert response.content.decode() == "\ufeffë\r\n"
