"""Does every table that can be taken along open well in an office here: Excel beside CSV, local time, words?"""

import ast
import csv
import io
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import lxml.html
import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import override
from openpyxl import load_workbook

from compass.engine import clashes
from deliberation.live.models import Activity, Run
from deliberation.projects.models import Phase
from tests.live.builders import Evening
from tests.oversight.world import one_of_each
from tests.projects.test_status import report
from tests.tenants.query_names import names_read, undone
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
CODE = re.compile(r"[a-z]+(?:_[a-z]+)+|H\d|\d{4}-\d\d-\d\dT.*|.*[+]00:00")
# A day or a time that is written as a text: an office can't sort it, and nobody made it local.
WRITTEN = re.compile(
    r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})?[T ]*(\d{1,2}[:.]\d\d([:.]\d\d)?)?( ?(uur|UTC|Z))?"
)
# Every code that may be stored, and what the engine calls a clash.
STORED = json.loads(Path(__file__).with_name("stored").joinpath("choices.json").read_text())
CLASHES = set(re.findall(r'[cC]lash\("(\w+)"', Path(clashes.__file__).read_text()))
CODES = {code for codes in STORED.values() for code in codes if not code[0].isdigit()} | CLASHES
MAKERS = {"csv", "openpyxl", "xlsxwriter", "xlwt", "odf", "pandas", "tablib"}
TABLE = re.compile(r"text/csv|text/tab-sep|spreadsheetml|opendocument|ms-excel")
NAMED = re.compile(r"\.(csv|tsv|xlsx?|ods)\b")
FORMS = ("csv", "xlsx")


def test_one_module_makes_the_spreadsheets():
    """No other imports what makes a table, by whatever word, or names the kind of file that one is."""
    rooms = [Path(settings.BASE_DIR) / room for room in ("cms", "compass", "deliberation")]
    files = [path for room in rooms for path in room.rglob("*.py") if path.name != "urls.py"]
    makers = [path.name for path in files if makes_tables(ast.parse(path.read_text()))]
    assert makers == ["spreadsheet.py"]


def makes_tables(tree) -> bool:
    return any(names_a_maker(node) or names_a_table(node) for node in ast.walk(tree))


def names_a_maker(node) -> bool:
    names = [one.name for one in getattr(node, "names", []) if isinstance(one, ast.alias)]
    names += [getattr(node, "module", "") or ""] if isinstance(node, ast.ImportFrom) else []
    if isinstance(node, ast.Call) and re.search(r"import(_module|__)$", ast.unparse(node.func)):
        names += [one.value for one in node.args if isinstance(one, ast.Constant)]
    return bool(MAKERS & {str(name).split(".")[0] for name in names})


def names_a_table(node) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(TABLE.search(text) or NAMED.search(text))


@pytest.mark.parametrize(
    "source",
    [
        "import csv as c",
        "from csv import writer",
        "import_module('csv')",
        "from openpyxl.workbook import Workbook",
        "HttpResponse(rows, content_type='text/csv; charset=utf-8')",
        "__import__('csv').writer(file)",
        "KIND = 'text/' 'csv'",
        "FileResponse(file, filename='lijst.csv')",
        "f'attachment; filename={name}.xlsx'",
    ],
)
def test_a_second_maker_of_tables_is_found_however_it_is_written(source):
    assert makes_tables(ast.parse(source))


def is_table(answer) -> bool:
    """Tell whether an answer is a table, whatever it is called."""
    kind = answer.get("Content-Type", "")
    if TABLE.search(kind) or NAMED.search(answer.get("Content-Disposition", "")):
        return True
    if not kind.startswith("text/plain") or answer.streaming:
        return False
    lines = answer.content.decode().splitlines()
    return any(
        {line.count(sign) for line in lines} - {0}
        and lines[1:]
        and len({line.count(sign) for line in lines}) == 1
        for sign in ";\t"
    )


def test_every_table_is_there_as_csv_and_excel_in_local_time_and_words(world):  # noqa: F811
    """Wherever a page leads to one; and asked by every name each address reads, whether anything leads there or not."""
    visitors, about, _page = world
    counted(about)
    found, linked = {}, set()
    for path in own_paths(about):
        client, answer = first_that_opens(visitors, path)
        if client is None:
            continue
        linked |= set(links_of(path, answer))
        if is_table(answer):
            found.setdefault(re.sub(r"(csv|xlsx)$", "", path), set()).add(path[-4:].lstrip("."))
            continue
        names = names_read(
            lambda query, path=path, client=client: undone(client.get, path, query), "1"
        )
        for name in names:
            for form in FORMS:
                if is_table(undone(client.get, path, {name: form})):
                    found.setdefault(f"{path}?{name}=", set()).add(form)
    wrong = {link: kinds for link, kinds in found.items() if kinds != set(FORMS)}
    wrong |= {link: fault for link in {*found, *linked} for fault in faults(visitors, link)}
    print(sorted(found), f"{len(linked)} that a page leads to")
    assert wrong == {} and len(found) >= 4 and len(linked) >= 5


def counted(about) -> None:
    """Close the poll of the evening, and make a choice of every kind: what can be in a table, is."""
    activity = Activity.objects.get(pk=about["activity_id"])
    run = Run.objects.get(pk=about["run_id"])
    roles = run.project.roleassignment_set
    staff = [roles.filter(role=role).first().user for role in ("facilitator", "note_taker")]
    evening = Evening(run, activity, *staff)
    evening.lead("record_headcount", count=20)
    evening.lead("open_activity")
    evening.votes("online", 4, 3)
    evening.count(2, 1)
    evening.close()
    evening.lead("reveal_result", to="public")
    one_of_each(Phase.objects.get(pk=about["fasen"]))
    report(run.project)


def links_of(path, answer):
    """List the links to a table on a page."""
    if "text/html" not in answer["Content-Type"]:
        return
    page = lxml.html.fromstring(answer.content)
    page.make_links_absolute(f"http://testserver{path}")
    hrefs = {href.removeprefix("http://testserver") for href in page.xpath("//a/@href")}
    for href in hrefs:
        if re.search(r"[=.](csv|xlsx)$", href):
            twin = re.sub(r"(csv|xlsx)$", lambda kind: other(kind[1]), href)
            assert twin in hrefs, f"{path} offers {href} only"
            yield href.removesuffix("xlsx").removesuffix("csv")


def other(kind: str) -> str:
    return "csv" if kind == "xlsx" else "xlsx"


def faults(visitors, link):
    _client, text = first_that_opens(visitors, f"{link}csv")
    _client, book = first_that_opens(visitors, f"{link}xlsx")
    lines = csv.reader(io.StringIO(text.content.decode("utf-8-sig"), newline=""), delimiter=";")
    rows, sheet = list(lines), load_workbook(io.BytesIO(book.content)).active
    if len(rows) < 2 or {len(row) for row in rows} != {len(rows[0])} or len(rows[0]) < 2:
        yield f"{len(rows)} rows, {len(rows[0])} columns"
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    yield from (cell for cell in cells if isinstance(cell, str) and WRITTEN.fullmatch(cell))
    told = [[in_csv(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    if told != rows:
        yield next(pair for pair in zip(told, rows, strict=False) if pair[0] != pair[1])
    yield from (cell for row in rows for cell in row if is_code(cell))


def is_code(cell: str) -> bool:
    """Tell whether a cell holds what a program writes: a moment, or a code of a choice or of a conflict."""
    said = cell.casefold()
    words = set(re.split(r"[\s,;]+", said)) - {""}
    return bool(CODE.fullmatch(cell)) or bool(words and words <= CODES and said not in in_words())


@cache
def in_words() -> set[str]:
    """Gather what people read of every choice in each language; some of it is spelled as its code."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    labels = [
        label for field in fields for _code, label in getattr(field, "flatchoices", None) or ()
    ]
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(label).casefold() for label in labels}
    return found


def in_csv(value) -> str:
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute) == (0, 0)
        return f"{value:%Y-%m-%d}" if at_midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return "" if value is None else str(value)
