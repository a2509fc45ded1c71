from decimal import Decimal

import pytest

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    DisputeSettled,
    FeesSeen,
    Happening,
    LinkDropped,
    MarginSeen,
    MarginUnknown,
    OrderFilled,
    RateSeen,
    TradingHalted,
    TradingResumed,
)
from fathom.strategy.standing import Standing
from market_feed import T0, S

UNKNOWN = "margin: what is open on margin is not known: no answer"


def after(*events: Happening) -> Standing:
    standing = Standing()
    for event in events:
        standing.apply(event, now_ns=T0)
    return standing


@pytest.mark.parametrize(
    ("events", "btc", "eth"),
    [
        ([], "", ""),
        ([OrderFilled("a-1")], "", ""),
        ([TradingHalted("daily_loss", "6 %")], "daily_loss: 6 %", "daily_loss: 6 %"),
        ([TradingHalted("kill", "")], "kill", "kill"),
        ([TradingHalted("spread", "wide", symbol="BTC/USD")], "spread: wide", ""),
        ([TradingHalted("a", ""), TradingResumed("b", "", "x")], "a", "a"),
        ([TradingHalted("a", ""), TradingResumed("a", "", "x")], "", ""),
        ([TradingHalted("a", "", symbol="BTC/USD"), TradingResumed("a", "BTC/USD", "x")], "", ""),
        ([TradingHalted("a", ""), TradingHalted("b", ""), TradingResumed("a", "", "x")], "b", "b"),
        ([MarginUnknown("no answer", waits=True)], UNKNOWN, UNKNOWN),
        ([MarginUnknown("no answer", waits=True), MarginSeen(())], "", ""),
        ([MarginUnknown("no answer", waits=True), MarginUnknown("no answer", waits=False)], "", ""),
        ([AccountDisputed("BTC/USD", "a fill")], "a fill", ""),
        ([AccountDisputed("", "USD")], "USD", "USD"),
        ([AccountDisputed("BTC/USD", "a fill"), DisputeSettled("BTC/USD", "x")], "", ""),
    ],
)
def test_what_is_halted(events: list[Happening], btc: str, eth: str) -> None:
    standing = after(*events)
    assert (standing.halted("BTC/USD"), standing.halted("ETH/USD")) == (btc, eth)


@pytest.mark.parametrize(
    ("used", "seconds", "room"),
    [("60", 0, "65"), ("60", 10, "88.4"), ("60", 100, "125"), ("125", 0, "0"), ("200", 0, "0")],
)
def test_the_room_grows_as_the_counter_falls(used: str, seconds: int, room: str) -> None:
    standing = after(RateSeen("BTC/USD", Decimal(used), Decimal(125), Decimal("2.34")))
    assert standing.rate_room("BTC/USD", now_ns=T0 + seconds * S) == Decimal(room)
    assert standing.rate_room("ETH/USD", now_ns=T0) is None


def test_the_last_word_on_fees_counts() -> None:
    low = FeesSeen("BTC/USD", Decimal("0.0010"), Decimal("0.0020"), Decimal(10**6))
    standing = after(FeesSeen("BTC/USD", Decimal("0.0025"), Decimal("0.0040"), Decimal(0)), low)
    assert standing.fees == {"BTC/USD": low}


def test_nothing_may_be_traded_before_the_account_agreed() -> None:
    standing = Standing(reconciled_first=True)
    assert standing.halted("BTC/USD") == "reconciled: journal and venue do not agree yet"
    standing.apply(AccountAgreed(1), now_ns=1)
    assert standing.halted("BTC/USD") == ""
    standing.apply(LinkDropped("private", "gone"), now_ns=2)
    assert standing.halted("BTC/USD")
