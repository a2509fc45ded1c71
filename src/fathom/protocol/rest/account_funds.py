"""Balance, BalanceEx, CreditLines, TradeBalance, TradeVolume: what the account is worth, and its fees (rest.md 5).

Pure. Imports: endpoint, reading, names. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from msgspec import field

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, view
from fathom.protocol.rest.names import check_pairs
from fathom.protocol.rest.reading import Row

Rebase = Literal["rebased", "base"]


class Balance(RestRequest[dict[str, Decimal]], frozen=True, kw_only=True):
    """What there is of each asset, by its id; what is held for orders is still in it."""

    endpoint: ClassVar[Endpoint] = view("Balance", "query-funds")

    rebase_multiplier: Rebase | None = None


class AssetBalance(Row, frozen=True, kw_only=True):
    """One asset, in its own units. Free is balance + credit - credit_used - hold_trade."""

    balance: Decimal
    hold_trade: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    credit_used: Decimal = Decimal(0)

    @property
    def free(self) -> Decimal:
        """Return what an order may use."""
        return self.balance + self.credit - self.credit_used - self.hold_trade


class BalanceEx(RestRequest[dict[str, AssetBalance]], frozen=True, kw_only=True):
    """What there is of each asset, and what of it is held for orders."""

    endpoint: ClassVar[Endpoint] = view("BalanceEx", "query-funds")

    rebase_multiplier: Rebase | None = None


class CreditOfAsset(Row, frozen=True, kw_only=True):
    """The credit line of one asset, in its own units."""

    balance: Decimal | None = None
    credit_limit: Decimal | None = None
    credit_used: Decimal | None = None
    available_credit: Decimal | None = None


class CreditLimits(Row, frozen=True, kw_only=True):
    """The account's credit as a whole, in USD."""

    total_credit_usd: Decimal | None = None
    total_credit_used_usd: Decimal | None = None
    total_collateral_value_usd: Decimal | None = None
    equity_usd: Decimal | None = None
    ongoing_balance: Decimal | None = None
    debt_to_equity: Decimal | None = None


class CreditLinesResult(Row, frozen=True, kw_only=True):
    """Credit by asset, and its limits."""

    asset_details: dict[str, CreditOfAsset] = field(default_factory=dict)
    limits_monitor: CreditLimits | None = None


class CreditLines(RestRequest[CreditLinesResult | None], frozen=True, kw_only=True):
    """Lines of credit; None for an account that has none."""

    endpoint: ClassVar[Endpoint] = view("CreditLines", "query-funds")

    rebase_multiplier: Rebase | None = None


class TradeBalanceResult(Row, frozen=True, kw_only=True):
    """The figures of margin, in the asset that was asked for; `margin_level` in percent, None without positions."""

    equivalent_balance: Decimal = field(name="eb")
    trade_balance: Decimal = field(name="tb")
    margin: Decimal = field(name="m")
    unrealised: Decimal = field(name="n")
    cost: Decimal = field(name="c")
    valuation: Decimal = field(name="v")
    equity: Decimal = field(name="e")
    free_margin: Decimal = field(name="mf")
    free_margin_for_orders: Decimal | None = field(name="mfo", default=None)
    margin_level: Decimal | None = field(name="ml", default=None)
    unfilled: Decimal | None = field(name="uv", default=None)


class TradeBalance(RestRequest[TradeBalanceResult], frozen=True, kw_only=True):
    """Equity and margin in one asset, ZUSD by default."""

    endpoint: ClassVar[Endpoint] = view("TradeBalance", "query-open-trades")

    asset: str | None = None
    rebase_multiplier: Rebase | None = None


class FeeTier(Row, frozen=True, kw_only=True):
    """The fee of one pair in percent, and the tier it comes from: volumes of 30 days in USD. None in the last tier."""

    fee: Decimal
    minfee: Decimal | None = None
    maxfee: Decimal | None = None
    nextfee: Decimal | None = None
    tiervolume: Decimal | None = None
    nextvolume: Decimal | None = None


class TradeVolumeResult(Row, frozen=True, kw_only=True):
    """The volume of 30 days, and the fees of the pairs that were named: taker's and maker's."""

    currency: str
    volume: Decimal
    fees: dict[str, FeeTier] = field(default_factory=dict)
    fees_maker: dict[str, FeeTier] = field(default_factory=dict)


class _VolumeWire(Row, frozen=True, kw_only=True):
    currency: str
    volume: Decimal
    fees: dict[str, dict[str, Decimal | None]] | None = None
    fees_maker: dict[str, dict[str, Decimal | None]] | None = None


def _volume(wire: _VolumeWire) -> TradeVolumeResult:
    return TradeVolumeResult(
        currency=wire.currency, volume=wire.volume, fees=_tiers(wire.fees), fees_maker=_tiers(wire.fees_maker)
    )


def _tiers(wire: dict[str, dict[str, Decimal | None]] | None) -> dict[str, FeeTier]:
    """Return the tiers. Documents write min_fee and tier_volume where answers write minfee and tiervolume."""
    return {
        pair: _tier({name.replace("_", ""): value for name, value in row.items()}) for pair, row in (wire or {}).items()
    }


def _tier(row: dict[str, Decimal | None]) -> FeeTier:
    fee = row.get("fee")
    if fee is None:
        raise ValueError("a fee tier without a fee")
    return FeeTier(
        fee=fee,
        minfee=row.get("minfee"),
        maxfee=row.get("maxfee"),
        nextfee=row.get("nextfee"),
        tiervolume=row.get("tiervolume"),
        nextvolume=row.get("nextvolume"),
    )


class TradeVolume(RestRequest[TradeVolumeResult], frozen=True, kw_only=True):
    """The volume of 30 days and the fees that follow; without `pair` no fees."""

    endpoint: ClassVar[Endpoint] = view("TradeVolume", "query-funds", wire=_VolumeWire, made=_volume)

    pair: tuple[str, ...] = ()
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_pairs("pair", self.pair)
