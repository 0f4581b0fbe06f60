"""Is every permission that code or a template asks for in a table?"""

import re
from pathlib import Path

import pytest
import rules
from django.utils import timezone
from rules.permissions import permissions

from deliberation.people.permissions import About, may

ROOT = Path(__file__).resolve().parent.parent
# The name is the first text after one of the ways to ask.
ASKED = re.compile(r"""\b(?:may|require|has_perm|perm_exists)\(\s*f?["']([^"']+)["']""")
ASKED_IN_TEMPLATE = re.compile(r"""{%\s*(?:has_perm|may)\s+["']([^"']+)["']""")


def permissions_asked(root: Path) -> dict[str, str]:
    found = {}
    for folder, pattern, ending in (
        ("cms", ASKED, "*.py"),
        ("deliberation", ASKED, "*.py"),
        ("templates", ASKED_IN_TEMPLATE, "*.html"),
    ):
        for path in (root / folder).rglob(ending):
            for name in pattern.findall(path.read_text()):
                found[name] = str(path.relative_to(root))
    return found


def unregistered(asked: dict[str, str]) -> list[str]:
    """List names that no table has; a name put together (`live.{name}`) needs its prefix in one."""
    missing = []
    for name, where in asked.items():
        prefix = name.split("{")[0]
        known = (
            any(perm.startswith(prefix) for perm in permissions)
            if "{" in name
            else name in permissions
        )
        if not known:
            missing.append(f"{where} asks {name}")
    return missing


def test_every_permission_asked_is_registered():
    asked = permissions_asked(ROOT)
    assert len(asked) > 8, "the search found too little to mean anything"
    assert unregistered(asked) == []


def test_a_misspelt_permission_is_caught(tmp_path):
    (tmp_path / "cms").mkdir()
    (tmp_path / "cms/x.py").write_text('require("projects.decide_levle", actor, point)')
    assert unregistered(permissions_asked(tmp_path)) == ["cms/x.py asks projects.decide_levle"]


@pytest.mark.parametrize("name", sorted(permissions))
def test_no_object_means_no(name):
    assert may(name, object(), None) is False
    assert rules.has_perm(name, object(), About(None, timezone.now())) is False
