"""What every place that keeps a key can do.

Imports: credentials, secret. Imported by: this folder.
"""

from dataclasses import dataclass
from typing import Protocol

from fathom.domain import LocalError
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.secret import Secret


class Source(Protocol):
    """One place that keeps a key."""

    @property
    def name(self) -> str:
        """Say which place it is, for people."""

    @property
    def changes(self) -> bool:
        """Whether it may hold another key while we run, and looking again costs nothing."""

    def read(self) -> Credentials | None:
        """Return the key, or None where there is nothing. Raises LocalError for what is there and cannot be used."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key, and where it was."""

    credentials: Credentials
    source: Source


def joined(
    key: str | None, secret: Secret | None, otp: Secret | None, *, names: tuple[str, str], place: str
) -> Credentials | None:
    """Return the key that two or three texts make; None where neither is there. Half a key is a mistake."""
    if key is None and secret is None:
        return None
    if key is None or secret is None:
        there, missing = names if secret is None else (names[1], names[0])
        raise LocalError("key", f"{place} has {there} but no {missing}: both are needed")
    try:
        return Credentials(key=key, secret=secret, otp=otp)
    except LocalError as error:
        told = LocalError("key", f"{place}: {error}")
    raise told  # Here, where the other error is not its context.
