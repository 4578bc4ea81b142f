"""Seal data at rest with the keys of the settings (Fernet: AES-128-CBC with HMAC-SHA256)."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.domain.identity import IdentityKeyMissing, IdentityUnreadable

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Seal:
    """Seals with the first key and opens with every one, so that a new key can be put before the old one."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        """Say nothing of the keys: this may stand in a log."""
        return "Seal(…)"

    @property
    def is_ready(self) -> bool:
        """Whether data can be sealed: there is a key, and all of them are keys."""
        try:
            self._fernet()
        except IdentityKeyMissing:
            return False
        return True

    def seal(self, data: object) -> bytes:
        """Seal JSON data.

        :raises IdentityKeyMissing: no key is set, or something that is none.
        """
        return self._fernet().encrypt(json.dumps(data).encode())

    def open(self, sealed: bytes) -> Any:  # noqa: ANN401 - any JSON value
        """Open what was sealed.

        :raises IdentityKeyMissing: no key is set, or something that is none.
        :raises IdentityUnreadable: none of the keys sealed it, or it was changed since.
        """
        from cryptography.fernet import InvalidToken

        try:
            return json.loads(self._fernet().decrypt(sealed))
        except InvalidToken:
            raise IdentityUnreadable from None

    def renew(self, sealed: bytes) -> bytes:
        """Seal with the first key what any of them opens.

        :raises IdentityKeyMissing, IdentityUnreadable: see ``open``.
        """
        return self.seal(self.open(sealed))

    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        try:
            return MultiFernet([Fernet(key) for key in self._keys])
        except ValueError:
            raise IdentityKeyMissing from None


def new_key() -> str:
    """Make a new key, as text."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
