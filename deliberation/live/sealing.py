"""Encryption of what is cast in an open round (HKDF, HMAC and AES-GCM), under keys that follow from its secret."""

import hmac
import json
from functools import cached_property
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import randomness

PLAIN = 32  # bytes of every ballot before it is sealed, whatever was chosen; nine answers take 19


class RoundKeys:
    """What can be done with the secret of one open round. Without it nobody can do any of this."""

    def __init__(self, round_id: int, secret: bytes):
        self.round_id, self._secret = round_id, secret

    def voter_key(self, attendance_id: UUID) -> str:
        """Name the voter of a ballot, so that they can change it."""
        return hmac.new(self._mac, attendance_id.bytes, "sha256").hexdigest()

    def clear_voter_key(self, attendance_id: UUID) -> str:
        """Name a voter as versions did that stored votes unsealed."""
        return hmac.new(self._secret, attendance_id.bytes, "sha256").hexdigest()

    def seal(self, voter_key: str, choices: list[int]) -> bytes:
        """Encrypt a choice for one voter in this round: nonce, then text and tag."""
        plain = json.dumps(choices, separators=(",", ":")).encode().ljust(PLAIN)
        nonce = randomness.nonce()
        return nonce + self._enc.encrypt(nonce, plain, self._about(voter_key))

    def unseal(self, voter_key: str, sealed: bytes) -> list[int] | None:
        """Read back a choice; None when it was not sealed with this secret, for this voter and round."""
        nonce, hidden = bytes(sealed[: randomness.NONCE]), bytes(sealed[randomness.NONCE :])
        try:
            return json.loads(self._enc.decrypt(nonce, hidden, self._about(voter_key)))
        except InvalidTag:
            return None

    def _about(self, voter_key: str) -> bytes:
        return f"{self.round_id} {voter_key}".encode()

    @cached_property
    def _mac(self) -> bytes:
        return self._derive(b"mac")

    @cached_property
    def _enc(self) -> AESGCM:
        return AESGCM(self._derive(b"enc"))

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self._secret)
