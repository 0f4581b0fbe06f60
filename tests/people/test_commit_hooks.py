"""Is everything after a commit done, whatever else failed, and is what was stored never called lost?"""

import ast
import uuid

import pytest
from django.db import transaction

from cms.caches import caches_for
from deliberation.live.models import Op, Round
from deliberation.live.sockets import hub
from deliberation.people.commit_hooks import after_commit
from tests.live.builders import an_evening, stored_votes
from tests.test_architecture import ROOT, modules


def fails():
    raise ConnectionError("no Redis")


@pytest.mark.django_db(transaction=True)
def test_each_hook_runs_whatever_another_did(caplog):
    done = []
    with transaction.atomic():
        for function in (fails, lambda: done.append(1), fails, lambda: done.append(2)):
            after_commit(function)
    assert done == [1, 2]
    assert caplog.text.count("after a commit: fails failed") == 2


def defined() -> dict[str, list]:
    """Find every function of ours by its name."""
    found: dict[str, list] = {}
    for path in modules(ROOT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
    return found


def hooks() -> set[str]:
    """Name what is handed to `after_commit`, anywhere."""
    calls = (node for path in modules(ROOT) for node in ast.walk(ast.parse(path.read_text())))
    return {
        ast.unparse(node.args[0]).rpartition(".")[2]
        for node in calls
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("after_commit")
    }


def done_in(body) -> int:
    """Count what is done one after another: of two, the second is left out when the first one fails."""
    done = 0
    for node in body:
        match node:
            case ast.If(body=then, orelse=otherwise):
                done += max(done_in(then), done_in(otherwise))
            case ast.For(target=target, body=inside):
                # Of each a function: by its own name, or looked up by one.
                calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
                told = [one for one in calls if isinstance(one, ast.Name | ast.Call)]
                names = {
                    one.id for call in told for one in ast.walk(call) if isinstance(one, ast.Name)
                }
                done += done_in(inside) + (ast.unparse(target) in names)
            case ast.With(body=inside) | ast.Try(body=inside):
                done += done_in(inside)
            case ast.Expr(value=ast.Call()):
                done += 1
    return done


def test_a_hook_does_one_thing_or_the_next_is_left_out_when_it_fails():
    known, named = defined(), hooks()
    several = {one for one in named for each in known.get(one, []) if done_in(each.body) > 1}
    print(sorted(named))
    assert several == set() and len(named) >= 8
    for planted in (
        "destroy_secret(round_)\ntell()",
        "if lost:\n    destroy_secret(round_)\ntell()",
        "for function in _listeners:\n    function(pk)",
        "for plugin in plugins():\n    getattr(plugin, news)(pk)",
    ):
        assert done_in(ast.parse(planted).body) > 1, planted


@pytest.mark.django_db(transaction=True)
def test_without_the_layer_a_vote_is_received_and_counted(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = caches_for(settings.REDIS_URL)
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL]},
        }
    }
    monkeypatch.setattr(hub, "_away_until", 0.0)
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    op_id = str(uuid.uuid4())
    answer = evening.submit(evening.join(), "cast_ballot", op_id=op_id, choice=0)
    assert (answer.status, answer.code) == ("applied", 200)
    assert (len(stored_votes()), Op.objects.filter(op_id=op_id).count()) == (1, 1)
    evening.close()
    assert Round.objects.get().tally["total"] == [1, 0]
