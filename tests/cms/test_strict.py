"""Is there nothing inline in our templates, and does every answer carry the strict policy?"""

import re
from pathlib import Path

import pytest

from tests.builders import a_user

from .site import a_site

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "style attribute": re.compile(r"""[\s"']style\s*=""", re.I),
    "inline handler": re.compile(r"""[\s"']on[a-z]+\s*=\s*["']""", re.I),
    "inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>", re.I
    ),
    "inline style sheet": re.compile(r"<style\b", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "something from elsewhere": re.compile(
        # A page's own address and its other languages are named, not loaded.
        r"""<(?:script|link(?!\srel="(?:canonical|alternate)")|img|iframe)[^>]+(?:src|href)=["']?(?:https?:)?//""",
        re.I,
    ),
}


def sins(html: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(html)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_inline(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.S)
    assert sins(text) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "<style>p{}</style>",
        '<a href="javascript:x()">',
        '<script src="https://example.org/x.js"></script>',
        '<link rel="stylesheet" href="//example.org/x.css">',
    ],
)
def test_a_planted_sin_is_found(planted):
    assert sins(planted)


def test_the_walk_finds_our_templates():
    assert len(TEMPLATES) > 40


def policy(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts if " " in part.strip())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/en/", "/account/login/", "/account/password/reset/", "/bestaat-niet/"]
)
def test_public_answers_carry_the_strict_policy(client, path):
    a_site()
    response = client.get(path)
    assert policy(response)["default-src"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert sins(response.content.decode()) == []


@pytest.mark.django_db
def test_only_the_editor_has_a_second_policy(client):
    a_site()
    client.force_login(a_user("administrator"))
    assert "unsafe" in client.get("/admin/").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/").headers["Content-Security-Policy"]
