"""The install guide as a script: type its blocks into a machine, as somebody who reads nothing else.

    guide.py <pid of the machine's first process> <heading> [<heading> …]

Under each heading every block marked `sh` is run, in one shell, as root; a command that fails ends it.
"""

import os
import pty
import re
import sys
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/install.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
# What the machine asks of whoever sits at it.
ANSWERS = {"e-mail": "installatie@kompasdorp.example", "password": "een-lang-wachtwoord-van-hier"}
ASKED = re.compile(rf"({'|'.join(ANSWERS)})[^\n]*: ?$", re.I)
# A machine of which nothing is known but how to reach packages from here.
KEPT = ("http_proxy", "https_proxy", "no_proxy")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OWN_CERTIFICATES = "/srv/own-certificates.crt"


def blocks(heading: str) -> list[str]:
    """Give what is to be typed under a heading, up to the next one of the same rank."""
    rank = heading.split()[0]
    after = f"\n{GUIDE.read_text()}".split(f"\n{heading}\n", 1)[1]
    here = re.split(rf"^#{{1,{len(rank)}}} ", after, maxsplit=1, flags=re.M)[0]
    return BLOCK.findall(here)


def type_in(first_process: str, script: str) -> int:
    """Run a script on the machine, as at its terminal; show what it says, answer what it asks."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("nsenter", [  # noqa: S606 - whoever runs this is root, and so is who installs
            "nsenter", "--target", first_process, "--mount", "--uts", "--ipc", "--pid", "--root", "--wd",
            "env", "-i", "HOME=/root", "LANG=C.UTF-8", f"PATH={PATH}",
            "DEBIAN_FRONTEND=noninteractive", f"PIP_CERT={OWN_CERTIFICATES}",
            *(f"{name}={os.environ[name]}" for name in KEPT if name in os.environ),
            "bash", "-euxo", "pipefail", "-c", f"cd\n{script}",
        ])  # fmt: skip
    said = ""
    while True:
        try:
            heard = os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other end is gone
            break
        if not heard:
            break
        sys.stdout.write(heard)
        sys.stdout.flush()
        said = (said + heard)[-200:]
        if asked := ASKED.search(said):
            os.write(terminal, f"{ANSWERS[asked[1].lower()]}\n".encode())
            said = ""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    first, *headings = sys.argv[1:]
    typed = [block for heading in headings for block in blocks(heading)]
    assert typed, f"the guide has nothing to type under {headings}"
    sys.exit(type_in(first, "\n".join(typed)))
