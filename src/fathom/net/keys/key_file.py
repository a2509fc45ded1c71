"""A key from a file of our own, TOML or JSON.

Imports: domain, credentials, guarded, secret, source. Imported by: finding.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from fathom.domain import LocalError
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.guarded import read_private
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import joined

FILE_BYTES_MAX: Final = 16_384
_FIELDS: Final = {"key", "secret", "otp"}
_LINE: Final = re.compile(r"line (\d+)")


class FileSource:
    """A file with `key`, `secret` and perhaps `otp`; ours, with mode 0600, or it is refused."""

    changes = True

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser()
        self.name = str(self._path)

    def read(self) -> Credentials | None:
        """Return the key in it, or None where there is no file."""
        content = read_private(self._path, bytes_max=FILE_BYTES_MAX)
        if content is None:
            return None
        is_json = content.reveal().lstrip().startswith("{")
        parts, problem = _parts(content, is_json=is_json)
        if problem is not None:
            raise LocalError("key", f"{self.name} {problem}")
        found = joined(
            None if "key" not in parts else parts["key"].reveal(),
            parts.get("secret"),
            parts.get("otp"),
            names=("key", "secret"),
            place=self.name,
        )
        if found is None:
            raise LocalError("key", f"{self.name} has neither key nor secret: write both into it, a line each")
        return found


def _parts(content: Secret, *, is_json: bool) -> tuple[dict[str, Secret], str | None]:
    """Return the texts, or what is wrong. No error of a parser leaves here: it would have the content in a frame."""
    try:
        read: Any = json.loads(content.reveal()) if is_json else tomllib.loads(content.reveal())
    except (ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        return {}, f"is not {'JSON' if is_json else 'TOML'}" + (f": look at line {line[1]}" if line else "")
    if not set(read) <= _FIELDS:
        return {}, "has a field that is not one of key, secret, otp"
    if not all(isinstance(value, str) for value in read.values()):
        return {}, "must have texts in quotation marks as key, secret and otp"
    return {name: Secret(value) for name, value in read.items()}, None
