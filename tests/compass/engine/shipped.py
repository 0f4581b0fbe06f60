"""Which frameworks do the engine tests read? The shipped ones, straight from their files."""

from functools import cache
from pathlib import Path

import compass
from compass.engine.framework import Rulebook

from .catalogue import load_translated

FOLDER = Path(compass.__file__).parent / "frameworks"
KEYS = sorted(path.stem for path in FOLDER.glob("*.toml"))
SOURCE = (FOLDER / "nl.toml").read_text(encoding="utf-8")


def source_of(key: str) -> str:
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")


@cache
def shipped(key: str) -> Rulebook:
    return load_translated(source_of(key))


def nl() -> Rulebook:
    return shipped("nl")


def ladder() -> Rulebook:
    return shipped("ladder")


@cache
def nl_with(*rules: str) -> Rulebook:
    """Add rules to the shipped framework; each is `id; when; effect`, in TOML."""
    return load_translated(SOURCE + "".join(rule_text(*rule.split("; ")) for rule in rules))


def rule_text(name: str, when: str, *effect: str) -> str:
    words = 'because.nl = "Daarom."\nbecause.en = "That is why."\nreference = "test"\n'
    return f'\n[[rules]]\nid = "{name}"\nwhen = "{when}"\n' + "\n".join(effect) + f"\n{words}"
