"""Is everything after a commit done, whatever else failed, and is what was stored never called lost?"""

import uuid

import pytest
from django.db import transaction

from cms.caches import caches_for
from deliberation.live.models import Ballot, Op
from deliberation.live.operations import ballots
from deliberation.live.sockets import hub
from deliberation.people.commit_hooks import after_commit
from tests.live.builders import an_evening


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


@pytest.mark.django_db(transaction=True)
def test_without_the_layer_a_vote_is_received_and_old_pages_of_ballots_go(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = caches_for(settings.REDIS_URL)
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL]},
        }
    }
    monkeypatch.setattr(hub, "_away_until", 0.0)
    dropped, drop = [], ballots._drop_old_pages
    monkeypatch.setattr(ballots, "_drop_old_pages", lambda: (dropped.append(1), drop()))
    evening = an_evening(headcount=0, poll_open=True, commits=False)
    op_id = str(uuid.uuid4())
    answer = evening.submit(evening.join(), "cast_ballot", op_id=op_id, choice=0)
    assert (answer.status, answer.code) == ("applied", 200)
    assert (Ballot.objects.count(), Op.objects.filter(op_id=op_id).count()) == (1, 1)
    evening.close()
    assert dropped == [1]
