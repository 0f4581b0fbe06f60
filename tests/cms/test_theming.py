"""Can a municipality have its own face, that everybody can read and nobody can misuse?"""

import io
import re

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from cms.files.uploads import UNREADABLE
from cms.first_steps import first_steps
from cms.theming import contrast
from cms.theming import theme as theming
from cms.theming.logo import drawn_anew
from cms.theming.operations import change_theme
from cms.theming.theme import (
    DEFAULTS,
    PAIRS,
    TOKENS,
    Theme,
    css_of,
    digest_of,
    sign_draft,
    with_ours,
)
from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.models import Role
from tests.builders import a_framework, a_municipality, a_user

from .site import a_site
from .test_uploads import NO_PICTURES

SCREEN = "/admin/participatie/huisstijl/"
RED = DEFAULTS | {"primary": "#8a1538", "primary-hover": "#5c0e25", "link": "#8a1538"}


def a_theme(municipality=None, tokens=RED, **about):
    municipality = municipality or a_municipality()
    actor = a_user(Role.ADMINISTRATOR, municipality=municipality)
    return change_theme(
        actor=actor, municipality=municipality, now=timezone.now(),
        **{"tokens": tokens, "radius": "0.5", **about},
    )  # fmt: skip


def a_picture(kind="PNG", size=(300, 100), **options) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#8a1538").save(out, kind, **options)
    return SimpleUploadedFile(f"logo.{kind.lower()}", out.getvalue())


@pytest.fixture
def desk(db):
    """The screen of an administrator, with a site and a framework around it."""
    municipality = a_municipality()
    a_framework()
    a_site(municipality)
    client = Client()
    client.force_login(a_user(Role.ADMINISTRATOR, municipality=municipality))
    return client


def the_form(**changes):
    return {
        **DEFAULTS,
        "radius": "0.5",
        "footer": "",
        "logo_alt": "",
        "action": "publish",
        **changes,
    }


# --- The arithmetic ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),  # WCAG 2.2: the largest there is
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),  # just too little for text
        ("#767676", "#ffffff", 4.542),  # just enough
        ("#949494", "#ffffff", 3.033),
        ("#0000ff", "#ffffff", 8.592),
        ("#ff0000", "#ffffff", 3.998),
        ("#00ff00", "#000000", 15.304),
    ],
)
def test_contrast_follows_the_vectors(one, other, expected):
    assert contrast.ratio(one, other) == pytest.approx(expected, abs=0.001)
    assert contrast.ratio(other, one) == contrast.ratio(one, other)


@pytest.mark.parametrize(
    "colour", ["#777777", "#f0b429", "#ff0000", "#00ff88", "#ffffff", "#000000"]
)
def test_the_colour_suggested_passes_and_is_the_nearest(colour):
    better = contrast.nearest_passing(colour, [("#ffffff", 4.5)])
    assert contrast.ratio(better, "#ffffff") >= 4.5
    if contrast.ratio(colour, "#ffffff") >= 4.5:
        assert better == colour
    else:
        nearer = contrast.mixed(better, colour, 0.95)
        assert contrast.ratio(nearer, "#ffffff") < 4.6, "a colour half as far would do"


def test_where_no_colour_passes_none_is_suggested():
    assert contrast.nearest_passing("#777777", [("#ffffff", 4.5), ("#000000", 7.5)]) is None


def test_the_tokens_are_those_of_the_style_sheet_with_its_values(settings):
    source = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    block = source[source.index(":root {") : source.index("}")]
    told = dict(re.findall(r"--brand-([\w-]+):\s*([^;]+);", block))
    assert told.pop("radius") == "0.5rem"
    assert told == DEFAULTS


def test_what_is_not_a_municipalitys_is_the_worst_that_texts_stand_on_and_pages_carry(settings):
    source = (settings.BASE_DIR / "static/css/tokens.css").read_text().partition("@supports")[0]
    fixed = dict(re.findall(r"--sk-([\w-]+): (#\w{6});", source))
    grounds = [fixed[name] for name in ("quiet", "ok-soft", "warn-soft", "error-soft")]
    words = [fixed[name] for name in ("ok", "warn", "error")]
    ours = theming.with_ours(DEFAULTS)
    assert min(grounds, key=contrast.luminance) == ours[theming.GREY]
    assert max(words, key=contrast.luminance) == ours[theming.WARNING]


def test_the_better_colour_passes_although_the_quiet_areas_move_with_it():
    better = theming.better_colour("primary", DEFAULTS | {"primary": "#8fb7c2"})
    pairs = theming.checked_pairs(DEFAULTS | {"primary": better})
    assert [one for one in pairs if one.front == "primary" and not one.passes] == []


def test_the_houses_own_colours_pass():
    assert [pair for pair in theming.checked_pairs(DEFAULTS) if not pair.passes] == []


# --- Saving --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_administrator_gives_a_face_and_it_is_written_down():
    theme = a_theme(footer="Raadhuisplein 1\n\nTelefoon 14 0000")
    assert theme.footer == "Raadhuisplein 1\nTelefoon 14 0000"
    assert AuditEntry.objects.filter(action="change_theme", result="done").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OFFICER, Role.COUNCIL, Role.FACILITATOR])
def test_others_change_no_face(role):
    municipality = a_municipality()
    with pytest.raises(Refused) as refusal:
        change_theme(
            actor=a_user(role, municipality=municipality), municipality=municipality,
            tokens=DEFAULTS, radius="0.5", now=timezone.now(),
        )  # fmt: skip
    assert refusal.value.code == "forbidden"
    assert not Theme.objects.exists()


@pytest.mark.django_db
def test_an_administrator_of_another_municipality_changes_no_face():
    ours, theirs = a_municipality(), a_municipality("verderop")
    with pytest.raises(Refused):
        change_theme(
            actor=a_user(Role.ADMINISTRATOR, municipality=ours), municipality=theirs,
            tokens=DEFAULTS, radius="0.5", now=timezone.now(),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_that_cannot_be_read_is_refused(front, back, least):
    ground = RED["surface"] if back == theming.QUIET else theming.with_ours(RED)[back]
    with translation.override("en"), pytest.raises(Refused) as refusal:
        a_theme(tokens=RED | {front: ground})
    said = str(refusal.value.reason)
    assert refusal.value.field in (front, *{pair[0] for pair in PAIRS if front in pair})
    assert "can't be read or seen well on" in said and "to 1" not in said
    assert re.search(r"differ 1\.\d\d in light", said)
    with translation.override("nl"), pytest.raises(Refused) as refusal:
        a_theme(tokens=RED | {front: ground})
    assert re.search(r" 1,\d\d in licht.* minstens \d(,\d)? ", str(refusal.value.reason))
    assert re.search(r"#[0-9a-f]{6}\.|other colour", said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["red", "#12345", "url(//x)", "#fff;}body{display:none", "}*{color:red", "rgb(0,0,0)",
     "#ffffff\n}", "<script>", "var(--x)", "#gggggg", "", "expression(alert(1))"],
)  # fmt: skip
def test_a01_a34_what_is_no_colour_never_reaches_the_style_sheet(value):
    with pytest.raises(Refused) as refusal:
        a_theme(tokens=DEFAULTS | {"link": value})
    assert refusal.value.field == "link"
    with pytest.raises(ValueError):
        css_of(DEFAULTS | {"link": value}, "0.5")


@pytest.mark.django_db
def test_a34_unknown_tokens_and_shapes_are_refused():
    for tokens in (DEFAULTS | {"font": "#ffffff"}, {"link": "#0b4a5a"}):
        with pytest.raises(Refused):
            a_theme(tokens=tokens)
    for radius in ("9", "0.5;}", "1rem"):
        with pytest.raises(Refused):
            a_theme(radius=radius)
        with pytest.raises(ValueError):
            css_of(DEFAULTS, radius)


def test_the_style_sheet_holds_only_names_and_colours():
    css = css_of(RED, "0.25")
    assert re.fullmatch(r":root\{(--brand-[a-z-]+:(#[0-9a-f]{6}|[\d.]+rem);?)+\}\n", css)
    assert css.count("--brand-") == len(TOKENS) + 1


# --- The screen ----------------------------------------------------------------------------------


def test_the_screen_keeps_what_was_typed_and_names_the_pair(desk):
    with translation.override("en"):
        answer = desk.post(SCREEN, the_form(link="#ffe680", footer="Raadhuisplein 1"), follow=True)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="#ffe680"' in page
    assert "Raadhuisplein 1" in page
    assert re.search(r'id="id_link_error"[^>]*>.*?#[0-9a-f]{6}', page, re.S)
    assert not Theme.objects.exists()


def test_publishing_changes_what_residents_get(desk):
    before = desk.get("/").content.decode()
    assert "/theme/" not in before
    assert desk.post(SCREEN, the_form(**RED)).status_code == 302
    href = re.search(r'href="(/theme/[0-9a-f]{20}\.css)"', Client().get("/").content.decode())[1]
    answer = Client().get(href)
    assert answer["Content-Type"] == "text/css"
    assert "immutable" in answer["Cache-Control"]
    assert "--brand-primary:#8a1538" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/meedoen", "/account/login/", "/bestaat-niet/"])
def test_every_kind_of_page_wears_the_face(desk, path):
    desk.post(SCREEN, the_form(**RED))
    assert "/theme/" in Client().get(path).content.decode()


def test_a_theme_that_is_not_there_is_not_found(desk):
    for name in ("0" * 20, "x", "../../settings", "0" * 19 + "g"):
        assert Client().get(f"/theme/{name}.css").status_code == 404


@pytest.mark.django_db
def test_another_municipality_serves_no_theme_of_ours(settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    ours, theirs = a_municipality(), a_municipality("verderop")
    a_site(ours), a_site(theirs, hostname="localhost")
    theme = a_theme(theirs)
    href = f"/theme/{theme.digest}.css"
    assert Client(headers={"host": "localhost"}).get(href).status_code == 200
    assert Client().get(href).status_code == 404


def test_an_example_is_shown_without_saving(desk):
    answer = desk.post(SCREEN, the_form(**RED, action="preview"))
    assert answer.status_code == 200
    assert not Theme.objects.exists()
    assert 'id="example" tabindex="-1" autofocus>' in answer.content.decode()
    assert 'id="example">' in desk.get(SCREEN).content.decode()
    href = re.search(r'<iframe[^>]* src="([^"]+)"', answer.content.decode())[1]
    example = desk.get(href.replace("&amp;", "&"))
    assert example.status_code == 200
    assert example["X-Frame-Options"] == "SAMEORIGIN"
    sheet = re.search(r'href="(/theme/[^"]+draft=[^"]+)"', example.content.decode())[1]
    css = desk.get(sheet)
    assert "#8a1538" in css.content.decode()
    assert "no-store" in css["Cache-Control"]


def test_a_draft_that_we_did_not_sign_is_not_served(desk):
    css = css_of(RED, "0.5")
    good = sign_draft(RED, "0.5")
    assert desk.get(f"/theme/{digest_of(css)}.css?draft={good}").status_code == 200
    other = signing.dumps([list(RED.values()), "0.5"], salt="another")
    for draft in (good[:-2], other, "x"):
        assert desk.get(f"/theme/{digest_of(css)}.css?draft={draft}").status_code == 404
        assert desk.get(f"{SCREEN}voorbeeld/?draft={draft}").status_code == 404


def test_colours_are_measured_while_somebody_types(desk):
    page = desk.post(f"{SCREEN}contrast/", the_form(text="#bbbbbb")).content.decode()
    assert page.count("<tr>") == len(PAIRS) + 1
    assert re.search(r"#[0-9a-f]{6}", page)
    assert "<html" not in page


@pytest.mark.parametrize("address", ["contrast/", "niveaus/", "voorbeeld/?draft=x", ""])
def test_only_administrators_reach_the_screens(desk, address):
    for role in (Role.OFFICER, Role.COUNCIL):
        client = Client()
        client.force_login(a_user(role))
        method = client.get if address in ("", "voorbeeld/?draft=x") else client.post
        assert method(SCREEN + address).status_code == 403
    officer = Client()
    officer.force_login(a_user(Role.OFFICER))
    assert SCREEN not in officer.get("/admin/participatie/").content.decode()
    assert SCREEN in desk.get("/admin/participatie/").content.decode()


# --- The logo ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_logo_is_drawn_anew_and_needs_words(desk):
    assert desk.post(SCREEN, the_form(logo=a_picture())).status_code == 400
    sent = the_form(logo=a_picture(), logo_alt="Gemeente Kompasdorp")
    assert desk.post(SCREEN, sent).status_code == 302
    theme = Theme.objects.get()
    with Image.open(theme.logo) as kept:
        assert kept.format == "PNG"
        assert kept.info == {}
    page = Client().get("/").content.decode()
    assert f'src="{theme.logo.url}"' in page
    assert 'alt="Gemeente Kompasdorp"' in page
    assert desk.post(SCREEN, the_form(drop_logo="on")).status_code == 302
    assert not Theme.objects.get().logo


@pytest.mark.parametrize("sent", [{"footer": "a\nb\nc\nd\ne"}, {"action": "preview"}])
def test_who_gets_the_form_back_hears_that_the_logo_has_to_be_chosen_again(desk, sent):
    """A browser never fills in a file: without a word the next press leaves the logo out."""
    again = "Kies het bestand opnieuw"
    page = desk.post(SCREEN, the_form(logo=a_picture(), logo_alt="Gemeente Kompasdorp", **sent))
    assert again in page.content.decode()
    assert again not in desk.post(SCREEN, the_form(**sent)).content.decode()


def test_a18_a_logo_brings_no_place_program_or_bomb(desk):
    exif = Image.Exif()
    exif[0x010E] = "geheime plek"
    sent = the_form(logo=a_picture("JPEG", exif=exif), logo_alt="Logo")
    assert desk.post(SCREEN, sent).status_code == 302
    with Theme.objects.get().logo.open() as kept:
        assert b"geheime plek" not in kept.read()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    wrong = [
        SimpleUploadedFile("logo.svg", svg),
        SimpleUploadedFile("logo.png", svg),
        SimpleUploadedFile("logo.gif", a_picture("GIF").read()),
        SimpleUploadedFile("logo.png", b"x" * (1024 * 1024 + 1)),
        a_picture(size=(9000, 9000)),
        *(SimpleUploadedFile(name, content) for name, content in NO_PICTURES),
    ]
    for upload in wrong:
        answer = desk.post(SCREEN, the_form(logo=upload, logo_alt="Logo", footer=upload.name))
        assert answer.status_code == 400, upload.name
    assert Theme.objects.get().footer == ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_damaged_logo_is_not_said_to_be_of_another_kind(kind):
    whole = a_picture(kind).read()
    with pytest.raises(Refused) as refused:
        drawn_anew(SimpleUploadedFile("logo", whole[: len(whole) * 2 // 3]))
    assert refused.value.reason == UNREADABLE


# --- The names of the levels ---------------------------------------------------------------------


def test_levels_are_named_on_the_same_screen(desk):
    names = {"consult-plain-nl": "U praat mee", "consult-official-nl": "meepraten"}
    assert desk.post(f"{SCREEN}niveaus/", names).status_code == 302
    municipality = a_municipality()
    municipality.refresh_from_db()
    assert municipality.level_names == {
        "consult": {"plain": {"nl": "U praat mee"}, "official": {"nl": "meepraten"}}
    }
    assert 'value="U praat mee"' in desk.get(SCREEN).content.decode()


def test_who_likes_the_site_as_it_is_says_so_once_and_that_first_step_is_done(desk):
    """It stayed to be done for who keeps the defaults: nothing on the screen said that publishing them is a choice."""
    page = BeautifulSoup(desk.get(SCREEN).content, "html.parser")
    [good] = [one for one in page.select("button") if "Zo is het goed" in one.get_text()]
    shown = {
        one["name"]: one.get("value", "") for one in good.find_parent("form").select("input[name]")
    }
    del shown["logo"]
    answer = desk.post(SCREEN, {**the_form(), **shown, good["name"]: good["value"]})
    assert answer.status_code == 302
    assert with_ours(Theme.objects.get().tokens) == with_ours(DEFAULTS)
    assert "Zo is het goed" not in desk.get(SCREEN).content.decode()
    place = a_municipality()
    steps = first_steps(place, a_user(Role.ADMINISTRATOR, municipality=place), timezone.now())
    assert {step.href: step.done for step in steps}[SCREEN]
