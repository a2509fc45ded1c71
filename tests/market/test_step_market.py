"""What a recorded market says when it is stepped over, and what its books show."""

import msgspec
import pytest

from fathom.domain import (
    BookMoved,
    BookQuarantined,
    BookTrusted,
    Candle,
    CandleClosed,
    Entry,
    Event,
    InstrumentChanged,
    LocalError,
    MarketStepped,
    PublicTrade,
    RunStarted,
    TimerFired,
    TimerWanted,
    TradesSeen,
)
from fathom.kernel import stepper as kernel
from fathom.market import StepMarket
from market_feed import BTC, T0, S
from step_stage import MS, Recording, step_market, still


class Stepped:
    """A market that the test steps, and what it says of each stop."""

    def __init__(self, recording: Recording, market: StepMarket | None = None) -> None:
        self.market = market or step_market(recording)
        self.stepper = self.market.steppers[BTC.symbol]
        self.seq = 0

    def say(self, event: Event, time_ns: int) -> list[Event]:
        self.seq += 1
        return list(self.market.handle(Entry(self.seq, self.seq, time_ns, "world", event)))

    def go(self, until_ns: int = 2**62) -> list[Event]:
        said: list[Event] = []
        wants = self.market.wants_of(BTC.symbol)
        while (why := self.stepper.step(until_ns, wants)) not in {0, kernel.END}:
            said += self.say(MarketStepped(BTC.symbol, False, self.stepper.frame, why), self.stepper.now_ns)
        return said


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_book_is_as_of_the_frame_that_was_stepped_to() -> None:
    one = Stepped(still().levels([(999, 12)]).levels([], [(1001, 0)]))
    book = one.market.books[BTC.symbol]
    assert (book.state, book.trusted, book.best_bid_ticks) == ("empty", False, None)
    one.go(T0 + 150 * MS)
    assert (book.state, book.best_bid_ticks, book.best_ask_ticks, book.spread_ticks) == ("trusted", 999, 1001, 2)
    assert book.bids(2) == [(999, 12), (998, 10)]
    assert (book.level_qty_lots("sell", 1001), book.depth, book.moved_ns, book.venue_ns) == (
        10,
        10,
        T0 + 100 * MS,
        T0 + 100 * MS,
    )
    one.go(T0 + 250 * MS)
    assert book.best_ask_ticks == 1002


def test_a_frame_that_does_not_verify_quarantines_and_says_why() -> None:
    one = Stepped(still().doubt())
    assert one.go() == [BookTrusted(BTC.symbol, 1), BookQuarantined(BTC.symbol, one.market.books[BTC.symbol].reason, 2)]
    assert one.market.books[BTC.symbol].state == "quarantined"


def test_moves_are_told_to_who_asked() -> None:
    recording = still().levels([(997, 11)]).levels([(999, 11)])
    silent, top, each = (Stepped(recording) for _ in range(3))
    top.market.want(BTC.symbol, "top")
    each.market.want(BTC.symbol, "frame")
    assert names(silent.go()) == ["BookTrusted"]
    assert top.go() == [BookTrusted(BTC.symbol, 1), BookMoved(BTC.symbol, 2, True)]
    assert each.go()[1:] == [BookMoved(BTC.symbol, 2, False), BookMoved(BTC.symbol, 3, True)]
    assert (silent.market.wanted(BTC.symbol), each.market.wanted(BTC.symbol)) == (None, "frame")


def test_trades_are_told_to_who_asked_and_can_be_looked_back_at_by_all() -> None:
    recording = still().trade("sell", 999, 3).trade("buy", 1001, 4)
    silent, loud = Stepped(recording), Stepped(recording)
    loud.market.want_trades(BTC.symbol)
    trades = [PublicTrade("sell", 999, 3, 1, T0 + 100 * MS), PublicTrade("buy", 1001, 4, 2, T0 + 200 * MS)]
    assert names(silent.go()) == ["BookTrusted"]
    assert loud.go()[1:] == [TradesSeen(BTC.symbol, (trade,)) for trade in trades]
    assert silent.market.tape(BTC.symbol).trades(10) == trades
    assert loud.market.tape(BTC.symbol).trades(1) == trades[1:]


def test_candles_are_made_from_the_trades_and_begin_with_what_was_before() -> None:
    one = Stepped(still().trade("sell", 999, 3, after_ns=30 * S).trade("buy", 1001, 4, after_ns=31 * S))
    market = one.market
    market.want_candles(BTC.symbol, 60)
    before = Candle(T0 - 60 * S, 990, 991, 989, 990, 990, 7, 2)
    market.know_past({(BTC.symbol, 60): ([before], T0)})
    said = one.say(RunStarted("r", "backtest", b"{}", "0"), T0)
    assert said == [InstrumentChanged(BTC), TimerWanted("market", "candles-60", T0 + S)]
    closed = [event for event in one.go() if isinstance(event, CandleClosed)]
    assert [(one.candle.begin_ns, one.candle.close_ticks, one.candle.qty_lots) for one in closed] == [(T0, 999, 3)]
    candles = market.tape(BTC.symbol).candles(60)
    assert candles is not None
    assert candles.closed(2)[0] == before


def test_its_timer_closes_a_candle_without_a_trade() -> None:
    one = Stepped(still().trade("sell", 999, 3, after_ns=30 * S))
    one.market.want_candles(BTC.symbol, 60)
    one.go()
    said = one.say(TimerFired("market", "candles-60"), T0 + 61 * S)
    assert names(said) == ["CandleClosed", "TimerWanted"]
    assert one.say(TimerFired("risk", "look"), T0 + 62 * S) == []


def test_numbers_that_come_to_mean_something_else_end_the_run() -> None:
    recording = still()
    recording.instrument = msgspec.structs.replace(BTC, price_precision=2)
    recording.doubt().snapshot([(9990, 1)], [(9991, 1)])
    one = Stepped(recording, step_market(recording))
    one.market.instruments[BTC.symbol] = BTC
    with pytest.raises(LocalError, match="its precision changes within the recording"):
        one.go()


def test_what_was_not_recorded_cannot_be_wanted() -> None:
    with pytest.raises(LocalError, match="no trades of ETH/USD"):
        step_market(still()).want_trades("ETH/USD")
