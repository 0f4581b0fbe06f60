"""Is what editors upload harmless before anybody sees it?"""

import asyncio
import io
import re
import struct
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture
from PIL import ImageCms
from wagtail.images import get_image_model
from wagtail.models import Collection, UploadedFile

from cms.files.upload_limits import LARGEST_FORM, LARGEST_UPLOAD, OPTIONS
from cms.files.upload_size import BoundedUploads
from cms.files.uploads import check_document, only_pixels, safe_name
from cms.theming.logo import drawn_anew
from tests.builders import a_user
from tests.test_urls import addresses

from .site import a_site

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_picture(
    kind="JPEG", size=(40, 30), name="foto.jpg", after=b"", **options
) -> SimpleUploadedFile:
    made = io.BytesIO()
    Picture.new("RGB", size, "#3366aa").save(made, kind, **options)
    return SimpleUploadedFile(name, made.getvalue() + after, content_type="image/jpeg")


def with_place() -> bytes:
    """Give EXIF with a place on earth and the name of a camera."""
    exif = Picture.Exif()
    exif[0x010F] = "Geheime Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 8.0, 30.0)
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()


def a_png_that_says(width, height) -> bytes:
    """Give the head of a PNG that claims to be huge, without its pixels."""
    import zlib

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(head))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def test_a18_where_a_picture_was_taken_is_gone():
    file = a_picture(exif=with_place())
    assert b"Geheime Camera" in file.read()
    kept = only_pixels(file).read()
    assert b"Geheime Camera" not in kept and b"Exif" not in kept
    with Picture.open(io.BytesIO(kept)) as picture:
        assert picture.size == (40, 30) and not picture.getexif()


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "f.jpg"), ("PNG", "f.png"), ("WEBP", "f.webp")]
)
def test_a18_what_hides_behind_a_picture_is_gone(kind, name):
    kept = only_pixels(a_picture(kind, name=name, after=SCRIPT + b"PK\x03\x04")).read()
    assert SCRIPT not in kept and b"PK\x03\x04" not in kept


def test_a_picture_that_lies_on_its_side_is_turned_before_that_is_forgotten():
    exif = Picture.Exif()
    exif[0x0112] = 6
    kept = only_pixels(a_picture(exif=exif.tobytes()))
    with Picture.open(kept) as picture:
        assert picture.size == (30, 40)


NO_PICTURES = [
    ("bom.png", a_png_that_says(50_000, 50_000)),
    ("bom.png", a_png_that_says(20_000, 20_000)),
    ("plaat.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ("plaat.png", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
    ("plaat.gif", b"GIF89a" + bytes(20)),
    ("plaat.jpg", SCRIPT),
    ("plaat.jpg", b""),
    ("plaat.html", SCRIPT),
]


@pytest.mark.parametrize(("name", "content"), NO_PICTURES)
def test_a18_what_is_no_picture_is_refused(name, content):
    with pytest.raises(ValidationError):
        only_pixels(SimpleUploadedFile(name, content))


@pytest.mark.django_db
def test_a18_a_bomb_of_pixels_is_refused_with_its_size_in_the_editor(client):
    site = a_site()
    client.force_login(a_user("officer", municipality=a_municipality_of(site)))
    answer = upload(client, SimpleUploadedFile("bom.png", a_png_that_says(50_000, 50_000)))
    assert answer["success"] is False
    assert "40000000" in answer["error_message"]
    assert not get_image_model().objects.exists()


def bytes_of(picture, kind, **options) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def kept_of(picture, kind, name, **options):
    """Give the pixels that are kept of a picture, and its name."""
    kept = only_pixels(SimpleUploadedFile(name, bytes_of(picture, kind, **options)))
    read = Picture.open(io.BytesIO(kept.read()))
    read.load()
    return read, kept.name


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        ("PNG", "foto.jpg", "foto.png"),
        ("JPEG", "foto.png", "foto.jpg"),
        ("WEBP", "foto.jpeg", "foto.webp"),
        ("JPEG", "foto.JPEG", "foto.jpeg"),
        ("MPO", "foto.jpg", "foto.jpg"),
    ],
)
def test_a_picture_with_the_name_of_another_kind_gets_its_own(kind, given, name):
    read, kept = kept_of(Picture.new("RGB", (8, 8), "#3366aa"), kind, given)
    assert kept == name and (read.format, read.size) == (kind.replace("MPO", "JPEG"), (8, 8))


def test_what_can_be_seen_through_stays_so_in_a_grey_picture_with_a_profile():
    one_grey = Picture.new("L", (2, 1), 7)
    kept = through_uploads(one_grey, "PNG", transparency=7, icc_profile=a_profile("GRAY"))
    assert kept.mode == "RGBA" and kept.getpixel((0, 0))[3] == 0


def test_what_can_be_seen_through_stays_so():
    palette = Picture.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    for picture, options in (
        (palette, {"transparency": 1}),
        (Picture.new("L", (2, 1), 7), {"transparency": 7}),
        (Picture.new("LA", (2, 1), (7, 0)), {}),
    ):
        kept, _name = kept_of(picture, "PNG", "logo.png", **options)
        assert kept.mode == "RGBA" and kept.getpixel((1, 0))[3] == 0


def a_profile(space: str) -> bytes:
    """Write the smallest profile of greys that are darker than usual, or of inks that make grey only."""

    def fixed(*values):
        return b"".join(struct.pack(">i", round(value * 65_536)) for value in values)

    daylight, inks = fixed(0.9642, 1, 0.8249), space == "CMYK"
    tags = {b"wtpt": b"XYZ " + bytes(4) + daylight}
    if inks:
        steps = bytes(range(256))
        greys = b"".join(bytes((178 - 44 * one.bit_count(), 128, 128)) for one in range(16))
        as_it_is = fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
        tags[b"A2B0"] = b"mft1" + bytes((0, 0, 0, 0, 4, 3, 2, 0)) + as_it_is
        tags[b"A2B0"] += steps * 4 + greys + steps * 3
    else:
        tags[b"kTRC"] = b"curv" + bytes(4) + struct.pack(">IHH", 1, 3 * 256, 0)
    start = 132 + 12 * len(tags)
    table, body = b"", b""
    for name, held in tags.items():
        table += name + struct.pack(">II", start + len(body), len(held))
        body += held + bytes(-len(held) % 4)
    kind, between = (b"prtr", b"Lab ") if inks else (b"mntr", b"XYZ ")
    head = struct.pack(
        ">I4xI4s4s4s12x4s", start + len(body), 0x02400000, kind, space.encode(), between, b"acsp"
    )
    head = (head.ljust(68, b"\0") + daylight).ljust(128, b"\0")
    return head + struct.pack(">I", len(tags)) + table + body


def with_red_and_blue_swapped() -> bytes:
    """Give sRGB's profile in which what is called red is blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


def through_uploads(picture, kind, **options):
    return kept_of(picture, kind, f"foto.{kind.lower()}", **options)[0]


def through_the_logo(picture, kind, **options):
    made = drawn_anew(SimpleUploadedFile("logo", bytes_of(picture, kind, **options)))
    return Picture.open(io.BytesIO(made))


ORANGE, BLUE = (200, 60, 40), (40, 60, 200)
OPTIONS_OF = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98}}


def one_of_each_mode():
    """Give a picture in every way colours are written down, and what it shows by its profile."""
    orange, grey = Picture.new("RGB", (4, 4), ORANGE), Picture.new("L", (4, 4), 100)
    through = Picture.new("RGBA", (4, 4), (*ORANGE, 90))
    deep = Picture.new("I;16", (4, 4), 100 * 257)
    deep.putpixel((0, 3), 65_535)
    swapped, darker, inks = with_red_and_blue_swapped(), a_profile("GRAY"), a_profile("CMYK")
    dark, red = (69, 69, 69), Picture.new("CMYK", (4, 4), (0, 255, 255, 0))
    return {
        "RGB": (orange, "PNG", swapped, (*BLUE, 255)),
        "RGB in WebP": (orange, "WEBP", swapped, (*BLUE, 255)),
        "RGB in JPEG": (orange, "JPEG", swapped, (*BLUE, 255)),
        "RGBA": (through, "PNG", swapped, (*BLUE, 90)),
        "P": (orange.quantize(4), "PNG", swapped, (*BLUE, 255)),
        "P seen through": (through.quantize(4), "PNG", swapped, (*BLUE, 90)),
        "L": (grey, "PNG", darker, (*dark, 255)),
        "LA": (Picture.new("LA", (4, 4), (100, 90)), "PNG", darker, (*dark, 90)),
        "I;16": (deep, "PNG", darker, (*dark, 255)),
        "CMYK": (red, "JPEG", inks, (82, 82, 82, 255)),
    }


@pytest.mark.parametrize("way_in", [through_uploads, through_the_logo])
@pytest.mark.parametrize("mode", one_of_each_mode())
def test_colours_of_a_profile_are_worked_out_before_it_is_let_go(mode, way_in):
    picture, kind, profile, shown = one_of_each_mode()[mode]
    kept = way_in(picture, kind, icc_profile=profile, **OPTIONS_OF.get(kind, {}))
    assert kept.convert("RGBA").getpixel((0, 0)) == pytest.approx(shown, abs=6)
    assert "icc_profile" not in kept.info


@pytest.mark.parametrize("way_in", [through_uploads, through_the_logo])
def test_a_profile_that_cannot_be_read_is_let_go(way_in):
    photo, profile = Picture.new("RGB", (4, 4), ORANGE), with_red_and_blue_swapped()[:40]
    kept = way_in(photo, "PNG", icc_profile=profile)
    assert kept.convert("RGB").getpixel((0, 0)) == ORANGE


@pytest.mark.parametrize("way_in", [through_uploads, through_the_logo])
def test_a_grey_scan_of_sixteen_bits_keeps_its_greys(way_in):
    scan = Picture.new("I;16", (4, 1))
    for at, grey in enumerate((0, 16_384, 32_768, 65_535)):
        scan.putpixel((at, 0), grey)
    kept = way_in(scan, "PNG").convert("L")
    assert [kept.getpixel((at, 0)) for at in range(4)] == pytest.approx([0, 64, 128, 255], abs=1)


def test_four_inks_become_three_colours():
    kept, _name = kept_of(Picture.new("CMYK", (4, 4), (0, 255, 255, 0)), "JPEG", "druk.jpg")
    red, green, blue = kept.getpixel((0, 0))
    assert kept.mode == "RGB" and red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_keeps_its_first_frame(kind):
    frames = [Picture.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    options = {"save_all": True, "append_images": frames[1:], "duration": 100, "lossless": True}
    if kind == "PNG":
        options.pop("lossless")
    kept, _name = kept_of(frames[0], kind, f"film.{kind.lower()}", **options)
    assert getattr(kept, "n_frames", 1) == 1 and kept.convert("RGB").getpixel((0, 0))[0] > 240


@pytest.mark.django_db
def test_every_picture_is_taken_or_refused_with_words(client):
    site = a_site()
    client.force_login(a_user("officer", municipality=a_municipality_of(site)))
    photo = Picture.effect_noise((80, 60), 40).convert("RGB")
    wrong, tried = [], 0
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"):
        whole = bytes_of(photo, kind)
        for ending in ("jpg", "png", "webp", "gif", "avif"):
            for part in (len(whole), len(whole) - 1, len(whole) // 2, 40, 8):
                file = SimpleUploadedFile(f"foto.{ending}", whole[:part])
                answer = upload(client, file)
                tried += 1
                taken = kind in ("JPEG", "PNG", "WEBP") and ending in ("jpg", "png", "webp")
                if part == len(whole) and answer["success"] is not taken:
                    wrong.append((kind, ending, answer))
                if not answer["success"] and not answer["error_message"]:
                    wrong.append((kind, ending, part, answer))
    print(f"{tried} pictures")
    assert wrong == []


def a_municipality_of(site):
    from deliberation.projects.models import Municipality

    return Municipality.objects.get(slug=site.site_name)


def upload(client, file, **fields):
    """Send a picture as the editor's screen does."""
    collection = Collection.objects.filter(name="kompasdorp").first()
    about = {"files[]": file, "title": "Foto", "collection": collection.pk, **fields}
    path = reverse("wagtailimages:add_multiple")
    return client.post(path, about, headers={"X-Requested-With": "XMLHttpRequest"}).json()


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["Foto", ""])
def test_a18_every_way_into_the_editor_keeps_pixels_only(client, title):
    site = a_site()
    client.force_login(a_user("officer", municipality=a_municipality_of(site)))
    answer = upload(client, a_picture(exif=with_place(), after=SCRIPT), title=title)
    assert answer["success"] is True
    kept = (get_image_model().objects.first() or UploadedFile.objects.first()).file
    assert SCRIPT not in kept.read()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\plan.PDF", "plan.pdf"),
        ("plan.php.pdf", "plan-php.pdf"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("  .pdf", "bestand.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ('pl"an\n.pdf', "plan.pdf"),
    ],
)
def test_a18_a_name_is_no_path(given, kept):
    assert safe_name(given) == kept


def packed(*parts) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return made.getvalue()


GOOD = packed(("word/document.xml", b"<w:document/>" * 20))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("brief.docx", GOOD),
        ("brief.pdf", b"%PDF-1.7 inhoud"),
        ("lijst.csv", "naam;straat\nÉén;Lindestraat".encode()),
        ("lijst.csv", "naam;straat\nÉén;Lindestraat".encode("utf-8-sig")),
        ("lijst.csv", "naam;straat\nÉén;Lindestraat € 5".encode("cp1252")),
        ("lijst.txt", "Één regel".encode("latin-1")),
        ("lijst.txt", "Één regel".encode("utf-16")),  # as an office saves “Unicode-tekst”
    ],
)
def test_an_ordinary_document_is_taken(name, content):
    check_document(SimpleUploadedFile(name, content))


NO_DOCUMENTS = [
    ("bom.docx", packed(("word/document.xml", bytes(60 * 1024 * 1024)))),
    ("veel.docx", packed(*((f"{number}.xml", b"x") for number in range(2_100)))),
    ("pad.docx", packed(("../../evil.xml", b"x"))),
    ("macro.docx", packed(("word/vbaProject.bin", b"x"))),
    ("geen.docx", b"not a zip"),
    ("geen.pdf", SCRIPT + b"%PDF-1.7"),
    ("geen.txt", b"\x00\x01\x02"),
    ("pagina.html", SCRIPT),
    ("plaat.svg", SCRIPT),
    ("programma.exe", b"MZ"),
]


@pytest.mark.parametrize(("name", "content"), NO_DOCUMENTS)
def test_a18_a_document_that_is_not_what_it_says_is_refused(name, content):
    with pytest.raises(ValidationError):
        check_document(SimpleUploadedFile(name, content))


def asked(length, chunks=(), path="/admin/", **limit):
    """Send a request of a size to the door; give what came back and whether the site was asked."""
    sent, inside = [], []

    async def site(scope, receive, send):
        while True:
            message = await receive()
            inside.append(message["type"])
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return

    async def receive():
        body = chunks[len(inside)]
        return {"type": "http.request", "body": body, "more_body": len(inside) < len(chunks) - 1}

    async def send(message):
        sent.append(message)

    headers = [(b"content-length", str(length).encode())]
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(BoundedUploads(site, **limit)(scope, receive, send))
    return sent, inside


def test_a18_a_file_of_two_gigabyte_is_refused_before_it_comes_in():
    sent, inside = asked(2 * 1024**3)
    assert sent[0]["status"] == 413 and b"25 MB" in sent[1]["body"]
    assert inside == []


def test_a18_a_request_that_lies_about_its_size_is_cut_off():
    chunks = [b"x" * 600] * 3
    _sent, inside = asked(10, chunks, largest=lambda path: 1_000)
    assert inside == ["http.request", "http.disconnect"]


def test_a_request_of_an_ordinary_size_comes_through():
    assert asked(600, [b"x" * 600])[1] == ["http.request"]


def test_no_address_takes_more_than_a_form_but_where_editors_send_files():
    """Every address of the map, in every way to write it: one prefix is above a form, 25 MB the ceiling."""
    assert LARGEST_FORM <= 2 * 1024**2 and LARGEST_UPLOAD <= 25 * 1024**2
    tried = 0
    for route in {one.route for one in addresses()}:
        path = "/" + re.sub(r"<[^>]+>|[\\^$]", "1", route)
        ways = (
            path,
            path.rstrip("/"),
            path + "/",
            path.upper(),
            "/" + path,
            path.replace("/", "//"),
            "/en" + path,
        )
        for way in ways:
            most = LARGEST_UPLOAD if way.startswith("/admin/") else LARGEST_FORM
            for size in (most + 1, 100 * 1024**2):
                sent, inside = asked(size, path=way)
                assert sent[0]["status"] == 413 and inside == [], (way, size)
            assert asked(most, [b""], path=way)[1] == ["http.request"], way
            tried += 1
    assert tried > 1500


def test_a27_nothing_that_somebody_types_is_ever_fetched(settings):
    assert settings.WAGTAILEMBEDS_FINDERS == []
    assert OPTIONS["WAGTAILIMAGES_MAX_UPLOAD_SIZE"] < LARGEST_UPLOAD
