"""The instrument: one way to take part, and what the floor does for one that takes contributions."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deliberation.people.operations import create_participant
from deliberation.people.privacy.consents import Purpose
from deliberation.projects.extension_points import DeskLink
from deliberation.registry import Plugin, plugins

from . import commitments, desk_tasks, documents, offers, receipts, search, sections
from .answer_terms import DEFAULT_TERM
from .models import Disposition, ways
from .operations import give_contribution


class Instrument(Plugin):
    """One way to take part: what every one says of itself, whatever people do with it."""

    tool = ""  # its row in deliberation/tools.py
    label = ""  # in the menu, in headings, in documents
    urls = ""  # the module of its addresses for residents, outside the languages
    page_urls = ""  # the same inside the languages
    desk_urls = ""  # the module of its screens at the desk
    desk_folder = ""  # where these stand: "vragen/"

    def example(self, point, actor, now):
        """Begin with it at a decision point that is open to it, and give the row: for who tries every one."""
        raise NotImplementedError


def instruments() -> list[Instrument]:
    """List the ways to take part that are registered."""
    return [one for one in plugins() if isinstance(one, Instrument)]


def contribution_instruments() -> list:
    """List the registered ways to say something and be answered."""
    return list(ways().values())


class ContributionInstrument(Instrument):
    """One way to say something and be answered. A subclass says its words; what it does otherwise it overrides.

    `noun` is what one contribution is called: "question" makes `publish_question` the permission, the audit action
    and the address of what the floor calls `publish_contribution`.
    """

    model = None  # a proxy of models.Contribution that names this instrument
    noun = ""
    give = ""  # what giving one is called: "ask_question"
    kinds: dict[str, str] = {}  # kind -> label
    supported = False  # others can say that they stand behind one
    answer_purpose = ""  # what who leaves an address agrees to: the key of a consent
    consent_version = "1"  # another one when the words of `consent` change: everybody is asked anew
    anchor = "contribution"  # what one is called in the address of its place on a page
    desk_order, desk_icon = 0, "comment"

    # Its words

    findable_label = ""  # one of them, as the search says it
    invitation = gettext_lazy("Tell us what you think")
    closed_now = gettext_lazy("You can't take part now.")
    link_here = gettext_lazy("Link to this message")
    consent = gettext_lazy("You may mail me the answer to what I told here.")
    choose_kind = gettext_lazy("Choose what it is.")
    text_needed = gettext_lazy("Write down what you want to tell.")
    why_not_outcome = gettext_lazy("That is not how this can end. Choose something else.")
    mail_subject = gettext_lazy("What you told us about “%s”")

    def too_many(self, number: int) -> str:
        """Say that somebody has to wait: this number of theirs is not answered yet."""
        return _("What you told us here is not answered yet. Please wait for an answer first.")

    def yours(self, kind: str) -> str:
        """Say to who gave one of a kind what it is, above the page on which they follow it."""
        return _("What you told us")

    def counted(self, number: int) -> str:
        """Say how many there are."""
        return ngettext("%d contribution", "%d contributions", number) % number

    def to_look_at(self, number: int) -> str:
        """Say at the desk how many wait to be published."""
        return ngettext("Look at %d contribution", "Look at %d contributions", number) % number

    def to_sort_out(self, number: int) -> str:
        """Say at the desk how many were set apart in a flood."""
        sort = ngettext(
            "Sort out %d contribution that was set apart",
            "Sort out %d contributions that were set apart",
            number,
        )
        return sort % number

    def why_too_late(self, decides_on, decided: bool) -> str:
        """Say why there is no time left before the decision, and what opens it again."""
        return _("It is too late to take part in this decision.")

    def why_nothing_open(self, has_points: bool) -> str:
        """Say why a project, with or without decision points, is closed as a whole."""
        return _("You can't take part in this project today.")

    # Its rules

    def example(self, point, actor, now):
        kind = next(iter(self.kinds))
        about = {"about": point, "kind": kind, "text": f"{self.label}?"}
        return give_contribution(
            actor=create_participant(), instrument=self, op_id=uuid.uuid4(), now=now, **about
        )

    def outcomes(self, kind: str) -> list[str]:
        """List what may be done with a contribution of a kind, as values of Disposition.Outcome."""
        return Disposition.Outcome.values

    def answer_terms(self, points) -> dict[int, int]:
        """Give in how many working days we answer about each decision point, by its id."""
        return {point.pk: DEFAULT_TERM for point in points}

    # Its own fields: what its form asks besides

    own_fields: dict[str, str] = {}  # name -> label, in the file that people take along

    def after_giving(self, contribution, own: dict, now) -> None:
        """Keep what was filled in of its own fields, inside the giving; may raise Refused, and nothing is given."""

    def own_values(self, contributions) -> dict[int, dict]:
        """Give what it keeps of contributions in its own fields, by their id; one query for all of them."""
        return {}

    def erase_own(self, contribution) -> None:
        """Take away or blank what it keeps of who gave a contribution; inside the erasing."""

    # Its names and addresses

    def named(self, operation: str) -> str:
        """Name an operation or screen of the floor in the instrument's words, as audit and addresses have it."""
        if operation == "give_contribution":
            return self.give
        return operation.replace("contribution", self.noun)

    def permission(self, operation: str) -> str:
        """Name the permission for an operation of the floor."""
        return f"{self.name}.{self.named(operation)}"

    def desk_url(self, screen: str, *args) -> str:
        """Give the address of one of its screens at the desk."""
        return reverse(f"{self.name}:{self.named(screen)}", args=args)

    def desk_path(self, pk: int) -> str:
        """Give the address of one contribution at the desk."""
        return self.desk_url("see_contribution", pk)

    def queue_path(self, project_id: int | None = None) -> str:
        """Give the address of the queue at the desk, of one project when named."""
        return self.desk_url("see_queue") + (f"?project={project_id}" if project_id else "")

    def list_path(self, project_id: int) -> str:
        """Give the address on which everybody reads those of a project."""
        return reverse(self.named("see_contributions"), args=[project_id])

    def public_path(self, project_id: int, pk) -> str:
        """Give the address of one contribution for everybody. Asks no database."""
        return reverse(self.named("see_contribution"), args=[project_id, pk])

    def support_path(self, project_id: int, pk) -> str:
        """Give the address to which somebody says that they stand behind one, or not any more."""
        return reverse(self.named("support_contribution"), args=[project_id, pk])

    def give_path(self, project_id: int) -> str:
        """Give the address on which somebody gives one."""
        return reverse(self.give, args=[project_id])

    def template(self, name: str) -> list[str]:
        """Name where a template is looked for: among its own, then among those of every instrument."""
        return [f"deliberation/{self.name}/{name}", f"deliberation/participation/{name}"]

    @property
    def contribution_template(self) -> list[str]:
        """Name the template of one contribution, on a page among others."""
        return self.template("_contribution.html")

    # What it adds to the whole: registry.Plugin says what each of these is

    @property
    def purposes(self):
        return (Purpose(self.answer_purpose, self.consent_version, self.consent),)

    @property
    def desk_links(self):
        queue = f"{self.name}:see_queue"
        icon = self.desk_icon
        return (DeskLink(self.desk_order, queue, self.label, shown=self._shown_to, icon=icon),)

    def _shown_to(self, user) -> bool:
        return desk_tasks.moderates_somewhere(self, user)

    def desk_section(self, project, user, now):
        return sections.desk_section(self, project, user, now)

    def desk_tasks(self, projects, user, now):
        return desk_tasks.tasks(self, projects, user)

    def project_section(self, project, now):
        return sections.project_section(self, project, now)

    def any_day(self, projects, now):
        return offers.any_day(self, projects, now)

    def commitments(self, projects, now, asked):
        return commitments.commitments(self, projects, asked)

    def standings(self, projects, now):
        return commitments.standings(self, projects, now)

    def gathered(self, decision_point, now):
        return documents.given(self, decision_point)

    def answered(self, decision_point):
        return documents.answered(self, decision_point)

    def took_part(self, points, participants=None):
        return offers.took_part(self, points, participants)

    def offers(self, points, now):
        return offers.offers(self, points, now)

    @property
    def findable_kinds(self):
        return {self.noun: self.findable_label}

    def findable(self, project, kind, key=None):
        return search.findable(self, project, key)

    def found_at(self, kind, project_id, key):
        return self.public_path(project_id, key)

    def address_of_code(self, code):
        return receipts.address_of_code(code)
