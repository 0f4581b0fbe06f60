"""Can everybody use the screens about oneself and about roles: axe, no sideways scrolling, without JavaScript?"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deliberation.people.models import Participant
from deliberation.people.operations import give_consent
from deliberation.people.participant_session import KEY
from deliberation.people.privacy import consents
from tests.builders import a_resident, a_user
from tests.eyes import PHONE, amiss
from tests.live.builders import an_evening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def enter(live_server, chromium):
    """Open a browser with somebody's session."""
    contexts = []

    def open_browser(session, javascript=True):
        context = chromium.new_context(
            viewport=PHONE, base_url=live_server.url, java_script_enabled=javascript
        )
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        context.add_cookies([{**cookie, "value": session.session_key}])
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


def apart(function, **named):
    """Call in a thread of its own: the browser has a loop here, and Redis is told from another one."""

    def call():
        try:
            return function(**named)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def session_of(user=None, participant=None):
    client = Client()
    if user:
        client.force_login(user)
    session = client.session
    if user:
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
    if participant:
        session[KEY] = str(participant.pk)
    session.save()
    return session


def test_the_screens_about_oneself_are_in_order(enter, plugged):
    user = a_resident()
    mine = Participant.objects.create(user=user)
    evening = apart(an_evening, commits=False)
    apart(evening.join, participant=mine)
    plugged(purposes=(consents.Purpose("test_mail", "1", "U mag mij het antwoord mailen."),))
    give_consent(actor=mine, purpose="test_mail", now=timezone.now())
    session, nobody = session_of(user), session_of(participant=Participant.objects.create())
    page, other = enter(session), enter(nobody)
    found = [*amiss(page, "/mijn/"), *amiss(page, "/mijn/verwijderen/")]
    page.goto("/mijn/")
    page.locator('form[action$="/bestand/"] button').click()
    found += amiss(page, page.url)
    found += [*amiss(other, page.url), *amiss(other, "/mijn/verwijderd/")]
    assert found == []


def test_the_screens_about_roles_and_phases_are_in_order(enter):
    evening = apart(an_evening, commits=False)
    phase = evening.activity.decision_point.phase
    manager = a_user("administrator")
    a_user("observer", second_factor=False).roleassignment_set.update(confirmed_at=None)
    names = ("see_roles", "invite_colleague", "erase_by_letter", "see_desk")
    paths = [reverse(f"projects:{name}") for name in names]
    paths += [
        reverse(f"projects:{name}", args=[phase.pk]) for name in ("change_phase", "remove_phase")
    ]
    page = enter(session_of(manager))
    assert [one for path in paths for one in amiss(page, path)] == []


def test_without_javascript_a_role_is_looked_at_with_one_tap(enter):
    manager = a_user("administrator")
    role = a_user("observer").roleassignment_set.get()
    type(role).objects.filter(pk=role.pk).update(confirmed_at=None)
    page = enter(session_of(manager), javascript=False)
    page.goto(reverse("projects:see_roles"))
    page.locator(
        f'form[action="{reverse("projects:confirm_role", args=[role.pk])}"] button'
    ).click()
    role.refresh_from_db()
    assert role.confirmed_at is not None
