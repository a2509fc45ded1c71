"""A run to look at: an account, two books of which one is not trusted, an order that rests and one that traded."""

from decimal import Decimal

import pytest

from fathom.domain import (
    AmendDenied,
    AmendWanted,
    BalancesSeen,
    Event,
    FrameReceived,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    RunStarted,
    TradingHalted,
)
from fathom.ui import Watch
from market_feed import ETH, House, S, market_of, two_sided


@pytest.fixture
def busy() -> Watch:
    feed, other = two_sided(), two_sided(ETH)
    market = market_of(feed, other)
    watch = Watch(market, quote="USD")
    house = House(market)
    first = OrderWanted("maker-1-1", "BTC/USD", "buy", "limit", 5, 999)
    second = OrderWanted("maker-1-2", "BTC/USD", "buy", "market", 50)
    events: list[Event] = [
        RunStarted("r", "paper", b"{}", "0"),
        BalancesSeen((("BTC", Decimal(1)), ("USD", Decimal(1_000)))),
        FrameReceived("public", feed.snapshot()),
        FrameReceived("public", other.snapshot()),
        FrameReceived("public", other.update(bids=[(990, 1)], crc=1)),
        OrderWanted("maker-1-0", "BTC/USD", "buy", "limit", 9_999, 999),
        OrderDenied("maker-1-0", "funds", "too dear [really]"),
        OrderApproved(first),
        OrderAccepted("maker-1-1", "V1"),
        AmendWanted("maker-1-1", 998, 99_999),
        AmendDenied("maker-1-1", "funds", "too dear"),
        OrderApproved(second),
        OrderTraded("maker-1-2", "T1", "BTC/USD", "buy", 1001, 50, "taker", Decimal("0.2"), "USD"),
        OrderFilled("maker-1-2"),
        OrderApproved(OrderWanted("maker-1-3", "BTC/USD", "sell", "limit", 1, 1005)),
        OrderCanceled("maker-1-3", "Post only order"),
        FrameReceived("public", feed.trades(("buy", 1001, 3))),
        TradingHalted("daily_loss_share_max", "lost 5 % [today]"),
    ]
    for event in events:
        house.time_ns += S
        for entry in house.engine.step(event, time_ns=house.time_ns):
            watch.observe(entry)
    return watch


@pytest.fixture
def idle() -> Watch:
    return Watch(market_of(), quote="USD")
