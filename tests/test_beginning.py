"""Does whoever begins hear at once what is in the way, in one line?"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.test_architecture import ROOT


def run(*command, **more):
    return subprocess.run(
        [str(one) for one in command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, **more,
    )  # fmt: skip


def at_home(folder) -> dict:
    mine = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL")
    }
    return mine | {
        "SAMENKOMPAS_DEBUG": "1",
        "SAMENKOMPAS_DEMO": "1",
        "SAMENKOMPAS_DATA_DIR": str(folder),
    }


@pytest.fixture
def taken():
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield somebody.getsockname()[1]


@pytest.mark.parametrize("target", ["demo", "demo-reset"])
def test_a_taken_port_is_found_before_anything_is_done(taken, tmp_path, target):
    said = run("make", target, f"PORT={taken}", f"VENV={tmp_path}/env")
    assert said.returncode != 0
    assert (
        said.stdout == f"Port {taken} is in use. Choose another: make {target} PORT={taken + 1}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_demo_itself_finds_a_taken_port_too(taken, tmp_path):
    said = run(sys.executable, "manage.py", "demo", "--port", taken, env=at_home(tmp_path))
    assert (
        said.stderr
        == f"CommandError: Port {taken} is in use. Choose another: make demo PORT={taken + 1}\n"
    )
    assert [one.name for one in tmp_path.iterdir() if "sqlite3" in one.name] == []


def test_a_python_without_venv_is_told_what_to_install(tmp_path):
    bare = tmp_path / "python3"
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    bare.chmod(0o755)
    said = run(
        "make", "demo", f"PYTHON={bare}", f"VENV={tmp_path}/env", "PORT=1",
        env=os.environ | {"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert said.stdout == "Please install python3-venv: apt install python3-venv\n"


def test_what_a_bare_debian_lacks_is_named():
    needed = "apt install git make python3 python3-venv"
    assert needed in (ROOT / "README.md").read_text()


def test_stopping_while_the_demo_is_filled_is_one_line(tmp_path):
    filling = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, env=at_home(tmp_path),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Who runs this in the background ignores Ctrl-C, and so would whatever is started here.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert "Preparing" in filling.stdout.readline()
    time.sleep(0.5)
    filling.send_signal(signal.SIGINT)
    _said, told = filling.communicate(timeout=300)  # only so that it ends: a busy machine is slow
    assert told == "CommandError: Stopped before the demo was whole. `make demo` begins again.\n"
    assert filling.returncode == 130


def test_filling_the_demo_says_how_far_it_is_while_the_tables_are_made(tmp_path):
    """On a slow disk it stood still for three minutes."""
    filling = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, env=at_home(tmp_path),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        said = [filling.stdout.readline().strip() for _line in range(4)]
    finally:
        filling.kill()
        filling.communicate()
    assert "Preparing" in said[0]
    counted = [re.match(r"(\d+) of (\d+): \w+$", line) for line in said[2:]]
    assert all(counted), said
    assert [int(one[1]) for one in counted] == [1, 2] and int(counted[0][2]) > 200


def test_checking_installs_nothing_unasked_and_needs_no_browser(tmp_path):
    """Also as root; nobody sits at it here, so it names what is missing and ends."""
    for name in ("bash", "dirname", "id", "python3"):
        (tmp_path / name).symlink_to(shutil.which(name))
    installer = tmp_path / "apt-get"
    installer.write_text(f"#!/bin/bash\n>{tmp_path}/installed\n")
    installer.chmod(0o755)
    said = run("bash", ".ci/run", "--quick", env={"PATH": str(tmp_path)}, stdin=subprocess.DEVNULL)
    assert said.returncode == 1
    missing = re.search(r"Please install from your distribution: (.*)", said.stderr)[1].split()
    assert "gettext" in missing and "chromium-headless-shell" not in missing
    assert not (tmp_path / "installed").exists()
