"""Does the command line speak one language, and does it make no weak account that installs?"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from cms.management.commands import createsuperuser
from deliberation.people.models import User
from tests.builders import PASSWORD, an_installer

pytestmark = pytest.mark.django_db
STRONG = PASSWORD
COMMANDS = Path(settings.BASE_DIR, "cms/management/commands")


class Terminal:
    def isatty(self):
        return True


@pytest.fixture
def types(monkeypatch):
    """Let somebody at a terminal type these lines; gives what they were asked."""

    def typed(*lines):
        left, asked = list(lines), []

        def answer(prompt=""):
            asked.append(prompt)
            return left.pop(0)

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(createsuperuser, "getpass", answer)
        return asked

    return typed


def test_the_account_that_installs_gets_a_password_that_is_strong(types, capsys):
    taken = an_installer().email
    asked = types("geen adres", taken, "ik@example.org", "kort", STRONG, "anders", STRONG, STRONG)
    with translation.override("nl"):
        call_command("createsuperuser", stdin=Terminal())
    told = capsys.readouterr()
    assert User.objects.get(email="ik@example.org").check_password(STRONG)
    assert set(asked) == {"E-mail address: ", "Password: ", "The same password again: "}
    for said in ("valid email address", "already taken", "too short", "not the same"):
        assert said in told.err, said
    assert "at least 12 characters" in told.out and "Bypass" not in "".join(asked)


def test_without_a_terminal_it_is_as_django_has_it(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", STRONG)
    call_command("createsuperuser", email="machine@example.org", interactive=False)
    assert User.objects.get(email="machine@example.org").is_superuser


def test_what_a_command_may_not_do_is_told_in_the_language_of_the_others():
    an_installer()
    with translation.override("nl"), pytest.raises(CommandError, match="answers to no elders"):
        call_command("municipality", "add", "elders", "Elders", "elders.example")


def test_a_host_that_is_not_ours_yet_gets_the_whole_line_to_write(settings, capsys):
    """Whoever does what it says, and nothing else, has a second municipality."""
    settings.ALLOWED_HOSTS = ["meedoen.kompasdorp.example", "www.kompasdorp.example"]
    an_installer()
    words = ("municipality", "add", "elders", "Elders", "elders.example")
    with pytest.raises(CommandError) as told:
        call_command(*words)
    said = str(told.value)
    assert "certificate" in said and "restart the web and the worker" in said
    [line] = re.findall(r"SAMENKOMPAS_HOSTS=(\S+)\. ", said)
    assert line == "meedoen.kompasdorp.example,www.kompasdorp.example,elders.example"
    settings.ALLOWED_HOSTS = line.split(",")
    call_command(*words)
    assert "Elders: elders.example" in capsys.readouterr().out


def test_every_command_that_can_refuse_is_in_that_language():
    refusing = [
        one for one in COMMANDS.glob("*.py") if re.search(r"str\(refusal\)", one.read_text())
    ]
    assert refusing and all('override("en")' in one.read_text() for one in refusing)
