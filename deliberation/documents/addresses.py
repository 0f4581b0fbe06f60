"""Web addresses in running text: cuts a text into words and links that a reader can follow."""

import re

# Lengths are bounded, so that no text takes long to read.
ADDRESS = re.compile(
    r"(?P<page>https?://[^\s<>\"]{1,500})"
    r"|(?P<mail>[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})"
)
AT_THE_END = ".,;:!?)'"


def with_addresses(text: str) -> list[tuple[str, str]]:
    """Cut a text into parts: (what is read, where it leads); the latter is blank for plain words."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        shown = found[0].rstrip(AT_THE_END)
        parts += [(text[end : found.start()], ""), (shown, _to(found, shown))]
        end = found.start() + len(shown)
    return [part for part in [*parts, (text[end:], "")] if part[0]]


def _to(found, shown: str) -> str:
    return shown if found["page"] else f"mailto:{shown}"
