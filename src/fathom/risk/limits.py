"""The limits in force. Shares are fractions, money is in the account's quote currency, times are as each name says.

A limit of a symbol replaces the one for all symbols (`EACH`), or holds besides the one for all together (`COUNTED`).

Pure. Imports: nothing. Imported by: every file of risk, run.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

Positive = Annotated[int, Meta(ge=1)]
# Mids, clock, journal, loop and switch are looked at once a second: in less than two one might be seen but once.
TwoLooks = Annotated[int, Meta(ge=2)]
# The hard breakers, by the names in which they halt.
Hard = Literal["kill", "daily_loss_share_max", "drawdown_share_max"]

ABOVE_0_TO_1: Final = "above 0 and at most 1"
ABOVE_0: Final = "above 0"
FROM_0: Final = "0 or more"
FROM_0_BELOW_1: Final = "from 0 to below 1"
BOUNDS: Final = {
    "position_share_max": ABOVE_0_TO_1,
    "order_value_max": ABOVE_0,
    "order_qty_max": ABOVE_0,
    "collar_share_max": ABOVE_0_TO_1,
    "spread_share_max": ABOVE_0_TO_1,
    "volatility_share_max": ABOVE_0_TO_1,
    "turnover_day_max": ABOVE_0,
    "daily_loss_share_max": ABOVE_0_TO_1,
    "drawdown_share_max": ABOVE_0_TO_1,
    "gross_exposure_share_max": ABOVE_0_TO_1,
    "share_max": ABOVE_0_TO_1,
    "fee_share": FROM_0_BELOW_1,
    "flatten_book_share": ABOVE_0_TO_1,
}


def _check_bounds(limits: Struct) -> None:
    for name in limits.__struct_fields__:
        bounds = BOUNDS.get(name)
        value: Decimal | None = getattr(limits, name) if bounds else None
        if bounds and value is not None and not _within(value, bounds):
            raise ValueError(f"{name} must be {bounds}, not {value}")


def _within(value: Decimal, bounds: str) -> bool:
    if not value.is_finite():
        return False
    if bounds == FROM_0_BELOW_1:
        return 0 <= value < 1
    return 0 < value <= 1 if bounds == ABOVE_0_TO_1 else value > 0


class SymbolLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one symbol has of its own; None: nothing. Raises ValueError where a limit makes no sense."""

    # In place of the one for all symbols.
    position_share_max: Decimal | None = None
    order_value_max: Decimal | None = None
    order_qty_max: Decimal | None = None
    collar_share_max: Decimal | None = None
    spread_share_max: Decimal | None = None
    book_age_s_max: Positive | None = None
    volatility_share_max: Decimal | None = None
    volatility_window_s: TwoLooks | None = None
    volatility_halt_s: Positive | None = None
    # Besides the one for all symbols together.
    open_orders_max: Positive | None = None
    orders_minute_max: Positive | None = None
    amends_minute_max: Positive | None = None
    turnover_day_max: Decimal | None = None
    rejections_max: Positive | None = None

    def __post_init__(self) -> None:
        _check_bounds(self)


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Symbols that move together: what they are worth in all is limited. Raises ValueError as above."""

    symbols: Annotated[tuple[str, ...], Meta(min_length=1)]
    share_max: Decimal = Decimal("0.25")

    def __post_init__(self) -> None:
        _check_bounds(self)


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What no order may break. The defaults are cautious. Raises ValueError where a limit makes no sense."""

    # -- Of each symbol: it may have its own. --
    position_share_max: Decimal = Decimal("0.10")  # Value of one position, open orders filled, of equity.
    order_value_max: Decimal = Decimal(10_000)
    order_qty_max: Decimal | None = None  # In base currency, so best set for a symbol; None: no limit.
    collar_share_max: Decimal = Decimal("0.05")  # Distance of a price from the verified mid, the wrong way.
    spread_share_max: Decimal = Decimal("0.02")  # Best ask less best bid, of the mid.
    book_age_s_max: Positive = 30  # A book that has not moved for so long is stale.
    volatility_share_max: Decimal = Decimal("0.05")  # The mid's way from lowest to highest within the window: halts.
    volatility_window_s: TwoLooks = 10
    volatility_halt_s: Positive = 60
    # -- Of all symbols together: one symbol may have its own besides. --
    open_orders_max: Positive = 20
    orders_minute_max: Positive = 120  # Approved within 60 s.
    amends_minute_max: Positive = 600
    turnover_day_max: Decimal = Decimal(1_000_000)  # Filled since midnight UTC, open orders filled.
    rejections_max: Positive = 5  # So many orders refused by the venue within the window: halts.
    # -- Of the account. --
    daily_loss_share_max: Decimal = Decimal("0.05")  # Loss since midnight UTC, of equity then: halts.
    drawdown_share_max: Decimal = Decimal("0.20")  # Loss since the highest equity, of that: halts.
    gross_exposure_share_max: Decimal = Decimal(1)  # Everything but quote currency, open orders filled, of equity.
    free_min: dict[str, Decimal] = {}  # By asset: what no order may bind.
    fee_share: Decimal = Decimal("0.0040")  # Set aside with each buy; taker, lowest tier.
    rejections_window_s: Positive = 60
    rejections_halt_s: Positive = 60
    clock_offset_ms_max: Positive = 500
    journal_lag_ms_max: Positive = 500
    loop_lag_ms_max: Positive = 500
    health_hold_s: TwoLooks = 10  # How long clock, journal, loop and switch must be well before trading goes on.
    flatten_on: tuple[Hard, ...] = ()  # Hard breakers after which what our strategies hold is sold.
    flatten_book_share: Decimal = Decimal("0.25")  # One slice of it: a share of the bids within the collar.
    groups: dict[str, Group] = {}
    symbols: dict[str, SymbolLimits] = {}

    def __post_init__(self) -> None:
        _check_bounds(self)
        for asset, amount in self.free_min.items():
            if not (amount.is_finite() and amount >= 0):
                raise ValueError(f"free_min of {asset} must be {FROM_0}, not {amount}")

    def strangers(self, known: Iterable[str]) -> list[str]:
        """Return the symbols that have limits, or are in a group, and are not among those that are known."""
        named = [*self.symbols, *(symbol for group in self.groups.values() for symbol in group.symbols)]
        here = frozenset(known)
        return [symbol for symbol in dict.fromkeys(named) if symbol not in here]


NOTHING_OWN: Final = SymbolLimits()
COUNTED: Final = ("open_orders_max", "orders_minute_max", "amends_minute_max", "turnover_day_max", "rejections_max")
EACH: Final = tuple(name for name in SymbolLimits.__struct_fields__ if name not in COUNTED)


def limits_at(limits: Limits, symbol: str) -> tuple[Limits, SymbolLimits]:
    """Return the limits as they are at a symbol, and what it has of its own besides."""
    own = limits.symbols.get(symbol, NOTHING_OWN)
    changes = {name: getattr(own, name) for name in EACH if getattr(own, name) is not None}
    return (msgspec.structs.replace(limits, **changes) if changes else limits), own


def limits_json(limits: Limits) -> bytes:
    """Return all limits as JSON, named as in the configuration."""
    return msgspec.json.encode(limits)


def changed_limits(limits: Limits, changes: bytes, *, symbols: Iterable[str]) -> Limits:
    """Return the limits after a JSON object of changes; null takes away what a symbol or group has of its own.

    `symbols` are those that there are. Raises ValueError, in one sentence, where the changes make no sense.
    """
    try:
        told = msgspec.json.decode(changes)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the changes are no JSON: {error}") from None
    if not isinstance(told, dict) or not told:
        raise ValueError('the changes must be a JSON object such as {"order_value_max": "500"}')
    try:
        # A person's words are texts, as those of the environment are: "5" is a number where one is wanted.
        after = msgspec.convert(_merged(msgspec.to_builtins(limits), told), Limits, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    if strangers := after.strangers(symbols):
        raise ValueError(f"{strangers[0]} is not traded here: name one of {', '.join(symbols)}")
    return after


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Merge tables into tables; what is null is taken out, so that its default holds again."""
    merged = dict(old)
    for name, value in new.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            before = merged.get(name)
            merged[name] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            merged[name] = value
    return merged
