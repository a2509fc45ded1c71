"""Time, SystemStatus, Assets, AssetPairs: the venue and what it lists (rest.md 4).

Pure. Imports: endpoint, reading, names, messages. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from msgspec import Struct

from fathom.protocol.messages import Emergency, Maintenance
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, public
from fathom.protocol.rest.names import check_pairs
from fathom.protocol.rest.reading import Row, TimeNs


class ServerTime(Row, frozen=True, kw_only=True):
    """Kraken's clock, in whole seconds."""

    unixtime: TimeNs
    rfc1123: str = ""


class Time(RestRequest[ServerTime], frozen=True, kw_only=True):
    """What Kraken's clock says."""

    endpoint: ClassVar[Endpoint] = public("Time")


class SystemStatusResult(Row, frozen=True, kw_only=True):
    """The state of the engine: online, maintenance, cancel_only or post_only."""

    status: str
    timestamp: TimeNs | None = None
    upcoming_maintenance: tuple[Maintenance, ...] = ()  # This and the next since 2026.
    emergency: tuple[Emergency, ...] = ()


class SystemStatus(RestRequest[SystemStatusResult], frozen=True, kw_only=True):
    """Whether Kraken trades."""

    endpoint: ClassVar[Endpoint] = public("SystemStatus")


class AssetInfo(Row, frozen=True, kw_only=True):
    """One asset."""

    altname: str
    aclass: str = "currency"
    decimals: int  # Of balances.
    display_decimals: int | None = None
    collateral_value: Decimal | None = None  # Share of its value that counts as collateral.
    status: str | None = None  # enabled, deposit_only, withdrawal_only, funding_temporarily_disabled.
    margin_rate: Decimal | None = None


class Assets(RestRequest[dict[str, AssetInfo]], frozen=True, kw_only=True):
    """The assets by id; all where none is named."""

    endpoint: ClassVar[Endpoint] = public("Assets")

    asset: tuple[str, ...] = ()
    aclass: Literal["currency", "tokenized_asset"] | None = None


class FeeRow(Struct, frozen=True, array_like=True):
    """From so much volume in 30 days on, the fee in percent."""

    volume: Decimal
    percent: Decimal


class PairInfo(Row, frozen=True, kw_only=True):
    """One pair. With `info` other than `info` most of it is absent."""

    altname: str | None = None
    wsname: str | None = None  # As WebSocket v1 spells it; REST itself does not take it.
    aclass_base: str | None = None
    base: str | None = None  # An asset's id.
    aclass_quote: str | None = None
    quote: str | None = None
    execution_venue: str | None = None
    lot: str | None = None
    pair_decimals: int | None = None  # Of prices; WebSocket's price_precision.
    cost_decimals: int | None = None
    lot_decimals: int | None = None  # Of quantities; WebSocket's qty_precision.
    lot_multiplier: int | None = None
    leverage_buy: tuple[int, ...] = ()
    leverage_sell: tuple[int, ...] = ()
    fees: tuple[FeeRow, ...] = ()  # Empty since 2026: TradeVolume has them.
    fees_maker: tuple[FeeRow, ...] = ()
    fee_volume_currency: str | None = None
    margin_call: int | None = None  # Percent of the margin level.
    margin_stop: int | None = None
    ordermin: Decimal | None = None  # Base.
    costmin: Decimal | None = None  # Quote.
    tick_size: Decimal | None = None
    status: str | None = None  # online, cancel_only, post_only, limit_only, reduce_only.
    long_position_limit: Decimal | None = None  # Base.
    short_position_limit: Decimal | None = None


class AssetPairs(RestRequest[dict[str, PairInfo]], frozen=True, kw_only=True):
    """The pairs by id, or under the name with a slash by which they were asked; all where none is named."""

    endpoint: ClassVar[Endpoint] = public("AssetPairs")

    pair: tuple[str, ...] = ()
    aclass_base: Literal["currency", "tokenized_asset"] | None = None
    info: Literal["info", "leverage", "fees", "margin"] | None = None
    country_code: str | None = None  # ISO 3166-1 alpha-2.
    execution_venue: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_pairs("pair", self.pair)
