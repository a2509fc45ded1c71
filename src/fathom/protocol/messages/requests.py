"""Subscriptions and admin requests (websocket-v2.md 4.4 to 7). One parameter type a channel.

Unsubscribing takes the parameters of subscribing; only those that tell subscriptions apart need be there.

Pure. Imports: wire. Imported by: codec, rules, building.
"""

from fathom.protocol.messages.wire import BookDepth, EventTrigger, Level3Depth, OhlcInterval, Token, Wire


class TickerParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="ticker"):
    """Top of book (6.1); `event_trigger` is `trades` where absent."""

    symbol: tuple[str, ...]
    event_trigger: EventTrigger | None = None
    snapshot: bool | None = None


class BookParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="book"):
    """Level 2 (6.2); `depth` is 10 where absent."""

    symbol: tuple[str, ...]
    depth: BookDepth | None = None
    snapshot: bool | None = None


class TradeParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="trade"):
    """Public trades (6.3); no snapshot where absent."""

    symbol: tuple[str, ...]
    snapshot: bool | None = None


class OhlcParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="ohlc"):
    """Candles (6.4); `interval` in minutes."""

    symbol: tuple[str, ...]
    interval: OhlcInterval | None = None
    snapshot: bool | None = None


class InstrumentParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="instrument"):
    """Every asset and pair (6.5)."""

    snapshot: bool | None = None
    include_tokenized_assets: bool | None = None
    execution_venue: str | None = None


class ExecutionsParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="executions"):
    """Our orders and fills (7.1). The documents disagree on the defaults: always say both snap flags."""

    snap_orders: bool | None = None
    snap_trades: bool | None = None
    order_status: bool | None = None
    ratecounter: bool | None = None
    rebased: bool | None = None
    users: str | None = None
    token: Token | None = None


class BalancesParams(Wire, frozen=True, kw_only=True, tag_field="channel", tag="balances"):
    """Our balances (7.2)."""

    snapshot: bool | None = None
    rebased: bool | None = None
    users: str | None = None
    token: Token | None = None


class Level3Params(Wire, frozen=True, kw_only=True, tag_field="channel", tag="level3"):
    """Single orders (7.3), on their own host; `depth` is 10 where absent."""

    symbol: tuple[str, ...]
    depth: Level3Depth | None = None
    snapshot: bool | None = None
    token: Token | None = None


PublicParams = TickerParams | BookParams | TradeParams | OhlcParams | InstrumentParams
PrivateParams = ExecutionsParams | BalancesParams | Level3Params
ChannelParams = PublicParams | PrivateParams


class Subscribe(Wire, frozen=True, kw_only=True, tag_field="method", tag="subscribe"):
    """One channel; answered once a symbol."""

    params: ChannelParams
    req_id: int | None = None


class Unsubscribe(Wire, frozen=True, kw_only=True, tag_field="method", tag="unsubscribe"):
    """One channel; answered once a symbol."""

    params: ChannelParams
    req_id: int | None = None


class Ping(Wire, frozen=True, kw_only=True, tag_field="method", tag="ping"):
    """Keeps an idle connection open (5.3). It must carry no params."""

    req_id: int | None = None
