"""Does who sends a form that is not right hear so at once: in the title, and in a summary that has the focus?"""

from urllib.parse import urlencode

import lxml.html
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction

from tests.eyes import DRAWN, NARROW, WIDER, rendered
from tests.test_hostile_texts import first_that_opens, is_ours, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]
BEGINS = {"nl": "Fout: ", "en": "Error: "}


def public_forms(visitors, about):
    """Give every form that somebody can send outside the desk: who sends it, where, and what is on it."""
    known = set()
    for path in [*own_paths(about), "/account/login/", "/account/password/reset/"]:
        client, answer = (
            (None, None) if path.startswith("/admin/") else first_that_opens(visitors, path)
        )
        if client is None or "text/html" not in answer["Content-Type"]:
            continue
        for form in lxml.html.fromstring(answer.content).forms:
            to = form.get("action") or path
            names = tuple(sorted(filter(None, form.fields.keys())))
            if form.method == "POST" and (to, names) not in known:
                known.add((to, names))
                yield client, to, form


def refused_pages(visitors, about) -> dict:
    """Send every form with nothing filled in, and as if it came from nowhere; keep the pages that say no."""
    pages = {}
    for client, to, form in public_forms(visitors, about):
        names = set(filter(None, form.fields.keys()))
        blank = dict.fromkeys(names, "")
        wrong = {name: "x" * (name != "screen") for name in blank}
        for what, data in {"nothing": {}, "blank": blank, "wrong": wrong}.items():
            for language in BEGINS:
                path = (
                    to
                    if to.startswith(("/s/", "/meedoen", "/account/", "/mijn/", "/volg/"))
                    else f"/{language}{to}".removeprefix("/nl")
                )
                path += ("&" if "?" in path else "?") + urlencode({"lang": language})
                for cache in caches.all():
                    cache.clear()
                with transaction.atomic():
                    answer = client.post(path, data)
                    transaction.set_rollback(True)
                if answer.status_code != 302 and shows(answer, names):
                    pages[f"{path}&{what}"] = (language, answer.content.decode())
    return pages


def shows(answer, names) -> bool:
    """Tell whether a page shows the form with these fields again, to be filled in better."""
    if "text/html" not in answer["Content-Type"]:
        return False
    forms = lxml.html.fromstring(answer.content).forms
    return any(names <= set(form.fields.keys()) for form in forms)


def test_a_refused_form_says_so(world):  # noqa: F811
    pages = refused_pages(*world[:2])
    print("\n".join(pages))
    wrong = [(path, fault) for path, page in pages.items() for fault in faults(*page)]
    assert wrong == [], "\n".join(f"{path}: {fault}" for path, fault in wrong)
    assert len(pages) > 20


def faults(language, html):
    """Tell what is missing on a page that refuses."""
    page = lxml.html.fromstring(html)
    title = page.findtext(".//title")
    if not title.startswith(BEGINS[language]):
        yield f"the title is {title}"
    focused = page.xpath("//*[@autofocus]")
    summaries = page.xpath("//*[@data-refused]")
    if len(summaries) != 1 or focused != summaries:
        yield f"{len(summaries)} summaries, {len(focused)} that want the focus"
    for link in page.xpath("//*[@data-refused]//a/@href"):
        if not page.xpath(
            "//*[@id = $name and (self::input or self::select or self::textarea)]", name=link[1:]
        ):
            yield f"{link} leads to nothing that can be filled in"
    for field in page.xpath("//main//*[@aria-invalid='true']"):
        group = field.get("type") in ("radio", "checkbox")
        if not group and not page.xpath(
            "//*[@data-refused]//a[@href = $link]", link=f"#{field.get('id')}"
        ):
            yield f"no link leads to {field.get('id')}"


@pytest.mark.browser
def test_the_summary_has_the_focus_and_fits(world):  # noqa: F811
    pages = {path: html for path, (_language, html) in refused_pages(*world[:2]).items()}
    wrong = []
    with rendered(pages, viewport=NARROW) as page:
        for path in pages:
            page.goto(path, wait_until="load")
            page.evaluate(DRAWN)  # the focus is given just before
            if not page.evaluate("() => document.activeElement.matches('[data-refused]')"):
                wrong.append(
                    f"{path}: {page.evaluate('() => document.activeElement.outerHTML.slice(0, 99)')}"
                )
            wrong += [
                f"{path} is {wider} px too wide" for wider in [page.evaluate(WIDER)] if wider > 0
            ]
    assert wrong == [], "\n".join(wrong)


def test_a_form_that_sent_nothing_at_all_is_read_as_sent():
    """`POST or None` is None for a form without any field: its page came back without a word."""
    rooms = [settings.BASE_DIR / room for room in ("cms", "compass", "deliberation")]
    sources = [path for room in rooms for path in room.rglob("*.py")]
    assert [path for path in sources if "POST or None" in path.read_text()] == []
