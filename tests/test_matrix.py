"""Does the promise hold for everybody? Role x level x phase x way in, against one written table.

The table below is written out by hand; it reads nothing of `rules.py` or `tools.py`.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags

from deliberation.live.models import Activity, Headcount, Run, SealedBallot, Spent
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY
from deliberation.people.permissions import may
from deliberation.projects import operations as projects
from deliberation.projects.models import Phase, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_phase,
    a_project,
    a_user,
    an_installer,
    the_officer,
)
from tests.live.builders import Evening, an_evening, stored_votes
from tests.live.screens.browsers import Browser, in_thread, live

# --- The table: what was promised, and to whom --------------------------------------------------

COMMANDS = ("open_activity", "cast_ballot", "record_headcount")
LEADS = {"open_activity", "record_headcount"}
COUNTS = {"record_headcount"}
VOTES = {"cast_ballot"}
ROLES = {  # what each may do while everything is open
    "administrator": LEADS,
    "officer": LEADS,
    "facilitator": LEADS,
    "co_facilitator": LEADS,
    "note_taker": COUNTS,
    "observer": set(),
    "council": set(),
    "facilitator elsewhere": set(),
    "installer without role": set(),
    "staff without role": set(),
    "facilitator who joined": LEADS | VOTES,
    "joined": VOTES,
    "did not join": set(),
    "nobody": set(),
}
LEVELS = {"nothing decided": False, "none": False, "inform": False}
LEVELS |= {"consult": True, "co_create": True, "collaborate": True}
PHASES = {"prepare": True, "design": True, "execute": True, "evaluate": False, "gap": False}
GATED = {"open_activity", "cast_ballot"}  # no level and no phase closes the third
FIRST = ("administrator", "open_activity")  # whoever begins in a new phase
CELLS = [(level, phase) for level in LEVELS for phase in PHASES]
# How each refusal begins to speak, in this order: who chose what comes before when, and that before who.
WORDS = {
    "undecided": "Er is nog niet gekozen hoe ver inwoners mogen meedoen",
    "level": "Bij het gekozen niveau vertellen we alleen",
    "gap": "loopt vandaag niet",
    "phase": "Dit is niet open in de fase",
    "role": "U mag dit niet doen",
}


def refusal(role, command, level, phase) -> str:
    """Say which refusal the table expects; empty when the command is carried out."""
    if command in GATED and not LEVELS[level]:
        return "undecided" if level == "nothing decided" else "level"
    if command in GATED and not PHASES[phase]:
        return "gap" if phase == "gap" else "phase"
    return "" if command in ROLES[role] else "role"


def test_the_table_opens_and_closes_everything_somewhere():
    every = [
        (command, refusal(role, command, *cell))
        for role in ROLES
        for command in COMMANDS
        for cell in CELLS
    ]
    assert len(every) == 14 * 3 * 30
    assert {("open_activity", word) for word in ["", *WORDS]} <= set(every)
    assert {("cast_ballot", word) for word in ["", *WORDS]} <= set(every)
    assert {word for command, word in every if command == "record_headcount"} == {"", "role"}
    assert len(set(WORDS.values())) == len(WORDS)


# --- The surroundings: one evening that votes and one that waits, both of one decision ------------


@dataclass
class Surroundings:
    """Two runs of one decision point, and a browser for every role, which came in at both."""

    voting: Evening
    waiting: Evening
    phase: Phase
    browsers: dict
    people: dict  # per role: the account and the participant behind the browser

    def move_to(self, kind):
        """Let the phase be of this kind and run today; a gap lies between it and the next.

        It is the calendar that does this; here it takes no months.
        """
        today, day = timezone.localdate(), timedelta(days=1)
        end = today - day if kind == "gap" else today + 9 * day
        kind = {} if kind == "gap" else {"kind": kind}
        phases = Phase.objects.filter(pk=self.phase.pk)
        phases.update(starts_on=today - 9 * day, ends_on=end, **kind)
        # Read anew: what an object knew of its phase is of yesterday.
        self.voting.refresh()
        self.waiting.refresh()

    def evening(self, command):
        """Find the evening at which nothing but level, phase and role can stop this command."""
        return self.waiting if command == "open_activity" else self.voting

    def body(self, role, command) -> dict:
        """Write a command, and let its sender look at the evening it is for."""
        browser, evening = self.browsers[role], self.evening(command)
        browser.evening = evening
        arguments = {
            "open_activity": {"activity": self.waiting.activity.pk, "seen": "ready"},
            "cast_ballot": {"activity": self.voting.activity.pk, "choice": 1},
            "record_headcount": {"count": 44, "seen": "open"},
        }[command]
        return browser.body(command, **arguments)

    def is_permitted(self, role, command) -> bool:
        """Ask the permission table itself, as whom a web request would act."""
        evening, (user, participant) = self.evening(command), self.people[role]
        actor = user if user and command != "cast_ballot" else participant
        obj = evening.run if command == "record_headcount" else evening.activity
        return may(f"live.{command}", actor, obj)

    def stands(self) -> tuple:
        """Read from the rows what the three commands would change."""
        waiting = Activity.objects.get(pk=self.waiting.activity.pk)
        return waiting.state, len(stored_votes()), Headcount.objects.count()

    def undo(self):
        """Put back what was done, so that the next one meets the same."""
        Activity.objects.filter(pk=self.waiting.activity.pk).update(state="ready")
        SealedBallot.objects.all().delete()
        Spent.objects.all().delete()


CHANGE = {  # what `stands` says after a command was carried out, and nothing else
    "open_activity": lambda state, ballots, heads: ("open", ballots, heads),
    "cast_ballot": lambda state, ballots, heads: (state, ballots + 1, heads),
    "record_headcount": lambda state, ballots, heads: (state, ballots, heads + 1),
}


def surroundings(level, commits=True) -> Surroundings:
    """Open both evenings while everything was open; then the level became what it is."""
    point = a_decided_point("consult", a_decision_point(a_phase("design", a_project())))
    about = {"point": point, "hall_mode": "H3", "commits": commits}
    voting = an_evening(poll_open=True, headcount=20, **about)
    waiting = an_evening(state="open", **about)
    a_phase("execute", point.project, starts_in=40, ends_in=50)  # the gap ends once
    browsers = {role: _browser(role, voting, waiting) for role in ROLES}
    people = {role: (_signed_in(one), one.participant) for role, one in browsers.items()}
    _choose(level, point)
    return Surroundings(voting, waiting, point.phase, browsers, people)


def _signed_in(browser):
    return get_user_model().objects.filter(pk=browser.client.session.get(SESSION_KEY)).first()


def _choose(level, point) -> None:
    if level == "nothing decided":
        # A choice is never taken back; so let the polls hang on a question nobody chose for.
        undecided = a_decision_point(point.phase)
        Activity.objects.filter(decision_point=point).update(decision_point=undecided)
    elif level != "consult":
        projects.decide_level(
            actor=the_officer(point.project.municipality), decision_point=point, level=level,
            motivation="De raad wil het anders.", change_reason="De raad besloot anders.", now=timezone.now(),
        )  # fmt: skip


def _browser(role, voting, waiting) -> Browser:
    browser = Browser(voting, _account(role, voting.run.project))
    if role in ("joined", "facilitator who joined"):
        person = waiting.join(participant=voting.join())
    elif role == "did not join":
        person = an_evening_elsewhere(create_participant())
    else:
        return browser
    session = browser.client.session
    session[KEY] = str(person.pk)
    session.save()
    return browser


def an_evening_elsewhere(person):
    """Let somebody take part in another evening than ours, so that being let in somewhere is not enough."""
    other = Run.objects.filter(session__title="Elders").first()
    if other is None:
        evening = an_evening(point=a_decided_point(point=a_decision_point(a_phase())))
        evening.run.session.title = "Elders"
        evening.run.session.save()
        other = evening.run
    other.attendances.create(participant=person, lane="online")
    return person


def _account(role, project):
    if role in ("joined", "did not join", "nobody"):
        return None
    if role == "installer without role":
        user = an_installer()
        TOTP.activate(user, generate_totp_secret())
        return user
    if role == "staff without role":
        return a_user()
    if role == "facilitator elsewhere":
        return a_user(Role.FACILITATOR, project=a_project(project.municipality))
    name = "facilitator" if role == "facilitator who joined" else role
    whole = name in ("administrator", "council")
    return a_user(name, project=None if whole else project, municipality=project.municipality)


# --- Over HTTP: the whole table by JSON ----------------------------------------------------------


WATCHES = {"observer"}  # reads along, and may do nothing


@pytest.fixture(autouse=True)
def runtime_dir(settings, tmp_path):
    settings.RUNTIME_DIR = tmp_path / "run"


@pytest.mark.django_db
@pytest.mark.parametrize("level", LEVELS)
def test_everybody_by_json(level):
    here, wrong = surroundings(level), []
    for phase, role, command in product(PHASES, ROLES, COMMANDS):
        if (role, command) == FIRST:
            here.move_to(phase)
        with transaction.atomic():  # taken back, so that everybody meets the same
            # The permission on its own first: operations ask the level too, so one lock could hide the other.
            if here.is_permitted(role, command) != (not refusal(role, command, level, phase)):
                wrong.append((role, command, level, phase, "permission"))
            before, body = here.stands(), here.body(role, command)
            answer = here.browsers[role].send(body)
            heard = (answer.status_code, answer.json()["reason"])
            wrong += told_wrong((role, command, level, phase), heard, before, here.stands())
            transaction.set_rollback(True)
    assert wrong == []


def told_wrong(case, heard, before, after) -> list:
    """Compare an answer and what it changed with the table; list it when it differs."""
    expected, command = refusal(*case), case[1]
    code, reason = heard
    if expected:
        good = code == 403 and WORDS[expected] in reason and after == before
    else:
        good = code == 200 and after == CHANGE[command](*before)
    return [] if good else [(case, expected or "open", heard, before, after)]


# --- Over a socket: on sockets that stay open while the phase changes ------------------------------
# Behind a socket stands the same `submit`, so everybody is asked at one level of each kind (open, too
# low, not chosen), and at the other three only who may do most and who votes.

MOST_TOLD = ("facilitator who joined", "joined")
OVER_A_SOCKET = dict.fromkeys(("consult", "inform", "nothing decided"), ROLES)
OVER_A_SOCKET |= dict.fromkeys(("none", "co_create", "collaborate"), MOST_TOLD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", LEVELS)
def test_everybody_over_a_socket(level):
    here, wrong = surroundings(level, commits=False), []

    @live
    async def walk():
        for role, command in product(OVER_A_SOCKET[level], COMMANDS):
            socket = await open_socket(here, role, command)
            # Who may do and see nothing gets no socket at all; whoever gets one is answered on it.
            if (socket is None) != (not ROLES[role] and role not in WATCHES):
                wrong.append((role, command, "socket", socket))
            for phase in PHASES if socket else ():
                case = (role, command, level, phase)
                before = await in_thread(prepared, here, phase)
                answer = await socket.submit(here.body(role, command))
                heard, after = (answer["code"], answer["reason"]), await in_thread(here.stands)
                wrong.extend(told_wrong(case, heard, before, after))
            if socket:
                await socket.disconnect()

    walk()
    assert wrong == []


def prepared(here, phase) -> tuple:
    here.undo()
    here.move_to(phase)
    return here.stands()


async def open_socket(here, role, command):
    """Open a socket for whatever screen this role may see of the evening; None when there is none."""
    here.body(role, command)
    for audience in ("mod", "pub", "screen"):
        socket = here.browsers[role].socket(audience)
        if (await socket.connect(timeout=10))[0]:
            await socket.send_json_to({"hello": {}})
            return socket
    return None


# --- By form: the same door as JSON, so one cell for each way to be closed, and an open one -------


FORMS = {
    "consult": "design",
    "nothing decided": "execute",
    "inform": "prepare",
    "co_create": "gap",
    "collaborate": "evaluate",
}


@pytest.mark.django_db
@pytest.mark.parametrize("level", FORMS)
def test_everybody_by_form(level):
    here, wrong = surroundings(level), []
    here.move_to(FORMS[level])
    for role, command in product(ROLES, COMMANDS):
        with transaction.atomic():
            before, fields = here.stands(), here.body(role, command)
            fields |= {"screen": "pub" if command == "cast_ballot" else "mod"}
            path = f"/s/run/{here.evening(command).run.pk}/do/"
            answer = here.browsers[role].client.post(path, fields)
            heard = (200 if answer.status_code == 302 else answer.status_code, text_of(answer))
            if answer.status_code == 302 and answer["Location"].startswith("/account/login/"):
                heard = (403, " ".join(WORDS.values()))  # is asked to sign in first, whatever else
            wrong += told_wrong((role, command, level, FORMS[level]), heard, before, here.stands())
            transaction.set_rollback(True)
    assert wrong == []


def text_of(answer) -> str:
    """Read a page as people do: its words, in one line."""
    return " ".join(strip_tags(answer.content.decode()).split())
