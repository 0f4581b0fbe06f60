"""Every page and file reads well with a hostile text in every column: well-formed, within 320 px."""

import io
import json
import re
import uuid
from collections import Counter

import icalendar
import lxml.html
import pytest
from django.apps import apps
from django.db import models
from docx import Document as read_docx
from lxml import etree
from openpyxl import load_workbook
from wagtail.models import Page

from compass.text import clean
from deliberation.participation.receipts import new_code
from deliberation.questions.models import Question
from tests.builders import the_officer
from tests.cms.site import a_news_page, a_result_page
from tests.eyes import NARROW, WIDER, rendered
from tests.questions.builders import Desk
from tests.test_exports import counted
from tests.test_hostile_texts import HOSTILE, first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
State = Question.State
SAID = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 درخت"  # what a resident wrote
OURS = ("cms", "live", "people", "projects", "questions")
# What no sheet, no header and no name of a file takes, within the first signs: a sheet's title has 31.
BREAKS = "A/B: \"[1]*?\\' "
OFFERED = re.compile(r'(attachment|inline)(; filename="[A-Za-z0-9._-]+")?')
# Columns that the platform fills, or that name something: ids, hashes, languages, addresses.
MADE = re.compile(r"hash|digest|salt|previous|device|version|language|key|password|path|url|source")
# Which elements stick out, the innermost of each.
WHO = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .filter(one => ![...one.children].some(child => child.getBoundingClientRect().right > innerWidth + 1))
  .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""
XML = ("rss+xml", "application/xml", "text/xml")
SHEET, WORD = "spreadsheetml", "wordprocessingml"


def typed_columns():
    """List the columns in which somebody's words stand."""
    for model in [*apps.get_models(), Page]:
        if model._meta.app_label not in OURS and model is not Page:
            continue
        names = {one.name for one in model._meta.local_concrete_fields}
        if "hash" in names or model.__name__.startswith(("Search", "Op")):
            continue
        for field in model._meta.local_concrete_fields:
            if is_typed(field):
                yield model, field


def is_typed(field) -> bool:
    made = (models.SlugField, models.EmailField, models.URLField)
    if not isinstance(field, models.CharField | models.TextField) or isinstance(field, made):
        return False
    short = field.max_length is not None and field.max_length < 60
    return not (short or field.choices or field.unique or MADE.search(field.name))


@pytest.fixture
def planted(world):  # noqa: F811
    """Put the text, cleaned, into every column that people fill."""
    visitors, about, page = world
    counted(about)
    a_news_page(page)
    a_result_page(page)
    columns = Counter()
    for model, field in typed_columns():
        text = clean(BREAKS + HOSTILE).replace("\n", " ")[: field.max_length]
        columns[model.__name__] += 1
        models.QuerySet(model).update(**{field.name: text})
    print(f"{sum(columns.values())} columns of {len(columns)} models")
    assert sum(columns.values()) > 50
    return visitors, about


def public_pages():
    return [page.get_url() for page in Page.objects.live().exclude(depth=1)]


@pytest.mark.browser
def test_every_page_and_file_reads_well(planted):
    visitors, about = planted
    pages, kinds, wrong = {}, Counter(), []
    for path in [*own_paths(about), *public_pages(), "/zoeken/?q=meervoudige", *files_of(about)]:
        client, answer = first_that_opens(visitors, path)
        if client is None:
            continue
        kind = answer["Content-Type"].partition(";")[0]
        kinds[kind] += 1
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        wrong += [(path, str(fault)) for fault in unreadable(kind, body)]
        offered = answer.get("Content-Disposition", "inline")
        wrong += [] if OFFERED.fullmatch(offered) else [(path, offered)]
        if kind == "text/html" and not path.startswith("/admin/"):
            pages[path] = body.decode()
    print(dict(kinds), f"{len(pages)} pages at 320 px")
    assert wrong == [] and len(kinds) >= 8
    sideways = too_wide(pages)
    assert sideways == [], "\n".join(sideways)


def files_of(about) -> list[str]:
    point = about["beslispunten"]
    where = f"/admin/participatie/beslispunten/{point}/documenten/startnotitie"
    tables = [f"/stand-van-zaken/?format={form}" for form in ("csv", "xlsx")]
    tables += [f"/admin/participatie/keuzes/?format={form}" for form in ("csv", "xlsx")]
    return [f"{where}.pdf", f"{where}.docx", *tables]


def unreadable(kind: str, body: bytes):
    """Read a file as its kind is read; yield what is wrong with it."""
    try:
        if any(one in kind for one in XML):
            etree.fromstring(body)
        elif kind == "text/calendar":
            assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) >= 3
        elif SHEET in kind:
            load_workbook(io.BytesIO(body))
        elif WORD in kind:
            read_docx(io.BytesIO(body))
        elif kind == "application/json":
            json.loads(body)
        elif kind == "application/pdf":
            assert body.startswith(b"%PDF-") and body.rstrip().endswith(b"%%EOF")
        elif kind == "text/html":
            assert b"<b>=1" not in body and b"\xef\xbf\xbe" not in body
    except Exception as fault:
        yield fault


def too_wide(pages: dict) -> list[str]:
    """Open every page in a browser of 320 pixels and list what sticks out."""
    found = []
    with rendered(pages, viewport=NARROW) as page:
        for path in pages:
            page.goto(path, wait_until="load")
            wider = page.evaluate(WIDER)
            found += [f"{path}: {wider} px {page.evaluate(WHO)}"] if wider > 0 else []
    return found


def questions_in_every_state(about) -> list[str]:
    """Let a question stand in each state it can be in; gives every address of ours, those of each question too."""
    first, paths = Question.objects.get(pk=about["contribution_id"]), own_paths(about)
    desk = Desk(first.project, first.decision_point, the_officer(first.project.municipality))
    for state in State:
        one = Question.objects.get(pk=first.pk)
        one.pk, one.op_id, one.code = None, uuid.uuid4(), new_code()
        one.state = State.PUBLISHED if state == State.ANSWERED else state
        one.merged_into = first if state == State.MERGED else None
        one.save()
        if state == State.ANSWERED:
            desk.answered(one)
        paths += own_paths(
            {**about, "vragen": one.pk, "contribution_id": one.pk, "receipt": one.code}
        )
    return list(dict.fromkeys(paths))


def test_what_residents_wrote_keeps_its_own_direction(world):  # noqa: F811
    visitors, about, _page = world
    paths = questions_in_every_state(about)
    models.QuerySet(Question).update(text=SAID, shown=SAID, name=SAID, shown_name=SAID)
    seen, lost = 0, []
    own = visitors["resident"].get(
        "/mijn/"
    )  # of who gave it; others see no more than that they are known
    assert SAID in own.content.decode()
    for path, answer in [
        ("/mijn/", own),
        *((one, first_that_opens(visitors, one)[1]) for one in paths),
    ]:
        if answer is None or not answer["Content-Type"].startswith("text/html"):
            continue
        for element in lxml.html.fromstring(answer.content).iter():
            around = [element, *element.iterancestors()]
            texts = [(element.text, around)] + [(child.tail, around) for child in element]
            for text, where in texts:
                if SAID not in (text or "") or element.tag in ("title", "option"):
                    continue
                seen += 1
                if not any(one.tag == "bdi" or one.get("dir") == "auto" for one in where):
                    lost.append((path, element.tag, text.strip()[:60]))
    print(f"{seen} places")
    assert lost == [], "\n".join(map(str, lost))
    assert seen > 60
