"""Desk views of the parts of a run sheet: add, change, put in order and take off."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen, form_page, posted, run_with

from .. import operations
from ..models import Activity, Item, Run
from ..operations.items import check_not_started
from .forms import ItemForm


@desk_screen
def add_item(request, run_id):
    """Add a part to the end of a run sheet."""
    run = get_object_or_404(Run.objects.select_related("session__project"), pk=run_id)
    require("live.add_item", request.user, run)
    form = ItemForm(posted(request))
    if request.method == "POST":
        item = run_with(form, operations.add_item, actor=request.user, run=run)
        if item:
            messages.success(request, _("“%s” is on the run sheet.") % item.title)
            return redirect("live:see_session", run.session_id)
    template = "deliberation/live/desk/add_item.html"
    return form_page(request, template, form, session=run.session)


@desk_screen
def change_item(request, item_id):
    """Change the texts of a part, until the evening starts."""
    item = _item(item_id)
    require("live.change_item", request.user, item)
    check_not_started(item.run)
    form, title = ItemForm(posted(request), instance=item), item.title
    if request.method == "POST":
        changed = run_with(form, operations.change_item, actor=request.user, item=item)
        if changed:
            messages.success(request, _("“%s” is changed.") % changed.title)
            return _back_to(item)
    template = "deliberation/live/desk/change_item.html"
    return form_page(request, template, form, session=item.run.session, title=title)


@require_POST
@desk_screen
def move_item(request, item_id):
    """Put a part one place earlier or later."""
    item = _item(item_id)
    up = bool(request.POST.get("up"))
    operations.move_item(actor=request.user, item=item, up=up, now=timezone.now())
    messages.success(request, _("“%s” has another place.") % item.title)
    return _back_to(item)


def _back_to(item):
    """Lead back to where a part stands in the run sheet: on a phone that is screens below the top."""
    return redirect(reverse("live:see_session", args=[item.run.session_id]) + f"#item-{item.pk}")


@desk_screen
def remove_item(request, item_id):
    """Say what goes along with a part, and take it off the run sheet."""
    item = _item(item_id)
    require("live.remove_item", request.user, item)
    check_not_started(item.run)
    if request.method == "POST":
        operations.remove_item(actor=request.user, item=item, now=timezone.now())
        messages.success(request, _("“%s” is off the run sheet.") % item.title)
        return redirect("live:see_session", item.run.session_id)
    polls = item.activities.exclude(state=Activity.State.VOIDED).order_by("pk")
    context = {"item": item, "session": item.run.session, "polls": polls}
    return render(request, "deliberation/live/desk/remove_item.html", context)


def _item(item_id) -> Item:
    return get_object_or_404(Item.objects.select_related("run__session__project"), pk=item_id)
