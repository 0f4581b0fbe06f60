"""Operation: turn the page on the projector, to another part of a long list of answers."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.permissions import require

from ..events import append, lock_run
from ..models import Activity
from ..screens.paging import pages_of


@transaction.atomic
def turn_page(*, actor, activity, page, now) -> Activity:
    """Show this page (from 1) of the answers on every projector. The log keeps it; nothing is decided by it."""
    run = lock_run(activity.run_id)
    activity = Activity.objects.get(pk=activity.pk)
    activity.run = run
    require("live.turn_page", actor, activity, now)
    if not 1 <= page <= len(pages_of(activity.answers)):
        raise Refused(_("There is no such page."), code="malformed")
    append(run, "page_turned", {"activity": activity.pk, "page": page}, now, by=actor)
    return activity
