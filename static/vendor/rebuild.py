"""How do the vendored style sheets get here? Fetches, bundles and records them again."""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent
BUNDLE = "utrecht/1/utrecht.css"

# Exact versions. An update changes this table and the bundle's number; then look at the screens.
PACKAGES = {
    "@utrecht/document-css": "3.0.1",
    "@utrecht/heading-1-css": "3.0.1",
    "@utrecht/heading-2-css": "3.0.1",
    "@utrecht/heading-3-css": "3.0.1",
    "@utrecht/paragraph-css": "4.0.1",
    "@utrecht/unordered-list-css": "3.1.1",
    "@utrecht/link-css": "3.0.1",
    "@utrecht/skip-link-css": "3.0.1",
    "@utrecht/button-css": "4.0.1",
    "@utrecht/alert-css": "4.0.2",
    "@utrecht/badge-status-css": "2.0.1",
    "@utrecht/data-list-css": "3.0.1",
    "@utrecht/table-css": "3.0.1",
    "@utrecht/form-label-css": "3.0.1",
    "@utrecht/form-field-css": "3.0.1",
    "@utrecht/form-field-description-css": "3.0.1",
    "@utrecht/form-field-error-message-css": "3.0.1",
    "@utrecht/form-fieldset-css": "3.0.1",
    "@utrecht/textbox-css": "4.0.1",
    "@utrecht/textarea-css": "4.0.1",
    "@utrecht/select-css": "3.0.1",
    "@utrecht/checkbox-css": "3.0.1",
    "@utrecht/radio-button-css": "3.0.1",
}
WANTED = {"package/dist/index.min.css": "index.min.css", "package/LICENSE.md": "LICENSE.md"}


def folder_name(package):
    """Turn `@utrecht/button-css` into `utrecht-button-css`."""
    return package.lstrip("@").replace("/", "-")


def fetch(package, version):
    """Return the wanted files of one published package as {name: bytes}."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"{package}@{version}", "--pack-destination", scratch]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (fixed table above)
        archive = next(Path(scratch).glob("*.tgz")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {name: tar.extractfile(member).read() for member, name in WANTED.items()}


def bundle(sheets):
    """Join style sheets (text) into one; whitespace inside declarations shrinks to one space."""
    joined = "\n".join(
        re.sub(r"\s+", " ", sheet.replace('@charset "UTF-8";', "")).strip() for sheet in sheets
    )
    header = "/* Utrecht component library, EUPL-1.2. Made by static/vendor/rebuild.py. */"
    return f'@charset "UTF-8";\n{header}\n{joined}\n'


def bundle_on_disk(vendor=VENDOR):
    """Bundle again from the component files that are committed."""
    folders = (vendor / folder_name(package) / version for package, version in PACKAGES.items())
    return bundle((folder / "index.min.css").read_text("utf-8") for folder in folders)


def record(name, package, version, files):
    """Describe one folder for the manifest, with a sha256 for each file (bytes)."""
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    return {"name": name, "source": package, "version": version, "files": hashes}


def write(folder, files):
    """Write the files (bytes) into a folder that may not exist yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def main():
    """Rebuild everything; afterwards `git diff` shows what changed."""
    entries = []
    for package, version in PACKAGES.items():
        files = fetch(package, version)
        write(VENDOR / folder_name(package) / version, files)
        entries.append(record(folder_name(package), package, version, files))
        print(f"{package} {version}")
    name, version, file = BUNDLE.split("/")
    licence = VENDOR / folder_name(package) / PACKAGES[package] / "LICENSE.md"
    files = {file: bundle_on_disk().encode(), "LICENSE.md": licence.read_bytes()}
    write(VENDOR / name / version, files)
    entries.append(record(name, "the folders above, in this order", version, files))
    (VENDOR / "manifest.json").write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
