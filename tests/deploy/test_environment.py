"""Is every variable told and read, and does each unit start the platform as the guide says?"""

import re

import pytest
from django.conf import settings

from tests.deploy.shipped import DEPLOY, GUIDE, UNITS, names_read, run
from tests.install.guide import blocks

ONLY_AT_HOME = {"DEBUG", "DEMO", "TESTING", "TRUSTED_ORIGINS"}


def test_every_variable_is_told_and_every_told_one_is_read():
    table = GUIDE.split("\n## 2. ")[1].split("\n## 3. ")[0]
    told = set(re.findall(r"`(?:SAMENKOMPAS)?_([A-Z_]+)`", table))
    assert told == names_read() - ONLY_AT_HOME


@pytest.mark.parametrize(
    "name", ["environment.example", "compose.yaml", "Dockerfile", "backup.sh", "ready.py"]
)
def test_what_is_set_for_containers_is_read(name):
    set_here = set(re.findall(r"SAMENKOMPAS_([A-Z_]+)", (DEPLOY / name).read_text()))
    assert set_here <= names_read()


def test_daphne_is_started_everywhere_with_the_limits_that_are_proven():
    limit = str(settings.DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE)
    for text in (
        UNITS["web"].read_text(),
        (DEPLOY / "Dockerfile").read_text().replace('", "', " "),
    ):
        for option in ("--websocket-max-message-size", "--websocket-max-frame-size"):
            assert f"{option} {limit}" in text


def test_the_service_keeps_the_keys_of_polls_where_the_guide_says():
    """Both units share the folder: it stays when one of them stops, or a restart would lose the keys of an evening."""
    told = dict(re.findall(r"^(SAMENKOMPAS_\w+)=(.*)$", GUIDE, re.M))
    for name in ("web", "worker"):
        unit = dict(re.findall(r"^(\w+)=(.*)$", UNITS[name].read_text(), re.M))
        assert told["SAMENKOMPAS_RUNTIME_DIR"] == f"/run/{unit['RuntimeDirectory']}"
        assert (unit["RuntimeDirectoryMode"], unit["RuntimeDirectoryPreserve"]) == ("0700", "yes")
        assert told["SAMENKOMPAS_DATA_DIR"] == f"/var/lib/{unit['StateDirectory']}"
        assert (
            f"useradd --system --home-dir {told['SAMENKOMPAS_DATA_DIR']} --shell /usr/sbin/nologin {unit['User']}"
            in GUIDE
        )
        assert f"cat > {unit['EnvironmentFile']}" in GUIDE
        assert unit["WorkingDirectory"] == "/opt/samenkompas"


def test_a_password_in_the_environment_of_the_guide_stays_as_it_was_typed(tmp_path):
    """The shell that writes the file reads nothing in it, or the mail server refuses half a password."""
    (block,) = blocks("### The environment")
    password = r"Zon$Maan`\\12 #!"
    typed = block.replace("\nEND\n", f"\nSAMENKOMPAS_EMAIL_PASSWORD='{password}'\nEND\n")
    script = typed.replace("/etc/samenkompas", str(tmp_path))
    run("bash", "-euc", script)
    assert (tmp_path / "environment").stat().st_mode & 0o077 == 0
    read = f'set -a; . {tmp_path}/environment; printf %s "$SAMENKOMPAS_EMAIL_PASSWORD"'
    assert run("sh", "-euc", read) == password
    assert (
        len(run("sh", "-euc", f'. {tmp_path}/environment; printf %s "$SAMENKOMPAS_SECRET_KEY"'))
        > 60
    )
