"""Is there one menu at the desk, with the municipality above it, that also stands there without JavaScript?"""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from cms.theming.theme import Theme
from tests.builders import a_municipality, a_user
from tests.questions.builders import browser_of

from .site import a_site

pytestmark = pytest.mark.django_db
NOSCRIPT = re.compile(r"<noscript>(.*?)</noscript>", re.DOTALL)
EVERY_DAY = """projects:see_desk live:see_sessions questions:see_queue projects:see_promises projects:see_status
    oversight:see_oversight""".split()


def menu_of(page: str) -> dict:
    """Read what Wagtail's script makes its menu of: {name: address, or the names below it}."""
    props = re.search(r'id="wagtail-sidebar-props" type="application/json">(.*?)</script>', page)
    found = {}
    for module in json.loads(props[1])["modules"]:
        for item in module["_args"][0] if module["_type"].endswith("MainMenuModule") else []:
            inner = item["_args"][1] if item["_type"].endswith("SubMenuItem") else None
            about = item["_args"][0]
            found[about["name"]] = (
                [one["_args"][0]["url"] for one in inner] if inner else about["url"]
            )
    return found


@pytest.fixture
def home():
    a_site()
    return lambda user, path="/admin/": (
        browser_of(user=user).get(path, follow=True).content.decode()
    )


def test_what_is_done_every_day_stands_first_and_the_rest_in_one_part(home):
    menu = menu_of(home(a_user("administrator")))
    names = list(menu)
    first = [name.replace("-", ":", 1) for name in names[1:7]]
    assert names[0] == "wagtailadmin_home" and first == EVERY_DAY
    assert menu["set-up"] == [
        reverse(name)
        for name in (
            "check_pages",
            "frameworks:see_frameworks",
            "projects:see_roles",
            "face:change_theme",
            "redirects:see_redirects",
        )
    ]
    assert "help" not in names and "participation" not in names


def test_who_writes_and_moderates_nothing_has_no_menu_for_it(home):
    menu = menu_of(home(a_user("council")))
    assert list(menu) == [
        "wagtailadmin_home", "projects-see_desk", "live-see_sessions", "projects-see_promises",
        "projects-see_status", "oversight-see_oversight",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/admin/", "/admin/participatie/"])
def test_the_menu_stands_on_the_screen_once_and_without_javascript_as_links(home, path):
    page = home(a_user("administrator"), path)
    (plain,) = NOSCRIPT.findall(page.partition("<main")[2])
    links = re.findall(r'href="([^"]+)"', plain)
    menu = menu_of(page)
    assert "sk-desk__nav" not in NOSCRIPT.sub("", page)
    ours = [href for href in menu.values() if isinstance(href, str)] + menu["set-up"]
    assert {one for one in ours if "participatie" in one or one == "/admin/"} <= set(links)
    assert {reverse("wagtailadmin_explore_root"), reverse("account_logout")} <= set(links)
    assert all(" aria-current" not in one or path in one for one in plain.split("<li>"))


def test_a_place_is_called_the_same_in_the_menu_in_the_tab_and_above_the_screen(home):
    """Wagtail's own screens have Wagtail's names."""
    manager = a_user("administrator")
    (plain,) = NOSCRIPT.findall(home(manager).partition("<main")[2])
    places = BeautifulSoup(plain, "html.parser").select(".sk-desk__nav a")
    places += BeautifulSoup(home(manager, "/"), "html.parser").select(
        f".sk-nav a[href='/admin/'], .sk-nav a[href='{reverse('account_email')}']"
    )
    called = {one["href"]: one.get_text(strip=True) for one in places}
    called.pop(reverse("wagtailadmin_explore_root"))
    assert len(places) > 12 and len(called) == len(places) - 2, "the desk stands in both"
    otherwise = {}
    for href, name in called.items():
        screen = BeautifulSoup(home(manager, href), "html.parser")
        tops = {part: screen.find(part).get_text(" ", strip=True) for part in ("title", "h1")}
        otherwise |= {(name, top): text for top, text in tops.items() if name not in text}
    assert otherwise == {}


@pytest.mark.parametrize("path", ["/admin/", "/admin/participatie/", "/admin/pages/"])
def test_the_municipality_stands_where_wagtail_stood(home, path):
    Theme.objects.create(
        municipality=a_municipality(), logo="logos/linde.png", logo_alt="Een linde"
    )
    page = home(a_user("administrator"), path)
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert "Kompasdorp" in title and "Wagtail" not in title
    brand = re.search(
        r"<template data-wagtail-sidebar-branding-logo>(.*?)</template>", page, re.DOTALL
    )[1]
    assert "logos/linde.png" in brand and 'alt="Een linde"' in brand and "Kompasdorp" in brand
    assert not re.search(r'(href|src)="[^"]*(wagtail\.org|gravatar)', page)
    assert "images/favicon.ico" not in page


def test_the_way_to_the_second_lock_is_seen_at_the_desk_and_on_the_site(home):
    officer = a_user("officer")
    account = reverse("account_email")
    assert f'class="button" href="{account}"' in home(officer, "/admin/account/")
    assert f'href="{account}"' in home(officer, "/")
    own = home(officer, account)
    assert reverse("mfa_index") in own and reverse("account_change_password") in own
