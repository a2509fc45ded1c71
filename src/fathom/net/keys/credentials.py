"""One API key with its secret: it signs, and shows nothing.

Imports: domain, protocol, secret. Imported by: the front door, and the files of this folder.
"""

import hashlib
import hmac
from base64 import b64decode
from typing import Any, Final, NoReturn

from fathom.domain import LocalError
from fathom.net.keys.secret import Secret, SecretBytes
from fathom.protocol import rest

TEXT_MAX: Final = 512  # Of a key, its secret, its OTP: Kraken's have 56, 88 and a few characters.
SECRET_BYTES_MIN: Final = 64  # Every secret of Kraken's decodes to 64.
_FINGERPRINT_LENGTH: Final = 8


class Credentials:
    """A key of Kraken's: its public part, its secret, and the static password of its second factor if it has one.

    No way of showing the object shows more than the fingerprint: not `repr`, not the locals of a traceback, not
    pickle, which is refused. Raises LocalError, without quoting anything, where a part has not the right form.
    """

    __slots__ = ("_otp", "_signing", "_texts", "key")

    def __init__(self, *, key: str, secret: str | Secret, otp: str | Secret | None = None) -> None:
        # The arguments are wrapped first: a traceback with locals from here on shows none of them, nor `self`.
        self.key = ""
        secret = Secret(secret)
        otp = None if otp is None else Secret(otp)
        wrong_key, key = _wrong_with_key(key), key.strip()
        if wrong_key:
            key = ""  # It may be the secret, in the wrong place.
            raise LocalError("key", wrong_key)
        secret = Secret(secret.reveal().strip())
        signing = _decoded(secret)
        if signing is None:
            raise LocalError("secret", "the secret of the API key is not base64: copy it again, whole, from Kraken")
        if len(signing) < SECRET_BYTES_MIN:
            raise LocalError(
                "secret", "the secret of the API key is too short: copy it again, whole, and do not take the key for it"
            )
        if otp is not None:
            otp = Secret(otp.reveal().strip())
            if not _printable(otp.reveal()):
                raise LocalError("otp", "must be the static password of the key's second factor, in plain ASCII")
        self.key = key
        self._signing = signing
        self._otp = otp
        self._texts = (secret,) if otp is None else (secret, otp)

    def sign(self, *, path: str, nonce: str, body: bytes) -> str:
        """Return API-Sign for one private call; `body` is sent to the byte as it was signed."""
        return rest.api_sign(path, nonce=nonce, body=body, secret=self._signing)

    def otp_text(self) -> str | None:
        """Return the password that goes into the body as `otp`, if the key has one."""
        return None if self._otp is None else self._otp.reveal()

    @property
    def fingerprint(self) -> str:
        """Eight hex digits by which a person can tell two keys apart; safe to show."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:_FINGERPRINT_LENGTH]

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must never be shown, for whoever scrubs texts."""
        return self._texts

    def __repr__(self) -> str:
        return f"<key {self.fingerprint}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        same_signing = hmac.compare_digest(self._signing, other._signing)
        return self.key == other.key and same_signing and self._otp == other._otp

    def __hash__(self) -> int:
        return hash(self.key)

    def __copy__(self) -> "Credentials":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Credentials":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("credentials are not pickled: each process reads its own")


def _wrong_with_key(key: str) -> str | None:
    if not _printable(key.strip()):
        return "must be the API key's public part: one word in plain ASCII, as Kraken shows it"
    decoded = _decoded(Secret(key.strip()))
    if decoded is not None and len(decoded) >= SECRET_BYTES_MIN:
        return "looks like a secret: are key and secret the wrong way round?"
    return None


def _printable(text: str) -> bool:
    return 0 < len(text) <= TEXT_MAX and text.isascii() and text.isprintable() and " " not in text


def _decoded(secret: Secret) -> SecretBytes | None:
    """Return the bytes behind base64, or None; no exception leaves here that has them in a frame."""
    if not _printable(secret.reveal()):
        return None
    try:
        return SecretBytes(b64decode(secret.reveal(), validate=True))
    except ValueError:
        return None
