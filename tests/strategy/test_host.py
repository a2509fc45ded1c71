from collections.abc import Iterable, Sequence
from decimal import Decimal

import pytest

from fathom.domain import (
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    AmendDenied,
    AmendWanted,
    BalancesSeen,
    BookMoved,
    BracketWanted,
    CancelWanted,
    Candle,
    Entry,
    Event,
    FeesSeen,
    FrameReceived,
    InstrumentChanged,
    Level3Moved,
    LocalError,
    OrderAccepted,
    OrderApproved,
    OrderDenied,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    PublicTrade,
    RunStarted,
    TimerFired,
    TimerWanted,
    TradingHalted,
    Twap,
)
from fathom.market import Book, FrameMarket, Level3
from fathom.market.indicators import Ema
from fathom.orders import Order
from fathom.strategy import At, Every, Host, OnBook, OnCandle, OnLevel3, OnTrades, View, Wake, Want
from level3_feed import queued
from market_feed import T0, Feed, House, S, kinds, market_of, two_sided

STARTED = RunStarted("r", "paper", b"{}", "0")


class Quiet:
    """A strategy with a name and wakes, and nothing else."""

    def __init__(self, name: str = "a", *wakes: Wake) -> None:
        self.name = name
        self._wakes = wakes

    def wakes(self) -> Sequence[Wake]:
        return self._wakes


class Scribe(Quiet):
    """Writes down each time it is woken, and wants what the test has laid out."""

    def __init__(self, name: str = "a", *wakes: Wake) -> None:
        super().__init__(name, *wakes)
        self.heard: list[object] = []
        self.wants: list[Event] = []
        self.view: View | None = None

    def _woken(self, what: object, view: View) -> Iterable[Want]:
        self.heard.append(what)
        self.view = view
        wants, self.wants = self.wants, []
        yield from wants  # type: ignore[misc]  # The test may lay out what a strategy may not want.

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        return self._woken(("book", book.symbol, book.best_bid_ticks), view)

    def on_trades(self, symbol: str, trades: Sequence[PublicTrade], view: View) -> Iterable[Want]:
        return self._woken(("trades", symbol, [one.qty_lots for one in trades]), view)

    def on_level3(self, level3: Level3, view: View) -> Iterable[Want]:
        return self._woken(("level3", level3.symbol, level3.order_count), view)

    def on_candle(self, symbol: str, interval_s: int, candle: Candle, view: View) -> Iterable[Want]:
        return self._woken(("candle", symbol, interval_s, candle.close_ticks), view)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        return self._woken(("timer", timer, view.now_ns - T0), view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        return self._woken(("order", order.order_id, order.state, order.filled_lots), view)

    def on_algo(self, ended: AlgoEnded, view: View) -> Iterable[Want]:
        return self._woken(("algo", ended.algo_id, ended.filled_lots, ended.reason), view)


class Opener(Quiet):
    """Wants one bid of one lot with each timer."""

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        yield view.bid("BTC/USD", price_ticks=5, qty_lots=1)
        yield view.bid("BTC/USD", price_ticks=4, qty_lots=1)


class Seat:
    """A house of a market and one strategy."""

    def __init__(self, *wakes: Wake, feed: Feed | None = None) -> None:
        self.feed = feed or two_sided()
        symbol = self.feed.instrument.symbol
        self.market = FrameMarket([self.feed.instrument], depths={symbol: self.feed.depth}, level3={symbol: 10})
        self.scribe = Scribe("a", *wakes)
        self.host = Host(self.scribe, market=self.market, quote="USD", share=Decimal("0.25"))
        self.host.ask()
        self.house = House(self.market, self.host)
        self.house.step(STARTED)

    def heard(self) -> list[object]:
        heard, self.scribe.heard = self.scribe.heard, []
        return heard


# -- Wakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("top_only", "inner"), [(True, []), (False, [("book", "BTC/USD", 999)])])
def test_books_wake_as_declared(top_only: bool, inner: list[object]) -> None:
    seat = Seat(OnBook("BTC/USD", top_only=top_only))
    seat.house.frame(seat.feed.snapshot())
    assert seat.heard() == [("book", "BTC/USD", 999)]  # Trusted for the first time.
    seat.house.frame(seat.feed.update(bids=[(997, 3)]))
    assert seat.heard() == inner
    seat.house.frame(seat.feed.update(bids=[(1000, 3)]))
    assert seat.heard() == [("book", "BTC/USD", 1000)]
    seat.house.frame(seat.feed.trades(("buy", 1001, 1)))
    assert seat.heard() == []


def test_a_move_that_another_asked_for_does_not_wake() -> None:
    seat = Seat(OnBook("BTC/USD"))
    seat.market.want("BTC/USD", "frame")
    seat.house.frame(seat.feed.snapshot())
    seat.heard()
    assert seat.house.frame(seat.feed.update(bids=[(997, 3)])) != []
    assert seat.heard() == []


@pytest.mark.parametrize("top_only", [True, False])
@pytest.mark.parametrize("top_changed", [True, False])
def test_asked_beforehand_it_answers_as_it_does_when_it_is_shown(top_only: bool, top_changed: bool) -> None:
    seat = Seat(OnBook("BTC/USD", top_only=top_only), OnLevel3("BTC/USD", top_only=top_only))
    seat.house.frame(seat.feed.snapshot())
    seat.heard()
    for event in (
        BookMoved("BTC/USD", 6, top_changed),
        BookMoved("ETH/USD", 6, top_changed),
        Level3Moved("BTC/USD", 6, top_changed),
        TimerFired("a", "tick"),
    ):
        entry = Entry(7, 6, 5, "market", event)

        def plain(seq: int, now_ns: int) -> Iterable[Event]:
            return seat.host.handle(Entry(seq, 6, now_ns, "market", event))  # noqa: B023 - Called within this round.

        ear = seat.host.ear_for(event, plain)
        asked = [] if ear is None else list(ear(7, 5))
        heard = seat.heard()
        assert asked == list(seat.host.handle(entry))
        assert heard == seat.heard()


def test_nobody_is_woken_in_quarantine() -> None:
    seat = Seat(OnBook("BTC/USD", top_only=False))
    seat.house.frame(seat.feed.snapshot())
    seat.heard()
    seat.house.frame(seat.feed.update(bids=[(1000, 3)], crc=1), seat.feed.update(bids=[(1000, 4)]))
    assert seat.heard() == []
    seat.house.frame(seat.feed.snapshot())
    assert seat.heard() == [("book", "BTC/USD", 1000)]


def test_trades_wake_as_declared() -> None:
    seat = Seat(OnTrades("BTC/USD"))
    seat.house.frame(seat.feed.snapshot(), seat.feed.trades(("buy", 1001, 1), ("buy", 1001, 2)))
    assert seat.heard() == [("trades", "BTC/USD", [1, 2])]


@pytest.mark.parametrize(("top_only", "inner"), [(True, []), (False, [("level3", "BTC/USD", 6)])])
def test_level_3_books_wake_as_declared(top_only: bool, inner: list[object]) -> None:
    seat, feed = Seat(OnLevel3("BTC/USD", top_only=top_only)), queued()
    seat.house.frame(feed.snapshot())
    assert seat.heard() == [("level3", "BTC/USD", 7)]  # Trusted for the first time.
    seat.house.frame(feed.delete("B4"))
    assert seat.heard() == inner
    seat.house.frame(feed.delete("B1"))
    assert seat.heard() == [("level3", "BTC/USD", 5)]
    seat.house.frame(feed.update("add", "B9", "buy", 999, 1, crc=1), feed.delete("B2"))
    assert seat.heard() == []  # Nobody is woken in quarantine.


def test_candles_wake_as_declared_and_can_be_looked_back_at() -> None:
    seat = Seat(OnCandle("BTC/USD", 60))
    seat.market.want_candles("BTC/USD", 30)
    for second, price_ticks in ((1, 1000), (31, 1001), (61, 1002)):
        seat.feed.time_ns = T0 + second * S
        seat.house.frame(seat.feed.trades(("buy", price_ticks, 1)))
    assert seat.heard() == [("candle", "BTC/USD", 60, 1001)]
    assert seat.scribe.view is not None
    assert [one.close_ticks for one in seat.scribe.view.candles("BTC/USD", 60)] == [1001]
    assert [one.close_ticks for one in seat.scribe.view.candles("BTC/USD", 30, 1)] == [1001]


def test_the_calendar_wakes_each_day_even_after_days_away() -> None:
    seat = Seat(At("09:30"), Every(S))
    wanted = [e.event for e in seat.house.entries if isinstance(e.event, TimerWanted)]
    half_past_nine = T0 + (9 * 60 + 30) * 60 * S
    assert TimerWanted("a", "at", half_past_nine) in wanted
    for day, late_s in ((0, 0), (1, 5), (4, 3600)):
        seat.house.time_ns = half_past_nine + (day * 86_400 + late_s) * S
        (again,) = seat.house.step(TimerFired("a", "at"))
        assert again == TimerWanted("a", "at", half_past_nine + (day + 1) * 86_400 * S)
    assert [what[1] for what in seat.heard() if isinstance(what, tuple)] == ["at"] * 3


def test_what_was_not_declared_wakes_nobody() -> None:
    seat = Seat(Every(S))
    seat.market.want("BTC/USD", "frame")
    seat.market.want_level3("BTC/USD", "frame")
    seat.market.want_candles("BTC/USD", 1)
    seat.house.frame(seat.feed.snapshot(), seat.feed.update(bids=[(997, 3)]), seat.feed.trades(("buy", 1001, 1)))
    level3 = queued()
    seat.house.frame(level3.snapshot(), level3.delete("B1"))
    seat.feed.time_ns += S
    assert kinds(seat.house.frame(seat.feed.trades(("buy", 1001, 1))))[0] == "CandleClosed"
    assert seat.heard() == []


def test_timers_repeat_on_the_grid_even_when_they_come_late() -> None:
    seat = Seat(Every(10, "ten"), Every(7, "seven"))
    assert [e.event for e in seat.house.entries if isinstance(e.event, TimerWanted)] == [
        TimerWanted("a", "ten", T0 + 10),
        TimerWanted("a", "seven", T0 + 7),
    ]

    def fires(at_ns: int) -> list[int]:
        seat.house.time_ns = T0 + at_ns
        said = seat.house.step(TimerFired("a", "ten"))
        return [one.at_ns - T0 for one in said if isinstance(one, TimerWanted)]

    assert [fires(10), fires(20), fires(33), fires(40), fires(79)] == [[20], [30], [40], [50], [80]]
    assert seat.heard() == [("timer", "ten", at_ns) for at_ns in (10, 20, 33, 40, 79)]


def test_a_timer_of_its_own_wakes_once_and_is_no_second_grid() -> None:
    seat = Seat(Every(10, "ten"))
    assert seat.house.step(TimerFired("a", "mine"), TimerFired("a", "ten")) == []  # Before the grid's first.
    assert [what[1] for what in seat.heard() if isinstance(what, tuple)] == ["mine", "ten"]
    assert seat.house.step(TimerFired("b", "ten")) == []
    assert seat.heard() == []


# -- Wants --------------------------------------------------------------------------------------------------------


def test_order_ids_come_from_the_log_and_are_unique() -> None:
    market = market_of(two_sided())
    house = House(market, Host(Opener("a", Every(S)), market=market, quote="USD"))
    for n in range(3):
        house.time_ns = T0 + n
        house.step(TimerFired("a", "tick"))
    wanted = [
        (entry.cause_seq, entry.event.order_id) for entry in house.entries if isinstance(entry.event, OrderWanted)
    ]
    assert [order_id for _, order_id in wanted] == [f"a-{seq}-{1 + n % 2}" for n, (seq, _) in enumerate(wanted)]
    assert len({order_id for _, order_id in wanted}) == 6


@pytest.mark.parametrize(
    ("want", "said"),
    [
        (OrderWanted("b-1-1", "BTC/USD", "buy", "limit", 1, 1), "b-1-1 is not an order of a"),
        (AmendWanted("ab-1-1", 1, 1), "ab-1-1 is not an order of a"),
        (CancelWanted("b-1-1"), "b-1-1 is not an order of a"),
        (BracketWanted(OrderWanted("b-1-1", "BTC/USD", "buy", "limit", 1, 1), 2, None), "b-1-1 is not an order of a"),
        (AlgoWanted("b-1-1", "BTC/USD", "buy", 1, Twap(1, 1)), "b-1-1 is not an algorithm of a"),
        (AlgoStopWanted("ab-1-1"), "ab-1-1 is not an algorithm of a"),
        (TimerWanted("b", "t", T0), "a has no on_timer for"),
        (OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 1, 1)), "a may not say OrderApproved"),
        (OrderAccepted("a-1-1", "V"), "a may not say OrderAccepted"),
    ],
)
def test_a_strategy_may_not_speak_for_others(want: Event, said: str) -> None:
    seat = Seat(Every(10))
    seat.scribe.wants = [want]
    with pytest.raises(LocalError, match=said):
        seat.house.step(TimerFired("a", "tick"))


def test_a_timer_without_a_method_to_hear_it_is_refused() -> None:
    class Deaf(Quiet):
        def on_book(self, book: Book, view: View) -> Iterable[Want]:
            yield view.timer("t", at_ns=view.now_ns + 1)

    feed = two_sided()
    market = market_of(feed)
    house = House(market, Host(Deaf("a", OnBook("BTC/USD")), market=market, quote="USD"))
    with pytest.raises(LocalError, match="a has no on_timer"):
        house.frame(feed.snapshot())


# -- News ---------------------------------------------------------------------------------------------------------


def fill(order_id: str, exec_id: str, qty_lots: int) -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", "buy", 1000, qty_lots, "maker", Decimal(0), "USD")


def test_it_hears_of_its_own_orders_and_of_no_other() -> None:
    seat = Seat(Every(S))
    for name in ("a", "ab", "b"):
        order = OrderWanted(f"{name}-1-1", "BTC/USD", "buy", "limit", 3, 1000)
        seat.house.step(
            OrderApproved(order),
            OrderAccepted(order.order_id, "V"),
            fill(order.order_id, "T1", 2),
            fill(order.order_id, "T2", 1),
            OrderFilled(order.order_id),
        )
    assert seat.heard() == [
        ("order", "a-1-1", "approved", 0),
        ("order", "a-1-1", "open", 0),
        ("order", "a-1-1", "open", 2),
        ("order", "a-1-1", "open", 3),
        ("order", "a-1-1", "filled", 3),
    ]
    assert seat.scribe.view is not None
    assert seat.scribe.view.position_lots("BTC/USD") == 3


def test_its_view_follows_its_orders_and_the_account() -> None:
    seat = Seat(Every(S))
    seat.house.step(BalancesSeen((("USD", Decimal(5)),)))
    seat.house.step(OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)))
    assert seat.scribe.view is not None
    assert [order.order_id for order in seat.scribe.view.open_orders()] == ["a-1-1"]
    assert InstrumentChanged in Host.hears


def test_what_the_account_holds_is_not_what_its_own_fills_made() -> None:
    seat = Seat(Every(S))
    seat.house.step(OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)), fill("a-1-1", "T1", 3))
    own, account = seat.host._portfolio, seat.host._account
    made = own.balances
    seat.house.step(BalancesSeen((("USD", Decimal(5)), ("ETH", Decimal(7)))))
    assert own.balances == made
    assert (account.balance("USD"), account.balance("ETH")) == (5, 7)


@pytest.mark.parametrize(("on_behalf", "left_lots"), [("a", 7), ("b", 10), ("", 10)])
def test_what_risk_sells_on_its_behalf_is_no_longer_its_position(on_behalf: str, left_lots: int) -> None:
    seat = Seat(Every(S))
    bought = OrderWanted("a-1-0", "BTC/USD", "buy", "limit", 10, 1000)
    seat.house.step(OrderApproved(bought), fill("a-1-0", "T1", 10))
    seat.heard()
    sale = OrderWanted("risk-7-0", "BTC/USD", "sell", "limit", 3, 990, time_in_force="ioc", on_behalf=on_behalf)
    sold = OrderTraded("risk-7-0", "T2", "BTC/USD", "sell", 995, 3, "taker", Decimal(0), "USD")
    seat.house.step(OrderApproved(sale), OrderAccepted("risk-7-0", "V"), sold, OrderFilled("risk-7-0"))
    assert seat.heard() == []  # It is no order of its own.
    assert seat.scribe.view is not None
    assert seat.scribe.view.position_lots("BTC/USD") == left_lots


def test_denials_change_nothing() -> None:
    seat = Seat(Every(S))
    order = OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)
    seat.house.step(OrderApproved(order), OrderAccepted("a-1-1", "V"))
    seat.heard()
    seat.house.step(AmendDenied("a-1-1", "funds", "too much"), OrderDenied("a-1-2", "funds", "too much"))
    assert seat.heard() == []
    assert seat.scribe.view is not None
    assert [one.qty_lots for one in seat.scribe.view.open_orders()] == [3]


class Told(Scribe):
    """A scribe that hears of fills and of refusals too."""

    def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
        return self._woken(("fill", fill.exec_id, view.position_lots(fill.symbol)), view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        return self._woken(("denied", denied.order_id, denied.limit), view)


def told_seat() -> Seat:
    seat = Seat(Every(S))
    seat.scribe = Told("a", Every(S))
    seat.host = Host(seat.scribe, market=seat.market, quote="USD")
    seat.house = House(seat.market, seat.host)
    seat.house.step(STARTED)
    return seat


def test_a_fill_is_told_once_and_before_its_order() -> None:
    seat = told_seat()
    fill = OrderTraded("a-1-1", "T1", "BTC/USD", "buy", 1000, 2, "maker", Decimal(0), "USD")
    other = OrderTraded("b-1-1", "T9", "BTC/USD", "buy", 1000, 2, "maker", Decimal(0), "USD")
    seat.house.step(
        OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)), OrderAccepted("a-1-1", "V")
    )
    seat.heard()
    seat.house.step(fill, fill, other)
    assert seat.heard() == [
        ("fill", "T1", 2),
        ("order", "a-1-1", "open", 2),
        ("order", "a-1-1", "open", 2),  # Told again: no second fill.
    ]


def test_refusals_are_told_to_whose_they_are() -> None:
    seat = told_seat()
    seat.scribe.wants = [TimerWanted("a", "later", T0 + S)]
    said = seat.house.step(OrderDenied("a-1-1", "funds", "too much"), OrderDenied("b-1-1", "funds", ""))
    assert seat.heard() == [("denied", "a-1-1", "funds")]
    assert said == [TimerWanted("a", "later", T0 + S)]
    seat.house.step(AmendDenied("a-1-1", "collar", ""))
    assert seat.heard() == [("denied", "a-1-1", "collar")]


def test_orders_wanted_of_a_fill_and_of_its_order_have_their_own_ids() -> None:
    class Eager(Quiet):
        def on_timer(self, timer: str, view: View) -> Iterable[Want]:
            return ()

        def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
            yield view.bid("BTC/USD", price_ticks=5, qty_lots=1)

        def on_order(self, order: Order, view: View) -> Iterable[Want]:
            if order.filled_lots:
                yield view.bid("BTC/USD", price_ticks=4, qty_lots=1)

    market = market_of(two_sided())
    house = House(market, Host(Eager("a", Every(S)), market=market, quote="USD"))
    fill = OrderTraded("a-1-1", "T1", "BTC/USD", "buy", 1000, 2, "maker", Decimal(0), "USD")
    said = house.step(STARTED, OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)), fill)
    ids = [one.order_id for one in said if isinstance(one, OrderWanted)]
    assert len(ids) == len(set(ids)) == 2


def test_what_it_wants_of_its_orders_goes_out() -> None:
    seat = Seat(Every(S))
    seat.scribe.wants = [CancelWanted("a-1-1")]
    said = seat.house.step(OrderApproved(OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 3, 1000)))
    assert said == [CancelWanted("a-1-1")]


# -- What cannot work ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "has space", "dash-ed", "thirteen_long", "größe", "a.b"])
def test_a_name_that_would_spoil_order_ids_is_refused(name: str) -> None:
    with pytest.raises(LocalError, match="letters, digits or _"):
        Host(Scribe(name, Every(1)), market=market_of(two_sided()), quote="USD")


@pytest.mark.parametrize("name", ["a", "maker_2", "twelve_chars"])
def test_a_good_name_is_its_author(name: str) -> None:
    host = Host(Scribe(name, Every(1)), market=market_of(two_sided()), quote="USD")
    assert (host.name, host.wakes) == (name, (Every(1),))


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        (Quiet("a"), "a declares no wake"),
        (Quiet("a", OnBook("BTC/USD")), "has no method on_book"),
        (Quiet("a", OnTrades("BTC/USD")), "has no method on_trades"),
        (Quiet("a", Every(1)), "has no method on_timer"),
        (Scribe("a", Every(0)), "interval_ns must be above 0"),
        (Scribe("a", Every(1), Every(2)), "declares a wake twice"),
        (Scribe("a", OnBook("BTC/USD"), OnBook("BTC/USD", top_only=False)), "declares a wake twice"),
    ],
)
def test_wakes_that_cannot_work_are_refused(strategy: Quiet, said: str) -> None:
    with pytest.raises(LocalError, match=said):
        Host(strategy, market=market_of(two_sided()), quote="USD")


def test_an_end_of_its_own_algorithm_is_told_and_what_it_made_of_orders_too() -> None:
    scribe = Scribe("a", OnBook("BTC/USD"))
    host = Host(scribe, market=market_of(two_sided()), quote="USD")
    house = House(host)
    child = OrderWanted("a-1-1.1", "BTC/USD", "buy", "limit", 5, 999)
    house.step(OrderApproved(child), AlgoEnded("ab-1-1", 0, "filled"), AlgoEnded("a-1-1", 5, "filled"))
    assert scribe.heard == [("order", "a-1-1.1", "approved", 0), ("algo", "a-1-1", 5, "filled")]
    assert scribe.view is not None
    assert [order.order_id for order in scribe.view.open_orders()] == ["a-1-1.1"]


def test_a_strategy_need_not_hear_of_algorithms() -> None:
    opener = Opener("a", Every(60))
    house = House(Host(opener, market=market_of(two_sided()), quote="USD"))
    assert house.step(AlgoEnded("a-1-1", 5, "filled")) == []


# -- Share and standing -------------------------------------------------------------------------------------------


def test_equity_is_its_share_of_what_everybody_made() -> None:
    seat = Seat(Every(S))
    seat.house.frame(seat.feed.snapshot())
    seat.house.step(
        BalancesSeen((("USD", Decimal(1000)),)),
        OrderTraded("b-1-1", "T1", "BTC/USD", "buy", 1000, 100, "taker", Decimal(1), "USD"),  # 1 BTC for 100 USD.
        TimerFired("a", "tick"),
    )
    view = seat.scribe.view
    assert view is not None
    assert view.share == Decimal("0.25")
    assert view.equity_quote() == Decimal("249.75")
    assert (view.balance("USD"), view.balance("BTC")) == (899, 1)
    assert (view.position_lots("BTC/USD"), view.position("BTC/USD"), view.profit_quote()) == (0, None, 0)


def test_it_knows_of_halts_and_fees() -> None:
    seat = Seat(Every(S))
    fees = FeesSeen("BTC/USD", Decimal("0.0025"), Decimal("0.0040"), Decimal(0))
    seat.house.step(fees, TradingHalted("kill", "a person"), TimerFired("a", "tick"))
    view = seat.scribe.view
    assert view is not None
    assert (view.fees("BTC/USD"), view.halted("BTC/USD")) == (fees, "kill: a person")


def test_what_is_not_subscribed_cannot_be_asked_for() -> None:
    for wake in (OnBook("ETH/USD"), OnLevel3("ETH/USD"), OnTrades("ETH/USD"), OnCandle("ETH/USD", 60)):
        market = market_of(two_sided())
        host = Host(Scribe("a", wake), market=market, quote="USD")
        with pytest.raises(LocalError, match=r"of ETH/USD (is|are) subscribed"):
            host.ask()


@pytest.mark.parametrize(
    "wakes",
    [
        (At(timer="x"), Every(S, "x")),
        (OnCandle("BTC/USD", 60), OnCandle("BTC/USD", 60, keep=5)),
        (OnLevel3("BTC/USD"), OnLevel3("BTC/USD", top_only=True)),
    ],
)
def test_two_wakes_that_cannot_be_told_apart_are_refused(wakes: tuple[Wake, ...]) -> None:
    with pytest.raises(LocalError, match="declares a wake twice"):
        Host(Scribe("a", *wakes), market=market_of(two_sided()), quote="USD")


@pytest.mark.parametrize(
    ("wake", "method"),
    [(OnLevel3("BTC/USD"), "on_level3"), (OnCandle("BTC/USD", 60), "on_candle"), (At(), "on_timer")],
)
def test_a_wake_without_its_method_is_refused(wake: Wake, method: str) -> None:
    with pytest.raises(LocalError, match=f"has no method {method}"):
        Host(Quiet("a", wake), market=market_of(two_sided()), quote="USD")


# -- Restart ------------------------------------------------------------------------------------------------------


class Averaging(Quiet):
    """Bids at the average of the best bids so far, which it alone remembers."""

    def __init__(self) -> None:
        super().__init__("a", OnBook("BTC/USD"), Every(S))
        self.average = Ema(2)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        average = self.average.add(book.best_bid_ticks or 0)
        if average is not None:
            yield view.bid(book.symbol, price_ticks=round(average), qty_lots=1)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        return ()


def averaging() -> House:
    market = market_of(two_sided())
    host = Host(Averaging(), market=market, quote="USD")
    host.ask()
    return House(market, host)


def test_what_a_strategy_remembers_comes_back_by_replay() -> None:
    feed = two_sided()
    inputs: list[Event] = [STARTED, FrameReceived("public", feed.snapshot())]
    inputs += [FrameReceived("public", feed.update(bids=[(999, n)], asks=[(1001, n)])) for n in range(20, 30)]
    whole, before, after = averaging(), averaging(), averaging()
    whole.step(*inputs)
    before.step(*inputs[:7])
    after.step(*(one.event for one in before.entries if one.cause_seq == one.seq))  # The journal's inputs.
    assert after.entries == before.entries
    after.step(*inputs[7:])
    assert after.entries == whole.entries
    assert len([one for one in whole.entries if isinstance(one.event, OrderWanted)]) == 10
