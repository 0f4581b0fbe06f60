"""Is every abuse case that counts by now held by a test that bears its number? And the cases no slice tests alone."""

import ast
import json
import logging
import os
import re
import subprocess
import sys
import uuid
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.test import Client

from compass.models import Framework
from deliberation.live.models import Attendance, LiveSession, Run
from deliberation.people.models import User
from deliberation.people.participant_session import KEY
from tests.builders import PASSWORD, a_project, a_user, the_officer
from tests.cms.frameworks.drafts import a_copied_draft
from tests.cms.site import a_project_page
from tests.live.builders import an_evening, stored_votes
from tests.live.screens.browsers import Browser, live
from tests.questions.builders import a_question_in
from tests.test_urls import OWN, a_moment, path_to

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent
# Not yet: 13 (brigading), 24 (slow clients), 35 (rule files), 44 (embedding).
ROWS = [row for row in range(1, 46) if row not in (13, 24, 35, 44)]
OURS = ("compass", "people", "projects", "live", "questions")


# --- A row, a test ------------------------------------------------------------------------------


def rows_tested(folder: Path) -> set[int]:
    """Read which abuse cases the tests in a folder name: `test_a6_a34_…` names two."""
    names = [
        node.name.lower()
        for path in folder.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    rows = [re.match(r"test((?:_a\d+)+)(?:_|$)", name) for name in names]
    return {int(row) for found in rows if found for row in re.findall(r"\d+", found[1])}


def test_every_abuse_case_of_this_step_has_a_test_of_its_name():
    assert set(ROWS) - rows_tested(ROOT) == set()


def test_a_row_without_a_test_is_caught(tmp_path):
    named = "".join(f"def test_a{row:02}_holds(): ...\n" for row in ROWS if row != 26)
    (tmp_path / "test_x.py").write_text(named + "def test_all_a26(): ...\ndef a26_holds(): ...\n")
    assert set(ROWS) - rows_tested(tmp_path) == {26}


# --- The surroundings ---------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def runtime_dir(settings, tmp_path):
    settings.RUNTIME_DIR = tmp_path / "run"


@pytest.fixture
def evening():
    evening = an_evening(hall_mode="H3", headcount=20, poll_open=True)
    a_project_page(evening.run.project)
    return evening


@pytest.fixture
def administrator(evening):
    return a_user("administrator", municipality=evening.run.project.municipality)


def own_paths(evening) -> dict[str, str]:
    """Fill in every address of ours, by its route."""
    project, point = evening.run.project, evening.activity.decision_point
    somebody = a_user("note_taker", project=project)
    about = {
        "code": evening.run.online_code,
        "run_id": evening.run.pk,
        "item_id": evening.activity.item_id,
        "activity_id": evening.activity.pk,
        "session_id": evening.run.session_id,
        "fasen": point.phase_id,
        # Nobody's: a file, a theme, a card, a link to one's own data.
        "path": "geen.png",
        "digest": "0" * 16,
        "card": "GEEN",
        "card_id": 0,
        "uitnodigingen": 0,
        "doorverwijzingen": 0,
        "signed": "geen",
        "sealed": "geen",
        "project_id": project.pk,
        **a_question_in(project),
        "provider_id": "kompasdorp",
        "kind": "startnotitie",
        "part": "scores",
        "place": 1,
        "key": "nl",
        "rest": "nergens",
        "attendance_id": 0,
        "ban_id": 0,
        "decision-points": point.pk,
        "afwegingskaders": a_copied_draft(project.municipality).pk,
        "versies": Framework.objects.get().pk,
        "momenten": a_moment(the_officer(project.municipality), point).pk,
        "projecten": project.pk,
        "beslispunten": point.pk,
        "sessies": evening.run.session_id,
        "rollen": somebody.roleassignment_set.get().pk,
    }
    return {route: path_to(route, about) for route in OWN}


def everything() -> dict:
    """Read all that our own tables hold."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def everything_but_the_trail() -> dict:
    """Read all but the audit trail, which also keeps what staff was refused."""
    return {name: rows for name, rows in everything().items() if "Audit" not in name}


def visit(client, path, **options):
    client.raise_request_exception = False
    return client.get(path, **options)


# --- A3: crooked values, at every address of ours ------------------------------------------------

CROOKED = (
    "page=-1&per_page=1000000000&since=99999999999999999999&key=" + "a" * 4000,
    "page[]=1&page[]=2&since[]=1&as=mod&as=pub&since=1&since=2&lang=en&lang=nl&key=1&key=2",
    "as=%00&since=%00&lang=%00&key=%00&q=%00&view=%00&epoch=%00&page=%00",
    "as=%ff%fe&since=%ff&lang=%ff&key=%ff&q=%ff&view=%ff&epoch=%ff&next=%ff",
    "since=%22%3E%3Csvg+onload%3Dalert(1)%3E&q=%22%3E%3Csvg+onload%3Dalert(1)%3E&"
    + "&".join(f"x{number}=1" for number in range(900)),
)


def test_a3_crooked_values_are_answered_in_dutch_at_every_address_of_ours(evening, administrator):
    resident, staff = Browser(evening).join().client, Browser(evening, administrator).client
    for path in own_paths(evening).values():
        for query in CROOKED:
            # The desk sends residents away before it reads anything.
            for client in (staff,) if path.startswith("/admin/") else (resident, staff):
                answer = visit(client, path, QUERY_STRING=query)
                assert answer.status_code in (200, 302, 400, 403, 404, 405, 409), (path, query)
                assert b"<svg onload" not in answer.content, (path, query)
                if answer["Content-Type"].startswith("text/html") and answer.content:
                    assert '<html lang="nl"' in answer.content.decode(), (path, query)


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "9" * 400])
def test_a3_a_number_nobody_has_is_not_found(evening, administrator, number):
    staff = Browser(evening, administrator).client
    for route in OWN:
        if "<int:" not in route:
            continue
        path = "/" + re.sub(r"<int:\w+>", number, route.replace("<slug:kind>", "startnotitie"))
        for answer in (visit(staff, path), staff.post(path, {"do": "close_run?seen=open"})):
            assert answer.status_code in (400, 403, 404, 405), path


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"do=cast_ballot%00&op_id=%ff", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=\x00&do=\xff", "application/x-www-form-urlencoded"),
        (b"do=cast_ballot", "application/x-www-form-urlencoded; charset=klingon"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"{}", "application/json; charset=utf-16"),
        (b"<do/>", "text/xml"),
        (b"", ""),
    ],
)
def test_a3_a_crooked_form_is_refused(evening, body, kind):
    client, before = Browser(evening).join().client, everything()
    client.raise_request_exception = False
    answer = client.generic("POST", f"/s/run/{evening.run.pk}/do/", body, content_type=kind)
    assert answer.status_code == 400
    assert everything() == before


FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*? name="([\w-]+)"')


def test_a3_nul_bytes_in_a_form_never_reach_the_database(evening, administrator):
    """Every form of ours is sent with a NUL in each text: PostgreSQL would not take it."""
    staff, found = Browser(evening, administrator).client, 0
    # What signing in makes of a NUL is in tests/sign_in.
    paths = [path for route, path in own_paths(evening).items() if OWN[route] != "door"]
    staff.raise_request_exception = False
    for path in paths:
        shown = visit(staff, path)
        if not shown.context or "form" not in shown.context:
            continue
        found += 1
        fields = set(FIELD.findall(shown.content.decode()))
        with transaction.atomic():
            answer = staff.post(path, dict.fromkeys(fields, "a\x00b"))
            kept = repr(everything())
            transaction.set_rollback(True)
        # 405: the forms on that screen go to addresses of their own; 404: a card that nobody has.
        assert answer.status_code in (302, 400, 404, 405, 409), (path, answer.status_code)
        assert "\\x00" not in kept, path
    assert found > 8, "the walk found too few forms to mean anything"


@pytest.mark.django_db(transaction=True)
def test_a3_a_crooked_handshake_opens_no_socket():
    evening = an_evening(commits=False)
    browser = Browser(evening).join()
    for number in ("0", "99999999999999999999"):
        path = f"/ws/s/run/{number}/?as=pub"

        @live
        async def attempt(path=path):
            socket = browser.socket()
            socket.scope["path"] = path.split("?")[0]
            assert not (await socket.connect(timeout=10))[0]

        attempt()
    for query in ({"audience": "\x00"}, {"audience": "pub", "lang": "\x00"}):

        @live
        async def asks(query=query):
            socket = browser.socket(**query)
            connected = (await socket.connect(timeout=10))[0]
            assert connected == (query["audience"] == "pub")
            await socket.disconnect()

        asks()


# --- A4 and A5: the same vote again ---------------------------------------------------------------


def test_a4_other_tabs_and_json_beside_forms_are_one_vote(evening):
    browser, about = Browser(evening).join(), {"activity": evening.activity.pk}
    for choice in (0, 1):
        assert browser.json("cast_ballot", **about, choice=choice).json()["status"] == "applied"
        assert browser.form("cast_ballot", **about, choice=choice, screen="pub").status_code == 302
    browser.join("hall")  # the other code in another tab: the vote stays where it was cast
    assert browser.vote(0).status_code == 200
    assert stored_votes("lane") == [("online", [0])]
    assert Attendance.objects.count() == 1


def test_a5_a_recorded_form_sent_again_after_closing_changes_nothing(evening, caplog):
    browser = Browser(evening).join()
    body = browser.body("cast_ballot", activity=evening.activity.pk, choice=1, screen="pub")
    path = f"/s/run/{evening.run.pk}/do/"
    assert browser.client.post(path, body).status_code == 302
    evening.close()
    before = everything()
    browser.client.post(path, body)  # the very same: the first answer again, and nothing else
    assert everything() == before
    with caplog.at_level(logging.WARNING):
        again = browser.client.post(path, {**body, "op_id": str(uuid.uuid4()), "choice": 0})
    assert again.status_code == 409
    assert "refused do=cast_ballot" in caplog.text
    assert stored_votes() == [[1]]


def test_a5_a_recorded_command_is_worth_nothing_after_the_role_was_taken_back(evening, caplog):
    staff = Browser(evening, evening.facilitator)
    pause = staff.body("pause_activity", activity=evening.activity.pk, seen="open")
    assert staff.send(pause).json()["status"] == "applied"
    evening.lead("resume_activity")
    evening.facilitator.roleassignment_set.all().delete()
    with caplog.at_level(logging.WARNING):
        answer = staff.send({**pause, "op_id": str(uuid.uuid4())})
    assert answer.status_code == 403
    assert "refused do=pause_activity" in caplog.text
    staff.send(pause)
    assert evening.refresh().activity.state == "open"


# --- A26: nobody acts in my name -----------------------------------------------------------------


def test_a26_no_form_of_ours_counts_without_its_token(evening, administrator):
    """Every address of ours that takes a form, the vote and the wizard too, with everybody's cookies."""
    # What programs ask keeps nothing and knows no cookie (ADR 33). A link that ends mail is its own proof, and is
    # pressed by a mail program, which has no token: tests/people/test_unsubscribing.py.
    others = {route for route in OWN if OWN[route] == "program"} | {"mijn/stoppen/<str:sealed>/"}
    paths = [path for route, path in own_paths(evening).items() if route not in others]
    paths += ["/account/logout/", "/account/login/"]
    staff, resident = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    staff.force_login(administrator)
    session = resident.session
    session[KEY] = str(evening.join().pk)
    session.save()
    vote = {"do": f"cast_ballot?activity={evening.activity.pk}", "choice": 1}
    before = everything()
    for client, path, fields in product((staff, resident), paths, (vote, {})):
        answer = client.post(path, {**fields, "op_id": str(uuid.uuid4())})
        assert answer.status_code in (302, 403, 405), (path, answer.status_code)
        if answer.status_code == 302:  # who may not come here is sent to the door first
            assert answer["Location"].startswith("/account/"), path
    assert everything() == before
    assert SESSION_KEY in staff.session, "still signed in"


def test_a26_no_address_of_ours_changes_anything_when_it_is_only_read(evening, administrator):
    staff = Browser(evening, administrator).client
    resident = Browser(evening).join().client
    paths, before = [*own_paths(evening).values(), "/account/logout/", "/"], everything()
    query = {"do": "close_run?seen=open", "action": "adopt_assessment", "level": "none"}
    for path in paths:
        for client in (staff, resident):
            client.get(path, query)
            client.head(path)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()
    assert SESSION_KEY in staff.session
    assert KEY in resident.session


# --- A30: the session itself ---------------------------------------------------------------------


def test_a30_signing_in_gives_the_session_a_new_name(client, evening):
    user = a_user("officer", second_factor=False)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert client.session[SESSION_KEY] == str(user.pk)
    assert client.session.session_key != planted
    assert not client.session.exists(planted)


def test_a30_joining_gives_the_session_a_new_name(evening):
    """Whoever planted a session cookie must not vote as who joined with it."""
    browser = Browser(evening)
    session = browser.client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    browser.join()
    assert browser.participant
    assert not browser.client.session.exists(planted)
    mine = browser.client.session.session_key
    assert browser.join().client.session.session_key == mine, "coming back keeps open screens"


def test_a30_cookies_are_not_for_scripts_nor_for_other_sites(client, evening):
    client.post("/meedoen", {"code": "000001"})
    browser = Browser(evening).join()
    browser.client.get(f"/s/run/{evening.run.pk}/", {"lang": "nl"})
    cookies = {**client.cookies, **browser.client.cookies}
    assert {"sessionid", "csrftoken", "code_tries", "django_language"} <= set(cookies)
    for name, cookie in cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert cookie["httponly"], name


def test_a30_in_production_cookies_travel_over_https_only():
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "LIVE")
    script = (
        f"import cms.settings as s, json; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "SAMENKOMPAS_DEBUG"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "SAMENKOMPAS_SECRET_KEY": "x" * 60,
        "SAMENKOMPAS_HOSTS": "example.org",
    }
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT.parent, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.stdout) == [True] * len(names)


# --- A33: what scripts read, asked by everybody --------------------------------------------------

READS = {
    "nobody": set(),
    "resident": {"pub"},
    "resident elsewhere": set(),
    "other officer": set(),
    "observer": {"pub"},
    "council": set(),
    "note_taker": {"pub", "mod", "screen"},
    "officer": {"pub", "mod", "screen"},
}


@pytest.mark.parametrize("who", READS)
def test_a33_the_regions_of_a_run_are_read_by_those_in_the_table_only(evening, who):
    project = evening.run.project
    browser = Browser(evening, _account(who, project))
    if who == "resident":
        browser.join()
    if who == "resident elsewhere":
        browser.evening = an_evening(point=evening.activity.decision_point)
        browser.join().evening = evening
    asked = {as_: browser.regions(**{"as": as_}) for as_ in ("pub", "mod", "screen")}
    assert {as_ for as_, answer in asked.items() if answer.status_code == 200} == READS[who]
    for answer in asked.values():
        if answer.status_code != 200:
            assert evening.activity.question not in answer.content.decode()


def _account(who, project):
    if who in ("nobody", "resident", "resident elsewhere"):
        return None
    if who == "other officer":
        return a_user("officer", project=a_project(project.municipality))
    whole = {"project": None, "municipality": project.municipality}
    return a_user(who, **(whole if who == "council" else {"project": project}))


@pytest.mark.parametrize(
    "path",
    ["api/", "api/v2/pages/", "api/v2/documents/", "feed/", "rss/", "export/"],
)
def test_a33_there_is_no_other_way_to_read(client, evening, path):
    assert client.get("/" + path).status_code == 404
    assert client.get("/en/" + path).status_code == 404


# --- A34: fields nobody asked for ----------------------------------------------------------------


def test_a34_joining_takes_no_fields(evening):
    browser, other = Browser(evening), evening.join()
    fields = {"lane": "hall", "participant": str(other.pk), "run": "1", "is_staff": "1"}
    answer = browser.client.post(f"/s/{evening.run.online_code}", {**fields, "weight": "5"})
    assert answer.status_code == 302
    assert browser.participant != other
    assert Attendance.objects.get(participant=browser.participant).lane == "online"
    assert browser.participant.user is None


def test_a34_signing_in_makes_nobody_more(client, evening):
    user = a_user("observer", second_factor=False)
    sign_in = {"login": user.email, "password": PASSWORD, "is_staff": "1", "is_superuser": "1"}
    client.post("/account/login/", sign_in)
    assert client.session[SESSION_KEY] == str(user.pk)
    email = {"email": "nieuw@example.org", "action_add": "", "is_superuser": "1", "role": "officer"}
    client.post("/account/email/", email)
    client.post("/account/signup/", {**sign_in, "email": "ik@example.org", "password1": PASSWORD})
    user.refresh_from_db()
    assert not user.is_superuser
    assert not User.objects.filter(email="ik@example.org").exists()
    assert [one.role for one in user.roleassignment_set.all()] == ["observer"]


def test_a34_an_evening_takes_its_own_fields_only(evening):
    staff = Browser(evening, evening.facilitator).client
    project = evening.run.project
    elsewhere = a_project(project.municipality)
    extra = {
        "project": elsewhere.pk, "session_id": evening.run.session_id, "state": "open",
        "kind": "real", "hall_code": "111111", "online_code": "222222", "status": "approved",
    }  # fmt: skip
    session = {"title": "Nog een avond", "starts_at": "2030-01-01T20:00", "place": "Hier"}
    answer = staff.post(f"/admin/participatie/sessies/nieuw/{project.pk}/", {**session, **extra})
    assert answer.status_code == 302
    made = LiveSession.objects.get(title="Nog een avond")
    run = Run.objects.get(session=made)
    assert (made.project, run.state) == (project, "draft")
    assert {run.hall_code, run.online_code}.isdisjoint({"111111", "222222"})


def test_a34_a_poll_takes_its_own_fields_only(evening):
    staff = Browser(evening, evening.facilitator).client
    other = an_evening()
    poll = {
        "question": "Wilt u bomen?", "options": "Ja\nNee", "hall_mode": "H1",
        "decision_point": evening.activity.decision_point_id,
        "state": "open", "reveal": "public", "version": "9", "run": other.run.pk,
        "item": other.activity.item_id, "weight": "5",
    }  # fmt: skip
    path = f"/admin/participatie/sessies/onderdelen/{evening.activity.item_id}/peiling/"
    assert staff.post(path, poll).status_code == 302
    made = evening.run.activities.get(question="Wilt u bomen?")
    assert (made.state, made.reveal, made.item_id) == (
        "ready",
        "hidden",
        evening.activity.item_id,
    )
    elsewhere = {**poll, "decision_point": other.activity.decision_point_id}
    assert staff.post(path, {**elsewhere, "question": "Elders?"}).status_code == 400
