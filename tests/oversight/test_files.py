"""Do the files hold the same rows as the screen, and does a spreadsheet run none of them?"""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from deliberation.people.spreadsheet import KIND, as_workbook
from tests.builders import a_phase, a_project, the_officer
from tests.cms.site import a_site
from tests.oversight.world import HASTE, a_deviation, an_exclusion, one_of_each

pytestmark = pytest.mark.django_db


def fetch(project, form, **query):
    a_site(project.municipality)
    browser = Client()
    browser.force_login(the_officer(project.municipality))
    return browser.get(reverse("oversight:see_oversight"), {"format": form, **query})


def rows_of(answer) -> list[dict]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def sheet_of(answer):
    return load_workbook(io.BytesIO(answer.content)).active


def test_the_csv_file_holds_every_record_in_words():
    project = a_deviation().project
    answer = fetch(project, "csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="keuzes-en-redenen.csv"'
    [row] = rows_of(answer)
    assert row["Beslispunt"] == "Hoe richten we de Lindestraat opnieuw in?"
    assert (row["Advies: wat past"], row["Gekozen niveau"]) == ("Raadplegen", "Informeren")
    assert (row["Anders dan het advies"], row["Waarom"]) == ("ja", HASTE)
    assert row["Afwegingskader"].startswith("nl ")


def test_the_excel_file_holds_the_same_rows():
    points = one_of_each()
    project = points["deviation"].project
    answer = fetch(project, "xlsx")
    assert answer["Content-Type"] == KIND
    assert answer["Content-Disposition"] == 'attachment; filename="keuzes-en-redenen.xlsx"'
    sheet = sheet_of(answer)
    names = [cell.value for cell in sheet[1]]
    at = names.index("Gekozen niveau")
    told = [row[at] or "" for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert told == [row["Gekozen niveau"] for row in rows_of(fetch(project, "csv"))]
    assert len(told) == 7
    day = sheet.cell(row=2, column=names.index("Wanneer het wordt besloten") + 1)
    assert day.is_date


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_files_keep_to_the_filters(form):
    project = one_of_each()["deviation"].project
    answer = fetch(project, form, look="exclusions")
    rows = rows_of(answer) if form == "csv" else list(sheet_of(answer).iter_rows(min_row=2))
    assert len(rows) == 1


FORMULAS = ('=HYPERLINK("http://kwaad.example","klik")', "+31 6 1234", "-2+3", "@SUM(A1)", "\t=1+1")


def a_project_of_formulas(typed):
    phase = a_phase(project=a_project(title=f"{typed} project"))
    a_deviation(phase, reason=typed, question=f"{typed} vraag")
    an_exclusion(phase, reason=typed)
    return phase.project


@pytest.mark.parametrize("typed", FORMULAS)
def test_a31_no_cell_of_the_csv_file_starts_a_formula(typed):
    rows = rows_of(fetch(a_project_of_formulas(typed), "csv"))
    cells = [cell for row in rows for cell in row.values()]
    assert any(cell.startswith("'") for cell in cells)
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("typed", FORMULAS)
def test_a31_no_cell_of_the_excel_file_is_a_formula(typed):
    sheet = sheet_of(fetch(a_project_of_formulas(typed), "xlsx"))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d"}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert any(text.startswith("'") for text in texts)
    assert not [text for text in texts if text.strip()[:1] in ("=", "+", "-", "@")]


def test_a31_signs_that_a_workbook_cannot_hold_are_left_out():
    book = load_workbook(
        io.BytesIO(as_workbook([["naam"], ["a\x01b\x0bc"], [date(2026, 1, 2)]], "x"))
    )
    assert [cell.value for cell in book.active["A"]][1] == "ab\nc"
