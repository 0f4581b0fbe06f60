"""The mail server of a machine that is being installed: takes every mail, and writes down for whom. post.py <file>."""

import sys
import time
from pathlib import Path

from tests.post_office import a_post_office

with a_post_office(25) as office:
    while True:
        time.sleep(0.2)
        Path(sys.argv[1]).write_text("".join(f"{to}\n" for to, _mail in list(office.received)))
