"""Can somebody who is new make a project's page, in two languages, within a quarter of an hour? The guide, walked.

The steps and their numbers are those of docs/guides/editor.md.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from cms.demo.content import USUAL
from tests.eyes import PHONE

from .hands import radio

pytestmark = pytest.mark.browser

TITLE, ENGLISH = "Het Wilgenplein wordt groener", "Willow Square becomes greener"
SUMMARY = "We maken het Wilgenplein groener. Er komt meer schaduw. U denkt mee over de inrichting."
QUESTION = "Hoe richten we het Wilgenplein in?"
POINT = {
    "question": QUESTION,
    "open": "Waar de bomen komen\nWaar de bankjes komen",
    "fixed": "De markt blijft, want de kramen hebben een vergunning",
    "outside": "De bushalte, daarover beslist de provincie",
    "groups": "Bewoners\nMarktkooplieden",
}
TEXT = "Het plein is nu vooral van steen. In de zomer is het er heet. Daarom planten we bomen."
SEEN_THERE = "Een boom op het plein"
NEWS = ("De eerste boom komt eraan", "In maart planten we de eerste boom. U kunt erbij zijn.")
IN_ENGLISH = {
    TITLE: ENGLISH,
    SUMMARY: "We make Willow Square greener. There will be more shade. You think along.",
    SEEN_THERE: "A tree on the square",
    TEXT: "The square is mostly stone now. It is hot there in summer. So we plant trees.",
}
BUDGET = 15
# What a careful person needs, in seconds: look round on a screen, press something, find a field,
# type a word that was thought of before (30 a minute), and weigh a question of the compass.
SCREEN, PRESS, FIELD, WORD, WEIGH = 10, 3, 4, 2, 10


@dataclass
class Editor:
    """Somebody at a desk, whose every press and word is counted."""

    page: object
    screens: int = 0
    presses: int = 0
    fields: int = 0
    words: int = 0
    questions: int = 0
    seen: list = field(default_factory=list)

    def press(self, what):
        locator = self.page.locator(what) if isinstance(what, str) else what
        locator.first.click()
        self.presses += 1

    def go_on(self, what, where):
        """Press something that leads to another screen."""
        self.press(what)
        expect(self.page).to_have_url(re.compile(where), timeout=20_000)
        self.page.wait_for_load_state()
        self.arrive()

    def arrive(self):
        self.screens += 1
        self.seen.append(re.sub(r"\d+", "N", self.page.url.split("/", 3)[3]))

    def write(self, what, text):
        locator = self.page.locator(what) if isinstance(what, str) else what
        locator.first.fill(text)
        self.fields += 1
        self.words += len(text.split())

    def minutes(self) -> float:
        spent = self.screens * SCREEN + self.presses * PRESS + self.fields * FIELD
        return (spent + self.words * WORD + self.questions * WEIGH) / 60

    def told(self) -> str:
        return (
            f"{self.screens} screens, {self.presses} presses, {self.fields} fields, "
            f"{self.words} words, {self.questions} questions of the compass: "
            f"about {self.minutes():.1f} minutes"
        )


def test_the_guide_leads_to_a_page_in_two_languages(staff, person, tmp_path, capsys):
    me = Editor(staff("beleid"))
    me.arrive()
    make_project(me)
    plan_phases(me)
    name_what_is_decided(me)
    choose_level(me)
    begin_page(me, tmp_path)
    look_at_preview(me)
    publish(me)
    translate(me)
    write_news(me)
    with capsys.disabled():
        print(f"\nA new editor: {me.told()}")
    assert me.minutes() < BUDGET
    read_as_resident(person(viewport=PHONE))


def test_what_is_missing_is_said_before_residents_read_it(staff):
    """Step 9: a project without a decision point gets its page, and the editor hears what lacks."""
    me = Editor(staff("beleid"))
    make_project(me, "Een project zonder beslispunt")
    start_page(me)
    panel = me.page.locator("section[id$=kijk_hier_nog_naar-section]")
    expect(panel).to_contain_text("nergens wat er wordt besloten")


def test_who_publishes_while_a_draft_is_saved_by_itself_makes_one_page(staff):
    """The press waits for the draft, and what is made is published: not refused as its own twin."""
    me, held = Editor(staff("beleid")), []
    me.page.goto("/admin/participatie/")
    me.go_on("main a[href*='/projecten/']:has-text('Kastanjelaan')", r"/projecten/\d+/$")
    me.go_on("main a[href*='/add/cms/newspage/']", "/add/cms/newspage/")
    me.page.route("**/admin/pages/**", lambda route: hold(route, held))
    me.write("#id_title", "Een heel nieuw bericht")
    me.write("#id_intro", "Het gaat over het plein.")
    write_until(me.page, held)
    me.page.locator("button[name=action-publish]").first.click(no_wait_after=True)
    me.page.wait_for_timeout(300)
    assert "/add/" in me.page.url, "it waits"
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(me.page).to_have_url(re.compile(r"/projecten/\d+/$"), timeout=20_000)
    expect(me.page.locator("body")).to_contain_text("“Een heel nieuw bericht” is gepubliceerd")
    me.page.goto("/nieuws/")
    expect(me.page.locator("main a:has-text('Een heel nieuw bericht')")).to_have_count(1)
    me.page.goto("/admin/pages/search/?q=Een+heel+nieuw+bericht")
    expect(me.page.locator("main")).to_contain_text(
        "Er zijn 2 overeenkomstige"
    )  # with its English twin


def hold(route, held) -> None:
    """Keep back the answer to the first draft that Wagtail sends by itself; let all else go."""
    request = route.request
    if "/add/" in request.url and "json" in request.headers.get("accept", "") and not held:
        held.append((route, route.fetch()))
    else:
        route.continue_()


def write_until(page, held) -> None:
    """Go on writing: what stood there in the first two seconds is no change to Wagtail."""
    for _ in range(20):
        if held:
            return
        page.locator("#id_intro").press_sequentially("!")
        page.wait_for_timeout(1_000)
    pytest.fail("nothing was saved by itself")


def make_project(me, title=TITLE):
    """Step 1."""
    me.go_on("main a[href$='/projecten/nieuw/']", "/nieuw/$")
    me.write("[name=title]", title)
    me.write("[name=summary]", SUMMARY)
    me.write("[name=contact]", "Team Openbare Ruimte, telefoon 14 0000")
    me.go_on("main form .sk-actions button", r"/projecten/\d+/$")


def plan_phases(me):
    """Step 2."""
    today = date.today()
    phases = [
        ("design", "Samen het plan maken", today - timedelta(7), today + timedelta(60)),
        ("execute", "Het plein opknappen", today + timedelta(61), today + timedelta(150)),
    ]
    for kind, title, starts, ends in phases:
        me.go_on("main a[href$='/fase/']", "/fase/$")
        me.press(radio("kind", kind))
        me.write("[name=title]", title)
        me.write("[name=starts_on]", starts.isoformat())
        me.write("[name=ends_on]", ends.isoformat())
        me.go_on("main form .sk-actions button", r"/projecten/\d+/$")


def name_what_is_decided(me):
    """Step 3."""
    me.go_on("main a[href$='/beslispunt/']", "/beslispunt/$")
    for name, text in POINT.items():
        me.write(f"[name={name}]", text)
    me.press(radio("decided_by", "college"))
    me.write("[name=decides_on]", (date.today() + timedelta(50)).isoformat())
    me.go_on("main form .sk-actions button", "/kompas/$")


def choose_level(me):
    """Steps 4 and 5: answer what the advice still asks, and nothing else."""
    me.go_on("button[value=none]", "/kompas/vragen/$")
    me.questions += 1
    advice = me.page.locator("#advice-place")
    adopt = me.page.locator("button[value=adopt_assessment]")
    while not adopt.is_visible():
        link = advice.locator(".sk-next a[href^='#question-']").first
        key = link.get_attribute("href").removeprefix("#question-")
        me.press(link)
        with me.page.expect_response(lambda answer: answer.request.method == "POST"):
            me.press(radio(key, code(USUAL[key])))
        me.questions += 1
        expect(advice.locator(f".sk-next a[href='#question-{key}']")).to_have_count(0)
    me.go_on(adopt, "/niveau/")
    me.press("input[name=level][value=consult]")
    me.go_on("main form button[type=submit]", r"/beslispunten/\d+/(#|$)")
    me.go_on("main a[href$='#pages']", r"/projecten/\d+/#pages$")


def code(answer) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)


def start_page(me):
    me.go_on("form[action$='/pagina/'] button", r"/pages/\d+/edit/$")


def begin_page(me, folder):
    """Step 6: the draft has title, project and introduction already; picture and text follow."""
    start_page(me)
    page = me.page
    expect(page.locator("#id_title")).to_have_value(TITLE)
    expect(page.locator("#id_intro")).to_have_value(SUMMARY)
    upload_picture(me, folder)
    me.write("#id_picture_description", SEEN_THERE)
    me.press("section[id$=body-section] .c-sf-add-button")
    me.press(page.get_by_role("option", name="Tekst"))
    text = page.locator("section[id$=body-section] [contenteditable=true]").first
    text.click()
    page.keyboard.type(TEXT)
    kept = "said => document.querySelector('[name=body-0-value]').value.includes(said)"
    page.wait_for_function(kept, arg=TEXT)
    me.presses, me.fields, me.words = me.presses + 1, me.fields + 1, me.words + len(TEXT.split())


def upload_picture(me, folder):
    Image.new("RGB", (900, 600), "#7a9c5b").save(folder / "plein.jpg")
    page = me.page
    me.press("main button:has-text('Kies een afbeelding')")
    me.screens += 1
    page.locator(".modal-dialog [role=tab][aria-selected=true]").wait_for()
    page.wait_for_timeout(
        700
    )  # Wagtail's tabs need a moment to find their panels; people look first
    me.press(page.get_by_role("tab", name="Uploaden"))
    page.set_input_files(".modal-dialog input[type=file]", folder / "plein.jpg")
    me.presses += 3  # press the field, find the file, open it
    expect(page.locator(".modal-dialog [name$=-title]")).not_to_have_value("")
    me.press(".modal-dialog [role=tabpanel]:not([hidden]) button[type=submit]")
    expect(page.locator(".modal-dialog")).to_have_count(0)


def look_at_preview(me):
    """Step 7."""
    show = me.page.locator("button[aria-label='Toon/verberg voorvertoning']")
    me.press(show)
    preview = me.page.frame_locator("iframe[data-w-preview-target=iframe]").last
    expect(preview.locator("h1")).to_have_text(TITLE)
    expect(preview.locator("body")).to_contain_text(TEXT, timeout=15_000)
    expect(preview.locator("body")).to_contain_text(QUESTION)
    expect(preview.locator(".sk-alert")).to_have_count(0)
    me.screens += 1
    me.press(show)


def publish(me):
    """Step 8."""
    me.go_on("button[name=action-publish]", r"/projecten/\d+/$")


def translate(me):
    """Step 10."""
    me.go_on(".messages a[href*='/localize/submit/page/']", "/localize/submit/page/")
    me.press("main input[name=locales]")
    me.go_on("main form input[type=submit]", r"/pages/\d+/edit/$")
    pieces = me.page.get_by_role("button", name="Vertaal", exact=True)
    expect(pieces).to_have_count(len(IN_ENGLISH))
    for english in IN_ENGLISH.values():  # in the order of the page
        me.press(pieces)
        me.write("main textarea:visible", english)
        me.press("main button:visible:has-text('Opslaan')")
        expect(me.page.locator("main")).to_contain_text(english)
    expect(pieces).to_have_count(0)
    me.press("button:has-text('Publiceer in')")
    expect(me.page.locator(".messages")).to_contain_text("gepubliceerd")
    expect(me.page.locator(".messages")).not_to_contain_text("ontbrekende")


def write_news(me):
    """Step 11."""
    me.page.goto("/admin/participatie/")
    me.presses += 1
    me.arrive()
    me.go_on(f"main a:has-text('{TITLE}')", r"/projecten/\d+/$")
    me.go_on("main a[href*='/add/cms/newspage/']", "/add/cms/newspage/")
    title, intro = NEWS
    me.write("#id_title", title)
    me.write("#id_intro", intro)
    publish(me)


def read_as_resident(reader):
    """Both languages tell the same, each in its own words; the news stands below the page."""
    reader.goto("/")
    reader.locator(f"main a:has-text('{TITLE}')").first.click()
    dutch = reader.url
    main = reader.locator("main")
    for said in (
        TITLE,
        SUMMARY,
        TEXT,
        QUESTION,
        "Waar de bomen komen",
        "U geeft uw mening",
        NEWS[0],
    ):
        expect(main).to_contain_text(said)
    expect(reader.locator(f"img[alt='{SEEN_THERE}']")).to_have_count(1)
    reader.locator("header a[hreflang=en]").first.click()
    assert reader.url != dutch and "/en/" in reader.url
    assert reader.url.rsplit("/", 2)[1] == dutch.rsplit("/", 2)[1]
    for said in (IN_ENGLISH[SUMMARY], IN_ENGLISH[TEXT], "You give your opinion"):
        expect(main).to_contain_text(said)
    expect(reader.locator("h1")).to_have_text(ENGLISH)
