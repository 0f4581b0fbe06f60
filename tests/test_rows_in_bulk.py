"""Which rows pass the door where texts are cleaned (ADR 43) by? Those in bulk or in SQL: no typed words in them."""

import ast

import pytest
from django.apps import apps

from tests.calls import said_in
from tests.test_architecture import ROOT, modules
from tests.test_hostile_texts import text_fields

# Whatever stores rows, or words, without asking `pre_save`.
PAST_THE_DOOR = {
    "bulk_create", "bulk_update", "_do_insert", "_do_update", "InsertQuery", "UpdateQuery", "execute",
    "executemany", "disconnect", "mute_signals", "RawSQL", "RunSQL",
}  # fmt: skip
PAST_THE_DOOR |= {f"a{name}" for name in ("bulk_create", "bulk_update")}
UPDATES = {"update", "aupdate"}
# Who writes so, and why no words that somebody typed are in it.
BULK = {
    (
        "cms/search/indexing.py",
        "_write",
    ): "what is read from rows that are clean; stems of that, and numbers",
    ("cms/tenants/page_rights.py", "_allow_pages"): "numbers",
    ("cms/tenants/page_rights.py", "_allow_files"): "numbers",
    ("cms/page_cache/generations.py", "_watch"): "hands on what was asked",
    ("cms/page_cache/generations.py", "raise_generation"): "numbers",
    ("cms/management/commands/migrate.py", "execute"): "a command, no database",
    ("cms/sign_in/options.py", "_organisation"): "the name of a setting",
    ("cms/sign_in/staff_session_middleware.py", "refuse_rights"): "hands on what was asked",
    ("cms/health.py", "_database_answers"): "asks for a 1",
    ("deliberation/tools.py", "module"): "the name of a phase",
    ("deliberation/projects/models.py", "module"): "the name of a phase",
    ("compass/models.py", "bulk_update"): "refuses",
    ("deliberation/live/operations/ballots.py", "count_round"): "votes: numbers and a lane",
    ("deliberation/live/operations/ballots.py", "_shuffle_spent"): "numbers",
    ("deliberation/live/operations/ballots.py", "store"): "votes, sealed, and numbers",
    ("deliberation/live/operations/ballot_batches.py", "answers"): "sentences and codes of ours",
    ("deliberation/live/operations/cards.py", "print_cards"): "codes that we draw",
}
CHANGED = {
    ("cms/middleware.py", "handed on"): "rules for a browser, no row",
    ("cms/search/indexing.py", "version"): "a number of ours",
    ("deliberation/people/privacy/erasure.py", "**{relation.field.name: None}"): "nothing",
    ("deliberation/people/privacy/erasure.py", "**{f'{relation.field.name}_id': to()}"): "numbers",
    ("deliberation/live/events.py", "last_hash"): "a digest",
    ("deliberation/live/operations/items.py", "position"): "numbers",
    ("deliberation/live/operations/runs.py", "state"): "one of our states",
    ("deliberation/participation/operations/flood.py", "**changes"): "states, a day and a blank",
}


def words() -> set[str]:
    """Name the columns that can hold words, of whichever model."""
    return {
        name
        for model in apps.get_models()
        for one in text_fields(model)
        for name in (one.name, one.attname)
    }


def past_the_door(tree):
    """Give each function that names a way past, under whatever spelling."""
    return {function for function, word in said_in(tree) if word in PAST_THE_DOOR}


def changed_at_once(tree, columns):
    """Give each column of words that `update` changes to what is no constant, and what can't be read."""
    called = {one.func for one in ast.walk(tree) if isinstance(one, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in UPDATES:
            yield "by its name"
        if isinstance(node, ast.Attribute) and node.attr in UPDATES and node not in called:
            yield "handed on"
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in UPDATES:
            for one in node.keywords:
                if one.arg is None:
                    yield f"**{ast.unparse(one.value)}"
                elif one.arg in columns and not is_known(one.value):
                    yield one.arg


def is_known(value) -> bool:
    """Tell whether no words can be in it: they stand in the code, or it is a sum with a number."""
    is_sum = isinstance(value, ast.BinOp) and isinstance(value.right, ast.Constant)
    return (is_sum and type(value.right.value) is int) or not any(
        isinstance(one, ast.Name | ast.Attribute | ast.Call) for one in ast.walk(value)
    )


def sources():
    for path in modules(ROOT):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


@pytest.mark.parametrize(
    "planted",
    [
        "Question.objects.bulk_create([Question(text=text)])",
        "store = Question.objects.bulk_create",
        "getattr(Question.objects, 'abulk_create')(rows)",
        "cursor.execute('UPDATE questions_question SET text = %s', [text])",
        "pre_save.disconnect(dispatch_uid='clean_row')",
        "found.update(text=text)",
        "found.update(state='open', text=Value(text))",
        "await found.aupdate(text=body['text'])",
        "found.update(**changes)",
        "change = found.update",
        "methodcaller('update', text=text)(found)",
    ],
)
def test_every_way_past_is_seen(planted):
    tree = ast.parse(f"async def plant():\n    {planted}")
    assert [*past_the_door(tree), *changed_at_once(tree, words())]


def test_rows_in_bulk_hold_no_words_that_somebody_typed():
    found = {(file, function) for file, tree in sources() for function in past_the_door(tree)}
    assert found == set(BULK), "store it with save() or create(), or say why it needs no cleaning"


def test_no_words_are_changed_past_the_row():
    columns = words()
    found = {(file, one) for file, tree in sources() for one in changed_at_once(tree, columns)}
    assert found == set(CHANGED), "change the row and save() it, or say why it needs no cleaning"
