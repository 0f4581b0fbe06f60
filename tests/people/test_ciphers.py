"""Is what was encrypted or digested long ago still read? Links in mail and rows of the database outlive a version."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from deliberation.people.ciphers import cipher_for

KEY = "kept-for-ever-and-known-to-everybody"
# By purpose, what it gave under that key; never made anew.
SEALED = {
    "kept text": (
        "gAAAAABrDtKK1UtdKiS6IM4k0H09UUvx87zsYk5zAUattWrc-DK6qDjWVWP1NkN9Dtw1qj4eVzDV-wZ9"
        "3YkyqHyKIktkqh-uNQ=="
    ),
    "second factor": (
        "gAAAAABrDs7tBe3G0r0rvFEOQvINkLYPqMCwhZr7tTyx3AN1QIfAn-bObyqnKfP92-4lu1uZ-4RH3Z9s"
        "2gBj8o_Isxye9FiBoA=="
    ),
    "unsubscribing": (
        "gAAAAABrDs7tf63yTARQl5p4e0TAxh1agFiSpEDr1kMH-4R1UQET_rv9s1yKeZZconiRwvOTKj_yNE2c"
        "JdeDWLOR-A4XSeeB3g=="
    ),
}
# Purposes of digests that are kept or compared: another name, and nothing kept before is found.
DIGESTED = {"known browser", "failed sign-in", "kept text", "live.whose"}


def purposes(function: str) -> set[str]:
    """List what a function is asked for anywhere, where that is said in words."""
    found = set()
    for app in ("cms", "compass", "deliberation"):
        for file in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(function):
                    found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    return found


def test_who_reads_the_secret_key_reads_former_ones_too():
    """Else what was printed, mailed or kept under a former key is lost; a phone that is remembered may be."""
    readers = {
        str(file.relative_to(settings.BASE_DIR)): file.read_text()
        for app in ("cms", "compass", "deliberation")
        for file in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if "settings.SECRET_KEY" in file.read_text()
    }
    lost = {name for name, text in readers.items() if "SECRET_KEY_FALLBACKS" not in text}
    assert lost == {"deliberation/live/joining/devices.py"} and len(readers) >= 3


def test_every_purpose_is_one_that_was_used_before():
    assert purposes("cipher_for") == set(SEALED)
    assert purposes("salted_hmac") == DIGESTED


@pytest.mark.parametrize("purpose", SEALED)
def test_what_was_sealed_long_ago_is_read(monkeypatch, purpose):
    monkeypatch.setattr(settings, "SECRET_KEY", KEY)
    assert cipher_for(purpose).decrypt(SEALED[purpose].encode()) == purpose.encode()
    monkeypatch.setattr(settings, "SECRET_KEY", "another")
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [KEY])
    assert cipher_for(purpose).decrypt(SEALED[purpose].encode()) == purpose.encode()
