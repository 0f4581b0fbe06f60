"""What does a test of people in a browser need? The system's Chromium."""

from tests.projects.conftest import chromium  # noqa: F401
