"""The recap for somebody who comes late: what they have to know, in twenty seconds."""

from django.utils.html import format_html
from django.utils.translation import gettext as _

from compass.templatetags.compass_text import or_english

from ..counting import rounds
from ..counting.results import result
from ..counting.wording import outcome_words, say
from ..models import Activity, Round, Run
from .snapshot import Snapshot

State = Activity.State
MOST_LINES = 3  # what came out before, the newest last: more is no recap


def recap_of(snapshot: Snapshot) -> dict | None:
    """Say what is being done, and what came out so far; None when nothing was missed.

    Only what was shown to all is in here.
    """
    run, activity = snapshot.run, snapshot.activity
    if run.state not in (Run.State.OPEN, Run.State.PAUSED):
        return None
    before = _before(run) if activity else []
    if not before:
        return None
    now = _now_in_words(activity, snapshot.why_shut)
    return {"item": activity.item, "now": now, "before": before}


def _now_in_words(activity, why_shut: str) -> str:
    about = {"question": or_english(activity.question, activity)}
    if why_shut:
        return say(_("The last question was: %(question)s"), **about)
    if activity.state in (State.OPEN, State.CLOSING):
        return say(_("You can vote now: %(question)s"), **about)
    if activity.state == State.PAUSED:
        return say(_("Voting stands still for a moment: %(question)s"), **about)
    if activity.state == State.TALLYING:
        return say(_("Votes are being counted: %(question)s"), **about)
    return say(_("The last question was: %(question)s"), **about)


def _before(run) -> list[str]:
    shown = run.activities.filter(
        state__in=(State.CLOSED, State.ARCHIVED), reveal=Activity.Reveal.PUBLIC
    ).select_related("run__session__project__municipality", "item")
    latest = sorted(shown, key=lambda one: _closed_at(rounds.last_round(one)))[-MOST_LINES:]
    lines = []
    for activity in latest:
        words = outcome_words(result(activity, "pub"))
        question = or_english(activity.question, activity)
        lines.append(format_html("{} {}", question, words["bars"]["sentence"]))
    return lines


def _closed_at(round_: Round):
    return round_.closed_at
