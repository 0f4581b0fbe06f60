"""What does every page show where no script runs: is a heading one, is nothing hidden, and has a fold its sign?"""

import pytest
from django.urls import reverse

from tests.eyes import PHONE, rendered
from tests.questions.builders import a_desk, browser_of
from tests.test_exports import counted
from tests.test_hostile_outputs import public_pages
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.usefixtures("own_files"),
]
QUIET = {"viewport": PHONE, "java_script_enabled": False}
# A line in bold above a list is a heading, except for the name of a menu; a sign alone above what opens is lost; what
# stands there for a script to bring into sight is never seen; who follows a link is there at once; what follows on
# buttons keeps its distance.
AMISS = """() => {
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  const short = (one) => one.outerHTML.slice(0, 160);
  const texts = (one) => {
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    return found;
  };
  const bold = (one) => texts(one).length && texts(one).every((text) =>
    !text.parentElement.closest('a, button') && getComputedStyle(text.parentElement).fontWeight >= 600);
  const lists = [...document.querySelectorAll('p + ul, p + ol, p + dl')].map((one) => one.previousElementSibling)
    .filter((one) => !one.closest('[role=alert], .utrecht-alert, footer'))
    .filter((one) => !document.querySelector(`[aria-labelledby~="${one.id || '-'}"]`))
    .filter((one) => one.innerText.length < 80 && !/[.]$/.test(one.innerText.trim()) && bold(one))
    .map((one) => `no heading: ${short(one)}`);
  const alone = [...document.querySelectorAll('summary')].filter((one) =>
    getComputedStyle(one).display === 'list-item' && one.firstElementChild
    && !(one.firstChild.nodeType === 3 && one.firstChild.data.trim())
    && ['block', 'flex', 'grid'].includes(getComputedStyle(one.firstElementChild).display))
    .map((one) => `a sign alone: ${short(one)}`);
  const unseen = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
    && getComputedStyle(one).opacity === '0' && one.innerText?.trim()).map((one) => `unseen: ${short(one)}`);
  const slides = [...document.querySelectorAll('*')]
    .filter((one) => getComputedStyle(one).scrollBehavior === 'smooth').map((one) => `slides: ${one.tagName}`);
  const touches = [...document.querySelectorAll('.sk-actions + *')].filter((one) => one.checkVisibility()
    && one.previousElementSibling.checkVisibility() && one.getBoundingClientRect().height > 0
    && one.getBoundingClientRect().top - one.previousElementSibling.getBoundingClientRect().bottom < 8)
    .map((one) => `touches the buttons above it: ${short(one)}`);
  return [...lists, ...alone, ...unseen, ...slides, ...touches];
}"""
ROWS = """() => ['.sk-header__name', '.sk-header__language a'].map((name) => document.querySelector(name))
  .map((one) => one && one.getBoundingClientRect()).map((box) => box && [box.top, box.bottom])"""


def after_an_operation() -> tuple[str, str]:
    """Give a screen of the desk that says what was just done."""
    desk = a_desk()
    question = desk.ask()
    path = f"/admin/participatie/vragen/{question.pk}/publiceren/"
    answer = browser_of(user=desk.officer).post(path, {"seen": question.version}, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain and 'class="success"' in html
    return answer.redirect_chain[-1][0], html


def test_every_page_is_whole_where_no_script_runs(world):  # noqa: F811
    visitors, about, _page = world
    counted(about)
    pages = dict([after_an_operation()])
    for path in [*own_paths(about), *public_pages(), "/zoeken/?q=vraag"]:
        client, answer = first_that_opens(visitors, path)
        if client and answer["Content-Type"].startswith("text/html"):
            pages.setdefault(path, answer.content.decode())
    found = {}
    with rendered(pages, **QUIET) as page:
        for path in pages:
            page.goto(path, wait_until="load")
            found |= dict.fromkeys(page.evaluate(AMISS), path)
            name, language = page.evaluate(ROWS)
            if language and not name[0] <= sum(language) / 2 <= name[1]:
                found["the other language has a row of its own"] = path
    print(f"{len(pages)} pages")
    assert found == {}, "\n".join(f"{path} {fault}" for fault, path in found.items())
    assert len(pages) > 95


def test_a_screen_that_needs_scripts_says_what_works_without(world):  # noqa: F811
    path = reverse("wagtailadmin_account")
    html = world[0]["officer"].get(path).content.decode()
    assert "time_zone" not in html, "everybody reads the hours of the municipality"
    with rendered({path: html}, **QUIET) as page:
        page.goto(path, wait_until="load")
        assert page.locator(".sk-way-on a[href='/admin/participatie/']").is_visible()
        assert page.locator(".sk-way-on a[href^='/account/email']").is_visible()
