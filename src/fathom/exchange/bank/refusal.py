"""A no, in Kraken's words.

Pure. Imports: nothing. Imported by: bank, core, and through core every door.
"""

from msgspec import Struct


class Refusal(Struct, frozen=True):
    """What the venue answers instead (errors.md)."""

    error: str
