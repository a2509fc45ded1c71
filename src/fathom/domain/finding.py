"""What somebody who looked found, and what to do about it.

Pure. Imports: nothing. Imported by: net, run.
"""

from typing import Literal

from msgspec import Struct

# `note` is worth knowing, `warning` should be changed soon, `error` stops whoever would trade.
Level = Literal["ok", "note", "warning", "error"]


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `found` and `advice` are sentences for people, with no secret in them."""

    group: str
    check: str
    level: Level
    found: str
    advice: str = ""
