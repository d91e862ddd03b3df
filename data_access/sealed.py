"""Keeps files that hold personal data encrypted while they wait to be decided on.

AES-256-GCM; the key is derived from the application's secret key (HKDF-SHA-256, RFC 5869), a
fresh nonce stands before the text, and what the file belongs to is authenticated with it.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data_access.errors import InputError

NONCE = 12  # bytes


class Box:
    """Seals and opens with one key."""

    def __init__(self, secret_key: str) -> None:
        derive = HKDF(hashes.SHA256(), length=32, salt=None, info=b"quxiang file of a submission")
        self._cipher = AESGCM(derive.derive(secret_key.encode()))

    def seal(self, content: bytes, belongs_to: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, content, belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Raises InputError where the secret key is another one, or the text was changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], belongs_to.encode())
        except InvalidTag:
            raise InputError("submission.file_unreadable") from None
