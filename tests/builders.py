"""What does a test need around it? People, projects and decisions, made by the operations themselves.

Every builder makes the surroundings it is not given, and works with and without a real commit.
"""

import itertools
from contextlib import contextmanager
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import TestCase
from django.utils import timezone
from wagtail.users.models import UserProfile

from compass.operations import publish_framework
from compass.queries import shipped_framework_source
from deliberation.people.models import User
from deliberation.people.operations import create_participant, create_resident
from deliberation.projects import operations as projects
from deliberation.projects.models import Municipality, Role, RoleAssignment
from tests.builder_cache import cached

_numbers = itertools.count(1)
PASSWORD = "een lang en geheim wachtwoord"

# Gates all nee and middling answers: need is 11, so consult; each level below changes what it must.
CONSULT = {
    "g_law_excludes": False,
    "g_no_room_law": False,
    "g_crisis": False,
    "g_minor": False,
    "g_tax": False,
    "g_internal": False,
    "g_decided": False,
    "g_other_body": False,
    "g_private": False,
    "g_law_requires": False,
    "g_promised": False,
    "room": 2,
    "commitment": 2,
    "impact": 2,
    "reach": 1,
    "uneven": 0,
    "attention": 1,
    "knowledge": 1,
    "problem": 1,
    "purpose": 1,
    "doing": 0,
    "energy": 1,
    "phase": 1,
    "time": 3,
    "capacity": 2,
    "mandate": 2,
    "initiator": "gemeente",
    "decider": "college",
    "earlier": True,
    "advisory_body": False,
}
CHANGES = {
    "none": {"g_internal": True},
    "inform": {
        "room": 0,
        "commitment": 0,
        "impact": 1,
        "knowledge": 0,
        "attention": 0,
        "energy": 0,
        "purpose": 0,
    },
    "consult": {},
    "co_create": {"purpose": 3, "knowledge": 2},
    "collaborate": {"purpose": 4, "doing": 2, "knowledge": 2},
}


@contextmanager
def committed():
    """Run what waits for a commit, also inside the transaction of an ordinary test."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def an_installer():
    """Make the account that installed the platform: a superuser without any role."""
    return User.objects.create_superuser(f"installer{next(_numbers)}@example.org", PASSWORD)


@cached
def a_framework(key="nl"):
    """Publish the framework we ship."""
    source = shipped_framework_source(key)
    return publish_framework(source=source, actor_id="tests", now=timezone.now())


@cached
def a_municipality(slug="kompasdorp"):
    """Find or make a municipality."""
    found = Municipality.objects.filter(slug=slug).first()
    return found or projects.create_municipality(
        actor=an_installer(), slug=slug, name=slug.capitalize(), now=timezone.now()
    )


@cached
def a_user(role=None, project=None, second_factor=True, municipality=None):
    """Make an account of staff; with a role in the project, or without one in the whole municipality."""
    number = next(_numbers)
    user = User.objects.create_user(
        f"{role or 'somebody'}{number}@example.org", PASSWORD, is_staff=True
    )
    if second_factor:
        TOTP.activate(user, generate_totp_secret())
    if role:
        give_role(user, role, project=project, municipality=municipality)
    return user


@cached
def a_resident():
    """Make the account of somebody who signed in with a code by mail."""
    return create_resident(
        actor=None, email=f"bewoner{next(_numbers)}@example.org", now=timezone.now()
    )


def known_well(user):
    """Give an account all that it can hold beside its roles: names, addresses, ways in, where it was."""
    now, number = timezone.now(), next(_numbers)
    user.first_name, user.last_name, user.last_login = "Zwaantje", "Welbekend", now
    user.save()
    for email, primary in ((user.email, True), (f"ook{number}@example.org", False)):
        user.emailaddress_set.get_or_create(
            email=email, defaults={"verified": True, "primary": primary}
        )
    if not user.authenticator_set.exists():
        TOTP.activate(user, generate_totp_secret())
    user.socialaccount_set.create(provider="kompasdorp", uid=f"welbekend{number}")
    user.usersession_set.create(
        ip="192.0.2.77", user_agent="Welbekende browser", session_key=f"welbekend{number}"
    )
    consent = {"purpose": "answer_by_mail", "text_version": "1", "text": "Welbekend."}
    user.consents.create(given_at=now, **consent)
    UserProfile.objects.create(user=user, preferred_language="en")
    create_participant(user=user)
    return user


@cached
def give_role(user, role, project=None, municipality=None):
    """Give an account one more role."""
    municipality = municipality or (project.municipality if project else a_municipality())
    with committed():
        return projects.assign_role(
            actor=an_installer(),
            user=user,
            role=Role(role),
            municipality=municipality,
            project=project,
            now=timezone.now(),
        )


@cached
def the_officer(municipality):
    """Find or make the policy officer of the whole municipality, who does what a builder needs done."""
    role = {"role": Role.OFFICER, "municipality": municipality, "project": None}
    found = RoleAssignment.objects.filter(**role).select_related("user").first()
    return found.user if found else a_user("officer", municipality=municipality)


@cached
def a_project(municipality=None, title="Een nieuwe Lindestraat"):
    """Make a project without phases."""
    municipality = municipality or a_municipality()
    return projects.create_project(
        actor=the_officer(municipality),
        municipality=municipality,
        slug=f"project-{next(_numbers)}",
        title=title,
        summary="Het riool in de straat is oud. De straat gaat open en krijgt een nieuwe inrichting.",
        contact="Projectteam Lindestraat, 14 0000",
        now=timezone.now(),
    )


@cached
def a_phase(kind="design", project=None, starts_in=-10, ends_in=30):
    """Add a phase; days are counted from today, which by default lies in the phase."""
    project = project or a_project()
    today = timezone.localdate()
    return projects.add_phase(
        actor=the_officer(project.municipality),
        project=project,
        kind=kind,
        title=f"Fase {kind}",
        starts_on=today + timedelta(days=starts_in),
        ends_on=today + timedelta(days=ends_in),
        now=timezone.now(),
    )


@cached
def a_decision_point(phase=None, **fields):
    """Name a decision point in a phase that runs now."""
    phase = phase or a_phase()
    about = {
        "question": "Hoe richten we de Lindestraat opnieuw in?",
        "decided_by": "college",
        "decides_on": timezone.localdate() + timedelta(days=60),
        "fixed": ["Het riool wordt vervangen."],
        "open": ["Waar komen de bomen?", "Hoeveel parkeerplaatsen blijven er?"],
        "outside": ["De buslijn."],
        "groups": ["Bewoners", "Winkeliers"],
    }
    return projects.name_decision_point(
        actor=the_officer(phase.project.municipality),
        phase=phase,
        now=timezone.now(),
        **{**about, **fields},
    )


def answers_for(level="consult") -> dict:
    """Give a complete set of answers to framework `nl` whose advice is this level, now and as fit."""
    return {**CONSULT, **CHANGES[level]}


def reasons_for(answers) -> dict:
    """Give a public reason for every gate that was answered with yes."""
    gates = [key for key, code in answers.items() if key.startswith("g_") and code]
    return dict.fromkeys(gates, "Dit gaat alleen over de planning van eigen personeel.")


@cached
def an_assessed_point(level="consult", point=None, answers=None):
    """Answer all questions and adopt the assessment; nobody chose a level yet."""
    a_framework()
    point = point or a_decision_point()
    actor = the_officer(point.project.municipality)
    answers = answers or answers_for(level)
    about = {"actor": actor, "decision_point": point, "now": timezone.now()}
    projects.save_answers(answers=answers, public_reasons=reasons_for(answers), **about)
    projects.adopt_assessment(**about)
    return point


@cached
def a_decided_point(level="consult", point=None):
    """Make a decision point whose level was chosen as advised."""
    point = an_assessed_point(level, point)
    projects.decide_level(
        actor=the_officer(point.project.municipality),
        decision_point=point,
        level=level,
        now=timezone.now(),
    )
    return point
