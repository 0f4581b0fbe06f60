"""What do tests of two municipalities stand on? Files and round secrets in a directory of their own."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Keep uploads and secrets out of the developer's own directory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RUNTIME_DIR = tmp_path / "run"
    settings.ALLOWED_HOSTS = [OURS_HOST, THEIRS_HOST]


OURS_HOST, THEIRS_HOST = "testserver", "geheimland.example.org"
