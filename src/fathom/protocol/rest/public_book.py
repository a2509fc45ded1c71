"""Depth, GroupedBook, PreTrade, and the private Level3: books as REST shows them (rest.md 4).

None of them is for trading on: volumes are rounded, and nothing can be verified.

Pure. Imports: endpoint, reading, names. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import Any, ClassVar, Literal

from msgspec import Struct

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, public, view
from fathom.protocol.rest.names import check_pair
from fathom.protocol.rest.reading import Row, TimeNs, one_pair


class DepthLevel(Struct, frozen=True, array_like=True):
    """Price in quote, volume in base rounded to three decimals, when it changed."""

    price: Decimal
    volume: Decimal
    time_ns: TimeNs


class DepthBook(Row, frozen=True, kw_only=True):
    """The best levels, best first. `pair` is the id, or the name with a slash that was asked for."""

    pair: str = ""
    asks: tuple[DepthLevel, ...]
    bids: tuple[DepthLevel, ...]


class _Sides(Row, frozen=True, kw_only=True):
    asks: tuple[DepthLevel, ...]
    bids: tuple[DepthLevel, ...]


def _depth(wire: dict[str, Any]) -> DepthBook:
    pair, sides = one_pair(wire)
    return DepthBook(pair=pair, asks=sides.asks, bids=sides.bids)


class Depth(RestRequest[DepthBook], frozen=True, kw_only=True):
    """The best `count` levels of a side, 1 to 500, by default 100."""

    endpoint: ClassVar[Endpoint] = public("Depth", wire=dict[str, _Sides], made=_depth)

    pair: str
    count: int | None = None
    asset_class: Literal["tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)


class BookGroup(Row, frozen=True, kw_only=True):
    """What lies within one step of the price; quantity in base."""

    price: Decimal
    qty: Decimal


class GroupedBookResult(Row, frozen=True, kw_only=True):
    """The book in steps of `grouping` ticks: asks are rounded up, bids down."""

    pair: str
    grouping: int
    bids: tuple[BookGroup, ...]
    asks: tuple[BookGroup, ...]


class GroupedBook(RestRequest[GroupedBookResult], frozen=True, kw_only=True):
    """The book summed up in steps."""

    endpoint: ClassVar[Endpoint] = public("GroupedBook")

    pair: str
    depth: Literal[10, 25, 100, 250, 1000] | None = None
    grouping: Literal[1, 5, 10, 25, 50, 100, 250, 500, 1000] | None = None  # Ticks.

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)


class PreTradeLevel(Row, frozen=True, kw_only=True):
    """One level; `count` orders make it up."""

    side: str  # BUY or SELL.
    price: Decimal
    qty: Decimal
    count: int
    publication_ts: TimeNs


class PreTradeResult(Row, frozen=True, kw_only=True):
    """The ten best levels a side in the words of the rules on transparency."""

    symbol: str
    description: str = ""
    base_asset: str = ""
    base_notation: str = ""
    quote_asset: str = ""
    quote_notation: str = ""
    venue: str = ""
    system: str = ""
    bids: tuple[PreTradeLevel, ...] = ()
    asks: tuple[PreTradeLevel, ...] = ()


class PreTrade(RestRequest[PreTradeResult], frozen=True, kw_only=True):
    """Transparency before the trade (MiCA)."""

    endpoint: ClassVar[Endpoint] = public("PreTrade")

    symbol: str

    def __post_init__(self) -> None:
        check_pair("symbol", self.symbol)


class RestingOrder(Row, frozen=True, kw_only=True):
    """One order in its queue; `timestamp` is in ns since 1970."""

    price: Decimal
    qty: Decimal
    order_id: str
    timestamp: int


class Level3Result(Row, frozen=True, kw_only=True):
    """Every visible order of the best levels."""

    pair: str
    bids: tuple[RestingOrder, ...]
    asks: tuple[RestingOrder, ...]


class Level3(RestRequest[Level3Result], frozen=True, kw_only=True):
    """The book order by order. `depth` counts levels, 0 is all of them, 100 the default. Needs a key."""

    endpoint: ClassVar[Endpoint] = view("Level3", "query-open-trades", json=True)

    pair: str
    depth: Literal[0, 10, 25, 100, 250, 1000] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)
