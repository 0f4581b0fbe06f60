"""Does Ctrl-C leave anything behind that nobody asked for?"""

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.migrated import forget_those_of_nobody

RUN = Path(__file__).parent.parent / ".ci" / "run"


def test_the_proof_of_everything_removes_its_data(tmp_path):
    mine = {name: value for name, value in os.environ.items() if name != "SAMENKOMPAS_DATA_DIR"}
    run = subprocess.Popen(
        ["bash", RUN, "--no-system"], env={**mine, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 20
    while not any(tmp_path.iterdir()) and run.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert any(tmp_path.iterdir()), "it made no place for its data"
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(20) != 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_of_tests_left_goes_with_the_next_one(tmp_path):
    killed = subprocess.Popen(["sleep", "60"])
    left = [f"test-{killed.pid}.sqlite3{part}" for part in ("", "-wal", "-shm")]
    own = [f"test-{os.getpid()}.sqlite3", "samenkompas.sqlite3"]
    for name in [*left, *own]:
        (tmp_path / name).touch()
    forget_those_of_nobody(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*left, *own}, "it lives"
    killed.kill()
    killed.wait(10)
    forget_those_of_nobody(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*own}
