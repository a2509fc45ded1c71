"""The secrets that this process has read, so that no traceback and no unexpected error shows one.

Imports: net. Imported by: run; cli, where it is loaded.
"""

from typing import Final

from fathom.net import Credentials, Redactor

_REDACTOR: Final = Redactor()


def know(credentials: Credentials) -> None:
    """Scrub this key's secrets from now on."""
    for secret in credentials.secrets:
        _REDACTOR.learn(secret)


def scrubbed(text: str) -> str:
    """Return the text without any secret that was read."""
    return _REDACTOR.scrub(text)
