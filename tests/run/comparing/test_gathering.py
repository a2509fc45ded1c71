from decimal import Decimal

import pytest

from fathom.domain import (
    AccountDisputed,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    BookQuarantined,
    BookTrusted,
    ClosePlaced,
    DisputeSettled,
    LinkDropped,
    LinkOpened,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderTraded,
    OrderWanted,
    TradingHalted,
    TradingResumed,
    VenueStatusChanged,
)
from fathom.run.comparing import gathering
from two_runs import Hand, at_ns


def test_a_life_from_want_to_fill() -> None:
    hand = Hand().order("maker-1", 100, took=30).amend("maker-1", 200, price=1002)
    life = hand.fill("maker-1", 300, qty=4, whole=False, price=1002).fill("maker-1", 400, qty=6, price=1002).life()
    assert (life.strategy, life.symbol, life.side, life.terms_ticks) == ("maker", "BTC/USD", "buy", 1000)
    assert (life.wanted_ns, life.approved_ns, life.accepted_ns) == (at_ns(100), at_ns(100), at_ns(130))
    [change] = life.changes
    assert (change.state, change.price_ticks, change.at_ns) == ("taken", 1002, at_ns(220))
    assert [(fill.qty_lots, fill.limit_ticks, fill.fee) for fill in life.fills] == [
        (4, 1002, Decimal("0.25")),
        (6, 1002, Decimal("0.25")),
    ]
    assert (life.end, life.ended_ns, life.filled_lots) == ("filled", at_ns(400), 10)


def test_what_refused_it_is_told_in_its_words() -> None:
    denied, rejected = Hand().denied("maker-1", 0).rejected("maker-2", 10).lives()
    assert (denied.end, denied.reason, denied.detail) == ("denied", "order_value_max", "by 5")
    assert (rejected.end, rejected.reason) == ("rejected", "EOrder:Insufficient funds")


def test_a_fill_told_twice_counts_once() -> None:
    hand = Hand().order("maker-1", 0)
    fill = OrderTraded("maker-1", "T9", "BTC/USD", "buy", 1000, 4, "maker", Decimal(0), "USD")
    assert hand.say(50, "world", fill).say(60, "reconciler", fill).life().filled_lots == 4


def test_amends_that_were_refused() -> None:
    hand = Hand().order("maker-1", 0).amend("maker-1", 100, price=1001, took=None)
    hand.say(130, "world", AmendRejected("maker-1", "EOrder:Post only order"))
    hand.say(200, "maker", AmendWanted("maker-1", 1002, 10)).say(200, "risk", AmendDenied("maker-1", "collar", ""))
    states = [(change.state, change.reason) for change in hand.life().changes]
    assert states == [("rejected", "EOrder:Post only order"), ("denied", "collar")]


def test_an_amend_told_twice_and_one_of_the_venues_own() -> None:
    hand = Hand().order("maker-1", 0).amend("maker-1", 100, price=1001)
    hand.say(130, "world", OrderAmended("maker-1", 1001, 10)).say(500, "world", OrderAmended("maker-1", 1001, 6))
    assert [(one.wanted_ns, one.qty_lots) for one in hand.life().changes] == [(at_ns(100), 10), (at_ns(500), 6)]


def test_an_order_that_the_venue_never_heard_of() -> None:
    hand = Hand().order("maker-1", 0, took=None).say(5_000, "world", AnswerOverdue("maker-1"))
    life = hand.say(9_000, "world", OrderAbsent("maker-1")).life()
    assert (life.overdue, life.end, life.reason) == (True, "rejected", "the venue has never heard of it")


def test_who_cancelled_it() -> None:
    one, other = (
        Hand().order("maker-1", 0).order("maker-2", 0).cancel("maker-1", 9).cancel("maker-2", 9, by="r").lives()
    )
    assert (one.canceled_by, other.canceled_by) == ("maker", "risk")


def test_what_risk_sells_is_of_the_strategy_that_held_it() -> None:
    order = OrderWanted("risk-7", "BTC/USD", "sell", "market", 5, on_behalf="maker")
    close = OrderWanted("maker-1.c1", "BTC/USD", "sell", "limit", 5, 1100)
    hand = Hand().say(10, "risk", OrderApproved(order)).say(20, "world", ClosePlaced(close, "V", "maker-1"))
    sale, placed = hand.lives()
    assert (sale.strategy, sale.wanted_ns) == ("maker", at_ns(10))
    assert (placed.strategy, placed.accepted_ns) == ("maker", at_ns(20))


def test_news_of_nobodys_order_is_none() -> None:
    hand = Hand().say(1, "world", OrderAccepted("x-1", "V"), OrderAmended("x-1", 1, 1), AnswerOverdue("x-1"))
    assert hand.lives() == []


def test_of_one_order_so_many_amends_and_fills_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "CHANGES_MAX", 2)
    monkeypatch.setattr(gathering, "FILLS_MAX", 2)
    hand = Hand().order("maker-1", 0, qty=100)
    for k in range(5):
        hand.amend("maker-1", 100 + k * 50, price=1001 + k, qty=100).fill("maker-1", 140 + k * 50, qty=1, whole=False)
    life = hand.life()
    assert (len(life.changes), life.changes_left_out) == (2, 3)
    assert (len(life.fills), life.fills_left_out) == (2, 3)


def test_what_held_around_the_orders() -> None:
    hand = Hand().say(10, "risk", TradingHalted("daily_loss", "by 5")).say(20, "risk", TradingHalted("daily_loss", "6"))
    hand.say(30, "risk", TradingResumed("daily_loss", "", "a person"))
    hand.say(40, "market", BookQuarantined("BTC/USD", "gap", 1)).say(50, "market", BookTrusted("BTC/USD", 2))
    hand.say(60, "reconciler", AccountDisputed("", "odd")).say(70, "reconciler", DisputeSettled("", "told"))
    hand.say(80, "world", LinkDropped("public", "cut")).say(90, "world", LinkOpened("public"))
    hand.say(95, "market", VenueStatusChanged("post_only"))
    spells = hand.gathered().spells
    assert [(one.kind, one.from_ns, one.until_ns) for one in spells] == [
        ("halt", at_ns(10), at_ns(30)),
        ("quarantine", at_ns(40), at_ns(50)),
        ("dispute", at_ns(60), at_ns(70)),
        ("link", at_ns(80), at_ns(90)),
        ("venue", at_ns(95), None),
    ]
