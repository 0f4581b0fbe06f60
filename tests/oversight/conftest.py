"""The browser of the desk: as in the tests of projects."""

from tests.projects.conftest import chromium, enter  # noqa: F401
