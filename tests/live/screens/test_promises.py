"""Does every open screen hear what changes its promise or shuts its poll, whoever changes it, and say that at once?"""

import ast
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from deliberation.live.joining.access import find_run
from deliberation.live.models import Run
from deliberation.live.screens import regions
from deliberation.live.screens.recap import recap_of
from deliberation.live.screens.snapshot import Snapshot
from deliberation.projects import operations as projects
from deliberation.projects import phasing
from deliberation.projects.assessing.taking_over import take_over_answers
from deliberation.projects.deciding import moments
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.models import Moment, Phase
from deliberation.projects.naming import name_levels
from deliberation.projects.reporting.status import report_status
from tests.builders import a_user, an_assessed_point, answers_for, committed, the_officer
from tests.live.builders import an_evening
from tests.live.screens.browsers import Browser, in_thread, live
from tests.live.screens.test_regions import still
from tests.projects.test_outcomes import record
from tests.test_architecture import ROOT

SCREENS = [(audience, language) for audience in regions.REGIONS for language in ("nl", "en")]
TODAY, LATER = timezone.localdate(), timezone.localdate() + timedelta(days=90)
# Who works where and with which account: no promise, and no reason why something is closed.
ABOUT_PEOPLE = {
    "assign_role", "withdraw_role", "confirm_role", "invite_colleague", "withdraw_invitation", "accept_role",
    "decline_role", "erase_by_letter", "erase_here_again", "erase_left_again",
    "create_municipality",
}  # fmt: skip
# What a drawing reads of what others write. Something more? Then who writes it belongs among the doings below.
READ = {
    "projects_decisionpoint", "projects_leveldecision", "projects_decisionoutcome", "projects_phase",
    "projects_project", "projects_municipality", "compass_assessment", "compass_framework",
}  # fmt: skip


def day(of) -> str:
    return date_format(of, "j F Y")


def doing(operation, point, actor=None, **about):
    actor = actor or the_officer(point.project.municipality)
    return operation(actor=actor, now=timezone.now(), **about)


def at(operation, **about):
    return lambda point: doing(operation, point, decision_point=point, **about)


def not_begun(point) -> None:
    """Leave the phase of a point for tomorrow: by hand, as what runs and was promised goes on."""
    Phase.objects.filter(pk=point.phase_id).update(starts_on=TODAY + timedelta(days=1))


def in_its_phase(operation, **changes):
    def change(point):
        phase = point.phase
        same = {name: getattr(phase, name) for name in ("kind", "title", "starts_on", "ends_on")}
        doing(operation, point, phase=phase, **{**same, **changes})

    return change


def choose(level, **more):
    def change(point):
        an_assessed_point(level, point)
        at(projects.decide_level, level=level, **more)(point)

    return change


def in_turn(*changes):
    def change(point):
        for one in changes:
            one(point)

    return change


def a_moment(point):
    told = {"body": "raad", "on": LATER, "what": "De plannen"}
    return doing(moments.plan_moment, point, decision_point=point, **told)


def move_it(point):
    told = {"body": "raad", "on": LATER, "what": "De begroting"}
    doing(moments.move_moment, point, moment=Moment.objects.get(), **told)


def outcome(**fields):
    return lambda point: record(point, **fields)


def nothing(point):
    """Nothing goes before it."""


REASON = "De brandweer wil het."
POSTPONED = outcome(result="postponed", postponed_to=LATER, what_we_did="")
PROJECT = {"title": "Anders", "summary": "Anders", "contact": "Anders"}
COURSE = dict.fromkeys(("overall", "planning", "budget"), "on_track")
# By operation: what goes before, what is done, and what every screen says of it in Dutch; None: it shows nowhere here.
DOINGS = {
    "record_outcome": (nothing, outcome(), f"Het college besloot op {day(TODAY)}"),
    "record_outcome, corrected": (
        outcome(), outcome(days_ago=3), f"Het college besloot op {day(TODAY - timedelta(days=3))}",
    ),
    "record_outcome, postponed": (nothing, POSTPONED, f"Het college besluit op {day(LATER)}"),
    "record_outcome, postponed after all": (outcome(), POSTPONED, f"Het college besluit op {day(LATER)}"),
    "decide_level": (nothing, choose("inform", change_reason=REASON, motivation=REASON), "Wij vertellen het u"),
    "decide_level, the same": (nothing, choose("consult"), None),
    "change_frames, the day": (
        nothing, at(change_frames, decides_on=LATER, reason=REASON), f"Het college besluit op {day(LATER)}",
    ),
    "change_frames, who": (nothing, at(change_frames, decided_by="raad", reason=REASON), "De gemeenteraad besluit"),
    "change_frames, the procedure": (
        nothing,
        at(change_frames, formal_track="Omgevingsplan", formal_track_until=LATER, reason=REASON), "Omgevingsplan",
    ),
    "translate_decision_point": (
        at(change_frames, formal_track="Omgevingsplan", formal_track_until=LATER, reason=REASON),
        at(projects.translate_decision_point, english={"formal_track": "Environment plan"}),
        "",
    ),
    "name_levels": (
        nothing,
        lambda point: doing(
            name_levels, point, a_user("administrator"), municipality=point.project.municipality,
            names={"consult": {"plain": {"nl": "U zegt wat u vindt"}}},
        ),
        "U zegt wat u vindt",
    ),
    "change_phase": (not_begun, in_its_phase(phasing.change_phase, starts_on=TODAY), ""),
    "change_phase, its name": (
        not_begun,
        in_its_phase(phasing.change_phase, title="Anders", starts_on=TODAY + timedelta(days=1)),
        "",
    ),
    "change_phase, its end": (
        nothing, in_its_phase(phasing.change_phase, ends_on=TODAY, reason=REASON), None,
    ),
    "add_phase": (
        nothing,
        lambda point: doing(
            projects.add_phase, point, project=point.project, kind="execute", title="Bouw",
            starts_on=LATER, ends_on=LATER,
        ),
        None,
    ),
    "remove_phase": (
        lambda point: DOINGS["add_phase"][1](point),
        lambda point: doing(phasing.remove_phase, point, phase=point.project.phases.last()),
        None,
    ),
    "name_decision_point": (
        nothing,
        lambda point: doing(
            projects.name_decision_point, point, phase=point.phase, question="En de bomen?", decided_by="raad",
            decides_on=LATER,
        ),
        None,
    ),
    "change_decision_point": (
        lambda point: DOINGS["name_decision_point"][1](point),
        lambda point: at(projects.change_decision_point, question="En de bomen nu?")(
            point.phase.decision_points.last()
        ),
        None,
    ),
    "plan_moment": (nothing, a_moment, None),
    "move_moment": (a_moment, move_it, None),
    "cancel_moment": (
        a_moment, lambda point: doing(moments.cancel_moment, point, moment=Moment.objects.get()), None,
    ),
    "save_answers": (
        nothing,
        at(projects.save_answers, answers=answers_for("inform"), public_reasons={}), None,
    ),
    "adopt_assessment": (
        at(projects.save_answers, answers=answers_for("inform"), public_reasons={}),
        at(projects.adopt_assessment), None,
    ),
    "take_over_answers": (
        lambda point: DOINGS["name_decision_point"][1](point),
        lambda point: at(take_over_answers, source=point, except_keys=())(point.phase.decision_points.last()),
        None,
    ),
    "create_project": (
        nothing,
        lambda point: doing(
            projects.create_project, point, municipality=point.project.municipality, slug="anders", **PROJECT
        ),
        None,
    ),
    "change_project": (
        nothing, lambda point: doing(projects.change_project, point, project=point.project, **PROJECT), None,
    ),
    "report_status": (
        nothing,
        lambda point: doing(
            report_status, point, project=point.project, reported_on=TODAY, summary="Het gaat goed.", risk="low",
            **COURSE,
        ),
        None,
    ),
}  # fmt: skip
SHOWN = [name for name, (_before, _do, says) in DOINGS.items() if says is not None]
SHUTS = ("record_outcome", "decide_level")  # a poll that is open


def drawn(run) -> dict:
    """Draw every region of every screen anew."""
    run, now = find_run(run.pk), timezone.now()
    fresh = {one: regions.page_regions(run, *one, now) for one in SCREENS}
    return {(*one, name): still(html) for one, all_ in fresh.items() for name, html in all_.items()}


def heard_since(run, seq) -> dict:
    """Give what screens that knew the log up to here are sent now."""
    wants = {(*one, str(run.epoch), seq) for one in SCREENS}
    news = regions.updates(run.pk, wants, timezone.now()).updates
    return {
        (*want[:2], name): still(html)
        for want, answer in news.items()
        for name, html in (answer["regions"] if answer else {}).items()
    }


def an_open_evening(scene):
    return an_evening(state="lobby") if scene == "lobby" else an_evening(poll_open=True)


def done(name, evening):
    """Do one of them, and give what every screen showed before, what it heard, and what it would show anew."""
    before, do, _says = DOINGS[name]
    point = evening.activity.decision_point
    with committed():
        before(point)
    run = evening.refresh().run
    shown = drawn(run)
    with committed():
        do(type(point).objects.get(pk=point.pk))
    return shown, heard_since(run, run.seq), drawn(run)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "scene"), [*((name, "voting") for name in SHOWN), *((name, "lobby") for name in SHUTS)]
)
def test_what_changes_a_promise_reaches_every_screen_that_says_it(name, scene):
    shown, heard, after = done(name, an_open_evening(scene))
    late = [where for where in after if (shown | heard)[where] != after[where]]
    assert late == [], "these screens still say what was so before"
    assert after != shown
    for audience in regions.REGIONS if DOINGS[name][2] else ():
        assert DOINGS[name][2] in heard[(audience, "nl", "promise")]


@pytest.mark.django_db
def test_all_else_shows_nowhere_on_a_screen():
    evening = an_open_evening("voting")
    for name in DOINGS.keys() - set(SHOWN):
        with transaction.atomic():
            shown, _heard, after = done(name, evening)
            transaction.set_rollback(True)
        assert after == shown, name


def test_every_operation_on_projects_and_decisions_was_walked():
    written = set()
    for path in (ROOT / "deliberation/projects").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = [ast.unparse(one) for one in getattr(node, "decorator_list", [])]
            if any(one.startswith("operation") for one in named):
                written.add(node.name)
    walked = {name.partition(",")[0] for name in DOINGS}
    assert len(written) > 20
    assert written == walked | ABOUT_PEOPLE


@pytest.mark.django_db
@pytest.mark.parametrize("scene", ["lobby", "voting"])
def test_a_drawing_reads_nothing_else_of_what_others_write(scene):
    run = an_open_evening(scene).run
    with CaptureQueriesContext(connection) as asked:
        drawn(run)
    read = set(
        re.findall(
            r'"((?:projects|compass|documents|questions|participation)_\w+)"\.',
            str(asked.captured_queries),
        )
    )
    assert "projects_decisionoutcome" in read and read <= READ


@pytest.mark.django_db
def test_an_evening_of_another_project_hears_nothing():
    evening, other = an_evening(poll_open=True), an_evening(poll_open=True)
    with committed():
        record(evening.activity.decision_point)
    assert Run.objects.get(pk=other.run.pk).seq == other.run.seq


@pytest.mark.django_db(transaction=True)
@live
async def test_an_open_socket_hears_at_once_that_the_decision_was_written_down():
    evening = await in_thread(an_evening, poll_open=True, commits=False)
    phone = await in_thread(Browser(evening).join)
    console = await in_thread(Browser, evening, evening.facilitator)
    sockets = [phone.socket(), console.socket("mod"), console.socket("screen")]
    first = [await one.open() for one in sockets]
    await in_thread(lambda: record(evening.activity.decision_point))
    told = [
        await socket.until(lambda one, seq=known["seq"]: one.get("seq", 0) > seq, timeout=4)
        for socket, known in zip(sockets, first, strict=True)
    ]
    assert all("Het college besloot" in one["regions"]["promise"] for one in told)
    ballot, console_now, screen = told[0]["regions"]["ballot"], told[1]["regions"]["next"], told[2]
    for html in (ballot, console_now, screen["regions"]["screen"]):
        assert f"Hierover is besloten op {day(TODAY)}." in html
    assert "cast_ballot" not in ballot
    for one in sockets:
        await one.disconnect()


# --- A poll that is open while its promise goes -----------------------------------------------------


def words(html) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["H1", "H2", "H3", "H4"])
@pytest.mark.parametrize("name", SHUTS)
def test_every_screen_says_why_a_vote_would_be_refused_and_offers_none(name, mode):
    evening = an_evening(poll_open=True, hall_mode=mode, headcount=20)
    voter = evening.join()
    evening.vote(voter, 0)
    with committed():
        DOINGS[name][1](evening.activity.decision_point)
    why = str(evening.submit(voter, "cast_ballot", choice=1).reason)
    assert why
    shown = drawn(evening.run)
    for where in (("pub", "ballot"), ("screen", "screen"), ("mod", "next")):
        assert why in words(shown[(where[0], "nl", where[1])]), where
    everything = "".join(shown.values())
    for command in ("cast_ballot", "cast_card_ballot", "pause_activity", "resume_activity"):
        assert f'"{command}?' not in everything
    for wrong in (
        "Stem met uw hand",
        "Stem op uw telefoon",
        "tot we sluiten",
        "De peiling is open",
    ):
        assert wrong not in everything, wrong
    assert "U kunt nu stemmen" not in str(recap_of(Snapshot(evening.refresh().run, evening.now)))


@pytest.mark.django_db
def test_votes_that_came_in_before_count_and_the_console_leads_to_closing():
    evening = an_evening(poll_open=True, hall_mode="H2", headcount=3)
    evening.votes("online", 3, 2)
    with committed():
        record(evening.activity.decision_point)
    evening.close()
    assert evening.activity.rounds.get().tally["total"] == [3, 2]
    more = drawn(evening.run)[("mod", "nl", "more")]
    assert "void_activity" in more and "reopen_activity" not in more


@pytest.mark.django_db
def test_a_decision_that_was_postponed_after_all_gives_the_ballot_back():
    evening = an_evening(poll_open=True)
    voter = evening.join()
    with committed():
        record(evening.activity.decision_point)
        POSTPONED(evening.activity.decision_point)
    assert '"cast_ballot?' in drawn(evening.run)[("pub", "nl", "ballot")]
    evening.vote(voter, 0)


@pytest.mark.django_db
def test_a_rehearsal_votes_on():
    evening = an_evening(poll_open=True, kind=Run.Kind.REHEARSAL)
    with committed():
        record(evening.activity.decision_point)
    shown = drawn(evening.run)
    assert '"cast_ballot?' in shown[("pub", "nl", "ballot")]
    assert "Het college besloot" in shown[("pub", "nl", "promise")]
