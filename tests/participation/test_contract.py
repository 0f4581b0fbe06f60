"""Does every instrument give residents, officers and the law what they may expect of it?

Each check takes an instrument and a desk: a project that is open to it. Every instrument that takes contributions
passes all of them, a toy one too; and a toy with something left out is seen by the check that is about it.
"""

import uuid

import lxml.html
import pytest
from django.core import mail
from django.template import TemplateDoesNotExist
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from rules.permissions import perm_exists

from compass.refusal import Refused
from deliberation import registry, tools
from deliberation.participation import operations, queries
from deliberation.participation.desk_views import ACTIONS
from deliberation.participation.forms import GiveForm
from deliberation.participation.instrument import ContributionInstrument, Instrument, instruments
from deliberation.participation.models import Contribution
from deliberation.participation.receipts import follow_path
from deliberation.people.models import AuditEntry
from deliberation.people.operations import create_participant
from deliberation.people.permissions import may
from deliberation.people.privacy import own_data
from deliberation.projects.commitments import commitments
from deliberation.projects.extension_points import (
    desk_tasks,
    offers,
    project_sections,
    public_pages,
    took_part,
)
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_user,
    the_officer,
)
from tests.questions.builders import browser_of

from .desk import DAY, TEXT, a_desk, list_of, refused
from .support_contract import (
    support_taken_back,
    supported_by_others,
    supported_once_by_each,
    supported_while_open_only,
)
from .toys import Toys, registered

pytestmark = pytest.mark.django_db
OURS = [one.name for one in registry.plugins() if isinstance(one, ContributionInstrument)]
EVERY_ACT = (*ACTIONS, "hide_contribution", "take_over_contributions", "discard_contributions")


def level_and_phase(desk):
    """What the table of tools closes is closed by the operation, and the page says why with 403."""
    tool = tools.TOOLS[desk.instrument.tool]
    assert tool.least_influence is not None
    for level, influence in {"inform": 0, "consult": 1, "co_create": 2}.items():
        for kind in tools.PHASES:
            here = a_desk(desk.instrument, level, kind)
            opens = tools.is_available(tool.name, influence, kind)
            assert (tool.name in {one.tool for one in offers([here.point], here.now)}) is opens
            if opens:
                assert here.give().pk
                continue
            with refused("forbidden"):
                here.give()
            assert here.project.pk not in desk.instrument.any_day([here.project], here.now)
            page = Client().post(desk.instrument.give_path(here.project.pk), {"text": TEXT})
            (kept,) = lxml.html.fromstring(page.content).xpath("//main//textarea")
            assert page.status_code == 403 and kept.text.strip() == TEXT, "to copy"


def given_on_its_page(desk):
    """Who opens the page sends its form and gets a receipt; what is missing is said beside the field."""
    instrument, somebody = desk.instrument, Client()
    path, kind = instrument.give_path(desk.project.pk), next(iter(instrument.kinds))
    page = somebody.get(path).content.decode()
    assert str(instrument.invitation) in page
    (form,) = lxml.html.fromstring(page).xpath("//main//form[@method='post']")
    assert set(form_class(desk).base_fields) <= set(form.fields)
    empty = dict(form.form_values())
    answer = somebody.post(path, empty)
    assert answer.status_code == 400 and answer.context["form"].errors["text"]
    own = dict.fromkeys(instrument.own_fields, "zeldzaam")
    filled = {**empty, "about": desk.point.pk, "kind": kind, "text": TEXT, **own}
    answer = somebody.post(path, filled)
    assert answer.status_code == 302, answer.context["form"].errors
    page = somebody.get(answer["Location"]).content.decode()
    assert TEXT in page and str(instrument.yours(kind)) in page


def a_retry_is_safe(desk):
    """The same form sent twice is one contribution; somebody else's is never given away."""
    form, kind = uuid.uuid4(), next(iter(desk.instrument.kinds))
    about = {"instrument": desk.instrument, "about": desk.point, "kind": kind, "text": TEXT}
    ones = [
        operations.give_contribution(actor=desk.giver, op_id=form, now=desk.now, **about)
        for _time in range(2)
    ]
    assert ones[0].pk == ones[1].pk
    with refused("malformed"):
        operations.give_contribution(actor=create_participant(), op_id=form, now=desk.now, **about)


def nobody_reads_it_first(desk):
    """It waits in the queue and among the tasks of who moderates, and stands nowhere else."""
    given, queue = desk.give(), desk.instrument.queue_path()
    staff = browser_of(user=desk.officer)
    assert TEXT in staff.get(queue).content.decode()
    hrefs = [task.href for tasks in desk_tasks(desk.officer, desk.now).values() for task in tasks]
    assert queue in hrefs
    everybody = Client()
    assert everybody.get(given.href).status_code == 404
    assert TEXT not in everybody.get(list_of(desk)).content.decode()
    assert not desk.instrument.findable(desk.project, desk.instrument.noun)


def read_once_published(desk):
    """Published it is read by everybody, found, and shown on the project's page; hidden it is gone at once."""
    given, everybody = desk.give(), Client()
    desk.act("publish_contribution", given)
    assert everybody.get(given.href).status_code == 200
    assert TEXT in everybody.get(list_of(desk)).content.decode()
    (found,) = desk.instrument.findable(desk.project, desk.instrument.noun, str(given.pk))
    assert found.kind == desk.instrument.noun and TEXT in found.text
    assert desk.instrument.found_at(found.kind, desk.project.pk, found.key) == given.href
    assert desk.instrument.name in {one.anchor for one in project_sections(desk.project, desk.now)}
    assert desk.instrument.gathered(desk.point, desk.now)
    desk.act("hide_contribution", given)
    assert everybody.get(given.href).status_code == 404
    assert not desk.instrument.findable(desk.project, desk.instrument.noun)


def shown_in_its_sections(desk):
    """The project's page shows the latest, and where to give one; the desk's screen what waits."""
    given, waits = desk.give(), desk.give(text="Dit wacht nog.")
    desk.act("publish_contribution", given)
    page = Client().get(public_pages([desk.project])[desk.project.pk]).content.decode()
    (section,) = lxml.html.fromstring(page).xpath(f"//section[h2/@id='{desk.instrument.name}']")
    assert TEXT in section.text_content() and "Dit wacht nog." not in page
    hrefs = section.xpath(".//a/@href")
    assert {desk.instrument.give_path(desk.project.pk), list_of(desk), given.href} <= set(hrefs)
    screen = reverse("projects:see_project", args=[desk.project.pk])
    page = browser_of(user=desk.officer).get(screen).content.decode()
    (section,) = lxml.html.fromstring(page).xpath(f"//section[h2/@id='{desk.instrument.name}']")
    assert desk.instrument.queue_path(desk.project.pk) in section.xpath(".//a/@href")
    assert waits.state == "pending" and "1 wacht op publicatie." in section.text_content()


def followed_by_its_receipt(desk):
    """Who has the receipt reads how it stands, on the municipality's own address only."""
    given = desk.give()
    own = Client().get(follow_path(given))
    assert own.status_code == 200 and TEXT in own.content.decode()
    assert "no-store" in own["Cache-Control"]
    assert queries.contribution_by_code(given.code, a_municipality("elders")) is None


def owed_by_a_day(desk):
    """The day is promised at once, counts on the clock, and is kept by the answer."""
    given = desk.give()
    due = [one for one in commitments([desk.project], desk.now) if one.due_on == given.due_on]
    assert [one.kept_on for one in due] == [None]
    desk.answer(given)
    (kept,) = [one for one in commitments([desk.project], desk.now) if one.kind == "answer"]
    assert kept.kept_on == timezone.localdate(desk.now)


def settled_in_every_way(desk):
    """Not placed, put together, answered later or on another day: who gave it reads which, and why."""
    gone, later, head, merged = (desk.give(actor=create_participant()) for _each in range(4))
    desk.act("reject_contribution", gone, rejection="other", reason="Het is reclame.")
    assert "Het is reclame." in followed(gone)
    day = head.due_on + DAY
    desk.act("park_contribution", later, owner="Team Zeldzaam", until=day, reason="Nog niet af.")
    assert "Team Zeldzaam" in followed(later) and "Nog niet af." in followed(later)
    desk.act("publish_contribution", head)
    desk.act("merge_contribution", merged, into=head)
    desk.act("change_promise", head, due_on=day, reason="Het onderzoek duurt langer.")
    for one in (head, merged):
        assert "Het onderzoek duurt langer." in followed(one)
    assert "1 ander zei dit ook." in Client().get(head.href).content.decode()
    desk.answer(head)
    assert "Omdat veel mensen het vroegen." in followed(merged)
    states = [one.state for one in (gone, later, head, merged)]
    assert states == ["rejected", "parked", "answered", "merged"]


def followed(contribution) -> str:
    return Client().get(follow_path(contribution)).content.decode()


def mailed_how_it_ended(desk):
    """Who left an address gets one mail with the answer or the reason, and a way to read it; then the address goes."""
    for end in (
        desk.answer,
        lambda given: desk.act("reject_contribution", given, rejection="other", reason="Daarom."),
    ):
        address = f"{uuid.uuid4()}@example.org"
        about = {"actor": create_participant(), "email": address, "mail_consent": True}
        given = desk.give(**about)
        end(given)
        (message,) = [one for one in mail.outbox if one.to == [address]]
        assert message.subject == desk.instrument.mail_subject % desk.project.title
        assert follow_path(given) in message.body
        assert (given.answer.text if given.answer else "Daarom.") in message.body
        given.refresh_from_db()
        assert given.email == ""


def somebody_took_part(desk):
    """Who gave something is told of a changed promise, and finds it under what they gave."""
    given = desk.give()
    assert desk.giver.pk in {one.participant_id for one in took_part([desk.point])}
    (entry,) = own_data.gave([desk.giver], desk.project.municipality)
    assert TEXT in entry.text and given.code[:4] in entry.href
    assert not own_data.gave([create_participant()], None)


def taken_along(desk):
    """The file that people take along has it with all that its form asked, and says in words what each field is."""
    desk.give(own=dict.fromkeys(desk.instrument.own_fields, "zeldzaam"))
    (row,) = own_data.export_of(None, [desk.giver], None)["contributions"]
    fields = own_data.export_parts()["contributions"].fields
    assert TEXT in row.values() and set(row) <= set(fields)
    asked = set(form_class(desk).base_fields) - set(GiveForm.base_fields)
    assert asked == set(desk.instrument.own_fields) <= set(row)
    assert all("zeldzaam" in str(row[name]) for name in asked)


def erased(desk):
    """Nothing of who gave it stays; what others read stays without a name."""
    read = desk.give(name="Zeldzame Naam", email="zeldzaam@example.org", mail_consent=True)
    desk.act("publish_contribution", read, shown="Komt er een schommel?")
    own = dict.fromkeys(desk.instrument.own_fields, "zeldzaam")
    waiting = desk.give(name="Zeldzame Naam", own=own)
    own_data.erase_in_slices(participants=[desk.giver], user=None, now=desk.now)
    assert "zeldzaam" not in str(desk.instrument.own_values([read, waiting]))
    rows = Contribution.objects.filter(pk__in=[read.pk, waiting.pk]).values()
    assert len(rows) == 2 and "eldzame" not in str(list(rows)) and "zeldzaam" not in str(list(rows))
    assert {row["participant_id"] for row in rows} == {None}
    assert "schommel" in Client().get(read.href).content.decode()


def only_who_may(desk):
    """Every act is a registered permission of the instrument, that no resident and no colleague elsewhere has."""
    given = desk.give()
    elsewhere = a_user("officer", municipality=a_municipality("elders"))
    for name in EVERY_ACT:
        permission = desk.instrument.permission(name)
        assert perm_exists(permission), permission
        about = desk.project if name.endswith("contributions") else given
        assert not may(permission, desk.giver, about) and not may(permission, elsewhere, about)
        assert may(permission, desk.officer, about)
    for path in [desk.instrument.desk_path(given.pk), *(acts(given))]:
        assert Client().get(path).status_code in (302, 405)
        assert browser_of(user=elsewhere).get(path).status_code in (403, 404, 405), path


def written_down(desk):
    """Giving and every act stand in the audit trail under the instrument's own names, refused ones too."""
    given = desk.give()
    with refused("forbidden"):
        operations.publish_contribution(
            actor=desk.giver, contribution=given, seen=given.version, now=desk.now
        )
    desk.act("publish_contribution", given)
    about = AuditEntry.objects.filter(object_id=str(given.pk), object_label=given._meta.label)
    named = desk.instrument.named("publish_contribution")
    assert set(about.values_list("action", "result")) == {
        (desk.instrument.give, "done"),
        (named, "refused"),
        (named, "done"),
    }


def apart_in_a_flood(desk):
    """What a machine may have sent waits apart, and is put into the queue or away together."""
    given = desk.give()
    Contribution.objects.filter(pk=given.pk).update(state="apart")
    assert TEXT in browser_of(user=desk.officer).get(desk.instrument.queue_path()).content.decode()
    assert not [one for one in commitments([desk.project], desk.now) if one.kind == "answer"]
    path = desk.instrument.desk_url("settle_apart", desk.project.pk)
    browser_of(user=desk.officer).post(path, {"do": "take_over_contributions", "all": "1"})
    given.refresh_from_db()
    assert given.state == "pending"


def form_class(desk) -> type[GiveForm]:
    return resolve(desk.instrument.give_path(desk.project.pk)).kwargs["form_class"]


def acts(contribution):
    return [contribution.way.desk_url(name, contribution.pk) for name in ACTIONS]


CHECKS = (
    level_and_phase,
    given_on_its_page,
    a_retry_is_safe,
    nobody_reads_it_first,
    read_once_published,
    shown_in_its_sections,
    supported_once_by_each,
    support_taken_back,
    supported_by_others,
    supported_while_open_only,
    followed_by_its_receipt,
    owed_by_a_day,
    settled_in_every_way,
    mailed_how_it_ended,
    somebody_took_part,
    taken_along,
    erased,
    only_who_may,
    written_down,
    apart_in_a_flood,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", OURS)
def test_every_instrument_that_takes_contributions_keeps_the_contract(name, check):
    check(a_desk(registry.plugin(name)))


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_a_new_instrument_of_a_few_lines_keeps_it_too(check, monkeypatch, settings):
    with registered(monkeypatch, settings, Toys()) as toys:
        check(a_desk(toys))


def without_support(self, operation):
    return "toys.see_queue" if operation == "support_contribution" else Toys().permission(operation)


LEFT_OUT = {
    "is not closed by its level": (level_and_phase, {"tool": "information"}),
    "is not in the queue": (nobody_reads_it_first, {"desk_tasks": lambda self, *asked: []}),
    "is not found": (read_once_published, {"findable": lambda self, *asked: []}),
    "is not on the page": (read_once_published, {"project_section": lambda self, *asked: None}),
    "is not at the desk": (shown_in_its_sections, {"desk_section": lambda self, *asked: None}),
    "asks another kind than its form": (given_on_its_page, {"kinds": {"other": "Anders"}}),
    "has no template for its mail": (
        mailed_how_it_ended,
        {"template": lambda self, name: ["deliberation/participation/mail/none.txt"]},
    ),
    "can't be answered later": (
        settled_in_every_way,
        {"permission": lambda self, name: Toys().permission(name.replace("park", "play"))},
    ),
    "is not owed": (owed_by_a_day, {"commitments": lambda self, *asked: []}),
    "tells nobody": (somebody_took_part, {"took_part": lambda self, *asked: []}),
    "names no field of its own": (taken_along, {"own_fields": {}}),
    "takes no field of its own along": (taken_along, {"own_values": lambda self, given: {}}),
    "erases no field of its own": (erased, {"erase_own": lambda self, given: None}),
    "lets nobody support": (supported_once_by_each, {"permission": without_support}),
    "has no permissions": (only_who_may, {"noun": "teddy"}),
}


SEEN_AS = (
    AssertionError, LookupError, ValueError, NoReverseMatch, Refused, TemplateDoesNotExist
)  # fmt: skip


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_what_an_instrument_leaves_out_is_seen(left_out, monkeypatch, settings):
    check, otherwise = LEFT_OUT[left_out]
    crippled = type("Toys", (Toys,), otherwise)
    with (
        registered(monkeypatch, settings, crippled()) as toys,
        pytest.raises(SEEN_AS),
    ):
        check(a_desk(toys))


@pytest.mark.parametrize("instrument", instruments(), ids=lambda one: one.name)
def test_every_way_to_take_part_has_a_promise_addresses_and_an_example(instrument):
    """Each is promised by a row of its own, closed at some level, and can be begun where that opens it."""
    promised = [one.tool for one in instruments()]
    assert promised.count(instrument.tool) == 1
    assert tools.TOOLS[instrument.tool].least_influence is not None
    assert instrument.label and instrument.desk_urls and instrument.desk_folder
    point = a_decided_point("co_create", a_decision_point(a_phase("design")))
    officer = the_officer(point.project.municipality)
    row = instrument.example(point, officer, timezone.now())
    assert type(row).objects.filter(pk=row.pk, project=point.project).exists()
    if isinstance(instrument, ContributionInstrument):
        assert instrument.name == instrument.model.INSTRUMENT


def test_one_without_an_example_is_seen():
    with pytest.raises(NotImplementedError):
        type("Bare", (Instrument,), {})().example(None, None, timezone.now())
