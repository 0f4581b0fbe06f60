"""What people add to the whole: their account and consents in the file that they take along."""

from deliberation.registry import Plugin

from .privacy.account_data import PARTS


class People(Plugin):
    name = "people"
    exports = PARTS
