"""Where a key is looked for, in which order.

Imports: domain, the sources. Imported by: the front door.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.net.keys.environment import EnvironmentSource
from fathom.net.keys.key_file import FileSource
from fathom.net.keys.mounted import MountedSource
from fathom.net.keys.source import Found, Source
from fathom.net.keys.system_keyring import KeyringSource

FILE_VARIABLE: Final = "FATHOM_KEY_FILE"
DIRECTORY_VARIABLE: Final = "FATHOM_KEY_DIR"
MOUNTED: Final = Path("/run/secrets/fathom")
NONE_FOUND: Final = (
    "there is none: set FATHOM_API_KEY and FATHOM_API_SECRET, or write key and secret into {file} (chmod 600), "
    "or name a file by FATHOM_KEY_FILE, or a directory with api-key and api-secret by FATHOM_KEY_DIR, "
    "or keep them in the system keyring (keyring set fathom api-key)"
)


class NoKey(LocalError):
    """There is no key in any of the places."""


def find_credentials(
    *,
    file: Path | None = None,
    directory: Path | None = None,
    keyring: str | None = None,
    environment: Mapping[str, str] | None = None,
    named_only: bool = False,
    mounted: Path = MOUNTED,
) -> Found:
    """Return the first key there is. Raises NoKey where there is none, LocalError for one that cannot be used.

    1. What a configuration names: `file`, `directory` or `keyring` (a service), one of them; nothing else is looked at.
    2. FATHOM_API_KEY, FATHOM_API_SECRET, FATHOM_API_OTP.
    3. The file that FATHOM_KEY_FILE names, or the directory that FATHOM_KEY_DIR names; it must be there.
    4. `fathom/key.toml` in $XDG_CONFIG_HOME or ~/.config, if it is there.
    5. /run/secrets/fathom, a directory of mounted secrets, if it is there.
    6. The system keyring, service `fathom`.

    `named_only` ends after 3: what lies in 4 to 6 is a key of Kraken's, and no other venue should see it.
    """
    found = look_for_credentials(
        file=file, directory=directory, keyring=keyring, environment=environment, named_only=named_only, mounted=mounted
    )
    if found is None:
        known = os.environ if environment is None else environment
        raise NoKey("key", NONE_FOUND.format(file=default_file(known)))
    return found


def look_for_credentials(
    *,
    file: Path | None = None,
    directory: Path | None = None,
    keyring: str | None = None,
    environment: Mapping[str, str] | None = None,
    named_only: bool = False,
    mounted: Path = MOUNTED,
) -> Found | None:
    """Return the first key there is, or None; as `find_credentials`."""
    known = os.environ if environment is None else environment
    named = _configured(file=file, directory=directory, keyring=keyring)
    if named is not None:
        return _needed(named)
    found = _found(EnvironmentSource(known))
    if found is not None:
        return found
    named = _named_by(known)
    if named is not None:
        return _needed(named)
    if named_only:
        return None
    for source in (FileSource(default_file(known)), MountedSource(mounted), KeyringSource()):
        found = _found(source)
        if found is not None:
            return found
    return None


def default_file(environment: Mapping[str, str]) -> Path:
    """Return where the key file is if nobody names another."""
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "fathom" / "key.toml"


def _configured(*, file: Path | None, directory: Path | None, keyring: str | None) -> Source | None:
    if sum(given is not None for given in (file, directory, keyring)) > 1:
        raise LocalError("key", "must come from one place: a file, a directory or the keyring")
    if file is not None:
        return FileSource(file)
    if directory is not None:
        return MountedSource(directory)
    return None if keyring is None else KeyringSource(keyring, asked=True)


def _named_by(environment: Mapping[str, str]) -> Source | None:
    file, directory = environment.get(FILE_VARIABLE), environment.get(DIRECTORY_VARIABLE)
    if file and directory:
        raise LocalError("key", f"must come from one place: unset {FILE_VARIABLE} or {DIRECTORY_VARIABLE}")
    if file:
        return FileSource(Path(file))
    return MountedSource(Path(directory)) if directory else None


def _found(source: Source) -> Found | None:
    credentials = source.read()
    return None if credentials is None else Found(credentials, source)


def _needed(source: Source) -> Found:
    found = _found(source)
    if found is None:
        raise LocalError("key", f"there is none in {source.name}")
    return found
