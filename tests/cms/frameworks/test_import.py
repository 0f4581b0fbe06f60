"""Does a file from elsewhere become a draft, or a clear no with its line, and never a crash? (A35)"""

import tomllib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.frameworks.editing.parts import PARTS, comes_first
from compass.models import FrameworkDraft
from compass.queries import shipped_framework_source

from .drafts import an_officer
from .officer import Officer

pytestmark = pytest.mark.django_db
TOP = 'title = { nl = "Kader", en = "Framework" }\nvalid_from = 2026-01-01\n'
RULE = """
[[rules]]
id = "a"
when = "%s"
points_to = "inform"
because = { nl = "Daarom.", en = "So." }
reference = "x"
"""


@pytest.fixture
def officer(client):
    client.force_login(an_officer())
    return Officer(client)


def upload(officer, content: bytes | str):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("kader.toml", content)
    sent = {"begin": "file", "file": file}
    return officer.client.post(reverse("frameworks:start_framework"), sent, follow=True)


REFUSED = {
    "prose": ("Beste gemeente,\nhier is ons kader.", "regel 1"),
    "a quote that never ends": (TOP + 'key = "x', "te vroeg"),
    "a table that never ends": (TOP + "[[levels", "te vroeg"),
    "lists in lists": (f"a = {'[' * 5_000}", "kunnen dit bestand niet lezen"),
    "a number without end": (TOP + f"x = {'9' * 400}", "kunnen dit bestand niet lezen"),
    "no letters": (b"\xff\xfe\x00title", "UTF-8"),
    "too large a file": ("#" * 1_300_000, "te groot"),
    "too long a text": (TOP + "#" * 310_000, "te groot"),
    "a table nobody knows": (TOP + "\n[geheim]\nx = 1\n", "Regel 4, geheim: Dit hoort hier niet."),
    "ten thousand rules": (TOP + '[[rules]]\nid = "a"\n' * 10_000, "[rules]: Dit zijn er te veel"),
    "a promise no screen mends": (TOP + '[[promises]]\nid = "a"\n', "Regel 3, [promises]"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_no_screen_mends_is_refused_with_its_line(officer, name):
    content, said = REFUSED[name]
    response = upload(officer, content)
    assert response.status_code == 400
    assert said in response.content.decode(), name
    assert not FrameworkDraft.objects.exists()


MENDED = {
    "a call in a condition": TOP + RULE % "__import__('os').system('id')",
    "a question nobody knows": TOP + RULE % "onbekend >= 2",
    "a rule that leads nowhere": TOP + RULE % "x and not x",
    "a title that is a list": "title = [1, 2]\n",
    "numbers that are none": TOP + '[[levels]]\nkey = "a"\nrank = inf\ninfluence = nan\n',
    "levels that are a text": 'levels = "x"\n' + TOP,
    "names that are moments": TOP + "[[levels]]\nkey = 1979-05-27T07:32:00Z\nname = 07:32:00\n",
    "options that are lists": TOP + '[[questions]]\nkey = "q"\noptions = [[1], { code = [] }, 3]\n',
    "points for nothing": TOP
    + '[[scores]]\nkey = "s"\nterms = { q = [1, "x"], r = {} }\ncaps = 3\n',
    "a case without a level": TOP + '[[cases]]\nid = "c"\nanswers = [1]\nexpect = {}\n',
    "signs of a page": TOP
    + '[[rules]]\nid = "a"\nbecause = { nl = "<script>alert(1)</script>" }\n',
}


@pytest.mark.parametrize("name", MENDED)
def test_what_a_screen_can_mend_becomes_a_draft_whose_screens_all_open(officer, name):
    response = upload(officer, MENDED[name])
    assert response.status_code == 200, name
    draft = FrameworkDraft.objects.get()
    assert response.context["mistakes"], name
    assert "<script>alert(1)" not in response.content.decode()
    for address in every_screen(draft):
        assert officer.client.get(address, follow=True).status_code == 200, address
    refused = officer.client.post(reverse("frameworks:propose_framework", args=[draft.pk]))
    assert refused.status_code == 400
    draft.refresh_from_db()
    assert draft.state == "editing"


def every_screen(draft):
    for name in ("see_draft", "try_draft", "compare_draft", "edit_framework", "edit_titles"):
        yield reverse(f"frameworks:{name}", args=[draft.pk])
    document = tomllib.loads(draft.source)
    for part in PARTS.values():
        yield reverse("frameworks:edit_part", args=[draft.pk, part.slug])
        if not comes_first(document, part.table):
            yield reverse("frameworks:add_to_part", args=[draft.pk, part.slug])
        found = document.get(part.table)
        if isinstance(found, list) and found:
            yield reverse("frameworks:edit_in_part", args=[draft.pk, part.slug, 1])
            if part.table == "scores" and not comes_first(document, "rules"):
                yield reverse("frameworks:edit_bands", args=[draft.pk, 1])


def test_what_was_downloaded_comes_back_the_same(officer):
    upload(officer, shipped_framework_source("nl"))
    draft = FrameworkDraft.objects.get()
    file = officer.client.get(reverse("frameworks:export_draft", args=[draft.pk]))
    officer.client.post(reverse("frameworks:discard_framework", args=[draft.pk]))
    upload(officer, file.content)
    assert FrameworkDraft.objects.get().source == draft.source


def test_one_may_begin_with_nothing(officer):
    sent = {"begin": "empty"}
    response = officer.client.post(reverse("frameworks:start_framework"), sent, follow=True)
    assert response.status_code == 200
    assert [one["text"] for one in response.context["mistakes"]] == ["Er is nog geen niveau."]
    title = tomllib.loads(FrameworkDraft.objects.get().source)["title"]
    assert title["nl"] == "Nieuw afwegingskader"
