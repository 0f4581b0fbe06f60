"""What stands on the stage, also after a poll was declared void?"""

import pytest

from deliberation.live import operations, queries
from deliberation.live.screens import regions
from tests.live.builders import an_evening

pytestmark = pytest.mark.django_db
DOES_NOT_COUNT = "Deze vraag telt niet mee."


def another_poll(evening):
    return operations.add_activity(
        actor=evening.facilitator,
        item=evening.activity.item,
        decision_point=evening.activity.decision_point,
        question="En de bomen?",
        options=["Ja", "Nee"],
        now=evening.now,
    )


@pytest.mark.parametrize(("audience", "region"), [("pub", "stage"), ("screen", "screen")])
def test_who_voted_in_a_poll_that_is_void_hears_that_it_does_not_count(audience, region):
    evening = an_evening(poll_open=True)
    evening.vote(evening.join(), 0)
    evening.lead("void_activity", reason="De vraag was niet duidelijk")
    shown = regions.page_regions(evening.refresh().run, audience, "nl", evening.now)
    assert DOES_NOT_COUNT in shown[region]
    assert "Ja" not in shown[region]


def test_the_next_poll_takes_the_place_of_one_that_is_void():
    evening = an_evening(poll_open=True)
    later = another_poll(evening)
    evening.lead("void_activity", reason="De vraag was niet duidelijk")
    assert queries.current_activity(evening.run) == evening.activity
    evening.lead("open_activity", activity=later.pk)
    assert queries.current_activity(evening.run) == later


def test_a_poll_that_never_opened_is_not_on_the_stage():
    evening = an_evening()
    assert queries.current_activity(evening.run) is None
    evening.lead("void_activity", reason="Toch niet nodig")
    assert queries.current_activity(evening.run) is None
