"""Do codes that clash get another try, and does the schema hold where that fails?"""

import pytest
from django.db import IntegrityError, transaction

from deliberation.live import operations, randomness
from deliberation.live.models import JoinCode
from tests.live.builders import an_evening

from .random_sources import Scripted

pytestmark = pytest.mark.django_db


def test_a_code_that_is_taken_is_drawn_again_across_lanes():
    evening = an_evening(state="draft")
    taken = int(evening.run.online_code)
    with randomness.drawn_from(Scripted(taken, 42, taken, 43)):
        run = operations.create_run(
            actor=evening.facilitator,
            session=evening.run.session,
            kind="rehearsal",
            now=evening.now,
        )
    assert (run.hall_code, run.online_code) == ("000042", "000043")


def test_the_schema_refuses_a_code_twice():
    run = an_evening(state="draft").run
    other = an_evening(state="draft").run
    JoinCode.objects.filter(run=other, lane="hall").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinCode.objects.create(code=run.online_code, run=other, lane="hall")


def test_shuffling_keeps_everything_and_owes_nothing_to_the_order():
    things = list(range(50))
    mixed = randomness.shuffled(things)
    assert sorted(mixed) == things
    assert mixed != things


def test_receipts_are_readable_and_differ():
    codes = {randomness.receipt_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(set(code) <= set(randomness.READABLE) | {"-"} and len(code) == 9 for code in codes)
