"""What do the engine's tests do without? Django, its settings and a language of the page."""

import pytest


@pytest.fixture(autouse=True)
def in_dutch():
    """Leave the language of pages alone: the engine is told a language when it speaks."""


@pytest.fixture(autouse=True)
def quick_passwords():
    """Leave passwords alone: there are none."""


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Leave the cache alone: there is none."""


@pytest.fixture(autouse=True)
def own_papers():
    """Leave lists of people alone: the engine knows none."""
