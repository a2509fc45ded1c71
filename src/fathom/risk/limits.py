"""The limits in force. Shares are fractions of equity; money is in the account's quote currency.

Pure. Imports: nothing. Imported by: risk/checks, risk/risk, run.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What no order may break. The defaults are cautious. Raises ValueError where a limit makes no sense."""

    position_share_max: Decimal = Decimal("0.10")  # Value of one position, open orders filled, of equity.
    daily_loss_share_max: Decimal = Decimal("0.05")  # Loss since midnight UTC, of equity then: halts.
    order_value_max: Decimal = Decimal(10_000)
    open_orders_max: Annotated[int, Meta(ge=1)] = 20  # Over all symbols.
    collar_share_max: Decimal = Decimal("0.05")  # Distance of a price from the verified mid, the wrong way.
    book_age_s_max: Annotated[int, Meta(ge=1)] = 30  # A book that has not moved for so long is stale.
    fee_share: Decimal = Decimal("0.0040")  # Set aside with each buy; taker, lowest tier.

    def __post_init__(self) -> None:
        for name in ("position_share_max", "daily_loss_share_max", "collar_share_max"):
            share: Decimal = getattr(self, name)
            if not (share.is_finite() and 0 < share <= 1):
                raise ValueError(f"{name} must be above 0 and at most 1, not {share}")
        if not (self.order_value_max.is_finite() and self.order_value_max > 0):
            raise ValueError(f"order_value_max must be above 0, not {self.order_value_max}")
        if not (self.fee_share.is_finite() and 0 <= self.fee_share < 1):
            raise ValueError(f"fee_share must be from 0 to below 1, not {self.fee_share}")
