"""Operations on the parts of a run sheet: add, change, move and remove, until the evening starts."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.english import beside, put_english

from ..events import append, lock_run
from ..models import Item, Run

NOT_STARTED = (Run.State.DRAFT, Run.State.READY, Run.State.LOBBY)
ASIDE = 10_000  # further than any run sheet is long: two parts never have one place


@operation
def add_item(*, actor, run, title, minutes=10, english=None, now, **texts) -> Item:
    """Add a part to the end of the run sheet. `texts` are owner, hall_instructions and the like."""
    run = lock_run(run.pk)
    require("live.add_item", actor, run, now)
    if run.state in (Run.State.CLOSED, Run.State.ARCHIVED, Run.State.CANCELLED):
        raise Refused(_("This session is over."), code="state")
    position = run.items.count() + 1
    item = Item(run=run, position=position, title=title, minutes=minutes, **texts)
    put_english(item, english)
    item.save()
    append(run, "item_added", {"item": item.pk}, now, by=actor)
    record_audit(actor=actor, action="add_item", obj=item, now=now)
    return item


@operation
def change_item(*, actor, item, english=None, now, **texts) -> Item:
    """Give a part another title, length or text. `texts` are the fields of `add_item` that become different."""
    item = _lock("change_item", actor, item)
    dutch = {name: getattr(item, name) for name in Item.IN_ENGLISH} | texts
    about = texts | {"english": beside(Item, dutch, english, item.english)}
    changed = [name for name, value in about.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, about[name])
    item.save(update_fields=changed)
    append(item.run, "item_changed", {"item": item.pk}, now, by=actor)
    detail = {"changed": changed}
    record_audit(actor=actor, action="change_item", obj=item, now=now, detail=detail)
    return item


@operation
def move_item(*, actor, item, up: bool, now) -> Item:
    """Put a part one place earlier or later; at the end of the run sheet it stays where it is."""
    item = _lock("move_item", actor, item)
    items = list(item.run.items.order_by("position"))
    place = items.index(item)
    items.insert(max(place - 1, 0) if up else place + 1, items.pop(place))
    _put_in_order(item.run, items)
    append(item.run, "items_ordered", {"items": [one.pk for one in items]}, now, by=actor)
    record_audit(actor=actor, action="move_item", obj=item, now=now)
    return item


@operation
def remove_item(*, actor, item, now) -> None:
    """Take a part off the run sheet, with its polls: nobody voted in them yet."""
    item = _lock("remove_item", actor, item)
    run, polls = item.run, list(item.activities.order_by("-pk"))
    data = {"removed": [poll.pk for poll in polls]}
    for poll in polls:  # the newest version first: it leads to the one before
        poll.delete()
    run.items.filter(pk=item.pk).delete()
    items = list(run.items.order_by("position"))
    _put_in_order(run, items)
    append(run, "item_removed", data | {"items": [one.pk for one in items]}, now, by=actor)
    record_audit(actor=actor, action="remove_item", obj=item, now=now, detail={"polls": len(polls)})


def _lock(name, actor, item) -> Item:
    run = lock_run(item.run_id)
    item = Item.objects.filter(pk=item.pk).first()
    if item is None:
        raise Refused(_("A colleague took this part off the run sheet."), code="state")
    item.run = run
    require(f"live.{name}", actor, item)
    check_not_started(run)
    return item


def check_not_started(run) -> None:
    """Refuse what is done to the parts of a run sheet before the evening starts only."""
    if run.state not in NOT_STARTED:
        gone_by = _("The session started. The parts of its run sheet stay as they are.")
        raise Refused(gone_by, code="state")


def _put_in_order(run, items) -> None:
    run.items.update(position=F("position") + ASIDE)
    for position, item in enumerate(items, start=1):
        run.items.filter(pk=item.pk).update(position=position)
