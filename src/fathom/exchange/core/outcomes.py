"""What an amend or an edit comes to, where it is not refused.

Pure. Imports: order. Imported by: core, rest, sessions, v1.
"""

from msgspec import Struct

from fathom.exchange.core.order import AmendRow, Order


class Amended(Struct, frozen=True):
    """An order after a change in place, and the row of its history that says so."""

    order: Order
    row: AmendRow


class Edited(Struct, frozen=True):
    """An order and the one that it replaced. Of an edit that was only to be checked, the new one is nowhere."""

    new: Order
    old: Order
