"""Operations on the moments at which college and council speak about a decision point, and their calendar events."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..english import put_english
from ..models import Moment
from .frames import lock_point

LONGEST, MOST = 160, 12  # signs of what is spoken about; moments of one decision point


@operation
def plan_moment(*, actor, decision_point, body, on, what, english=None, now) -> Moment:
    """Say on which day a body speaks about a decision point, and about what. Planning it twice is once.

    An English text that comes with the second time is kept.
    """
    require("projects.plan_moment", actor, decision_point, now)
    point = lock_point(decision_point)
    told = _told(body, on, what)
    again = Moment.objects.filter(decision_point=point, **told).first()
    if again:
        put_english(again, english)
        again.save(update_fields=["english"])
        return again
    if point.moments.count() >= MOST:
        raise Refused(_("There are %d moments here already.") % MOST)
    _refuse_past(on, now)
    moment = Moment(decision_point=point, **told)
    put_english(moment, english)
    moment.save()
    record_audit(actor=actor, action="plan_moment", obj=moment, now=now, detail=_detail(moment))
    return moment


@operation
def move_moment(*, actor, moment, body, on, what, english=None, now) -> Moment:
    """Give a moment another day, body or subject. One that has passed stays as it was."""
    require("projects.move_moment", actor, moment, now)
    before = _open(moment, now)
    told = _told(body, on, what)
    _refuse_past(on, now)
    after = Moment(
        pk=before.pk, decision_point=before.decision_point, english=before.english, **told
    )
    put_english(after, english)
    after.save()
    detail = {"before": _detail(before), "after": _detail(after)}
    record_audit(actor=actor, action="move_moment", obj=after, now=now, detail=detail)
    return after


@operation
def cancel_moment(*, actor, moment, now) -> None:
    """Take a moment off the calendar. One that has passed stays."""
    require("projects.cancel_moment", actor, moment, now)
    before = _open(moment, now)
    Moment.objects.filter(pk=before.pk).delete()
    record_audit(actor=actor, action="cancel_moment", obj=before, now=now, detail=_detail(before))


def moments_on_calendar(projects, now, window) -> list:
    """Put every moment on the calendar."""
    from ..agenda import CalendarEvent
    from ..decision_standing import anchor

    found = Moment.objects.filter(decision_point__phase__project__in=projects)
    return [
        CalendarEvent(
            uid=f"moment-{one.pk}",
            project_id=one.decision_point.phase.project_id,
            title=gettext("%(who)s: %(what)s")
            % {"who": capfirst(one.get_body_display()), "what": one.what},
            starts=one.on,
            ends=one.on,
            text=one.decision_point.question,
            anchor=anchor(one.decision_point),
        )
        for one in window.cut(found.select_related("decision_point__phase"), "on")
    ]


def _open(moment, now) -> Moment:
    lock_point(moment.decision_point)
    found = Moment.objects.filter(pk=moment.pk).select_related("decision_point").first()
    if found is None:
        raise Refused(_("A colleague removed this moment just before you."), code="state")
    if found.on < timezone.localdate(now):
        raise Refused(_("This moment has passed, so it stays as it was."), code="state")
    return found


def _told(body, on, what) -> dict:
    if body not in Moment.Body.values:
        raise Refused(_("Choose one of the answers."), code="malformed", field="body")
    what = clean_line(what, LONGEST, "what")
    if not what:
        raise Refused(_("Say what they speak about."), field="what")
    return {"body": body, "on": on, "what": what}


def _refuse_past(on, now) -> None:
    if on < timezone.localdate(now):
        raise Refused(_("This day has passed already."), field="on")


def _detail(moment) -> dict:
    return {
        "body": str(moment.body), "on": date_format(moment.on, "Y-m-d"), "what": moment.what,
        "english": moment.english,
    }  # fmt: skip
