"""What an administrator is given: the folder deploy, the guide, and how a test runs a command of theirs."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/guides/install.md").read_text()
BY_HAND = re.findall(r"^```console\n(.*?)^```$", GUIDE, re.M | re.S)
SITE = DEPLOY / "nginx-site.conf"
UNITS = {path.stem.split("-")[1]: path for path in (DEPLOY / "systemd").glob("*.service")}


def names_read() -> set[str]:
    """Collect the variables the settings read: env("NAME"...)."""
    files = [ROOT / "cms/settings.py", ROOT / "cms/sign_in/options.py"]
    return {
        name for file in files for name in re.findall(r'env(?:_list)?\("(\w+)"', file.read_text())
    }


def run(*command, input=None, cwd=None, **environment) -> str:
    return subprocess.run(
        [str(one) for one in command],
        env=os.environ | environment, capture_output=True, text=True, check=True, input=input, cwd=cwd,
    ).stdout  # fmt: skip
