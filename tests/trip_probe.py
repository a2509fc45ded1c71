"""A strategy of a user's own, as tests of risk put it beside a bot.toml: it asks for the same order again and again."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from fathom.domain import AmendDenied, OrderDenied, floor_to_units
from fathom.strategy import Every, View, Wake, Want

NS_PER_MS = 1_000_000


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` and `denials_max`: it asks no more when risk has said so often that."""

    symbol: str
    qty: Decimal
    price: Decimal | None = None  # None: at the market.
    side: Literal["buy", "sell"] = "buy"
    open_max: int = 1
    amends: int = 0  # So often an open order is amended at once.
    reason: str = ""
    denials_max: int = 3
    begin_ms: int = 0
    every_ms: int = 200


class Probe:
    """Wants `open_max` orders to be open, whatever the market does."""

    def __init__(self, name: str, params: Params) -> None:
        self.name = name
        self.params = params
        self.denials = 0
        self.begun_ns = 0

    def wakes(self) -> Sequence[Wake]:
        """Again and again."""
        return (Every(self.params.every_ms * NS_PER_MS),)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Count what it came for."""
        self.denials += denied.limit == self.params.reason
        return ()

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Ask."""
        params, instrument = self.params, view.instrument(self.params.symbol)
        self.begun_ns = self.begun_ns or view.now_ns
        if instrument is None or self.denials >= params.denials_max:
            return
        if view.now_ns < self.begun_ns + params.begin_ms * NS_PER_MS:
            return
        open_orders = view.open_orders(params.symbol, side=params.side)
        for order in open_orders if params.amends else ():
            if order.state == "open" and not order.changing and order.price_ticks is not None:
                for step in range(1, params.amends + 1):
                    yield view.amend(order, price_ticks=order.price_ticks - step * instrument.price_increment_ticks)
        if len(open_orders) >= params.open_max:
            return
        qty_lots = floor_to_units(params.qty, precision=instrument.qty_precision)
        if params.price is None:
            yield view.market_order(params.symbol, params.side, qty_lots=qty_lots)
            return
        price_ticks = floor_to_units(params.price, precision=instrument.price_precision)
        want = view.bid if params.side == "buy" else view.ask
        yield want(params.symbol, price_ticks=price_ticks, qty_lots=qty_lots)
