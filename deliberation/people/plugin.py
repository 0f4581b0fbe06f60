"""What people add to the whole: their account and consents in the file that they take along."""

from deliberation.registry import Plugin

from .own_parts import PARTS


class People(Plugin):
    name = "people"
    exports = PARTS
