"""What does every test of the screens stand on? Counted guesses forgotten, and no hub left behind."""

import pytest
from django.core.cache import cache

from deliberation.live import hub


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Spend no time on hashing passwords: nothing here is about them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Start without wrong codes counted by an earlier test; end without a running hub."""
    cache.clear()
    yield
    cache.clear()
    assert not [loop for loop in hub._hubs if not loop.is_closed()], "a test left its hub running"
