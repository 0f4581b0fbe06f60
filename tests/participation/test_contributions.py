"""Does what people gave stay theirs and get its answer, whatever becomes of others and of the installation?"""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import quote

import lxml.html
import pytest
import rules
from django.apps import apps
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string
from rules.permissions import permissions

from cms.models import ProjectPage
from compass.refusal import Refused
from deliberation.participation import operations, queries
from deliberation.participation.checks import find_retired, tell_purposes_apart
from deliberation.participation.models import Contribution, Disposition, Support
from deliberation.participation.operations import mailing, supporting
from deliberation.participation.operations.mailing import mail_author, mail_outcome
from deliberation.participation.receipts import follow_path
from deliberation.people.models import Participant
from deliberation.people.operations import create_participant
from deliberation.people.participant_session import KEY
from deliberation.people.privacy.consents import has_consent
from deliberation.people.privacy.own_data import erase_in_slices, export_of, gave
from deliberation.projects.commitments import open_commitments
from deliberation.projects.extension_points import project_sections, public_pages
from deliberation.registry import plugin
from tests.questions.builders import a_desk, browser_of, somebody_with

from .toys import SIZES, Toys, registered

pytestmark = pytest.mark.django_db


def answers_owed(desk) -> list:
    return [one for one in open_commitments([desk.project], desk.now) if one.kind == "answer"]


def test_who_was_put_together_with_somebody_erased_waits_in_their_place():
    desk, gone = a_desk(), create_participant()
    head = desk.ask(gone)
    first, second = desk.ask(), desk.ask()
    for one in (first, second):
        desk.do("merge_question", one, into=head)
    erase_in_slices(participants=[gone], user=None, now=desk.now)
    first.refresh_from_db(), second.refresh_from_db(), head.refresh_from_db()
    assert (head.state, first.state, first.merged_into, first.closed_on) == (
        "withdrawn", "pending", None, None,
    )  # fmt: skip
    assert second.merged_into_id == first.pk
    assert [one.due_on for one in answers_owed(desk)] == [first.due_on, second.due_on]
    desk.answered(first)
    page = Client().get(follow_path(second)).content.decode()
    assert "twaalf lindes" in page


def test_nobody_is_left_to_wait_when_all_who_asked_it_are_erased():
    desk, gone = a_desk(), create_participant()
    head, other = desk.ask(gone), desk.ask(gone)
    desk.do("merge_question", other, into=head)
    erase_in_slices(participants=[gone], user=None, now=desk.now)
    assert not answers_owed(desk)


class ErasesMeanwhile(BaseEmailBackend):
    """A mail server that takes its time: meanwhile who is written to is erased."""

    def send_messages(self, messages):
        given = Contribution.objects.get(email=messages[0].to[0])
        erase_in_slices(participants=[given.participant], user=None, now=given.given_at)
        mail.outbox.extend(messages)
        return len(messages)


def test_an_address_erased_while_its_mail_goes_does_not_come_back(settings):
    desk = a_desk()
    asked = desk.published(email="ik@example.org", mail_consent=True)
    settings.EMAIL_BACKEND = "tests.participation.test_contributions.ErasesMeanwhile"
    until = desk.point.decides_on
    desk.answered(asked, disposition="looking", reason="Nog niet klaar.", look_until=until)
    assert len(mail.outbox) == 1
    asked.refresh_from_db()
    assert (asked.email, asked.participant) == ("", None)


def test_how_many_of_somebody_wait_is_counted_in_one_project():
    here, there, person = a_desk(), a_desk(), create_participant()
    here.ask(person), there.ask(person)
    page = browser_of(user=here.officer).get(plugin("questions").queue_path(here.project.pk))
    assert [one.waiting_of_author for one in page.context["page"]] == [1]


def test_the_file_with_own_data_has_the_answer_that_was_given_to_another():
    desk, person = a_desk(), create_participant()
    asked, head = desk.ask(person), desk.published()
    desk.do("merge_question", asked, into=head)
    desk.answered(head)
    taken = export_of(None, [person], None)["contributions"]
    assert [row["answer"] for row in taken] == ["Ja, er komen twaalf lindes."]


def test_a_form_of_one_instrument_gives_nothing_with_another(monkeypatch, settings):
    desk, person, form = a_desk(), create_participant(), uuid.uuid4()
    desk.ask(person, op_id=form)
    with registered(monkeypatch, settings, Toys()) as toys, pytest.raises(Refused) as refused:
        operations.give_contribution(
            actor=person, instrument=toys, about=desk.point, kind="inside", text="Een bal",
            op_id=form, now=desk.now,
        )  # fmt: skip
    assert refused.value.code == "malformed"


def test_a_field_of_its_own_that_is_refused_gives_nothing(monkeypatch, settings):
    desk = a_desk()
    with registered(monkeypatch, settings, Toys()) as toys:
        path = toys.give_path(desk.project.pk)
        fields = {
            "about": desk.point.pk,
            "kind": "inside",
            "text": "Een bal",
            "op_id": uuid.uuid4(),
        }
        page = Client().post(path, {**fields, "size": "reus"})
        assert page.status_code == 400 and not Contribution.objects.exists()
        assert page.context["form"].errors["size"] == ["Dat past niet in het park."]
        assert Client().post(path, {**fields, "size": "klein"}).status_code == 302
    assert list(SIZES.values())[-1] == "klein"


def test_who_supports_is_counted_in_as_many_queries_however_many_there_are(monkeypatch, settings):
    desk = a_desk()
    with registered(monkeypatch, settings, Toys()) as toys:

        def a_supported_wish():
            given = operations.give_contribution(
                actor=create_participant(), instrument=toys, about=desk.point, kind="inside",
                text="Een bal", op_id=uuid.uuid4(), now=desk.now,
            )  # fmt: skip
            desk.do("publish_contribution", given)
            for _somebody in range(2):
                operations.support_contribution(
                    actor=create_participant(), contribution=given, now=desk.now
                )

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                page = Client().get(toys.list_path(desk.project.pk)).content.decode()
            assert page.count("2 mensen steunen dit.") == Contribution.objects.count()
            return len(asked)

        a_supported_wish()
        queries()
        few = queries()
        a_supported_wish(), a_supported_wish()
        assert queries() == few


def test_who_may_answer_and_not_publish_answers_what_everybody_reads_only(monkeypatch, settings):
    desk, about = a_desk(), {"text": "Ja.", "team": "Team", "disposition": "not", "reason": "Nee."}
    later = {"owner": "Team", "until": desk.point.decides_on - timedelta(days=1), "reason": "Nee."}
    with registered(monkeypatch, settings, Toys()) as toys:
        waits, read = [
            operations.give_contribution(
                actor=create_participant(), instrument=toys, about=desk.point, kind="inside",
                text="Een bal", op_id=uuid.uuid4(), now=desk.now,
            )
            for _each in range(2)
        ]  # fmt: skip
        desk.do("publish_contribution", read)
        rules.set_perm("toys.publish_toy", rules.predicates.always_false)
        for name, fields in {"answer_contribution": about, "park_contribution": later}.items():
            with pytest.raises(Refused) as refused:
                desk.do(name, waits, **fields)
            assert refused.value.code == "forbidden"
            screen = browser_of(user=desk.officer).get(waits.desk_href)
            assert name not in [one["name"] for one in screen.context["actions"]]
        waits.refresh_from_db()
        assert (waits.state, waits.shown) == ("pending", "")
        desk.do("park_contribution", read, **later)
        desk.do("answer_contribution", read, **about)


def test_who_moderates_and_answers_nothing_gets_no_button_for_it(monkeypatch):
    desk = a_desk()
    waits, apart = desk.ask(), desk.ask()
    Contribution.objects.filter(pk=apart.pk).update(state="apart")
    facilitator = browser_of(user=somebody_with("facilitator", desk))

    def buttons() -> set[str]:
        page = lxml.html.fromstring(facilitator.get(queue).content)
        hrefs = [*page.xpath("//main//a/@href"), *page.xpath("//main//form/@action")]
        ways = page.xpath("//main//button[@name='do']/@value")
        return {one.split("/")[-2] for one in hrefs if f"/{waits.pk}/" in one} | set(ways)

    queue = plugin("questions").queue_path()
    every = {str(waits.pk), "publiceren", "niet-plaatsen"}
    settling = {"take_over_contributions", "discard_contributions"}
    assert buttons() == every | settling
    for name in ("publish_question", "reject_question", "discard_questions"):
        monkeypatch.setitem(permissions, f"questions.{name}", rules.predicates.always_false)
    assert buttons() == {str(waits.pk), "take_over_contributions"}


def test_what_is_refused_makes_nobody(monkeypatch, settings):
    desk = a_desk()
    with registered(monkeypatch, settings, Toys()) as toys:
        path, form = toys.give_path(desk.project.pk), uuid.uuid4()
        fields = {"about": desk.point.pk, "kind": "inside", "text": "Een bal", "op_id": form}
        given = a_wish(toys, desk, op_id=form)
        desk.do("publish_contribution", given)
        supporting.A_MINUTE.add(supporting.A_MINUTE.most, str(desk.project.pk))
        people = Participant.objects.count()
        somebody = Client()
        for answer in (
            somebody.post(path, fields),
            somebody.post(path, {**fields, "op_id": uuid.uuid4(), "size": "reus"}),
            somebody.post(toys.support_path(desk.project.pk, given.pk), follow=True),
            somebody.post(reverse("take_back_support", args=[given.pk]), follow=True),
        ):
            assert answer.status_code in (200, 400)
        assert Participant.objects.count() == people and KEY not in somebody.session
        assert not given.supports.exists()
        page = lxml.html.fromstring(somebody.get(given.href).content)
        sign_in = f"{reverse('account_login')}?next={quote(given.href, safe='')}"
        assert sign_in in page.xpath("//main//a/@href")


def test_two_presses_at_once_are_counted_once(monkeypatch, settings):
    desk, person = a_desk(), create_participant()
    with registered(monkeypatch, settings, Toys()) as toys:
        given = a_wish(toys, desk)
        desk.do("publish_contribution", given)
        about = {"actor": person, "contribution": given, "now": desk.now}
        operations.support_contribution(**about)
        # The second press looked before the first was kept.
        monkeypatch.setattr(supporting, "supports_behind", lambda head: Support.objects.none())
        operations.support_contribution(**about)
    assert supporting.A_MINUTE.used(str(desk.project.pk)) == 1 == given.supports.count()


def test_what_residents_cannot_read_is_listed_without_its_text_and_address(monkeypatch, settings):
    desks, person, costs = (a_desk(), a_desk()), create_participant(), []
    with registered(monkeypatch, settings, Toys()) as toys:
        for desk in desks:
            wish = a_wish(toys, desk)
            desk.do("publish_contribution", wish)
            operations.support_contribution(actor=person, contribution=wish, now=desk.now)
            gave([person], None)  # what a process keeps is there
            with CaptureQueriesContext(connection) as asked:
                entries = gave([person], None)
            costs.append(len(asked))
        assert [(one.text, bool(one.href)) for one in entries] == [("Een bal", True)] * 2
        ProjectPage.objects.filter(project=desks[1].project).update(live=False)
        entries = gave([person], None)
        rows = export_of(None, [person], None)["supports"]
    assert [(one.text, bool(one.href)) for one in entries] == [("Een bal", True), ("", False)]
    assert [row["text"] for row in rows] == ["Een bal", ""] and all(
        one.take_back for one in entries
    )
    assert costs[0] == costs[1]


def test_its_style_is_linked_once_for_all_instruments(monkeypatch, settings):
    desk = a_desk()
    with registered(monkeypatch, settings, Toys()):
        page = Client().get(public_pages([desk.project])[desk.project.pk]).content.decode()
    assert page.count("participation.css") == 1
    assert "participation.css" in page.partition("</head>")[0]


def a_wish(toys, desk, **fields):
    about = {"actor": create_participant(), "about": desk.point, "kind": "inside"}
    return operations.give_contribution(
        **{**about, "text": "Een bal", "op_id": uuid.uuid4(), **fields},
        instrument=toys,
        now=desk.now,
    )


def test_each_project_lists_the_first_of_its_own_flood(monkeypatch):
    monkeypatch.setattr(queries, "MOST_APART", 2)
    here, there = a_desk(), a_desk()
    for desk in (here, there):
        asked = [desk.ask() for _each in range(3)]
        Contribution.objects.filter(pk__in=[one.pk for one in asked]).update(state="apart")
    found = queries.apart(plugin("questions"), [here.project, there.project])
    assert [(number, len(rows)) for _project, number, rows in found] == [(3, 2), (3, 2)]


def test_how_many_hear_an_answer_costs_no_query_more_for_each(settings):
    def asked(people: int) -> int:
        desk = a_desk()
        head = desk.published()
        for number in range(people):
            email = f"{number}-{desk.project.pk}@example.org"
            one = desk.ask(email=email, mail_consent=True)
            desk.do("merge_question", one, into=head)
        answered = Disposition.objects.create(
            contribution=head, text="Ja.", team="Team", outcome="explained",
            answered_at=desk.now, answered_by=desk.officer,
        )  # fmt: skip
        Contribution.objects.filter(pk=head.pk).update(answer=answered, state="answered")
        with CaptureQueriesContext(connection) as queried, monkeypatched_mailing():
            mail_outcome.call(head.pk)
        return len(queried)

    assert asked(3) == asked(1)


@contextmanager
def monkeypatched_mailing():
    """Count only what it costs to find who hears it, not their mails."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mailing, "mail_author", SimpleNamespace(enqueue=lambda pk: None))
        yield


def test_two_instruments_cannot_ask_to_agree_to_one_thing(monkeypatch, settings):
    assert tell_purposes_apart(None) == []
    same = type("Toys", (Toys,), {"answer_purpose": plugin("questions").answer_purpose})
    with registered(monkeypatch, settings, same()):
        (error,) = tell_purposes_apart(None)
    assert "answer_by_mail" in error.msg


def test_new_words_of_a_consent_ask_everybody_anew(monkeypatch, settings):
    desk, person = a_desk(), create_participant()
    with registered(monkeypatch, settings, Toys()):
        operations.give_contribution(
            actor=person, instrument=plugin("toys"), about=desk.point, kind="inside", text="Een bal",
            email="ik@example.org", mail_consent=True, op_id=uuid.uuid4(), now=desk.now,
        )  # fmt: skip
        assert has_consent(person, "toy_by_mail", desk.project.municipality.slug)
        monkeypatch.setattr(Toys, "consent_version", "2")
        assert not has_consent(person, "toy_by_mail", desk.project.municipality.slug)


def test_two_instruments_on_one_page_each_count_their_own_promises(monkeypatch, settings):
    desk = a_desk()
    desk.published(), desk.published()
    with registered(monkeypatch, settings, Toys()) as toys:
        operations.give_contribution(
            actor=create_participant(), instrument=toys, about=desk.point, kind="inside",
            text="Een bal", op_id=uuid.uuid4(), now=desk.now,
        )  # fmt: skip
        parts = project_sections(desk.project, desk.now)
        assert {one.anchor: one.part["kept"].open for one in parts if "kept" in one.part} == {
            "questions": 2,
            "toys": 1,
        }


def test_a_template_of_its_own_goes_before_the_one_of_all(monkeypatch, settings, tmp_path):
    own = tmp_path / "deliberation/toys/_contribution.html"
    own.parent.mkdir(parents=True)
    own.write_text("een eigen bal: {{ contribution.shown }}")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    desk = a_desk()
    with registered(monkeypatch, settings, Toys()) as toys:
        given = operations.give_contribution(
            actor=create_participant(), instrument=toys, about=desk.point, kind="inside",
            text="Een bal", op_id=uuid.uuid4(), now=desk.now,
        )  # fmt: skip
        desk.do("publish_contribution", given)
        desk.published()
        pages = [toys.list_path(desk.project.pk), given.href]
        assert all("een eigen bal: Een bal" in Client().get(one).content.decode() for one in pages)
    asked = plugin("questions").list_path(desk.project.pk)
    assert "een eigen bal" not in Client().get(asked).content.decode()


@pytest.fixture
def retired(monkeypatch, settings):
    """What somebody wished with an instrument that was taken out afterwards."""
    desk, person = a_desk(), create_participant()
    with monkeypatch.context() as meanwhile, registered(meanwhile, settings, Toys()) as toys:
        wish = operations.give_contribution(
            actor=person, instrument=toys, about=desk.point, kind="inside", text="Een bal",
            email="ik@example.org", mail_consent=True, op_id=uuid.uuid4(), now=desk.now,
        )  # fmt: skip
    settings.ROOT_URLCONF = "cms.urls"
    assert Contribution.objects.get(pk=wish.pk).way is None
    return Contribution.objects.get(pk=wish.pk)


def test_an_instrument_that_was_taken_out_stops_an_upgrade_and_says_why(retired):
    for command, how in {
        "check": {"databases": ["default"]},
        "migrate": {"skip_checks": False},
    }.items():
        with pytest.raises(SystemCheckError, match="1, given with “toys”, which is not installed"):
            call_command(command, **how, verbosity=0)


def test_another_plugin_is_no_instrument_that_takes_contributions(retired):
    """A row by the name of one that takes none would have nobody to show or answer it."""
    for name in ("live", "participation", "people"):
        assert plugin(name)
        Contribution.objects.filter(pk=retired.pk).update(instrument=name)
        (error,) = find_retired(None, databases=["default"])
        assert f"“{name}”" in error.msg
        left = Contribution.objects.get(pk=retired.pk)
        assert left.way is None and left.kind_label == "inside"


def test_no_check_fails_without_one(retired):
    retired.delete()
    assert find_retired(None, databases=["default"]) == []
    assert find_retired(None) == []


def test_what_was_given_with_one_taken_out_is_still_listed_taken_along_and_erased(retired):
    people = [retired.participant]
    (entry,) = gave(people, retired.project.municipality)
    (row,) = export_of(None, people, None)["contributions"]
    assert (entry.text, row["text"], row["kind"]) == ("Een bal", "Een bal", "inside")
    assert Client().get(follow_path(retired)).status_code == 404, "its pages are gone"
    mail_author.call(retired.pk), mail_outcome.call(retired.pk)
    assert not mail.outbox
    erase_in_slices(participants=people, user=None, now=retired.given_at)
    retired.refresh_from_db()
    left = (retired.text, retired.email, retired.participant, retired.state)
    assert left == ("", "", None, "withdrawn")


def test_what_somebody_supports_of_one_taken_out_is_theirs_to_take_back(retired):
    Contribution.objects.filter(pk=retired.pk).update(state="published", shown="Een bal")
    person = create_participant()
    Support.objects.create(contribution=retired, participant=person)
    (entry,) = gave([person], None)
    assert (entry.href, entry.text) == ("", "")
    answer = browser_of(person).post(entry.take_back)
    assert (answer.status_code, answer["Location"]) == (302, "/mijn/")
    assert not gave([person], None)


def test_tasks_of_the_release_before_are_found():
    older = "deliberation.questions.operations.mailing."
    assert import_string(f"{older}mail_asker") is mail_author
    assert import_string(f"{older}mail_outcome") is mail_outcome


def test_the_way_back_is_refused_while_another_instrument_has_rows():
    back = import_module("deliberation.questions.migrations.0004_contributions").only_questions
    given = a_desk().ask()
    back(apps, None)
    Contribution.objects.filter(pk=given.pk).update(instrument="toys")
    with pytest.raises(ValueError, match="would become questions"):
        back(apps, None)
