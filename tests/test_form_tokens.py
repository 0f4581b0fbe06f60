"""Does every form that is sent hold its token? A part that is included with `only` hears of none unless it is given."""

import re
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
INCLUDE = re.compile(r'{%\s*include "([^"]+)"([^%]*)%}')


@cache
def needs_token(name: str) -> bool:
    """Tell whether a template writes a token, itself or in what it includes."""
    path = TEMPLATES / name
    text = path.read_text() if path.exists() else ""
    return "{% csrf_token %}" in text or any(
        needs_token(part) for part, _how in INCLUDE.findall(text)
    )


def test_a_part_with_a_form_is_given_the_token():
    every = [path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt")]
    includes = [
        (path.relative_to(TEMPLATES), part, how)
        for path in every
        for part, how in INCLUDE.findall(path.read_text())
    ]
    forms = [one for one in includes if needs_token(one[1])]
    lost = [
        f"{where} includes {part}"
        for where, part, how in forms
        if re.search(r"\bonly\b", how) and "csrf_token=csrf_token" not in how
    ]
    assert lost == []
    assert len(forms) > 8
