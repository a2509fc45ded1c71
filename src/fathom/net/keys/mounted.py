"""A key from a directory of mounted secrets, one value a file, as Kubernetes and others do it.

Imports: domain, credentials, guarded, secret, source. Imported by: finding.
"""

from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.guarded import read_mounted
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import joined

VALUE_BYTES_MAX: Final = 4_096
NAMES: Final = ("api-key", "api-secret", "api-otp")
_LOOKS_MAX: Final = 5  # So often at most it is read again, where it changed while it was read.


class MountedSource:
    """A directory with `api-key`, `api-secret` and perhaps `api-otp`.

    Kubernetes changes all of them at once, by one link; a key and a secret from either side of the change are never
    put together. Links and a group that may read are as they must be there; the whole world may not.
    """

    changes = True

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser()
        self.name = str(self._path)

    def read(self) -> Credentials | None:
        """Return the key in it, or None where there is no directory, or none of the files."""
        for _ in range(_LOOKS_MAX):
            before = self._stamp()
            texts = [self._text(name) for name in NAMES]
            if before == self._stamp():
                key, secret, otp = texts
                return joined(
                    None if key is None else key.reveal(), secret, otp, names=(NAMES[0], NAMES[1]), place=self.name
                )
        raise LocalError("key", f"{self.name} does not stop changing: what writes there?")

    def _text(self, name: str) -> Secret | None:
        text = read_mounted(self._path / name, bytes_max=VALUE_BYTES_MAX)
        return None if text is None or not text.reveal().strip() else text

    def _stamp(self) -> tuple[object, ...]:
        """Return what changes when a file does."""
        return tuple(_stamp(self._path / name) for name in NAMES)


def _stamp(path: Path) -> tuple[object, ...] | None:
    try:
        status = path.stat()
        return str(path.resolve()), status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    except (OSError, RuntimeError):  # Not there, or not to be had; reading says which.
        return None
