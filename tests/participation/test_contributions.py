"""Does what people gave stay theirs and get its answer, whatever becomes of others and of the installation?"""

import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from compass.refusal import Refused
from deliberation.participation import operations
from deliberation.participation.checks import find_retired
from deliberation.participation.models import Contribution
from deliberation.participation.operations.mailing import mail_author, mail_outcome
from deliberation.participation.receipts import follow_path
from deliberation.people.operations import create_participant
from deliberation.people.privacy.own_data import erase_in_slices, export_of, gave
from deliberation.projects.commitments import open_commitments
from deliberation.projects.extension_points import project_sections
from deliberation.registry import plugin
from tests.questions.builders import a_desk, browser_of

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
