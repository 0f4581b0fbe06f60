"""What does every test of the screens stand on? Counted guesses forgotten, and no hub left behind."""

import pytest

from deliberation.live.sockets import hub


@pytest.fixture(autouse=True)
def nothing_running():
    """End without a running hub."""
    yield
    assert not [loop for loop in hub._hubs if not loop.is_closed()], "a test left its hub running"
