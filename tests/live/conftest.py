"""What does every test of live sessions stand on? Round secrets in a directory of its own."""

import pytest


@pytest.fixture(autouse=True)
def runtime_dir(settings, tmp_path):
    """Keep the secrets of open rounds out of the developer's own directory."""
    settings.RUNTIME_DIR = tmp_path / "run"
    return settings.RUNTIME_DIR
