"""How is the demo municipality made? Through the operations that its users use, in the order they would."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from compass.operations import publish_framework
from compass.queries import shipped_framework_source
from deliberation.live import operations as live
from deliberation.live.models import Run
from deliberation.people.operations import create_account, create_participant
from deliberation.projects import operations as projects
from deliberation.projects.models import Municipality, Role

from . import content
from .pages import make_site

THURSDAY = 4


def fill(say) -> list[str]:
    """Make the demo unless it is there already; all or nothing. Return what to print: addresses, accounts, codes."""
    if not Municipality.objects.filter(slug=content.MUNICIPALITY["slug"]).exists():
        with transaction.atomic():
            Demo(say).make()
    return what_to_print()


class Demo:
    """One filling of the demo: who acts, and what time it is."""

    def __init__(self, say):
        self.say = say
        self.now = timezone.now()
        self.people = {}

    def make(self):
        self.say("Publishing the assessment framework")
        publish_framework(source=shipped_framework_source("nl"), actor_id="demo", now=self.now)
        self.say("Making the municipality and its people")
        self.make_people()
        self.say("Preparing two projects: answering the compass and choosing the levels")
        street, street_points = self.make_street()
        bylaw, bylaw_point = self.make_bylaw()
        self.say("Holding an evening with 73 people, in the hall and at home")
        self.hold_bylaw_evenings(bylaw, bylaw_point)
        self.say("Opening the doors of an evening that runs now")
        self.open_street_evening(street, street_points["layout"])
        self.say("Writing and publishing the pages")
        make_site(self.municipality, {"kastanjelaan": street, "afspraken-over-meedoen": bylaw})

    def make_people(self):
        users = get_user_model().objects
        for account, first, last, role in content.ACCOUNTS:
            about = {"email": account + content.ADDRESS, "first_name": first, "last_name": last}
            if role is None:
                self.installer = users.create_superuser(password=content.PASSWORD, **about)
                self.municipality = projects.create_municipality(
                    actor=self.installer, now=self.now, **content.MUNICIPALITY
                )
                continue
            self.people[account] = create_account(
                actor=self.installer, password=content.PASSWORD, now=self.now, **about
            )
            projects.assign_role(
                actor=self.installer, user=self.people[account], role=Role(role),
                municipality=self.municipality, now=self.now,
            )  # fmt: skip
        self.officer = self.people["beleid"]
        self.facilitator, self.counter = self.people["gesprek"], self.people["zaal"]

    def make_street(self):
        project, phases = self.make_project(content.STREET)
        points = {
            name: self.decide(
                phases["design"], about, content.STREET_ANSWERS[name], {}, self.days(-29)
            )
            for name, about in content.STREET_POINTS.items()
        }
        return project, points

    def make_bylaw(self):
        project, phases = self.make_project(content.BYLAW)
        point = self.decide(
            phases["design"], content.BYLAW_POINT, content.BYLAW_ANSWERS,
            content.BYLAW_PUBLIC_REASONS, self.days(-39),
        )  # fmt: skip
        return project, point

    def make_project(self, about):
        project = projects.create_project(
            actor=self.officer, municipality=self.municipality, now=self.now, **about
        )
        phases = {}
        for kind, title, first, last in content.phases(timezone.localdate(self.now))[about["slug"]]:
            phases[kind] = projects.add_phase(
                actor=self.officer, project=project, kind=kind, title=title,
                starts_on=first, ends_on=last, now=self.now,
            )  # fmt: skip
        return project, phases

    def decide(self, phase, about, answers, public_reasons, when):
        """Name the decision point, answer the compass and choose as advised."""
        point = projects.name_decision_point(
            actor=self.officer, phase=phase, now=when,
            decides_on=phase.ends_on + timedelta(days=14), **about,
        )  # fmt: skip
        here = {"actor": self.officer, "decision_point": point, "now": when}
        projects.save_answers(answers=answers, public_reasons=public_reasons, **here)
        advice = projects.adopt_assessment(**here).advice
        projects.decide_level(level=advice["outcome"], **here)
        return point

    def hold_bylaw_evenings(self, project, point):
        for title, offset in content.BYLAW_EVENINGS:
            start = self.evening(offset)
            planned = min(start - timedelta(days=7), self.now)
            run = self.plan_evening(project, title, start, planned)
            if offset < 0:
                self.hold(run, point, start)

    def hold(self, run, point, start):
        """Play a past evening: people join, vote by phone and by hand, two people count, and it closes."""
        poll = content.CLOSED_POLL
        activity = self.add_poll(run, point, poll, start)
        self.open_doors(run, start, poll["headcount"])
        live.open_activity(actor=self.facilitator, activity=activity, now=start)
        self.vote(run.online_code, activity, poll["online"], start)
        live.close_activity(actor=self.facilitator, activity=activity, now=start)
        later = start + timedelta(seconds=run.grace_seconds + 1)
        live.finish_closing(run=run, now=later)
        counted = {"activity": activity, "hands": poll["hands"], "now": later}
        live.enter_hall_count(actor=self.facilitator, **counted)
        live.confirm_hall_count(actor=self.counter, **counted)
        for audience in ("staff", "public"):
            live.reveal_result(actor=self.facilitator, activity=activity, to=audience, now=later)
        live.close_run(actor=self.facilitator, run=run, now=later + timedelta(hours=1))

    def open_street_evening(self, project, point):
        poll = content.OPEN_POLL
        run = self.plan_evening(project, "Bewonersavond Kastanjelaan", self.now, self.now)
        activity = self.add_poll(run, point, poll, self.now)
        self.open_doors(run, self.now, poll["headcount"])
        live.open_activity(actor=self.facilitator, activity=activity, now=self.now)
        self.vote(run.hall_code, activity, poll["phones"]["hall"], self.now)
        self.vote(run.online_code, activity, poll["phones"]["online"], self.now)

    def plan_evening(self, project, title, start, planned):
        session = live.create_session(
            actor=self.facilitator, project=project, title=title, starts_at=start,
            place=content.PLACE, intro=content.EVENING_INTRO, now=planned,
        )  # fmt: skip
        return live.create_run(actor=self.facilitator, session=session, now=planned)

    def add_poll(self, run, point, poll, now):
        item = live.add_item(
            actor=self.facilitator, run=run, title=poll["title"], minutes=15, now=now,
            owner="Gespreksleider", what_we_do_with_input=content.FEEDBACK,
            hall_instructions=content.HALL_INSTRUCTIONS, plan_b=content.PLAN_B,
            online_instructions=content.ONLINE_INSTRUCTIONS,
        )  # fmt: skip
        return live.add_activity(
            actor=self.facilitator, item=item, decision_point=point, question=poll["question"],
            options=poll["options"], hall_mode=poll["mode"], now=now,
        )  # fmt: skip

    def open_doors(self, run, now, headcount):
        for step in (live.ready_run, live.open_lobby, live.start_run):
            step(actor=self.facilitator, run=run, now=now)
        live.record_headcount(actor=self.facilitator, run=run, count=headcount, now=now)

    def vote(self, code, activity, numbers, now):
        """Let as many people join and vote as the numbers say, one number for each answer."""
        for choice, number in enumerate(numbers):
            for _person in range(number):
                someone = create_participant()
                live.join_run(actor=someone, code=code, now=now)
                live.cast_ballot(actor=someone, activity=activity, choice=choice, now=now)

    def days(self, offset):
        return self.now + timedelta(days=offset)

    def evening(self, offset):
        day = timezone.localdate(self.days(offset))
        day += timedelta(days=THURSDAY - day.isoweekday())
        return timezone.make_aware(datetime.combine(day, time(20)))


def what_to_print() -> list[str]:
    """List the addresses, accounts and codes of the demo."""
    run = Run.objects.filter(state=Run.State.OPEN).select_related("session").first()
    url = settings.PUBLIC_URL
    lines = [f"Website          {url}/", f"Desk             {url}/admin/"]
    if run:
        console = f"{url}/s/run/{run.pk}/console/"
        lines += [
            f"Join with code   {url}/meedoen",
            f"  {run.session.title}: zaal {_spaced(run.hall_code)}, online {_spaced(run.online_code)}",
            f"Console          {console}",
            f"Projector        {console.replace('console', 'projector')}",
            f"Sent mail        {settings.EMAIL_FILE_PATH}",
        ]
    lines += ["", f"Accounts (password: {content.PASSWORD})"]
    lines += [
        f"  {account + content.ADDRESS:38} {role or 'installer (no role)'}"
        for account, _first, _last, role in content.ACCOUNTS
    ]
    return lines


def _spaced(code) -> str:
    return f"{code[:3]} {code[3:]}"
