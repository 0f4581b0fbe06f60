"""Does nothing of a municipality call another municipality's by-law its own?

Where a rule was taken from stands in the explanation of the framework, and nowhere else: a law that binds a
decision is named by who answered the gate, in the public reason.
"""

import io
import tomllib
import zipfile
from html import unescape

import pytest

from deliberation.documents.kinds import KINDS
from tests.test_hostile_texts import first_that_opens, own_paths
from tests.test_texts import ROOT
from tests.test_urls import OWN, path_to, world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
# Where the framework itself is explained, edited or handed to a program.
EXPLAINED = ("/kompas/regels/", "/admin/participatie/afwegingskaders/", "/api/v1/")


def sources() -> set[str]:
    """List where the rules and questions of every framework that was ever shipped were taken from."""
    found = set()
    for folder in ("compass/frameworks", "tests/compass/frozen"):
        for path in (ROOT / folder).glob("*.toml"):
            framework = tomllib.loads(path.read_text())
            found |= {rule["reference"] for rule in framework["rules"]}
            found |= {question["source"] for question in framework["questions"]}
    return found


def read(answer) -> str:
    """Give what stands in a page or file, as people read it."""
    content = answer.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b" ".join(
                file.read(name) for name in file.namelist() if name.endswith(".xml")
            )
    return unescape(content.decode(errors="ignore"))


def pages(about) -> set[str]:
    """List every address of ours, and every document in each of its forms that can be read."""
    documents = [route for route in OWN if "<slug:kind>" in route and ".pdf" not in route]
    paths = {path_to(route, {**about, "kind": kind}) for route in documents for kind in KINDS}
    return {*own_paths(about), *paths}


def test_no_page_or_document_names_where_a_rule_was_taken_from(world):  # noqa: F811
    visitors, about, _page = world
    named, opened, explained = [], 0, 0
    for path in sorted(pages(about)):
        client, answer = first_that_opens(visitors, path)
        if client is None:
            continue
        opened += 1
        here = {source for source in SOURCES if source in read(answer)}
        if path.startswith(EXPLAINED):
            explained += bool(here)
        else:
            named += [(path, source) for source in here]
    print(f"{opened} pages and documents, {explained} that explain")
    assert named == [] and opened > 100
    assert explained, "the walk doesn't see a source where there is one"


SOURCES = sources()
