"""Are the vendored files the ones that were recorded, complete and with a licence?"""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
ENTRIES = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def rebuild_module():
    spec = importlib.util.spec_from_file_location("rebuild", VENDOR / "rebuild.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_files_are_as_recorded(entry):
    folder = VENDOR / entry["name"] / entry["version"]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert found == entry["files"]
    assert "LICENSE.md" in found


def test_nothing_else_lies_in_the_folder():
    recorded = {VENDOR / entry["name"] / entry["version"] for entry in ENTRIES}
    assert {sheet.parent for sheet in VENDOR.rglob("*.css")} == recorded


def test_the_bundle_is_made_of_the_components():
    rebuild = rebuild_module()
    assert (VENDOR / rebuild.BUNDLE).read_text("utf-8") == rebuild.bundle_on_disk()


def test_nothing_in_a_style_sheet_is_loaded_from_elsewhere():
    for sheet in [*VENDOR.rglob("*.css"), *VENDOR.parent.glob("css/*.css")]:
        text = sheet.read_text("utf-8")
        assert "@import" not in text and "http://" not in text and "https://" not in text, sheet


def test_the_licence_of_every_component_is_eupl():
    for entry in ENTRIES:
        licence = VENDOR / entry["name"] / entry["version"] / "LICENSE.md"
        assert "European Union Public Licence" in licence.read_text("utf-8").replace("\n", " ")
