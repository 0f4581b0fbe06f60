"""Where does the key live that lets a person change a vote, and that nobody may keep?

One file per open round in RUNTIME_DIR, outside the database and its backups. A voter's key is
HMAC(round secret, attendance): with the secret one could look up who cast a ballot, without it
nobody can. So it is made when a round opens and destroyed inside the transaction that closes it.

If the file is lost (another machine, a wiped directory) the round goes on: `Spent` still says who
used their vote, so nobody votes twice; who voted can no longer change it, as their ballot cannot be
found; who comes new gets a key from a new secret. If the transaction that destroyed it fails, the
same holds until it is tried again.
"""

import contextlib
import hmac
import os
from pathlib import Path

from django.conf import settings

from .. import chance


def make_secret(round_) -> None:
    """Make the secret of a round that opens."""
    destroy_secret(round_)  # of an opening that was taken back, whose number is used again
    _write(_path(round_))


def destroy_secret(round_) -> None:
    """Destroy the secret of a round for good. Destroying it twice is destroying it once."""
    path = _path(round_)
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(32))
            os.fsync(file.fileno())
        path.unlink()


def has_secret(round_) -> bool:
    """Tell whether votes in this round can still be changed."""
    return _path(round_).exists()


def voter_key(round_, attendance) -> str:
    """Compute the key of somebody's ballot in an open round; a lost secret is replaced by a new one.

    Call it under the lock of the run, so that two who come new don't replace it twice.
    """
    path = _path(round_)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = _write(path)
    return hmac.new(key, attendance.pk.bytes, "sha256").hexdigest()


def _path(round_) -> Path:
    # The epoch is random: a new database that counts from 1 again never meets an old file.
    return settings.RUNTIME_DIR / f"round-{round_.activity.run.epoch.hex}-{round_.pk}"


def _write(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    key = chance.secret()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
