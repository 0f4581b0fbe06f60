"""Does the audit trail show who did what, and does it show when somebody touched it?"""

import ast

import pytest
from django.db import connection, transaction
from django.utils import timezone

from compass.refusal import Refused
from deliberation.people.models import AuditEntry, User
from deliberation.people.operations import operation, origin, record_audit
from deliberation.people.permissions import may
from deliberation.people.queries import broken_audit_entries
from tests.test_architecture import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody():
    return User.objects.create_user("iemand@example.org", "een lang wachtwoord")


@pytest.fixture
def three_rows(somebody):
    for number in range(3):
        detail = {"number": number, "text": "é|:{}"}
        record_audit(actor=somebody, action="look", obj=somebody, now=timezone.now(), detail=detail)
    return list(AuditEntry.objects.order_by("id"))


def change_behind_our_back(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_an_untouched_chain_verifies(three_rows):
    assert broken_audit_entries() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "look_away"),
        ("result", "refused"),
        ("origin", "socket"),
        ("at", "2020-01-01 00:00:00"),
        ("object_id", "999"),
        ("object_label", "people.Participant"),
        ("actor_id", "999"),
        ("actor_label", "people.Participant"),
        ("detail", "{}"),
        ("salt", "0" * 32),
        ("digest", "0" * 64),
    ],
)
def test_a_changed_column_shows(three_rows, column, value):
    row = three_rows[1]
    change_behind_our_back(
        f"UPDATE people_auditentry SET {column} = %s WHERE id = %s",  # noqa: S608 (names above)
        value,
        row.pk,
    )
    assert row.pk in broken_audit_entries()


@pytest.mark.parametrize("gone", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_removed_row_shows(three_rows, gone):
    change_behind_our_back("DELETE FROM people_auditentry WHERE id = %s", three_rows[gone].pk)
    assert broken_audit_entries() != []


def test_a_swapped_pair_shows(three_rows):
    first, second = three_rows[0], three_rows[1]
    for row, detail in ((first, second.detail), (second, first.detail)):
        change_behind_our_back(
            "UPDATE people_auditentry SET detail = %s WHERE id = %s", detail, row.pk
        )
    assert broken_audit_entries() == [first.pk, second.pk]


def test_erasing_a_person_leaves_the_chain_whole(three_rows):
    """The salt goes with the text, so what was erased cannot be guessed from its digest."""
    row = three_rows[1]
    change_behind_our_back(
        "UPDATE people_auditentry SET salt='', detail='', actor_id='', actor_label='' WHERE id=%s",
        row.pk,
    )
    assert broken_audit_entries() == []


def test_the_same_deed_of_two_people_has_digests_that_say_nothing(three_rows):
    digests = {row.digest for row in three_rows}
    assert len(digests) == 3
    assert len({row.salt for row in three_rows}) == 3


@pytest.mark.parametrize("parts", [("ab", "c"), ("a", "bc"), ("abc", "")])
def test_parts_of_a_digest_cannot_run_into_each_other(parts):
    entries = [AuditEntry(salt="s", actor_label=a, actor_id=b) for a, b in (parts, ("x", "y"))]
    others = [
        AuditEntry(salt="s", actor_label=a, actor_id=b) for a, b in (("abc", ""), ("ab", "c"))
    ]
    seen = [
        entry.private_digest() for entry in others if (entry.actor_label, entry.actor_id) != parts
    ]
    assert entries[0].private_digest() not in seen


def test_rows_are_written_once(three_rows):
    row = three_rows[0]
    row.detail = "anders"
    for attempt in (
        row.save,
        row.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(detail=""),
        lambda: AuditEntry.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Refused):
            attempt()
    assert broken_audit_entries() == []


def test_a_refusal_leaves_a_row_and_nothing_else(somebody):
    @operation
    def rename(*, actor, person, now):
        person.first_name = "Half"
        person.save()
        raise Refused("Dit mag niet.")

    with pytest.raises(Refused), origin("web"):
        rename(actor=somebody, person=somebody, now=timezone.now())
    somebody.refresh_from_db()
    row = AuditEntry.objects.get()
    assert somebody.first_name == ""
    assert (row.action, row.result, row.origin) == ("rename", "refused", "web")
    assert (row.actor_id, row.object_id) == (str(somebody.pk), str(somebody.pk))
    assert "Dit mag niet." in row.detail


def test_an_error_of_ours_leaves_no_row(somebody):
    @operation
    def stumble(*, actor, now):
        record_audit(actor=actor, action="stumble", obj=None, now=now)
        raise RuntimeError("a mistake in the code")

    with pytest.raises(RuntimeError):
        stumble(actor=somebody, now=timezone.now())
    assert not AuditEntry.objects.exists()


def test_the_way_in_is_named_only_inside_it(somebody):
    with origin("socket"):
        inside = record_audit(actor=somebody, action="look", obj=None, now=timezone.now())
    after = record_audit(actor=None, action="look", obj=None, now=timezone.now())
    assert (inside.origin, after.origin) == ("socket", "command")


@pytest.mark.django_db(transaction=True)
def test_writers_take_turns_on_the_chain(somebody):
    """Two people at once give two rows in one chain, never a fork."""
    from concurrent.futures import ThreadPoolExecutor

    def write(number):
        try:
            with transaction.atomic():
                record_audit(actor=None, action=f"act{number}", obj=None, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    assert AuditEntry.objects.count() == 12
    assert broken_audit_entries() == []


def test_a_disabled_account_may_nothing(somebody):
    somebody.is_active = False
    assert may("projects.see_desk", somebody, somebody) is False


# --- The head of the chain is locked last ----------------------------------------------------------

# What may come after the audit row in a transaction: it waits for no row that another writer may hold.
AFTER = {
    "record_audit", "do_later", "findable_changed", "note_erased", "note_erased_here", "note_erased_left",
    "list", "str", "len", "sorted", "Taken", "Refused", "_", "require", "getattr", "strip", "named", "tally_in_words",
    "Activity", "put_english", "_erase_account_of",
}  # fmt: skip


def name_of(call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def is_operation(function) -> bool:
    return any("operation" in ast.unparse(one) for one in function.decorator_list)


def writes_one(function) -> bool:
    return is_operation(function) or "record_audit" in {
        name_of(one) for one in ast.walk(function) if isinstance(one, ast.Call)
    }


def after_the_audit(function, known) -> list[str]:
    """List what a function still calls in the statements that follow one with an audit row, at any depth."""
    found = []
    for block in (
        body for node in ast.walk(function) for body in (getattr(node, "body", None), getattr(node, "orelse", None))
        if isinstance(body, list)
    ):  # fmt: skip
        written = False
        for statement in block:
            calls = {name_of(one) for one in ast.walk(statement) if isinstance(one, ast.Call)}
            if written:
                found += sorted(calls - known - AFTER)
            written = written or bool(calls & known)
    return found


def test_the_audit_row_is_the_last_that_an_operation_writes():
    """Else who holds the head of the chain, for which everybody waits, waits for a row of somebody who waits for it."""
    functions = {
        f"{file.relative_to(ROOT)}:{one.name}": one
        for app in ("cms", "deliberation")
        for file in (ROOT / app).rglob("*.py")
        for one in ast.walk(ast.parse(file.read_text()))
        if isinstance(one, ast.FunctionDef)
    }
    known = {"record_audit"} | {one.name for one in functions.values() if writes_one(one)}
    found = {
        name: later
        for name, one in functions.items()
        if writes_one(one) and (later := after_the_audit(one, known))
    }
    assert len(known) > 60 and found == {}
