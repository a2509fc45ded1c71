"""A desk: market and risk, with an account and verified books; the test is strategy, world and venue."""

from decimal import Decimal

from fathom.domain import (
    AmendDenied,
    AmendWanted,
    BalancesSeen,
    CancelApproved,
    Event,
    Liquidity,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderTraded,
    OrderType,
    OrderWanted,
    RunStarted,
    Side,
    TimerFired,
    TimerWanted,
)
from fathom.risk import Limits, Risk
from market_feed import Feed, House, S, market_of, two_sided

DAY = 86_400 * S
# The mid is 100 USD, one lot at the mid is worth 1 USD; there is room for 1,000 lots by default.
LIMITS = Limits(
    position_share_max=Decimal(1),
    daily_loss_share_max=Decimal("0.05"),
    order_value_max=Decimal(5_000),
    open_orders_max=4,
    collar_share_max=Decimal("0.05"),
    fee_share=Decimal(0),
    volatility_share_max=Decimal(1),
    orders_minute_max=1_000,
)


class Desk(House):
    """Market and risk, with an account and verified books; the test is strategy and venue."""

    def __init__(
        self, *feeds: Feed, limits: Limits = LIMITS, usd: str = "1000", btc: str = "0", reconciled_first: bool = False
    ) -> None:
        feeds = feeds or (two_sided(qty_lots=2_000),)
        self.feeds = feeds
        self.market = market_of(*feeds)
        self.risk = Risk(limits, market=self.market, quote="USD", reconciled_first=reconciled_first)
        self.orders = 0
        self.fills = 0
        super().__init__(self.market, self.risk)
        self.begin()
        self.step(BalancesSeen((("USD", Decimal(usd)), ("BTC", Decimal(btc)))))
        self.frame(*(feed.snapshot() for feed in feeds))

    def begin(self) -> None:
        """Let the run start."""
        self.step(RunStarted("r", "paper", b"{}", "0"))

    def want(
        self,
        side: Side,
        qty_lots: int,
        price_ticks: int | None = 1000,
        *,
        symbol: str = "BTC/USD",
        order_type: OrderType = "limit",
        post_only: bool = False,
        trigger_ticks: int | None = None,
        owner: str = "a",
    ) -> Event:
        """Want one order; return what risk says."""
        self.orders += 1
        order_id = f"{owner}-{self.orders}"
        wanted = OrderWanted(
            order_id, symbol, side, order_type, qty_lots, price_ticks, post_only=post_only, trigger_ticks=trigger_ticks
        )
        said = self.step(wanted)
        assert len(said) == 1
        return said[0]

    def rest(
        self, side: Side, qty_lots: int, price_ticks: int = 1000, *, symbol: str = "BTC/USD", owner: str = "a"
    ) -> str:
        """Have an order approved and accepted; return its id."""
        approved = self.want(side, qty_lots, price_ticks, symbol=symbol, owner=owner)
        assert isinstance(approved, OrderApproved), approved
        order_id = approved.order.order_id
        assert self.step(OrderAccepted(order_id, f"V-{order_id}")) == []
        return order_id

    def amend(self, order_id: str, qty_lots: int, price_ticks: int = 1000) -> Event:
        """Want one amend; return what risk says."""
        (said,) = self.step(AmendWanted(order_id, price_ticks, qty_lots))
        return said

    def fill(
        self,
        order_id: str,
        side: Side,
        qty_lots: int,
        price_ticks: int = 1000,
        *,
        fee: str = "0",
        symbol: str = "BTC/USD",
    ) -> list[Event]:
        """Let the venue tell one fill."""
        self.fills += 1
        liquidity: Liquidity = "maker"
        return self.step(
            OrderTraded(order_id, f"T{self.fills}", symbol, side, price_ticks, qty_lots, liquidity, Decimal(fee), "USD")
        )

    def tick(self) -> list[Event]:
        """A second later, let the timer of risk fire; return what followed but the next timer."""
        self.time_ns += S
        said = self.step(TimerFired("risk", "look"))
        assert said[-1] == TimerWanted("risk", "look", self.time_ns + S)
        return said[:-1]

    def room(self) -> int:
        """The most lots that could be bought at 100 USD now."""
        lots = 0
        for step in (512, 256, 128, 64, 32, 16, 8, 4, 2, 1):
            lots += step if self._would_buy(lots + step) else 0
        return lots

    def _would_buy(self, qty_lots: int) -> bool:
        said = self.want("buy", qty_lots)
        if isinstance(said, OrderDenied):
            return False
        assert isinstance(said, OrderApproved)
        self.step(OrderCanceled(said.order.order_id, "only asking"))
        return True


def cancelled(said: list[Event]) -> list[str]:
    """The orders that were cancelled, in order."""
    return [event.order_id for event in said if isinstance(event, CancelApproved)]


def move(desk: Desk, mid: int) -> list[Event]:
    """Let the whole book of the first feed come anew, around a mid; return what followed."""
    feed = desk.feeds[0]
    return desk.frame(feed.snapshot(bids=[(mid - 1, 2_000)], asks=[(mid + 1, 2_000)]))


def denied(said: Event) -> str:
    """The limit by which a want was denied."""
    assert isinstance(said, OrderDenied | AmendDenied), said
    return said.limit
