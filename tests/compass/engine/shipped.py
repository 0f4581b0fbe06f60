"""Which framework do the engine tests read? The shipped one, straight from its file."""

from functools import cache
from pathlib import Path

import compass
from compass.engine.framework import Framework, load_framework

SOURCE = (Path(compass.__file__).parent / "frameworks" / "nl.toml").read_text(encoding="utf-8")


@cache
def nl() -> Framework:
    return load_framework(SOURCE)


@cache
def nl_with(*rules: str) -> Framework:
    """Add rules to the shipped framework; each is `id; when; effect`, in TOML."""
    return load_framework(SOURCE + "".join(rule_text(*rule.split("; ")) for rule in rules))


def rule_text(name: str, when: str, *effect: str) -> str:
    words = 'because.nl = "Daarom."\nbecause.en = "That is why."\nreference = "test"\n'
    return f'\n[[rules]]\nid = "{name}"\nwhen = "{when}"\n' + "\n".join(effect) + f"\n{words}"
