"""The command `second_factor`: count those that can't be read with our keys, and let owners set theirs again."""

from allauth.mfa.models import Authenticator
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from cms.sign_in.encryption import unreadable_factors
from deliberation.people.models import User
from deliberation.people.operations import forget_second_factor, origin


def counted(unreadable: int) -> str:
    """Say of how many accounts with an app or recovery codes these can't be read; passkeys have nothing to read."""
    with_factor = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    number = with_factor.values("user").distinct().count()
    return (
        f"Accounts with an app or recovery codes: {number}. "
        f"Of those, with some that can't be read: {unreadable}."
    )


class Command(BaseCommand):
    help = (
        "Say of how many accounts the second factor can't be read, or let people set theirs again. They sign in "
        "with their password, and every screen of staff stays closed until they have set one. Be sure who asks."
    )

    def add_arguments(self, parser):
        parser.add_argument("--forget", metavar="ADDRESS", help="of one account, also its passkeys")
        parser.add_argument(
            "--forget-unreadable",
            action="store_true",
            help="of every account whose factor can't be read",
        )

    def handle(self, *, forget, forget_unreadable, **options):
        unreadable = unreadable_factors()
        users = list({one.user_id: one.user for one in unreadable}.values())
        with origin("command"):
            if forget:
                self._forget(self._account(forget), None)
            elif forget_unreadable:
                for user in users:
                    self._forget(user, [one for one in unreadable if one.user_id == user.pk])
            else:
                self.stdout.write(counted(len(users)))

    def _account(self, address: str) -> User:
        user = User.objects.with_address(address).first()
        if user is None:
            raise CommandError(f"There is no account with {address}.")
        return user

    def _forget(self, user, factors):
        forget_second_factor(actor=None, user=user, factors=factors, now=timezone.now())
        self.stdout.write(f"{user.email} sets a second factor at the next sign-in")
