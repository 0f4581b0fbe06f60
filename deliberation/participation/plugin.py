"""What participation adds to the whole at once for all that was given: what people see, take along and have erased."""

from django.utils.translation import gettext_lazy as _

from deliberation.registry import Plugin

from . import privacy


class Participation(Plugin):
    name = "participation"
    goes = (_("What you sent us, if nobody else could read it yet"),)
    stays = (_("What you sent us and others can read, with its answer, without your name"),)

    @property
    def exports(self):
        return {"contributions": privacy.export_part(), "supports": privacy.supports_part()}

    def gave(self, participants, municipality):
        return privacy.gave(participants, municipality)

    def who_left(self, address, place):
        return privacy.who_left(address, place)

    def mail_ended(self, mailed):
        privacy.forget_address(mailed)

    def erase(self, *, participants, user, now, municipality=None):
        privacy.erase(participants=participants, now=now, municipality=municipality)

    def left_here(self, municipality, *, email="", receipt=""):
        return privacy.left_here(municipality, email, receipt)

    def erase_left(self, marks, *, municipality, now):
        privacy.erase_left(marks, municipality, now)
