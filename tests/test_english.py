"""Is what is Dutch on an English page marked as Dutch, so that it is read out as Dutch?

Stop words tell the language of a text. What stands in an element that says its own language is left out.
"""

import re
import tomllib
from collections import Counter

import lxml.html
import pytest
from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page

from cms.middleware import has_no_language
from compass.queries import shipped_framework_source, shipped_frameworks
from tests.cms.site import a_news_page, a_standard_page
from tests.test_hostile_texts import own_paths
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
DUTCH = set(
    "de het een en van ik te dat die in je u niet zijn is was op aan met als voor er maar om zou of wat mijn "
    "dit zo ze zich bij ook tot hij uit der daar haar naar heb hoe heeft hebben deze nog zal zij nu "
    "geen omdat iets worden toch al waren veel meer doen toen moet zonder kan hun dus alles onder eens hier wie "
    "wordt wij we straat nieuwe komt komen welke waar".split()
)
ENGLISH = set(
    "the a an and of to in is that it you for on with as this was at by be are not or from have has your we they which "
    "who what when where how will can may there here their our more all no do does about into than then if so but "
    "people".split()
)
BOTH = DUTCH & ENGLISH
MOST = 0.02
OWN_DATA = "/mijn/bestand/"  # what somebody wrote themselves, value by value


def stop_words(text) -> Counter:
    """Count the stop words of each language in a text; what stands in capitals is a code."""
    found = Counter()
    for word in re.findall(r"[a-zA-Zéëï']+", text):
        if not word.isupper() and word.lower() not in BOTH:
            found["nl"] += word.lower() in DUTCH
            found["en"] += word.lower() in ENGLISH
    return found


def texts(page) -> list[str]:
    """Give the texts of a page that don't say another language than English."""
    root = lxml.html.fromstring(page)
    return list(_texts(root.find("body"), root.get("lang")))


def unmarked(page) -> Counter:
    """Count the stop words of a page where it is said to be English."""
    return sum((stop_words(text) for text in texts(page)), Counter())


def dutch_sentences(page) -> list[str]:
    """List the texts that are Dutch, and nothing else, where they are said to be English."""
    counted = [(text.strip(), stop_words(text)) for text in texts(page)]
    return [text for text, count in counted if count["nl"] > 1 and not count["en"]]


def _texts(element, language):
    language = element.get("lang") or language
    if element.tag in ("script", "style", "svg") or not isinstance(element.tag, str):
        return
    for text in (element.text, element.get("alt"), element.get("aria-label"), element.get("title")):
        if text and language == "en":
            yield text
    for child in element:
        yield from _texts(child, language)
        if child.tail and language == "en":
            yield child.tail


def english_pages(visitors, about):
    """Give every page that a resident or a stranger reads in English, by address."""
    for path in sorted(own_paths(about)):
        if path.startswith(("/admin/", "/api/")):
            continue
        for address in (f"/en{path}", f"{path}?lang=en"):
            for name in ("resident", "nobody"):
                with transaction.atomic():
                    answer = visitors[name].get(address, follow=True)
                    transaction.set_rollback(True)
                is_page = answer.status_code == 200 and b'<html lang="en"' in answer.getvalue()
                if is_page and b"<body" in answer.getvalue():
                    yield address, answer.content.decode()
                    break


def shares(pages) -> dict[str, tuple]:
    found = {}
    for address, page in pages:
        counts = unmarked(page)
        of = counts["nl"] + counts["en"]
        if counts["nl"] > max(1, MOST * of):
            found[address] = (counts["nl"], of)
    return found


def site_pages(page) -> list:
    """Give the pages of this site as English readers meet them: nobody translated them, so each repeats the Dutch."""
    english, _made = Locale.objects.get_or_create(language_code="en")
    a_news_page(page)
    a_standard_page(
        page.get_parent(), title="Hoe werkt het als u mee wilt doen?", show_in_menus=True
    )
    found = Page.objects.descendant_of(page.get_parent(), inclusive=True).live().specific()
    for one in found:
        if not one.has_translation(english):
            one.copy_for_translation(english, copy_parents=True, alias=True)
    return list(Page.objects.filter(locale=english, depth__gt=1).live().specific())


def test_dutch_on_english_pages_is_marked(world):  # noqa: F811
    visitors, about, page = world
    pages = dict(english_pages(visitors, about))
    for one in site_pages(page):
        answer = visitors["nobody"].get(one.get_url())
        assert answer.status_code == 200 and b'<html lang="en"' in answer.content, one
        pages[one.get_url()] = answer.content.decode()
    print(f"{len(pages)} pages")
    pages = {path: text for path, text in pages.items() if not path.startswith(OWN_DATA)}
    assert shares(pages.items()) == {}
    assert {path: found for path, text in pages.items() if (found := dutch_sentences(text))} == {}
    assert len(pages) > 30


def test_no_way_leads_out_of_english(world):  # noqa: F811
    """Where an address says no language, the way to it does: else who reads English meets Dutch behind it."""
    visitors, about, page = world
    pages = {
        one.get_url(): visitors["nobody"].get(one.get_url()).content.decode()
        for one in site_pages(page)
    }
    pages |= {
        path: text for path, text in english_pages(visitors, about) if path.startswith("/en/")
    }
    lost = {
        (path, way)
        for path, text in pages.items()
        for way in lxml.html.fromstring(text).xpath(
            "//main//a/@href | //footer//a/@href | //header//a/@href"
        )
        if has_no_language(way) and "lang=" not in way
    }
    assert lost == set() and len(pages) > 10


def test_the_counter_sees_dutch_that_is_not_marked():
    words = "De straat wordt een straat van de buurt."
    page = f'<html lang="en"><body><p>Who decides here?</p><p{{}}>{words}</p></body></html>'
    assert unmarked(page.format(""))["nl"] == 7
    assert dutch_sentences(page.format("")) == [words]
    assert unmarked(page.format(' lang="nl"'))["nl"] == 0


# Who decides in a Dutch municipality, in words that somebody from elsewhere knows. The first is a school to them.
UNKNOWN = re.compile(r"\b(college|executive)\b", re.I)


def english_sentences():
    """Give every English text of ours: those of the screens, and those of the frameworks that we ship."""
    catalogue = settings.BASE_DIR / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    yield from re.findall(r'^msgid(?:_plural)? "(.+)"$', catalogue.read_text(), re.M)
    for key in shipped_frameworks():
        yield from _in_english(tomllib.loads(shipped_framework_source(key)))


def _in_english(part):
    values = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and isinstance(part.get("en"), str):
        yield part["en"]
    for value in values:
        yield from _in_english(value)


def test_english_readers_meet_the_mayor_and_aldermen():
    told = [*english_sentences()]
    assert [text for text in told if UNKNOWN.search(text)] == []
    assert len(told) > 3000
