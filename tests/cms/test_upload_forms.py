"""Does every form of the desk that takes a file say what is wrong with it? The forms are found on their pages."""

import struct
from zlib import crc32

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from tests.test_urls import OWN, path_to, world

from .test_uploads import NO_DOCUMENTS, NO_PICTURES, SCRIPT, bytes_of, own_media, packed

assert world and own_media  # the fixtures
pytestmark = pytest.mark.django_db
DESK = "admin/participatie/"
# Wagtail's own, for one file at a time; many at once and in its chooser have tests of their own.
WAGTAIL = ("/admin/images/add/", "/admin/documents/add/")
PHOTO = Picture.effect_noise((80, 60), 40).convert("RGB")


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """Give a PNG with one more part behind its header."""
    whole, part = bytes_of(PHOTO, "PNG"), kind + data
    return (
        whole[:33]
        + struct.pack(">I", len(data))
        + part
        + struct.pack(">I", crc32(part))
        + whole[33:]
    )


WRONG = [
    *NO_PICTURES,
    *NO_DOCUMENTS,
    ("half.png", bytes_of(PHOTO, "PNG")[:2_000]),
    ("half.jpg", bytes_of(PHOTO, "JPEG")[:1_000]),
    # Pillow says no in many ways: these are a ValueError and a SyntaxError of its own.
    ("kort.png", with_chunk(b"pHYs", b"x")),
    ("waar.png", bytes_of(PHOTO, "PNG", exif=b"Exif\0\0nergens")),
    ("film.gif", bytes_of(PHOTO, "GIF")),
    ("bom.xlsx", packed(("xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024)))),
    ("kapot.json", b'{"a": ' + b"[" * 5_000),
    ("kapot.csv", b"\x00;"),
    ("half.csv", b"\xff\xfe\x00"),
    ("kapot.toml", b"key = [" + b"[" * 5_000),
    ("niets.toml", b"\xff\xfe"),
    ("script.po", SCRIPT),
]


def takes_files(client, path) -> list[tuple]:
    """Give the forms on a page that take files: (where it goes, what it sends as it stands, names of files)."""
    page = client.get(path)
    if page.streaming or "html" not in page.get("Content-Type", ""):
        return []
    found = []
    for form in BeautifulSoup(page.content, "html.parser").select("form"):
        names = [one["name"] for one in form.select("input[type=file][name]")]
        fields = form.select("input[name]:not([type=file]), textarea[name]")
        sent = {one["name"]: one.get("value") or one.text or "Naam" for one in fields}
        for one in form.select("select[name]"):
            options = [
                option.get("value") for option in one.select("option") if option.get("value")
            ]
            sent[one["name"]] = options[0] if options else ""
        found += [(form.get("action") or path, sent, names)] if names else []
    return found


def test_every_form_that_takes_a_file_says_what_is_wrong_with_it(world):
    visitors, about, _page = world
    client = visitors["manager"]
    client.raise_request_exception = False
    paths = [path_to(route, about) for route in OWN if route.startswith(DESK)]
    forms = [form for path in [*paths, *WAGTAIL] for form in takes_files(client, path)]
    assert {name for _action, _sent, names in forms for name in names} >= {"logo", "file"}
    assert len(forms) >= 4
    failed = []
    for action, sent, names in forms:
        for name, content in WRONG:
            files = {one: SimpleUploadedFile(name, content) for one in names}
            answer = client.post(action, {**sent, **files})
            page = BeautifulSoup(answer.content, "html.parser")
            words = page.select("[class*=error], [class*=invalid], [class*=critical], [role=alert]")
            if answer.status_code >= 500 or (answer.status_code < 300 and not words):
                failed.append((action, name, answer.status_code))
            if answer.status_code in (301, 302):
                failed.append((action, name, "taken"))
    assert failed == [], "\n".join(map(str, failed))
