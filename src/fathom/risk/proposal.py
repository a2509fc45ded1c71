"""One order, or an amend of one, and the account without it: all that a check may look at.

Pure. Imports: domain. Imported by: the checks, risk/judging.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.domain import Instrument, OrderWanted, Side, VenueStatus


class GroupWorth(Struct, frozen=True):
    """Symbols that move together, and what is held of them, open orders filled; None while it has no price."""

    name: str
    share_max: Decimal
    exposure: Decimal | None


class Proposal(Struct, frozen=True, kw_only=True):
    """What is asked, and what it would come on top of. Money in the account's currency where it does not say so."""

    # -- What is asked. --
    instrument: Instrument
    wanted: OrderWanted  # Its terms; of an amend, those of the order that it changes.
    price_ticks: int | None
    post_only: bool
    qty_lots: int  # What could still fill: without what an amended order has filled.
    total_lots: int  # Its quantity, as the venue's minimum looks at it.
    amends: bool  # Whether it changes an order that is open.
    grows: bool  # Whether it is more than was approved before: always, but for an amend that takes back.
    adds: bool  # Whether it grows, and brings in anything but the account's currency.
    # -- What it is worth. --
    worst_ticks: int | None  # The worst price that it may trade at; None where the book does not hold the order.
    start_twice: int  # The double of the price at which it begins to trade: the mid, or its trigger.
    mid: Decimal | None  # In the pair's quote currency; None while a side of the book is empty.
    rate: Decimal | None  # What one of the quote currency is worth; None while nothing tells.
    given: Decimal  # What it gives away at worst: quote currency with fee, or base currency.
    taken: Decimal  # What it brings in: base currency, or quote currency.
    value: Decimal  # Its worth.
    # -- Where and when. --
    now_ns: int
    venue_status: VenueStatus
    book_trusted: bool
    book_reason: str  # Why it is not.
    book_moved_ns: int
    spread_ticks: int | None
    # -- The account, and our other open orders. --
    equity: Decimal | None
    gross: Decimal | None  # All but the account's currency, other orders filled.
    unpriced: str  # What is held, or comes in, that has no price now; empty where both of the above are known.
    held_given: Decimal  # What is held of the asset that it gives ...
    bound_given: Decimal  # ... and what the others may give of it.
    after_taken: Decimal  # What there would be of the asset that it takes, it and all others filled.
    taken_price: Decimal | None  # What one of that asset is worth, at the dearer of mid and price.
    groups: tuple[GroupWorth, ...]  # Those that the asset that it takes is in.
    # -- What has been, and is under way: in all, and at the symbol. --
    open_orders: int
    open_orders_here: int
    lately: int  # Orders within a minute, or amends where it is one.
    lately_here: int
    turnover: Decimal  # Filled today, and open.
    turnover_here: Decimal

    @property
    def side(self) -> Side:
        """Buy or sell."""
        return self.wanted.side

    @property
    def gives(self) -> str:
        """The asset that it gives away."""
        return self.instrument.quote if self.wanted.side == "buy" else self.instrument.base

    @property
    def takes(self) -> str:
        """The asset that it brings in."""
        return self.instrument.base if self.wanted.side == "buy" else self.instrument.quote
