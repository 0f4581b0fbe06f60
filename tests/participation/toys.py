"""A toy instrument: what somebody would like to play with. The contract holds it as it holds every other."""

from contextlib import contextmanager

import rules
from django import forms

from compass.refusal import Refused
from deliberation import registry, tools
from deliberation.participation.forms import GiveForm
from deliberation.participation.instrument import ContributionInstrument
from deliberation.participation.models import Contribution
from deliberation.participation.rules import level_opens
from deliberation.people.rules import is_participant
from deliberation.projects.models import Role
from deliberation.projects.rules import has_role

SIZES: dict[int, str] = {}  # what a table of its own would keep, by contribution


class Toy(Contribution):
    INSTRUMENT = "toys"

    class Meta:
        proxy = True
        app_label = "toys"


class Toys(ContributionInstrument):
    name, tool, noun, give = "toys", "toys", "toy", "wish_toy"
    model, kinds = Toy, {"outside": "Buiten", "inside": "Binnen"}
    answer_purpose = "toy_by_mail"
    page_urls = "tests.participation.toy_urls"
    desk_urls, desk_folder = "tests.participation.toy_desk_urls", "speelgoed/"
    label, findable_label, desk_order = "Speelgoed", "Speelgoed", 90

    supported = True
    own_fields = {"size": "Hoe groot?"}

    def after_giving(self, contribution, own, now):
        if own.get("size") == "reus":
            raise Refused("Dat past niet in het park.", field="size")
        SIZES[contribution.pk] = own.get("size", "")

    def own_values(self, contributions):
        return {one.pk: {"size": SIZES.get(one.pk, "")} for one in contributions}

    def erase_own(self, contribution):
        SIZES.pop(contribution.pk, None)


class WishForm(GiveForm):
    size = forms.CharField(label="Hoe groot?", required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(Toys.kinds.items())


MODERATES = has_role(Role.OFFICER)
RULES = {
    f"toys.{act}_toy": MODERATES for act in "publish reject merge hide show answer park".split()
}
RULES |= dict.fromkeys(
    ("toys.see_queue", "toys.take_over_toys", "toys.discard_toys", "toys.change_promise"), MODERATES
)
RULES |= dict.fromkeys(("toys.wish_toy", "toys.support_toy"), is_participant & level_opens("toys"))


@contextmanager
def registered(monkeypatch, settings, toys: Toys):
    """Let an installation have one instrument more, for one test."""
    SIZES.clear()
    for name, predicate in RULES.items():
        rules.add_perm(name, predicate)
    monkeypatch.setitem(registry._plugins, "toys", toys)
    promise = tools.Tool("toys", "Speelgoed", tools.CONSULT, frozenset({tools.DESIGN}))
    monkeypatch.setitem(tools.TOOLS, "toys", promise)
    settings.ROOT_URLCONF = "tests.participation.site_urls"
    try:
        yield toys
    finally:
        for name in RULES:
            rules.remove_perm(name)
