"""Which signs can stand in a file, and how does it look?"""

import re

FONT = "Liberation Sans"
INK, SHADE, RULE = "1F2A37", "E8ECF1", "969CA5"
# What no XML file may hold, besides what clean_line takes out already.
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text) -> str:
    """Give the text without the signs that no file can hold."""
    return UNPRINTABLE.sub("", str(text))
