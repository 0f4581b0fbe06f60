"""Does a spreadsheet show what people typed, and run none of it?"""

import csv
import io

import pytest

from deliberation.people.spreadsheet import as_csv, csv_response, safe_cell


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
    [("Anna", "Anna"), (-3, "-3"), (2.5, "2.5"), (None, ""), ("1 = 1", "1 = 1"), ("a\x00b", "ab")],
)
def test_a31_other_cells_are_left_alone(value, cell):
    assert safe_cell(value) == cell


def test_a31_a_file_follows_rfc_4180():
    text = as_csv([["naam", "tekst"], ['Anna "A" de Wit', "een\nregel, en nog een"]])
    assert text == 'naam,tekst\r\n"Anna ""A"" de Wit","een\nregel, en nog een"\r\n'


def test_a_file_is_one_to_keep():
    response = csv_response([["ë"]], "lijst")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="lijst.csv"'
    assert response.content.decode() == "\ufeffë\r\n"
