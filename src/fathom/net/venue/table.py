"""A venue whose every URL is named by hand: colocation, a proxy, an exchange in another container.

Imports: domain, venue. Imported by: the front door, choosing.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fathom.domain import LocalError
from fathom.net.venue.venue import Venue

CONFIG_BYTES_MAX: Final = 1_000_000
_NEEDED: Final = ("rest", "ws_public", "ws_private")
_TEXTS: Final = (*_NEEDED, "ws_level3", "name", "authority")
_FIELDS: Final = (*_TEXTS, "plain_allowed")


def venue_of_table(table: Mapping[str, Any], *, folder: Path | None = None) -> Venue:
    """Return what a [venue] table says. A relative `authority` is one from `folder`, where the configuration is."""
    if unknown := sorted(set(table) - set(_FIELDS)):
        raise LocalError("venue", f"{', '.join(unknown)} is not known; there are {', '.join(_FIELDS)}")
    if missing := [name for name in _NEEDED if name not in table]:
        raise LocalError("venue", f"the [venue] table needs {', '.join(missing)}")
    if wrong := [name for name in _TEXTS if not isinstance(table.get(name, ""), str)]:
        raise LocalError("venue", f"{', '.join(wrong)} must be a text in quotation marks")
    if not isinstance(table.get("plain_allowed", False), bool):
        raise LocalError("venue", "plain_allowed must be true or false")
    authority = Path(table["authority"]).expanduser() if "authority" in table else None
    if authority is not None:
        authority = (folder or Path()) / authority
        if not authority.is_file():
            raise LocalError("authority", f"there is no file {authority}")
    return Venue(
        name=table.get("name", "custom"),
        rest=table["rest"],
        ws_public=table["ws_public"],
        ws_private=table["ws_private"],
        ws_level3=table.get("ws_level3"),
        authority=authority,
        plain_allowed=table.get("plain_allowed", False),
    )


def read_venue(path: Path) -> Venue | None:
    """Return the venue of a TOML configuration's [venue] table, or None where it has none."""
    try:
        with path.open("rb") as file:
            content = file.read(CONFIG_BYTES_MAX + 1)
    except OSError as error:
        raise LocalError("config", f"cannot read {path}: {error.strerror or error}") from None
    if len(content) > CONFIG_BYTES_MAX:
        raise LocalError("config", f"{path} has more than {CONFIG_BYTES_MAX} bytes")
    try:
        table = tomllib.loads(content.decode()).get("venue")
    except (ValueError, RecursionError) as error:
        raise LocalError("config", f"{path} is not TOML: {error}") from None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise LocalError("venue", "must be a table: [venue] and a line for each URL")
    return venue_of_table(table, folder=path.parent)
