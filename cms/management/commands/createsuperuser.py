"""The command `createsuperuser`: Django's, in one language, which takes no weak password of whoever types one."""

from getpass import getpass

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


class Command(createsuperuser.Command):
    help = "Make the account that installs the platform: it asks for an address and, twice, for a password."

    def handle(self, *args, email, interactive, **options):
        with translation.override("en"):  # as everything else on the command line
            if not interactive or not self.stdin.isatty():
                super().handle(*args, email=email, interactive=interactive, **options)
            else:
                email = self._address(email)
                self.UserModel.objects.create_superuser(email, self._password(email))
                self.stdout.write(f"{email} can sign in now, and installs.")

    def _address(self, email):
        while email is None or (why_not := self._why_not(email)):
            if email is not None:
                self.stderr.write(why_not)
            email = self.get_input_data(self.username_field, "E-mail address: ")
        return email

    def _why_not(self, email):
        return self._validate_username(email, "address", "default")

    def _password(self, email):
        rules = "Your password: at least 12 characters. You don't see it while you type."
        self.stdout.write(rules)
        while True:
            password = getpass("Password: ")
            try:
                validate_password(password, self.UserModel(email=email))
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if password == getpass("The same password again: "):
                return password
            self.stderr.write("These were not the same. Type it once more.")
