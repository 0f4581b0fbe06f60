"""Once a decision stands, does anything still say that it is to come? And does anything of it still open?"""

import re
from datetime import timedelta

import lxml.html
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from compass.refusal import Refused
from deliberation.documents.kinds import KINDS
from deliberation.live.models import Run
from deliberation.projects.decision_standing import standing_of
from deliberation.projects.models import DecisionPoint
from deliberation.projects.queries import is_open, tool_status
from tests.builders import a_decided_point
from tests.live.builders import an_evening
from tests.projects.test_outcomes import record
from tests.questions.builders import a_desk
from tests.test_hostile_texts import first_that_opens, own_files, own_paths  # noqa: F401
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
PROMISE = r"Wij wegen die mee\."
TO_COME = (
    r"beslist,? op \d", r"besluit,? op \d", "besluit valt", r"vóór het besluit op \d", "Na het besluit schrijft u",
    "wat u kunt veranderen", r"Wat kunt u hier veranderen\?", r"Wie besluit[?:]", "gepland op", PROMISE,
)  # fmt: skip
THEN = "/raadspagina/"  # there, and in documents, stands what was promised then
# What an officer changes, looks back at or exports: what was promised then, in its own words.
OF_THEN = re.compile(
    r"^/admin/\S*/(vragen)|/(afwegen|niveau|overnemen|wijzigen|uitkomst|gegevens|startnotitie|proberen)|^/kompas/|/overzicht|/afwegingskaders/"
)


def told_at(path, answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers["Content-Type"]
    if "html" in kind:
        tree = lxml.html.fromstring(body)
        for form in tree.xpath("//form | //script | //style | //*[@id='history']"):
            form.drop_tree()
        return " ".join(tree.text_content().split())
    return body.decode(errors="ignore") if kind.startswith(("text/", "application/")) else ""


def pages_that_say(words, visitors, paths) -> dict[str, list[str]]:
    found, read = {}, 0
    for path in paths:
        client, answer = first_that_opens(visitors, path)
        if client is None:
            continue
        read += 1
        text = told_at(path, answer)
        hits = [re.search(word, text) for word in words]
        then = path.endswith(THEN) or "/documenten/" in path or path.startswith("/api/")
        hits = [one for one in hits if one and not (then and one.re.pattern == PROMISE)]
        said = [text[max(0, hit.start() - 60) : hit.end() + 40] for hit in hits]
        if said:
            found[path] = said
    assert read > 60
    return found


def on_day(day) -> str:
    """Match a day however it is written: in words, in a table for an office, for a program."""
    return "|".join([date_format(day, "j F Y"), day.isoformat(), f"{day:%d-%m-%Y}"])


def every_path(about, page) -> list[str]:
    pages = [page.get_url(), page.get_parent().get_url()]
    tables = [
        "/api/v1/decision-points",
        f"{reverse('oversight:see_oversight')}?format=csv&year=all",
    ]
    papers = [
        reverse("documents:see_document", args=[about["beslispunten"], kind]) for kind in KINDS
    ]
    return [one for one in [*own_paths(about), *pages, *papers, *tables] if not OF_THEN.search(one)]


def test_no_screen_says_of_a_decision_that_stands_that_it_is_to_come(world):  # noqa: F811
    visitors, about, page = world
    point = DecisionPoint.objects.get(pk=about["beslispunten"])
    planned, paths = on_day(point.decides_on), every_path(about, page)
    before = pages_that_say([planned], visitors, paths)
    assert {page.get_url(), page.get_parent().get_url()} <= set(before), "they say it until then"
    record(point)
    still = pages_that_say([planned, *TO_COME], visitors, paths)
    print(*still.items(), sep="\n")
    assert still == {}
    today = date_format(timezone.localdate(), "j F Y")
    told = f"Het college besloot op {today}: De straat krijgt twintig bomen."
    assert page.get_url() in pages_that_say([told], visitors, paths)


def test_after_a_postponement_every_screen_says_the_new_day(world):  # noqa: F811
    visitors, about, page = world
    point = DecisionPoint.objects.get(pk=about["beslispunten"])
    planned, paths = on_day(point.decides_on), every_path(about, page)
    before = pages_that_say([planned], visitors, paths)
    later = point.decides_on + timedelta(days=30)
    record(point, result="postponed", postponed_to=later, what_we_did="")
    assert pages_that_say([planned], visitors, paths) == {}
    after = pages_that_say([on_day(later)], visitors, paths)
    assert set(before) <= set(after)


@pytest.mark.parametrize("name", ["live_poll", "questions_and_concerns"])
def test_a_decision_that_stands_closes_what_asks_about_it_and_says_why(name):
    point, now = a_decided_point(), timezone.now()
    later = timezone.localdate() + timedelta(days=20)
    record(point, result="postponed", postponed_to=later, what_we_did="")
    assert tool_status(name, point, now).open and is_open(name, point.pk, now)
    record(point)
    status = tool_status(name, point, now)
    day = date_format(timezone.localdate(), "j F Y")
    assert not status.open and status.reason == f"Hierover is besloten op {day}."
    assert not is_open(name, point.pk, now)
    assert tool_status("information", point, now).open
    assert standing_of(point).decided


def test_no_poll_about_it_opens_and_no_vote_counts_but_a_rehearsal_goes_on():
    evening = an_evening()
    voting = an_evening(poll_open=True, point=evening.activity.decision_point)
    rehearsal = an_evening(kind=Run.Kind.REHEARSAL, point=evening.activity.decision_point)
    voter = voting.join()
    record(evening.activity.decision_point)
    poll = {"activity": evening.activity.pk}
    for answer in (
        evening.submit(evening.facilitator, "open_activity", **poll),
        voting.submit(voter, "cast_ballot", activity=voting.activity.pk, choices=[0]),
    ):
        assert answer.reason.startswith("Hierover is besloten op"), answer
    rehearsal.lead("open_activity")


def test_nothing_is_given_about_it_and_a_day_that_moved_leaves_time_again():
    desk = a_desk()
    later = timezone.localdate() + timedelta(days=60)
    record(desk.point, result="postponed", postponed_to=later, what_we_did="")
    desk.ask()
    record(desk.point)
    with pytest.raises(Refused):
        desk.ask()
