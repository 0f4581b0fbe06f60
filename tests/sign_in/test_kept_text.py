"""Is what somebody wrote still there when their session was over, for them and for nobody else?"""

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import lxml.html
import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import QueryDict
from django.test import Client
from django.urls import resolve
from django.utils import timezone

import deliberation
from cms.background import keep_house
from cms.erasure import erase_from_desk
from cms.models import KeptForm
from cms.sign_in import kept_forms
from cms.sign_in.form_labels import labels_at
from cms.sign_in.operations import keep_form
from deliberation.live.command_validation import COMMANDS
from deliberation.live.screens import kept_commands
from deliberation.people.ciphers import cipher_for
from deliberation.people.models import User
from deliberation.people.staff_session import IDLE
from deliberation.projects.forms import ProjectForm
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import Role, RoleAssignment, RoleInvitation
from tests.builders import PASSWORD, a_municipality, a_project, a_user, committed
from tests.live.builders import a_card, an_evening
from tests.live.screens.browsers import Browser
from tests.projects.test_invitations import sign_in as sign_in_by_code
from tests.test_hostile_texts import shown_forms
from tests.test_sent_twice import everything
from tests.test_urls import OWN, path_to, world

from .app_codes import code_of
from .test_staff_session_middleware import later

assert world  # the fixture
pytestmark = pytest.mark.django_db
OP_ID = "3f0c6a52-7e0f-4f5e-9a52-0d7c5f1b8a11"
TEXT = "De eerste regel, met “tekens” & <b>.\n\nEn nog een regel."


def sign_in(client, user, following=""):
    """Sign in as staff does, with password and app; gives the last answer."""
    client.post("/account/login/", {"login": user.email, "password": PASSWORD, "next": following})
    return client.post("/account/2fa/authenticate/", {"code": code_of(user)})


@pytest.fixture
def officer(site):
    return a_user(Role.OFFICER, municipality=a_municipality())


@pytest.fixture
def writing(client, officer):
    """A browser in which an officer signed in, and whose session ended on our side while they wrote."""
    sign_in(client, officer)
    Session.objects.all().delete()
    return client


def sends(client, path=None, **fields):
    path = path or f"/admin/participatie/projecten/{a_project().pk}/wijzigen/"
    form = {"title": "Een nieuwe titel", "summary": TEXT, "op_id": OP_ID, **fields}
    return path, client.post(path, form)


def form_on(page) -> dict:
    """Read what the first form on a page would send."""
    form = BeautifulSoup(page.content, "html.parser").select_one("main form")
    found = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    found |= {one["name"]: one.text.removeprefix("\n") for one in form.select("textarea")}
    return {"action": form["action"], **found}


def test_the_sign_in_page_says_so_and_the_text_is_there_afterwards(writing, officer):
    path, answer = sends(writing)
    assert answer["Location"] == "/account/login/?next=%2Faccount%2Fkept%2F"
    assert "een uur bewaard" in writing.get(answer["Location"]).content.decode()
    answer = sign_in(writing, officer, "/account/kept/")
    assert answer["Location"] == "/account/kept/"
    page = writing.get(answer["Location"])
    assert f'<input type="hidden" name="op_id" value="{OP_ID}">' in page.content.decode()
    form = form_on(page)
    assert (form["action"], form["summary"], form["title"]) == (path, TEXT, "Een nieuwe titel")
    assert form["csrfmiddlewaretoken"] != "x"
    sent = writing.post(form.pop("action"), {**form, "contact": "Iemand, 14 012"})
    assert sent.status_code == 302 and sent["Location"].startswith("/admin/participatie/projecten/")
    assert writing.get("/account/kept/")["Location"] == "/admin/", "once sent it is gone"


def test_a_page_asked_for_after_the_end_says_that_one_is_signed_out(writing):
    page = writing.get("/admin/participatie/", follow=True).content.decode()
    assert "U bent niet meer ingelogd" in page
    assert (
        "U bent niet meer ingelogd"
        not in Client().get("/admin/participatie/", follow=True).content.decode()
    )


def test_it_is_shown_to_nobody_else(writing, officer):
    colleague = a_user(Role.OFFICER, municipality=a_municipality())
    sends(writing)
    sign_in(writing, colleague, "/account/kept/")
    assert writing.get("/account/kept/")["Location"] == "/admin/"
    sign_in(writing, officer)
    assert writing.get("/account/kept/")["Location"] == "/admin/", "another used this browser"


def test_a_browser_that_nobody_signed_in_with_leaves_nothing(client, site):
    _path, answer = sends(client)
    assert "kept" not in answer["Location"]
    assert not Session.objects.exists() and not KeptForm.objects.exists()


def test_a_flood_of_one_browser_keeps_one_text_and_makes_no_session(writing, officer):
    """Who signed in once and sends form after form without a session fills no database."""
    known = writing.cookies["known_browser"].value
    stranger = Client()
    for number in range(30):
        stranger.cookies.clear()
        stranger.cookies["known_browser"] = known
        _path, answer = sends(stranger, title=f"Titel {number}", summary="x" * 60_000)
        assert "kept" in answer["Location"]
    assert not Session.objects.exists()
    [row] = KeptForm.objects.all()
    assert len(row.sealed) < 1.5 * kept_forms.MOST
    writing.cookies["known_browser"] = known
    sign_in(writing, officer)
    assert form_on(writing.get("/account/kept/"))["title"] == "Titel 29"


def test_what_is_kept_can_not_be_read_in_the_database(writing, officer):
    sends(writing)
    [row] = KeptForm.objects.values()
    assert "regel" not in str(row) and officer.email not in str(row)


def test_it_is_kept_for_an_hour_and_then_it_is_gone(writing, officer):
    sends(writing)
    sign_in(writing, officer)
    kept_at = timezone.now()
    for minutes, left in ((59, 1), (61, 0)):
        keep_house(kept_at + timedelta(minutes=minutes))
        assert KeptForm.objects.count() == left


def test_after_an_hour_it_is_not_shown_even_when_no_worker_came_by(writing, officer):
    sends(writing)
    sign_in(writing, officer)
    KeptForm.objects.update(kept_at=timezone.now() - kept_forms.LASTS + timedelta(seconds=30))
    assert writing.get("/account/kept/").status_code == 200
    KeptForm.objects.update(kept_at=timezone.now() - kept_forms.LASTS)
    assert writing.get("/account/kept/")["Location"] == "/admin/"


@pytest.mark.parametrize(
    "kept", ['["/admin/x/", [["title", ["Een plein"]]], false]', '{"later": 1}', "[]"]
)
def test_what_another_version_kept_is_read_or_left_alone(writing, officer, kept):
    """An hour is longer than an upgrade: what the version before sealed is opened by the one after."""
    sign_in(writing, officer)
    sealed = cipher_for("kept text").encrypt(kept.encode()).decode()
    keep_form(owner=kept_forms.owner_of(officer), sealed=sealed, now=timezone.now())
    answer = writing.get("/account/kept/")
    assert ("Een plein" in answer.content.decode()) == ("Een plein" in kept)
    assert answer.status_code in (200, 302)


def test_it_goes_with_the_account(officer):
    for user in (officer, a_user(Role.OFFICER, municipality=a_municipality())):
        keep_form(owner=kept_forms.owner_of(user), sealed="x", now=timezone.now())
    erase_from_desk(participants=[], user=officer, now=timezone.now())
    assert KeptForm.objects.get().owner == kept_forms.owner_of(user)


def test_it_can_be_thrown_away(writing, officer):
    sends(writing)
    sign_in(writing, officer)
    assert writing.get("/account/kept/").status_code == 200
    writing.post("/account/kept/")
    assert writing.get("/account/kept/").status_code == 302


@pytest.mark.parametrize(
    "name", ["password", "oldpassword", "code", "recovery_code", "token", "api_key"]
)
def test_no_secret_is_kept(writing, officer, name):
    sends(writing, **{name: "een geheim dat niemand leest"})
    sign_in(writing, officer)
    assert "geheim dat niemand" not in writing.get("/account/kept/").content.decode()


def test_what_is_too_long_to_keep_is_said_before_signing_in(writing):
    _path, answer = sends(writing, summary="x" * kept_forms.MOST)
    assert "kept" not in answer["Location"] and answer["Location"].startswith("/account/login/")
    assert "te lang" in writing.get(answer["Location"]).content.decode()
    assert not KeptForm.objects.exists()


def test_what_fits_is_counted_in_signs_of_any_script(writing):
    _path, answer = sends(writing, summary="م" * (kept_forms.MOST // 2 - 500))
    assert "kept" in answer["Location"]


def test_boxes_that_were_ticked_are_sent_once_more(writing, officer):
    sends(writing, methods=["brief", "loket"])
    sign_in(writing, officer)
    page = BeautifulSoup(writing.get("/account/kept/").content, "html.parser")
    assert [one["value"] for one in page.select("[name=methods]")] == ["brief", "loket"]


def labels_on(page) -> list[str]:
    return [one.text for one in BeautifulSoup(page.content, "html.parser").select("main label")]


def test_each_text_stands_under_the_label_of_its_form(writing, officer):
    sends(writing, onbekend="Een tekst van een veld dat er niet is")
    sign_in(writing, officer)
    labels = [str(ProjectForm.base_fields[name].label) for name in ("title", "summary")]
    assert labels_on(writing.get("/account/kept/")) == [*labels, "Tekst 3"]


def test_every_form_of_ours_finds_its_own_labels(world):
    """Sent to each address of the desk by the names it has: what reads as a text has a label, of that very form."""
    _visitors, about, _page = world
    client = Client()
    client.force_login(a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    seen, wrong = 0, []
    for route in OWN:
        if not route.startswith("admin/participatie/"):
            continue
        path = path_to(route, about)
        page = client.get(path)
        for field in BeautifulSoup(page.content, "html.parser").select("main form textarea[name]"):
            form = field.find_parent("form")
            names = [one["name"] for one in form.select("[name]")]
            own = form.select_one(f'label[for="{field.get("id")}"]')
            seen += own is not None
            label = str(labels_at(form.get("action") or path, names).get(field["name"], ""))
            if own is not None and label not in own.text:
                wrong.append((route, field["name"], own.text.strip(), label))
    assert seen > 5 and wrong == []


def test_nothing_that_a_person_did_not_type_is_shown_as_their_text(world):
    """Every form on every screen, ours and the editor's, with all that it holds: buttons, marks and choices too."""
    visitors, about, page = world
    forms = [form for _client, _path, form in shown_forms(visitors, about)]
    for path in (
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/add/cms/newspage/{page.get_parent().pk}/",
    ):
        forms += lxml.html.fromstring(visitors["manager"].get(path).content).forms
    wrong, held = [], 0
    for form in forms:
        for one in form.xpath(".//input[@name] | .//button[@name] | .//option[@value]"):
            name = one.get("name") or one.xpath("ancestor::select")[0].get("name")
            typed = one.tag == "input" and one.get("type", "text") in (
                "text",
                "email",
                "url",
                "search",
            )
            value = one.get("value") or ""
            if not typed and name != "csrfmiddlewaretoken" and len(value) > 2:
                held += 1
                wrong += [(name, value)] if kept_forms._is_text(name, value) else []
    assert wrong == [] and held > 100


@pytest.mark.parametrize(
    "name, value",
    [
        ("do", "void_activity?activity=1&seen=open&round=1"),
        ("seen", "title:3a59caf26aa6 summary:803eef46623e"),
        ("body-0-id", "7c2c3e6a-6a3f-4d0c-8d0e-5a1f0c2b9b11"),
        ("loaded_revision_created_at", "2026-12-01T00:25:33.347988+00:00"),
    ],
)
def test_a_command_a_mark_or_an_id_goes_along_unseen(writing, officer, name, value):
    sends(writing, **{name: value})
    sign_in(writing, officer)
    page = BeautifulSoup(writing.get("/account/kept/").content, "html.parser")
    [field] = page.select(f"[name={name}]")
    assert (field["type"], field["value"]) == ("hidden", value)


def test_a_file_is_not_kept_and_that_is_said(writing, officer):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sends(writing, logo=SimpleUploadedFile("a.png", b"inhoud van de foto"))
    sign_in(writing, officer)
    page = writing.get("/account/kept/").content.decode()
    assert "Kies ze" in page and "inhoud van de foto" not in page


def test_who_confirms_first_finds_the_text_too(client, officer):
    administrator = a_user(Role.ADMINISTRATOR, municipality=a_municipality())
    sign_in(client, administrator)
    later(client, seen=IDLE + 1)
    form = {"email": "nieuw@example.org", "role": "officer", "project": ""}
    answer = client.post("/admin/participatie/rollen/collega/", form)
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Fkept%2F"
    confirmed = client.post(answer["Location"], {"password": PASSWORD})
    form = form_on(client.get(confirmed["Location"]))
    assert (form["action"], form["email"]) == (
        "/admin/participatie/rollen/collega/",
        "nieuw@example.org",
    )


def test_every_form_of_the_desk_keeps_its_text(world):
    """Every address of the desk that takes a form, sent by somebody whose session is over."""
    _visitors, about, _page = world
    officer = a_user(Role.ADMINISTRATOR, municipality=a_municipality())
    client = Client()
    sign_in(client, officer)
    cookies = client.cookies.output()
    assert "known_browser" in cookies
    lost = []
    paths = [path_to(route, about) for route in OWN if route.startswith("admin/")]
    assert len(paths) > 60
    Session.objects.filter(expire_date__gt=timezone.now()).delete()
    for path in [*paths, "/admin/pages/add/cms/newspage/3/"]:
        answer = client.post(path, {"tekst": TEXT})
        if answer.status_code != 302 or not re.search("next=%2Faccount%2Fkept", answer["Location"]):
            lost.append((path, answer.status_code))
    assert lost == []
    sign_in(client, officer)
    assert form_on(client.get("/account/kept/"))["tekst"] == TEXT, "the last one"


def test_every_form_keeps_all_of_its_own_fields_but_the_secrets(world):
    """Every form on every screen, sent with the names it has, by somebody whose session is over."""
    visitors, about, _page = world
    forms = [(path, form) for _client, path, form in shown_forms(visitors, about)]
    client, seen, wrong, lost, texts = Client(), 0, [], [], 0
    sign_in(client, a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    Session.objects.all().delete()
    for path, form in forms:
        types = {one.get("name"): one.get("type") for one in form.inputs if one.get("name")}
        fields = [
            name for name in types if types[name] != "file"
        ]  # twice, as ticked boxes are sent
        sent = {name: [f"Tekst in {name}", f"Nog een in {name}"] for name in fields}
        KeptForm.objects.all().delete()
        before = everything()
        answer = client.post(path, sent)
        written = [one.get("name") for one in form.inputs if one.tag == "textarea"]
        texts += len(written)
        if "/account/login/" not in answer.get("Location", ""):
            taken = answer.status_code == 302 and everything() != before
            page = answer.content.decode()
            lost += [(path, name) for name in written if not taken and sent[name][-1] not in page]
            continue
        if path.startswith(kept_forms.NEVER):
            lost += [(path, name) for name in written]
            continue
        _to, kept, _files = json.loads(
            cipher_for("kept text").decrypt(KeptForm.objects.get().sealed)
        )
        seen += 1
        secret = {name for name in types if types[name] == "password"} | {"csrfmiddlewaretoken"}
        if {name: held for name, held in sent.items() if name not in secret} != dict(kept):
            wrong.append((path, sorted(set(sent) ^ {name for name, _held in kept})))
    assert lost == [], "of whatever was written here nothing is left"
    assert wrong == [] and seen > 30 and texts > 30


def test_no_form_of_residents_leads_to_the_door_without_its_text(world):
    """Most need no account, and come back with their text by themselves; whichever asks to sign in keeps it."""
    _visitors, about, _page = world
    client = Client()
    sign_in(client, a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    Session.objects.all().delete()
    routes = [route for route in OWN if not route.startswith(("admin/", "account/"))]
    led = {}
    for route in routes:
        try:
            path = path_to(route, about)
        except KeyError:  # a file or a key of nobody
            continue
        answer = client.post(path, {"tekst": TEXT})
        if "/account/login/" in answer.get("Location", ""):
            led[path] = "kept" in answer["Location"]
    assert led and all(led.values()), led


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/change/"])
def test_signing_in_is_not_kept(writing, path):
    writing.post(path, {"login": "x@example.org", "text": TEXT})
    assert not KeptForm.objects.exists()


# All that stands on the console and on a phone; a browser sends all of it, whichever button is pressed.
SECRET = {
    "choice": "1",
    "choices": ["1"],
    "card": "17",
    "code": "123456",
    "word": "appel",
    "lane": "hall",
}
ONE_LINE = "De geluidsman viel uit."
TYPED = {
    "count": ["44"], "remark": ["Er kwamen mensen bij."], "blocks": ["balkon"], "hands": ["31", "12"], "voters": ["43"],
    "due": ["2027-03-04"], "reason": [ONE_LINE],
}  # fmt: skip
ON_THE_CONSOLE = (
    SECRET
    | {f"cast_card_ballot.{name}": SECRET[name] for name in ("choice", "choices", "card")}
    | {"op_id": OP_ID, "screen": "mod", "hands.1": ["5", "6"]}
    | {name: held for name, held in TYPED.items() if name != "reason"}
    | {f"{one}.reason": ONE_LINE for one in COMMANDS if "reason" in COMMANDS[one].needs}
)


@pytest.fixture
def evening(site):
    return an_evening()


def presses(client, evening, name, form):
    """Press a button of the console after the session's end, with what stands on the page; gives the answer."""
    sign_in(client, evening.facilitator)
    Session.objects.all().delete()
    about = f"activity={evening.activity.pk}&round=1&" if COMMANDS[name].about == "activity" else ""
    form = form | {"do": f"{name}?{about}seen=open"}
    page = {"referer": f"http://testserver/s/run/{evening.run.pk}/console/"}
    return client.post(f"/s/run/{evening.run.pk}/do/", form, headers=page)


def comes_back(client, evening, answer):
    """Read the sign-in page, sign in, and follow to the page that comes then; gives the words of it and that page."""
    door = BeautifulSoup(client.get(answer["Location"]).content, "html.parser").text
    following = unquote(answer["Location"].partition("?next=")[2])
    page = client.get(sign_in(client, evening.facilitator, following)["Location"], follow=True)
    return door, page


def fields_on(page) -> dict[str, list[tuple[str, str]]]:
    """Read what can be changed on a page, by name: (label, value)."""
    shown = BeautifulSoup(page.content, "html.parser").select_one("main")
    found = {}
    for one in shown.select("textarea[name], input[name]:not([type=hidden])"):
        label = shown.select_one(f"label[for={one['id']}]").text
        found.setdefault(one["name"], []).append((label, one.get("value") or one.text.strip()))
    return found


def told_twice(name) -> str:
    what = kept_commands.words_of({"do": name})
    return (
        f"Dit is niet gedaan en niet opgeslagen: “{what}”." if what else "Waar u op drukte, is niet"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_what_was_typed_for_a_command_comes_back_under_its_label_or_it_is_said_that_nothing_was_stored(
    client, evening, name
):
    typed = {*COMMANDS[name].needs, *COMMANDS[name].allows} & {*TYPED}
    door, page = comes_back(client, evening, presses(client, evening, name, ON_THE_CONSOLE))
    text = BeautifulSoup(page.content, "html.parser").select_one("main").text
    if typed:
        fields = fields_on(page)
        back = {field.removeprefix(f"{name}."): held for field, held in fields.items()}
        assert {field: [value for _label, value in held] for field, held in back.items()} == {
            field: TYPED[field] for field in typed
        }
        labels = {label for held in back.values() for label, _value in held}
        assert not [one for one in labels if not one or re.match("Tekst|Do$", one)]
        if "hands" in typed:
            assert [label for label, _value in back["hands"]] == ["Ja", "Nee"]
        hidden = BeautifulSoup(page.content, "html.parser").select_one("main form").text
        assert "activity=" not in hidden and kept_commands.words_of({"do": name}) in text
        assert not {*SECRET} & {one.rpartition(".")[2] for one in names_kept()}
    else:
        assert told_twice(name) in door and told_twice(name) in text
        assert page.request["PATH_INFO"].endswith("/console/") and "QUERY_STRING" not in text
        assert not KeptForm.objects.exists()
        assert told_twice(name) not in client.get(page.request["PATH_INFO"]).content.decode()


@pytest.mark.parametrize("name", ["enter_hall_count", "record_headcount", "void_activity"])
def test_a_command_without_what_it_asks_is_told_as_a_press(client, evening, name):
    empty = {
        "op_id": OP_ID,
        "screen": "mod",
        "hands": ["", ""],
        "count": "",
        "void_activity.reason": "",
    }
    door, page = comes_back(client, evening, presses(client, evening, name, empty))
    assert told_twice(name) in door and told_twice(name) in page.content.decode()


def test_every_command_of_staff_has_its_words():
    assert {*kept_commands.SAYS} == {name for name, one in COMMANDS.items() if one.staff}


def test_a_count_that_waited_is_looked_at_and_sent(client, evening):
    evening.lead("record_headcount", count=50)
    evening.lead("open_activity")
    form = ON_THE_CONSOLE | {"voters": ""}
    _door, page = comes_back(client, evening, presses(client, evening, "enter_hall_count", form))
    assert fields_on(page)["hands"] == [("Ja", "31"), ("Nee", "12")]
    sent = BeautifulSoup(page.content, "html.parser").select("main form")[0].select("input[name]")
    form = {}
    for one in sent:
        form.setdefault(one["name"], []).append(one["value"])
    form["hands"] = ["30", "12"]
    assert client.post(f"/s/run/{evening.run.pk}/do/", form)["Location"].endswith("/console/")
    [count] = evening.activity.rounds.get().hall_counts.all()
    assert count.hands == [30, 12]


def test_who_may_not_see_the_console_reads_no_answers_of_its_poll(client, evening):
    stranger = a_user(Role.OFFICER, municipality=a_municipality("anderdorp"))
    posted = QueryDict(f"do=enter_hall_count%3Factivity%3D{evening.activity.pk}&hands=3&hands=4")
    labels = kept_commands.labels_of(evening.facilitator, posted, evening.run.pk)
    assert labels == {"hands": ["Ja", "Nee"]}
    assert kept_commands.labels_of(stranger, posted, evening.run.pk) == {"hands": []}


@pytest.mark.parametrize(
    "signed", ["zomaar", signing.dumps("Wis alles", salt="iets anders")], ids=["words", "signed"]
)
def test_nobody_else_lets_a_page_say_what_was_not_done(client, officer, signed):
    sign_in(client, officer)
    query = f"blad=2&{kept_forms.NOT_DONE}={quote(signed)}"
    answer = client.get("/", PATH_INFO="//anders.example/pad", QUERY_STRING=query)
    assert answer["Location"] == "/%2Fanders.example/pad?blad=2"
    assert "niet opgeslagen" not in client.get("/admin/").content.decode()


def names_kept() -> set[str]:
    """Name the fields that wait now."""
    kept = [
        json.loads(cipher_for("kept text").decrypt(one.sealed)) for one in KeptForm.objects.all()
    ]
    return {name for _path, fields, _files in kept for name, _held in fields}


def test_what_was_written_at_the_console_is_sent_after_signing_in(client, evening):
    sign_in(client, evening.facilitator)
    Session.objects.all().delete()
    do = f"record_headcount?seen={evening.run.seq}"
    answer = client.post(f"/s/run/{evening.run.pk}/do/", ON_THE_CONSOLE | {"do": do})
    answer = sign_in(client, evening.facilitator, "/account/kept/")
    page = client.get(answer["Location"])
    form = form_on(page)
    assert form["remark"] == "Er kwamen mensen bij."
    answer = client.post(form.pop("action"), form)
    assert answer["Location"] == f"/s/run/{evening.run.pk}/console/"
    counted = evening.run.headcounts.last()
    assert (counted.count, counted.reason) == (44, form["remark"])
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("user, asks", [(None, True), ("resident", False), ("staff", False)])
def test_a_script_on_the_console_hears_that_its_session_is_over(evening, user, asks):
    browser = Browser(evening, a_user() if user == "staff" else None)
    if user == "resident":
        browser.join()
    for name, about in (("cast_ballot", {}), ("record_headcount", {"count": 4})):
        answer = browser.json(name, seen=0, **about)
        assert answer.json()["status"] == "refused"
        assert ("sign_in" in answer.json()) == (asks and name != "cast_ballot")
        assert ("Location" in answer.headers) == ("sign_in" in answer.json())


def test_what_a_script_sends_after_the_end_waits_before_it_hears_where_to_sign_in(client, evening):
    """It lets go of what it sent once it heard that: what is on its way is never in one place only."""
    sign_in(client, evening.facilitator)
    Session.objects.all().delete()
    address, console = f"/s/run/{evening.run.pk}/do/", f"/s/run/{evening.run.pk}/console/"
    asks = {"accept": "application/json", "referer": f"http://testserver{console}"}
    form = {name: ON_THE_CONSOLE[name] for name in ("op_id", "screen", "count", "remark")}
    form["do"] = f"record_headcount?seen={evening.run.seq}"
    answer = client.post(address, form, headers=asks)
    assert answer.status_code == 403 and answer.json()["sign_in"] is True
    assert answer["Location"] == f"/account/login/?next={quote('/account/kept/', safe='')}"
    assert names_kept() == {"do", "op_id", "screen", "count", "remark"}
    KeptForm.objects.all().delete()
    answer = client.post(address, {"do": "pause_run?seen=open"}, headers=asks)
    assert answer["Location"].startswith(f"/account/login/?next={quote(console, safe='')}")


def test_codes_and_cards_are_not_kept_whatever_their_page_answers(writing, evening):
    card = a_card(evening.run)
    for path in ("/meedoen", f"/s/{evening.run.online_code}", f"/s/card/{card.code}"):
        names_in = resolve(path).func.keeps_only
        assert not set(names_in(SECRET | {"tekst": TEXT})), path
        writing.post(path, SECRET | {"tekst": TEXT})
    assert not KeptForm.objects.exists()


@pytest.fixture
def asked(officer):
    """An invitation, its address, and what its owner fills in to accept it."""
    manager = a_user(Role.ADMINISTRATOR, municipality=a_municipality())
    about = {"role": Role.OBSERVER, "municipality": a_municipality(), "now": timezone.now()}
    with committed():
        one = invite_colleague(actor=manager, email="noor@example.org", **about)
    name = {f"i{one.pk}-first_name": "Noor", f"i{one.pk}-last_name": "van der Vries"}
    return f"/mijn/uitnodigingen/{one.pk}/aanvaarden/", name


def lands_on(client, answer):
    """Follow an answer to the page it ends on, signing in by code where a door asks for it."""
    for _step in range(8):
        if answer.status_code != 302:
            return answer
        to = answer["Location"]
        door, _mark, following = to.partition("?next=")
        if door in ("/account/login/", "/account/login/code/"):
            answer = sign_in_by_code(client, "noor@example.org", unquote(following))
        else:
            answer = client.get(to)
    raise AssertionError(answer["Location"])


def works_here_and_locks(page):
    """Check that a new colleague has the role and their name, and is asked for one thing: the second lock."""
    user = User.objects.get(email="noor@example.org")
    assert str(user) == "Noor van der Vries" and user.roleassignment_set.get().role == Role.OBSERVER
    assert page.request["PATH_INFO"] == "/account/2fa/"
    said = page.content.decode()
    assert said.count("U werkt hier nu") == 1 and "tweede slot" in said and "Uw tekst" not in said
    assert not KeptForm.objects.exists() and not RoleInvitation.objects.exists()


def test_who_accepts_an_invitation_is_led_to_their_second_lock(client, asked):
    address, name = asked
    sign_in_by_code(client, "noor@example.org", "/mijn/uitnodigingen/")
    answer = client.post(address, name)
    assert not KeptForm.objects.exists(), "it was done: there is nothing to send again"
    works_here_and_locks(lands_on(client, answer))


@pytest.mark.parametrize("named", [False, True])
def test_an_invitation_accepted_when_the_session_was_over_goes_on_by_itself(client, asked, named):
    address, name = asked
    sign_in_by_code(client, "noor@example.org", "/mijn/uitnodigingen/")
    if named:
        User.objects.filter(email="noor@example.org").update(
            first_name="Noor", last_name="van der Vries"
        )
    Session.objects.all().delete()
    answer = client.post(address, {} if named else name)
    assert not RoleAssignment.objects.filter(role=Role.OBSERVER).exists()
    works_here_and_locks(lands_on(client, answer))


def test_an_invitation_accepted_by_staff_who_confirm_first_goes_on_by_itself(client, asked):
    there = a_municipality("anderdorp")
    colleague = a_user(Role.OFFICER, municipality=there)
    User.objects.filter(pk=colleague.pk).update(first_name="An", last_name="Ander")
    RoleInvitation.objects.update(email=colleague.email)
    sign_in(client, colleague)
    later(client, seen=IDLE + 1)
    answer = client.post(asked[0])
    assert answer["Location"].startswith("/account/reauthenticate/")
    confirmed = client.post(answer["Location"], {"password": PASSWORD})
    ends = client.get(confirmed["Location"])
    assert ends["Location"] == "/admin/participatie/" and not KeptForm.objects.exists()
    assert colleague.roleassignment_set.count() == 2


def test_a_button_pressed_when_the_session_was_over_leads_back_to_where_it_stood(writing, officer):
    """A form without a text is not kept, and its own address shows nothing: the page it stood on does, and says so."""
    page = "/admin/participatie/rollen/?blad=2"
    answer = writing.post(
        "/admin/participatie/rollen/1/intrekken/",
        {},
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer["Location"].startswith(f"/account/login/?next={quote(page, safe='')}")
    said = "Waar u op drukte, is niet gedaan en niet opgeslagen."
    assert said in writing.get(answer["Location"]).content.decode()
    sign_in(writing, officer)
    back = writing.get(unquote(answer["Location"].partition("?next=")[2]))
    assert back["Location"] == page
    assert said in writing.get("/admin/").content.decode()


def test_only_the_doors_answer_with_a_door():
    """A screen that did what was asked and then leads to a door is taken for one that did nothing."""
    root, leading = Path(deliberation.__file__).parent, set()
    for file in root.rglob("*.py"):
        if re.search(r"redirect\([^)]*account_(login|reauthenticate)", file.read_text()):
            leading.add(str(file.relative_to(root)))
    assert leading == set()
