"""Which browser do the tests of frameworks look with?"""

from tests.projects.conftest import chromium  # noqa: F401
