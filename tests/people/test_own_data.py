"""Does everybody see, take along and erase what is theirs, and nobody what is not?"""

import csv
import io
import json
import time
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant, give_consent
from deliberation.people.participant_session import KEY
from deliberation.people.privacy import consents, own_data
from deliberation.people.privacy.export import LASTS, as_rows
from deliberation.people.privacy.own_data import ExportPart, PersonalEntry
from tests.builders import a_municipality, a_user
from tests.cms.site import a_site
from tests.live.builders import an_evening
from tests.questions.builders import a_desk

pytestmark = pytest.mark.django_db
HOME = "/mijn/"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def browser(participant=None, user=None):
    """A browser of somebody who joined, or signed in just now."""
    client = Client(headers={"Accept-Language": "en"})
    if user:
        client.force_login(user)
    session = client.session
    if participant:
        session[KEY] = str(participant.pk)
    if user:
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def a_link(client) -> str:
    response = client.post(reverse("people:ask_own_data"))
    assert response.status_code == 302
    return response["Location"]


def test_who_is_unknown_is_told_how_to_be_known():
    response = Client().get(HOME)
    assert response.status_code == 200
    assert "/account/login/" in response.content.decode()
    assert "/meedoen" in response.content.decode()


def test_what_people_gave_stands_there_newest_first_with_what_happened(plugged):
    mine = create_participant()

    def asked(participants, municipality):
        assert participants == [mine]
        return [
            PersonalEntry("Vraag", "Oude vraag", at=date(2026, 1, 2), happened="Nog geen antwoord"),
            PersonalEntry(
                "Vraag", "Nieuwe vraag", "/x/", "Komt er <b>een boom</b>?", date(2026, 3, 4)
            ),
            PersonalEntry("Avond", "Avond over de straat", joined=True),
        ]

    plugged(gave=asked)
    page = browser(mine).get(HOME).content.decode()
    assert page.index("Nieuwe vraag") < page.index("Oude vraag")
    assert "Nog geen antwoord" in page
    assert "&lt;b&gt;een boom" in page
    assert page.index("Avond over de straat") < page.index("Nieuwe vraag")


def test_nothing_of_it_is_kept_by_browsers_or_proxies():
    mine = create_participant()
    client = browser(mine)
    for path in (HOME, a_link(client), "/mijn/verwijderen/", "/mijn/verwijderd/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_consent_is_taken_back_with_one_tap(mails):
    mine, other = create_participant(), create_participant()
    now = timezone.now()
    given = give_consent(actor=mine, purpose="test_mail", now=now)
    theirs = give_consent(actor=other, purpose="test_mail", now=now)
    client = browser(mine)
    assert "U mag mij schrijven." in client.get(HOME).content.decode()
    assert client.post(HOME, {"consent": given.pk}).status_code == 302
    assert not consents.has_consent(mine, "test_mail")
    for wrong in (theirs.pk, given.pk, "", "x", "9" * 30, "²"):
        assert client.post(HOME, {"consent": wrong}).status_code == 404
    assert consents.has_consent(other, "test_mail")


def test_a_consent_to_another_municipality_is_not_shown(mails):
    a_site(a_municipality())
    mine = create_participant()
    give_consent(actor=mine, purpose="test_mail", place="anderdorp", now=timezone.now())
    assert "U mag mij schrijven." not in browser(mine).get(HOME).content.decode()


def test_a_signed_in_resident_sees_their_own_wherever_they_are(mails):
    user = User.objects.create_user("bewoner@example.org")
    mine = create_participant(user=user)
    give_consent(actor=mine, purpose="test_mail", now=timezone.now())
    page = browser(user=user).get(HOME).content.decode()
    assert "bewoner@example.org" in page
    assert "U mag mij schrijven." in page


def test_a39_the_export_holds_everything_in_three_shapes(plugged):
    user = User.objects.create_user("bewoner@example.org", first_name="=Anna")
    plugged(exports={"extra": ExportPart(lambda *who: [{"text": "=1+1", "count": -2}], "Extra")})
    client = browser(user=user)
    link = a_link(client)
    page = client.get(link)
    assert page.status_code == 200
    assert "bewoner@example.org" in page.content.decode()
    held = json.loads(client.get(f"{link}?vorm=json").content)
    assert held["account"][0]["email"] == "bewoner@example.org"
    assert held["extra"] == [{"text": "=1+1", "count": -2}]
    assert set(held) == set(own_data.export_parts())
    text = client.get(f"{link}?vorm=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert ["Extra", "1", "Text", "'=1+1"] in rows
    assert ["Extra", "1", "Count", "-2"] in rows


@pytest.mark.parametrize("shape", ["", "?vorm=json", "?vorm=csv"])
def test_a39_the_export_of_someone_else_is_refused(shape):
    mine, user, other = create_participant(), a_user(), a_user()
    link, of_account = a_link(browser(mine)), a_link(browser(user=user))
    strangers = [Client(), browser(create_participant()), browser(user=other)]
    for client in (*strangers, browser(user=user)):
        assert client.get(link + shape).status_code == 403
    for client in (*strangers, browser(mine)):
        assert client.get(of_account + shape).status_code == 403


def test_a39_every_field_of_the_export_is_said_in_the_readers_words():
    """A part without words for its fields would show the names that the code gives them."""
    user = User.objects.create_user("bewoner@example.org")
    mine = create_participant(user=user)
    an_evening().join("hall", mine)
    a_desk().ask(mine)
    held = own_data.export_of(user, [mine], None)
    for name, part in own_data.export_parts().items():
        keys = {key for row in held[name] for key in row}
        assert keys or name in ("consents", "supports"), name
        assert keys <= set(part.fields), (name, keys - set(part.fields))
    with translation.override("nl"):
        held = own_data.export_of(user, [mine], None)
        words = " ".join(f"{field} {value}" for *_where, field, value in as_rows(held))
    assert "Oefening Nee" in words and "Zaal" in words


def test_a39_a_link_ends_after_seven_days(monkeypatch):
    client = browser(create_participant())
    link = a_link(client)
    start = time.time()
    for passed, status in ((LASTS - 5, 200), (LASTS + 5, 410)):
        monkeypatch.setattr("django.core.signing.time.time", lambda at=start + passed: at)
        assert client.get(link).status_code == status


def test_a39_a_changed_or_foreign_link_is_none():
    client = browser(create_participant())
    link = a_link(client)
    for wrong in (link[:-3] + "xx/", "/mijn/bestand/x/", "/mijn/bestand/" + "a" * 900 + "/"):
        assert client.get(wrong).status_code == 404


def test_a39_a_link_opens_on_the_site_it_was_made_on_only(settings):
    settings.ALLOWED_HOSTS = ["*"]
    a_site(a_municipality())
    a_site(a_municipality("anderdorp"), hostname="ander.localhost")
    client = browser(create_participant())
    link = a_link(client)
    assert client.get(link, headers={"host": "ander.localhost"}).status_code == 403


def test_a39_nobody_gets_a_link():
    assert Client().post(reverse("people:ask_own_data"))["Location"] == HOME


def test_erasing_asks_once_and_does_it_at_once(plugged):
    mine = create_participant()
    plugged(goes=["Uw vragen zonder antwoord"], stays=["Vragen met een antwoord"])
    client = browser(mine)
    page = client.get("/mijn/verwijderen/").content.decode()
    assert "Uw vragen zonder antwoord" in page
    assert "Vragen met een antwoord" in page
    assert Participant.objects.filter(pk=mine.pk).exists()
    assert client.post("/mijn/verwijderen/")["Location"] == "/mijn/verwijderd/"
    assert not Participant.objects.filter(pk=mine.pk).exists()
    assert KEY not in client.session


def test_erasing_an_account_ends_every_session_of_it():
    user = User.objects.create_user("bewoner@example.org")
    here, elsewhere = browser(user=user), browser(user=user)
    here.post("/mijn/verwijderen/")
    assert not User.objects.filter(email="bewoner@example.org").exists()
    for client in (here, elsewhere):
        assert "bewoner@example.org" not in client.get(HOME).content.decode()


def test_an_account_that_signed_in_long_ago_shows_itself_first():
    resident = User.objects.create_user("bewoner@example.org")
    staff = a_user("officer")
    for user in (resident, staff):
        client = browser(user=user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "code", "at": time.time() - 3600}]
        session.save()
        answer = client.post("/mijn/verwijderen/")
        assert User.objects.filter(pk=user.pk).exists()
        if user is staff:
            assert answer["Location"].startswith("/account/reauthenticate/")
        else:
            assert 'action="/account/logout/"' in answer.content.decode()


def test_a_slice_can_say_not_now(plugged):
    from compass.refusal import Refused

    def not_now(**who):
        raise Refused("Er loopt een stemming.", code="state")

    plugged(erase=not_now)
    mine = create_participant()
    answer = browser(mine).post("/mijn/verwijderen/")
    assert answer.status_code == 409
    assert "Er loopt een stemming." in answer.content.decode()
    assert Participant.objects.filter(pk=mine.pk).exists()


def test_what_has_no_date_comes_last(plugged):
    def undated(participants, municipality):
        return [
            PersonalEntry("a", "zonder"),
            PersonalEntry("b", "met", at=date.today() - timedelta(days=1)),
        ]

    plugged(gave=undated)
    titles = [one.title for one in own_data.gave([create_participant()], None)]
    assert titles.index("met") < titles.index("zonder")
