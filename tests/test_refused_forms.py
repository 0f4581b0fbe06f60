"""Does who sends a form that is not right hear so at once: in the title, and in a summary that has the focus?"""

from urllib.parse import urlencode

import lxml.html
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction

from cms.middleware import has_no_language
from tests.eyes import DRAWN, NARROW, WIDER, rendered
from tests.test_hostile_texts import own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]
BEGINS = {"nl": "Fout: ", "en": "Error: "}
REFUSED = {}


@pytest.fixture
def refused(request):
    """Send every form once for all tests of this module, which read the same answers."""
    if not REFUSED:
        REFUSED.update(refused_pages(*request.getfixturevalue("world")[:2]))
    return REFUSED


def public_forms(visitors, about):
    """Give every form that somebody can send outside the desk: who sends it, where, and what is on it."""
    known = set()
    paths = [path for path in own_paths(about) if not path.startswith("/admin/")]
    for path in [*paths, "/account/login/", "/account/password/reset/"]:
        for name in ("nobody", "resident", "manager"):
            with transaction.atomic():
                answer = visitors[name].get(path)
                transaction.set_rollback(True)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            for form in lxml.html.fromstring(answer.content).forms:
                to = form.get("action") or path
                kind = (to, *sorted(names_of(form)), hidden_of(form).get("screen"))
                if form.method == "POST" and kind not in known:
                    known.add(kind)
                    yield visitors[name], to, form


def names_of(form) -> set[str]:
    return set(filter(None, form.fields.keys()))


def hidden_of(form) -> dict:
    return {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@type='hidden']")}


def refused_pages(visitors, about) -> dict:
    """Send every form with nothing at all, left blank, and with a sign in each field; keep the pages that say no."""
    pages = {}
    for client, to, form in public_forms(visitors, about):
        names, hidden = names_of(form), hidden_of(form)
        ways = {"nothing": {}}
        ways |= {what: dict.fromkeys(names, what[1:]) | hidden for what in ("-", "-x")}
        for what, data in ways.items():
            for language in BEGINS:
                path = in_language(to, language)
                for cache in caches.all():
                    cache.clear()
                with transaction.atomic():
                    answer = client.post(path, data)
                    transaction.set_rollback(True)
                if answer.status_code not in (302, 303) and shows(answer, names):
                    page = f"{path}&{hidden.get('screen', '')}{what}"
                    pages[page] = (language, answer.content.decode())
    return pages


def in_language(path, language) -> str:
    """Give the address that is answered in a language: with a prefix, or with a word in the query."""
    if language != "nl" and not has_no_language(path):
        path = f"/{language}{path}"
    return path + ("&" if "?" in path else "?") + urlencode({"lang": language})


def shows(answer, names) -> bool:
    """Tell whether a page shows the form with these fields again, to be filled in better."""
    if "text/html" not in answer["Content-Type"]:
        return False
    forms = lxml.html.fromstring(answer.content).forms
    return any(names <= set(form.fields.keys()) for form in forms)


def test_a_refused_form_says_so(refused):
    print("\n".join(refused))
    wrong = [(path, fault) for path, page in refused.items() for fault in faults(*page)]
    assert wrong == [], "\n".join(f"{path}: {fault}" for path, fault in wrong)
    assert len(refused) > 40


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
            "//*[@id = $name and (self::input[@type != 'hidden'] or self::select or self::textarea)]",
            name=link[1:],
        ):
            yield f"{link} leads to nothing that can be filled in"
    for field in page.xpath("//main//*[@aria-invalid='true']"):
        group = field.get("type") in ("radio", "checkbox")
        if not group and not page.xpath(
            "//*[@data-refused]//a[@href = $link]", link=f"#{field.get('id')}"
        ):
            yield f"no link leads to {field.get('id')}"


@pytest.mark.browser
def test_the_summary_has_the_focus_and_fits(refused):
    pages = {path: html for path, (_language, html) in refused.items()}
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
