"""One API key, and how a new one is made.

Pure. Imports: nonces. Imported by: keyring, tokens, and every door.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from random import Random
from string import ascii_letters, digits
from typing import Final

from fathom.exchange.access.nonces import Nonces

# GetApiKeyInfo's words (rest.md 2).
PERMISSIONS: Final = (
    "query-funds",
    "add-funds",
    "withdraw-funds",
    "earn-funds",
    "query-open-trades",
    "query-closed-trades",
    "modify-trades",
    "close-trades",
    "query-ledger",
    "export-data",
    "create-ws-token",
    "add-withdraw-address",
    "update-withdraw-address",
)

_KEY_CHARACTERS: Final = ascii_letters + digits + "+/"
_KEY_LENGTH: Final = 56
_SECRET_BYTES: Final = 64


@dataclass(slots=True, kw_only=True, eq=False)
class ApiKey:
    """One key of one account."""

    key: str  # The public text: API-Key.
    secret: str = field(repr=False)  # base64
    account: str  # The account's name.
    label: str
    permissions: frozenset[str]
    otp: str | None = field(default=None, repr=False)  # The static password of the key's second factor.
    nonces: Nonces = field(default_factory=Nonces)
    created_ns: int
    modified_ns: int
    last_used_ns: int | None = None

    def may(self, *permissions: str) -> bool:
        """Tell whether the key has one of these permissions; of none it has all."""
        return not permissions or not self.permissions.isdisjoint(permissions)


def make_key_pair(chance: Random) -> tuple[str, str]:
    """Return a new key of 56 characters and its secret: 88 characters, base64 of 64 bytes."""
    key = "".join(chance.choice(_KEY_CHARACTERS) for _ in range(_KEY_LENGTH))
    return key, b64encode(chance.randbytes(_SECRET_BYTES)).decode()
