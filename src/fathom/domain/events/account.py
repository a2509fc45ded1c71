"""What the world says of the whole account, and what reconciliation makes of it.

Pure. Imports: base. Imported by: union.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.domain.events.base import Happening, Liquidity, OrderType, Side


class BalancesSeen(Happening, frozen=True, tag=True):
    """What the account holds, as the venue says: (asset, total), holds included."""

    balances: tuple[tuple[str, Decimal], ...]
    wallets: tuple[tuple[str, str, Decimal], ...] = ()  # (asset, wallet, its part), where the venue tells them apart.


class VenueOrder(Struct, frozen=True, array_like=True, gc=False):
    """An order as the venue has it. `order_id` is ours, empty for a stranger's: another program's, or by hand."""

    order_id: str
    venue_order_id: str
    client_id: str  # As it is at the venue; one with our mark and without `order_id` is ours all the same.
    symbol: str
    side: Side
    order_type: OrderType
    price_ticks: int | None
    qty_lots: int
    filled_lots: int
    status: str  # new, partially_filled, filled, canceled, expired: the venue's word.
    reason: str = ""
    trigger_ticks: int | None = None  # Of a stop or a take-profit, as a price; None where it is told as a distance.
    parent_id: str = ""  # The venue's id of the order whose conditional close this is.


class VenueFill(Struct, frozen=True, array_like=True, gc=False):
    """A fill as the venue has it; ids as in VenueOrder."""

    order_id: str
    venue_order_id: str
    exec_id: str
    symbol: str
    side: Side
    price_ticks: int
    qty_lots: int
    liquidity: Liquidity
    fee: Decimal
    fee_asset: str
    time_ns: int
    cost: Decimal | None = None  # As in OrderTraded.


class AccountSeen(Happening, frozen=True, tag=True):
    """The whole account as the venue has it, in answer to AccountWanted: what is open, and what was since then."""

    as_of_ns: int
    source: str  # `venue` or `paper`.
    orders: tuple[VenueOrder, ...]  # All that is open, strangers' too.
    closed: tuple[VenueOrder, ...]  # What has ended since `since_ns`, and whatever of ours was asked for.
    fills: tuple[VenueFill, ...]  # Since `since_ns`, oldest first.
    balances: tuple[tuple[str, Decimal], ...]
    asked: tuple[str, ...] | None = None  # Our orders that were asked for by name; None: all of the last AccountWanted.


class ForeignOrderSeen(Happening, frozen=True, tag=True):
    """An order that is not ours was told on the stream: it is open, or `status` says how it ended."""

    order: VenueOrder


class ForeignTraded(Happening, frozen=True, tag=True):
    """A fill that is not ours: it changes the balances, and no position of a strategy."""

    fill: VenueFill


class FeesSeen(Happening, frozen=True, tag=True):
    """The account's fees in a pair, as shares of cost, and its volume of 30 days in USD."""

    symbol: str
    maker_share: Decimal
    taker_share: Decimal
    volume_usd: Decimal


class FundsMoved(Happening, frozen=True, tag=True):
    """One row of the venue's ledger: `wallet` grows by `amount` less `fee`. Each id counts once.

    `kind` is the venue's word: trade, deposit, withdrawal, transfer, rollover, margin, staking, reward, and others. A
    trade's two rows say to the last unit what its fill, told apart, has moved.
    """

    ledger_id: str
    ref_id: str  # What it belongs to: a fill's exec_id, a transfer's two legs, a rollover's position.
    kind: str
    asset: str
    wallet: str  # spot or earn.
    amount: Decimal
    fee: Decimal
    time_ns: int


class MarginPosition(Struct, frozen=True, array_like=True, gc=False):
    """A margin position as the venue has it. Money in the pair's quote currency."""

    position_id: str
    symbol: str
    side: Side
    qty_lots: int  # What of it is still open.
    cost: Decimal  # What that cost, or brought in.
    margin: Decimal  # What is set aside for it.
    fee: Decimal  # For opening it; rollovers are ledger rows of their own.


class MarginSeen(Happening, frozen=True, tag=True):
    """All margin positions that are open, as the venue says."""

    positions: tuple[MarginPosition, ...]


class MarginUnknown(Happening, frozen=True, tag=True):
    """What is open on margin is not known: at a start, before the venue was asked, or for what `reason` says.

    Until the next MarginSeen the newest one before it counts, or none. `waits`: nothing is to be added until then; else
    it was decided to go on without.
    """

    reason: str  # Empty while it is only asked.
    waits: bool


# -- The reconciler: what is asked, and what it makes of the answers. --


class AccountWanted(Happening, frozen=True, tag=True):
    """Ask the venue for the whole account, and for what was filled and ended since `since_ns`."""

    reason: str
    since_ns: int
    order_ids: tuple[str, ...] = ()  # Orders of ours whose end is not known.


class OrderLookupWanted(Happening, frozen=True, tag=True):
    """Ask the venue what became of one order of ours. Never a second send.

    Whatever is found is news. That it is not there counts, as OrderAbsent, only where the venue was asked at or after
    `certain_ns`: before that, REST may not have it yet. None: it does not count at all.
    """

    order_id: str
    certain_ns: int | None = None


class AccountAgreed(Happening, frozen=True, tag=True):
    """Journal and venue agree, or what differed was explained: trading may go on."""

    as_of_ns: int


class AccountDisputed(Happening, frozen=True, tag=True):
    """Something of this symbol cannot be explained: nothing new there until it is. Empty symbol: nowhere."""

    symbol: str
    reason: str


class DisputeSettled(Happening, frozen=True, tag=True):
    """It is explained now, or a person has accepted the venue's word."""

    symbol: str
    reason: str


class ForeignCancelWanted(Happening, frozen=True, tag=True):
    """Cancel an order with our mark that the journal does not know: a crash took it from the journal's end."""

    venue_order_id: str
