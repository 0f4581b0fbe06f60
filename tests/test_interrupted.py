"""Does Ctrl-C leave anything behind that nobody asked for?"""

import os
import signal
import subprocess
import time
from pathlib import Path

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
