"""`EGeneral:Temporary lockout`: each further call makes it longer, so for a quarter of an hour none is made.

Imports: domain, protocol. Imported by: client.
"""

from math import ceil
from typing import Final

from fathom.domain import LimitRefused, Refused
from fathom.protocol import refusals

TEXT: Final = "EGeneral:Temporary lockout"
LOCKOUT_NS: Final = 900 * 10**9


class Lockout:
    """Whether this address is locked out, as far as we heard."""

    def __init__(self) -> None:
        self._until_ns = 0

    def heard(self, refusal: Refused, *, now_ns: int) -> bool:
        """Tell whether that is what the refusal says, and remember it."""
        row = refusals.row_of(refusal.text)
        if row is None or row.prefix != TEXT:
            return False
        self._until_ns = now_ns + LOCKOUT_NS
        return True

    def check(self, *, now_ns: int) -> None:
        """Raise LimitRefused, nothing sent, while it lasts."""
        left_s = (self._until_ns - now_ns) / 1e9
        # A clock that was set back must not lock us out for ever.
        if 0 < left_s <= LOCKOUT_NS / 1e9:
            raise LimitRefused(
                TEXT,
                fault="limit",
                retry="later",
                wait_s=left_s,
                order_may_exist=False,
                advice=f"Kraken has locked this address out for wrong keys, nonces or signatures: no call is made for "
                f"another {ceil(left_s)} s; look meanwhile what was wrong with them",
            )
