"""Font and colours of document files, and the signs that can stand in one."""

from compass.text import clean

FONT = "Liberation Sans"
INK, SHADE, RULE = "1F2A37", "E8ECF1", "969CA5"


def printable(text) -> str:
    """Give the text without the signs that no file can hold."""
    return clean(str(text))
