"""Replace a file whole: written aside, to the disk, then put in place, so that nobody ever reads half of it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace what a file holds, or leave it as it was when the disk is full half-way."""
    path = path.resolve()  # a link keeps pointing where it points
    aside = path.with_name(f"new-{path.name}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _sync_folder(path.parent)  # the new name survives a power cut too


def try_to_write(folder: Path) -> None:
    """Write and remove a file that has no name: raises OSError when nothing can be kept in this folder."""
    with TemporaryFile(dir=folder) as file:
        file.write(bytes(32))
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one thread of one process at a time read and replace what a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
