"""TradesHistory, QueryTrades, OpenPositions: our fills, and what we hold on margin (rest.md 5).

Pure. Imports: endpoint, reading, checks, account_funds. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from fathom.protocol.rest.account_funds import Rebase
from fathom.protocol.rest.checks import check_count
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, view
from fathom.protocol.rest.reading import Count, Row, TimeNs

IDS_MAX = 20  # In one call of QueryTrades.


class TradeInfo(Row, frozen=True, kw_only=True):
    """One fill: price, cost and margin in quote, volume in base. The fields from `posstatus` on: of one that opened."""

    ordertxid: str
    postxid: str | None = None
    pair: str  # By its id.
    time: TimeNs
    type: str
    ordertype: str
    price: Decimal
    cost: Decimal
    fee: Decimal  # Quote, unless the order had fcib.
    vol: Decimal
    margin: Decimal | None = None
    leverage: Decimal | None = None
    misc: str = ""
    trade_id: int | None = None
    maker: bool | None = None
    ledgers: tuple[str, ...] = ()
    posstatus: str | None = None
    cprice: Decimal | None = None
    ccost: Decimal | None = None
    cfee: Decimal | None = None
    cvol: Decimal | None = None
    cmargin: Decimal | None = None
    net: Decimal | None = None
    trades: tuple[str, ...] = ()


class TradesHistoryResult(Row, frozen=True, kw_only=True):
    """A page of 50 fills, newest first, and how many there are in all."""

    trades: dict[str, TradeInfo]
    count: Count | None = None


class TradesHistory(RestRequest[TradesHistoryResult], frozen=True, kw_only=True):
    """Our fills. `start` (exclusive) and `end` (inclusive) are seconds since 1970 or a fill's id."""

    endpoint: ClassVar[Endpoint] = view("TradesHistory", "query-closed-trades", counter="history")

    type: Literal["all", "any position", "closed position", "closing position", "no position"] | None = None
    trades: bool | None = None
    start: str | None = None
    end: str | None = None
    ofs: int | None = None
    without_count: bool | None = None
    consolidate_taker: bool | None = None
    ledgers: bool | None = None
    rebase_multiplier: Rebase | None = None


class QueryTrades(RestRequest[dict[str, TradeInfo]], frozen=True, kw_only=True):
    """The fills of 1 to 20 ids."""

    endpoint: ClassVar[Endpoint] = view("QueryTrades", "query-closed-trades", counter="history")

    txid: tuple[str, ...]
    trades: bool | None = None
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_count("txid", self.txid, most=IDS_MAX)


class PositionInfo(Row, frozen=True, kw_only=True):
    """A margin position, or all of one market's. Quantities in base; `net` is the profit not yet taken, in quote."""

    pair: str
    type: str
    cost: Decimal
    fee: Decimal
    vol: Decimal
    vol_closed: Decimal
    margin: Decimal
    ordertxid: str | None = None
    posstatus: str | None = None
    time: TimeNs | None = None
    ordertype: str | None = None
    value: Decimal | None = None  # This and `net`: with `docalcs`.
    net: Decimal | None = None
    terms: str | None = None  # 0.0100% per 4 hours.
    rollovertm: TimeNs | None = None
    misc: str = ""
    oflags: str = ""
    positions: Decimal | None = None  # How many, where they are summed up.
    leverage: Decimal | None = None


_PositionsWire = dict[str, PositionInfo] | tuple[PositionInfo, ...]


def _positions(wire: _PositionsWire) -> dict[str, PositionInfo]:
    """Return positions by id; summed up ones, which Kraken lists, by pair and side."""
    if isinstance(wire, dict):
        return wire
    return {f"{position.pair}/{position.type}": position for position in wire}


class OpenPositions(RestRequest[dict[str, PositionInfo]], frozen=True, kw_only=True):
    """Open margin positions by id; with `consolidation` by pair and side, such as XXBTZUSD/buy."""

    endpoint: ClassVar[Endpoint] = view("OpenPositions", "query-open-trades", wire=_PositionsWire, made=_positions)

    txid: tuple[str, ...] = ()
    docalcs: bool | None = None
    consolidation: Literal["market"] | None = None
    rebase_multiplier: Rebase | None = None
