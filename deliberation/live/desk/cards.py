"""Desk views of cards: choose what a run asks for, make a kit, print it again, block a lost card."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from deliberation.people.permissions import may, require
from deliberation.projects.desk import desk_screen, run_with

from .. import operations
from ..models import Card, Run
from ..operations.cards import MOST_CARDS
from ..operations.joining import BEFORE_DOORS
from . import cards_pdf


class CountForm(forms.Form):
    """How many cards to make."""

    count = forms.IntegerField(
        label=gettext_lazy("How many cards do you want to make?"),
        help_text=gettext_lazy("One for every seat, and ten to spare. Eight fit on a sheet."),
        min_value=1,
        max_value=MOST_CARDS,
        initial=80,
    )


class StrictnessForm(forms.Form):
    """What everybody must show to take part."""

    strictness = forms.ChoiceField(
        label=gettext_lazy("Who can take part?"),
        choices=[
            (Run.Strictness.OPEN, gettext_lazy("Everybody with the code. One vote per phone or computer.")),
            (Run.Strictness.CARD, gettext_lazy(
                "Everybody with a numbered card. One vote per card. At home only who got a card before can take part."
            )),
            (Run.Strictness.ACCOUNT, gettext_lazy("Everybody who signs in. One vote per account.")),
        ],
        help_text=gettext_lazy("This stands beside every result. Something sensitive asks for a card or an account."),
        widget=forms.RadioSelect,
    )  # fmt: skip


class StripForm(forms.Form):
    """What stands on the strip that people keep. Nothing of it is stored."""

    phone = forms.CharField(
        label=gettext_lazy("Whom can people call later?"),
        help_text=gettext_lazy("A phone number of the municipality."),
        max_length=30,
        required=False,
    )
    report_lies = forms.CharField(
        label=gettext_lazy("Where can people read the report on paper?"),
        help_text=gettext_lazy("For example: the library."),
        max_length=60,
        required=False,
    )
    first = forms.IntegerField(
        label=gettext_lazy("From card number"), min_value=1, max_value=MOST_CARDS, required=False
    )
    last = forms.IntegerField(
        label=gettext_lazy("Up to card number"), min_value=1, max_value=MOST_CARDS, required=False
    )


@require_safe
@never_cache
@desk_screen
def see_cards(request, run_id):
    """Show the cards of a run, which are used or blocked, and what the run asks for."""
    run = _run(run_id)
    require("live.see_cards", request.user, run)
    cards = run.cards.prefetch_related("attendances").order_by("number")
    context = {
        "run": run,
        "session": run.session,
        "cards": [{"card": card, "used": bool(card.attendances.all())} for card in cards],
        "strictness": run.get_strictness_display(),
        "count_form": CountForm(),
        "strip_form": StripForm(),
        "strictness_form": StrictnessForm(initial={"strictness": run.strictness}),
        "may_choose": run.state in BEFORE_DOORS and may("live.set_strictness", request.user, run),
        "may_print": run.state not in Run.OVER and may("live.print_cards", request.user, run),
    }
    return render(request, "deliberation/live/desk/see_cards.html", context)


@require_POST
@desk_screen
def print_cards(request, run_id):
    """Make more cards."""
    run = _run(run_id)
    require("live.print_cards", request.user, run)
    form = CountForm(request.POST)
    cards = run_with(form, operations.print_cards, actor=request.user, run=run)
    return _back(request, form, cards, _("The cards are made. Print them below."), run.pk)


@require_POST
@desk_screen
def set_strictness(request, run_id):
    """Choose what the run asks for."""
    run = _run(run_id)
    require("live.set_strictness", request.user, run)
    form = StrictnessForm(request.POST)
    done = run_with(form, operations.set_strictness, actor=request.user, run=run)
    return _back(request, form, done, _("Saved. It stands beside every result."), run.pk)


@require_POST
@desk_screen
def block_card(request, run_id, card_id):
    """Block a lost card."""
    card = get_object_or_404(Card, pk=card_id, run=_run(run_id))
    reason = request.POST.get("reason", "")[:300]
    operations.block_card(actor=request.user, card=card, reason=reason, now=timezone.now())
    messages.success(request, _("Card %d is blocked. Give its owner a new one.") % card.number)
    return redirect("live:see_cards", run_id)


@require_safe
@never_cache
@desk_screen
def cards_file(request, run_id):
    """Give the sheets to print. The same cards again: a reprint makes no new codes."""
    run = _run(run_id)
    require("live.see_cards", request.user, run)
    form = StripForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    cards = run.cards.filter(blocked=False, number__gte=asked.get("first") or 1)
    cards = cards.filter(number__lte=asked.get("last") or MOST_CARDS).order_by("number")
    strip = {name: asked.get(name, "") for name in ("phone", "report_lies")}
    answer = HttpResponse(cards_pdf.kit(run, cards, **strip), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="kaarten-{run.pk}.pdf"'
    return answer


def _run(run_id):
    runs = Run.objects.select_related("session__project__municipality")
    return get_object_or_404(runs, pk=run_id)


def _back(request, form, done, said, run_id):
    if done:
        messages.success(request, said)
    else:
        lines = [str(one) for errors in form.errors.values() for one in errors]
        messages.error(request, " ".join(lines))
    return redirect("live:see_cards", run_id)
