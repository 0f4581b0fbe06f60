"""The registry: what each app adds to the whole, as one object with a method for each question that others ask.

Imports nothing of ours, so that every floor can ask it. What a method gets and gives are the plain values of the
room that asks: that room's function of the same name is where they are said. What is named without a room stands in
`projects/extension_points.py`.
"""


class Plugin:
    """What one app adds. Every method has a default that adds nothing.

    A method that gets several projects, points or participants must not ask more of the database for more of them.
    """

    name = ""
    desk_links = ()  # projects.extension_points.DeskLink
    purposes = ()  # people.privacy.consents.Purpose: what people can agree to
    exports = {}  # what is in the file that people take along: name -> people.privacy.own_data.ExportPart
    findable_kinds = {}  # what the site's search finds: kind -> its label
    goes, stays = (), ()  # sentences that people read before they are erased

    # people

    def address_of_code(self, code: str):
        """Say by how it looks where a code of ours leads: (name of the address, code), or None."""

    def places(self, user) -> set[str]:
        """Tell where an account works: slugs of municipalities."""
        return set()

    def gave(self, participants, municipality) -> list:
        """List what these participants joined and gave, as own_data.PersonalEntry; never what they voted."""
        return []

    def who_left(self, address: str, place: str) -> list:
        """List the participants, by id, who left an address to be mailed at in a municipality (its slug)."""
        return []

    def mail_ended(self, mailed) -> None:
        """Hear, inside the transaction, what an address is mailed no longer, as an unsubscribing.MailedConsent."""

    def erase(self, *, participants, user, now, municipality=None) -> None:
        """Take away or blank who it was; results and totals stay. Runs before the account and participants go.

        With a municipality only what that one keeps goes, and the person stays. May raise Refused (state) to say
        "not at this moment". What it leaves pointing at the person is moved to nobody in particular afterwards.
        """

    def left_here(self, municipality, *, email="", receipt="") -> dict[str, str]:
        """Give what a municipality keeps of people without an account: the address left with it, by its mark.

        All of it; what was left with an e-mail address (in lower case); or what has this receipt. A mark
        is what only the row itself tells: it stands hashed on the list of who was erased. No address: blank.
        """
        return {}

    def erase_left(self, marks, *, municipality, now) -> None:
        """Take away or blank who left what has one of these marks, there. Those of another plugin are unknown."""

    # projects, as residents see them

    def project_section(self, project, now):
        """Give a part of the project's page as a PageSection, or None."""

    def open_now(self, projects, now) -> dict:
        """Say what residents can join now and what passes, as an evening: {project id: [(label, address)]}."""
        return {}

    def any_day(self, projects, now) -> dict:
        """Say what residents can do today and tomorrow: {project id: [(label, address)]}."""
        return {}

    def came_out(self, projects):
        """Give what came out last and may be read by everybody, as a CameOut, or None."""

    def commitments(self, projects, now, asked) -> list:
        """List what is owed to residents by a day as commitments.Commitment, in order of day and project.

        At least what is asked for (commitments.Asked); a plugin that has many gives no more.
        """
        return []

    def standings(self, projects, now):
        """Count these promises, the public ones, by (project id, Standing); None: whoever asks counts the list."""

    def events(self, projects, now, window) -> list:
        """List what stands on the calendar in an agenda.Window as agenda.CalendarEvent; public things only."""
        return []

    def findable(self, project, kind: str, key: str | None = None) -> list:
        """List what of one of our kinds everybody may read, as search.Findable; with a key that one, if public."""
        return []

    def found_at(self, kind: str, project_id: int, key: str) -> str:
        """Give where a found thing is read when that is not the project's page. Asks no database."""
        return ""

    def gathered(self, decision_point, now) -> list:
        """Say in words what residents gave, as contributions.Contributions, for the documents of a decision point."""
        return []

    def answered(self, decision_point):
        """Give what residents gave about it and was answered, as Answered, or None; public only."""

    def took_part(self, points, participants=None) -> list:
        """List who took part in these decision points, or which of these participants did, as TookPart."""
        return []

    # projects, at the desk

    def desk_section(self, project, user, now):
        """Give a part of the project's screen at the desk: (template, context), or None."""

    def desk_tasks(self, projects, user, now) -> list:
        """List what waits for somebody as Task. Asks the permission for each project itself."""
        return []

    def offers(self, points, now) -> list:
        """List what residents can do, could do or will be able to do at these decision points, as Offer."""
        return []

    def way_to_begin(self, project):
        """Say where an officer makes something that asks residents for input: (label, address), or None."""

    # what others hear of

    def promise_changed(self, projects, now) -> None:
        """Hear, inside the transaction, that something else is promised, said or open in these projects."""

    def roles_changed(self, municipality_id: int) -> None:
        """Hear of a changed role, after commit."""

    def findable_changed(self, project_id: int, kind: str, key: str) -> None:
        """Hear after commit that a thing that can be found changed; blank kind and key: the project's own texts."""

    # the site

    def public_pages(self, projects) -> dict[int, str]:
        """Say where residents read about projects, by project id; what is not published is not in it."""
        return {}

    def read_about(self, projects) -> set[int]:
        """Tell about which projects residents can read, by id, as `public_pages`; makes no address."""
        return set()

    def site_address(self, municipality) -> str:
        """Say where a municipality's site is: "https://host", or blank."""
        return ""

    def municipality_asked(self, scope):
        """Say whose site the handshake of a socket came to: a Municipality, or None."""


_plugins: dict[str, Plugin] = {}


def register(plugin: Plugin) -> Plugin:
    """Add an app's plugin; the order of INSTALLED_APPS is the order in which all are asked."""
    _plugins[plugin.name] = plugin
    return plugin


def plugins() -> list[Plugin]:
    """List the plugins of all apps."""
    return list(_plugins.values())


def plugin(name: str) -> Plugin:
    """Find the plugin of this name. An unknown one is a KeyError."""
    return _plugins[name]


def gather(question: str, *asked, **named) -> list:
    """Ask all of them the same, and give their answers in one list, without those that have none."""
    answers = [getattr(plugin, question)(*asked, **named) for plugin in plugins()]
    return [answer for answer in answers if answer]


def gather_all(question: str, *asked) -> list:
    """Ask all of them for a list, and give these as one."""
    return [one for answer in gather(question, *asked) for one in answer]


def tell(news: str, *about, **named) -> None:
    """Let all of them hear of something, in order."""
    for plugin in plugins():
        getattr(plugin, news)(*about, **named)
