"""The secret of an open round: its sealed ballots can be read with it only, and it is destroyed when the round closes.

One file per open round in RUNTIME_DIR, outside the database and its backups: made when a round opens, destroyed
once its closing was committed.

A file that is gone, is no 32 bytes or only zeros (a full disk, another machine, a wiped directory) is a
lost secret: nobody can read the votes any more, and poll_closing.py declares the round void. A file that can't
be read is no lost secret but an outage: nothing is stored, and the same is tried again.
"""

import contextlib
import logging
import os
import re
from pathlib import Path

from django.conf import settings

from deliberation.people.atomic_files import try_to_write, write_whole

from . import randomness
from .models import Round
from .sealing import RoundKeys

logger = logging.getLogger(__name__)
OF_A_ROUND = re.compile(r"round-([0-9a-f]{32})-([0-9]{1,18})")  # the name of a file, see `_path`
LENGTH = 32  # bytes


def make_secret(round_) -> None:
    """Make the secret of a round that opens."""
    destroy_old_secrets()
    _write(_path(round_), randomness.secret())


def destroy_secret(round_) -> None:
    """Destroy the secret of a round for good. Destroying it twice is destroying it once."""
    _destroy(_path(round_))


def destroy_old_secrets() -> None:
    """Destroy what a process left that stopped between closing a round and destroying its secret.

    Only of rounds that this database knows to be closed: others may share the directory. Done by the worker when it
    starts and every few minutes, by a hub, and when a round opens; what can't be destroyed now is tried again then.
    """
    closed = Round.objects.filter(closed_at__isnull=False)
    for path in settings.RUNTIME_DIR.glob("round-*"):
        named = OF_A_ROUND.fullmatch(path.name)
        if named is None:  # none of ours
            continue
        epoch, number = named.groups()
        if closed.filter(pk=number, activity__run__epoch=epoch).exists():
            try:
                _destroy(path)
            except OSError:
                logger.exception("the key of closed round %s can't be destroyed", number)


def keys_of(round_) -> RoundKeys | None:
    """Read the keys of an open round; None when its secret is lost for good."""
    secret = _read(_path(round_))
    return None if secret is None else RoundKeys(round_.pk, secret)


def is_lost(round_) -> bool:
    """Tell whether the secret of an open round is lost for good. What can't be read just now is not lost."""
    try:
        return keys_of(round_) is None
    except OSError:
        return False


def try_a_secret() -> None:
    """Write and remove a file where secrets are kept: raises OSError when no round could open."""
    _make_folder(settings.RUNTIME_DIR)
    try_to_write(settings.RUNTIME_DIR)


def _path(round_) -> Path:
    # The epoch is random: a new database that counts from 1 again never meets an old file.
    return settings.RUNTIME_DIR / f"round-{round_.activity.run.epoch.hex}-{round_.pk}"


def _read(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == LENGTH and any(key) else None


def _write(path: Path, key: bytes) -> None:
    _make_folder(path.parent)
    write_whole(path, key)


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _destroy(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(LENGTH))
            os.fsync(file.fileno())
        path.unlink()
