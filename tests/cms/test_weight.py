"""Does a resident's first page stay light?"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from cms.templatetags.site_meta import PREVIEW
from tests.builders import a_decided_point

from .site import a_project_page

STATIC = Path(__file__).resolve().parents[2] / "static"
BUDGET = 30 * 1024  # before it is drawn; half of what live.md gives a live screen
LATER = 2560  # style sheets of print and of the reader's own colours: nobody waits for those


def over_the_wire(html: str) -> int:
    """Count the bytes of a page with its style sheets and scripts, compressed as a server does."""
    needed = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', html)
    assert any(name.endswith(".css") for name in needed)
    bodies = [html.encode(), *((STATIC / name).read_bytes() for name in set(needed))]
    return sum(len(gzip.compress(body, 6)) for body in bodies)


@pytest.mark.django_db
def test_first_page_and_project_page_are_within_the_budget(client):
    page = a_project_page(a_decided_point().project)
    for path in ("/", page.get_url()):
        html = client.get(path).content.decode()
        at_once = over_the_wire(re.sub(r'<link rel="stylesheet" media="[^>]+>', "", html))
        assert at_once < BUDGET
        assert over_the_wire(html) < at_once + LATER


def test_nothing_is_loaded_by_a_style_sheet():
    for sheet in (STATIC / "css").glob("*.css"):
        assert "@font-face" not in sheet.read_text("utf-8")


def test_every_file_that_a_template_asks_for_exists():
    """A name that is missing only fails where names carry a hash: in production."""
    templates = (STATIC.parent / "templates").rglob("*.html")
    asked = {
        name
        for template in templates
        for name in re.findall(r'{% static "([^"{]+)"', template.read_text("utf-8"))
    }
    asked.add(PREVIEW)
    assert {"css/tokens.css", "img/mark.svg"} <= asked
    assert [name for name in sorted(asked) if not finders.find(name)] == []
