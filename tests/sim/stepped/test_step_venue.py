"""What the venue of a backtest fills, and what it refuses in Kraken's words."""

from decimal import Decimal

import msgspec
import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    CancelApproved,
    Close,
    Event,
    Instrument,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    VenueStatus,
)
from fathom.kernel.stepper import OWN
from fathom.sim.stepped import StepVenue
from market_feed import BTC, T0, S
from step_stage import MS, Recording, approval, buys, step_market, step_venue, still


class Pit:
    """A venue over a recording that the test steps itself."""

    def __init__(self, recording: Recording, **options: object) -> None:
        self.market = step_market(recording)
        self.venue: StepVenue = step_venue(self.market, **options)  # type: ignore[arg-type]
        self.stepper = self.market.steppers[BTC.symbol]
        self.go(T0)

    def go(self, until_ns: int) -> list[Event]:
        said: list[Event] = []
        while self.stepper.step(until_ns) == OWN:
            said += self.venue.pass_time(self.stepper.now_ns)
            said += self.venue.moved(BTC.symbol)
        return [*said, *self.venue.pass_time(until_ns)]

    def ask(self, *requests: object) -> list[Event]:
        return [event for request in requests for event in self.venue.request(request)]  # type: ignore[arg-type]


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def fills(events: list[Event]) -> list[tuple[str, int, int, str]]:
    return [
        (event.order_id, event.price_ticks, event.qty_lots, event.liquidity)
        for event in events
        if isinstance(event, OrderTraded)
    ]


def with_rules(**rules: object) -> Recording:
    return still(instrument=msgspec.structs.replace(BTC, **rules))  # type: ignore[arg-type]


# -- Fills ---------------------------------------------------------------------------------------------------------


def test_a_taker_takes_what_stands_there_and_what_it_took_stays_taken() -> None:
    pit = Pit(still().levels([(997, 11)]))
    said = pit.ask(approval("a-1", "buy", None, 14, order_type="market"))
    assert fills(said) == [("a-1", 1001, 10, "taker"), ("a-1", 1002, 4, "taker")]
    assert names(said)[-1] == "OrderFilled"
    assert fills(pit.ask(approval("a-2", "buy", 1002, 10, time_in_force="ioc"))) == [("a-2", 1002, 6, "taker")]
    pit.go(T0 + S)
    assert pit.ask(approval("a-3", "buy", 1002, 1, time_in_force="ioc"))[-1] == OrderCanceled(
        "a-3", "ioc: nothing more to take"
    )


def test_a_maker_waits_behind_what_stood_there_and_is_filled_in_part() -> None:
    pit = Pit(still().trade("sell", 999, 12).trade("sell", 999, 3))
    assert names(pit.ask(buys("a-1", 999, 5))) == ["OrderAccepted"]
    assert fills(pit.go(T0 + 100 * MS)) == [("a-1", 999, 2, "maker")]
    said = pit.go(T0 + S)
    assert fills(said) == [("a-1", 999, 3, "maker")]
    assert names(said)[-1] == "OrderFilled"


def test_an_amend_down_keeps_its_place_and_an_amend_up_loses_it() -> None:
    for qty_lots, filled in ((4, 2), (9, 0)):
        pit = Pit(still().levels([(999, 16)]).trade("sell", 999, 12, after_ns=S))  # Six come behind us.
        pit.ask(buys("a-1", 999, 5))
        pit.go(T0 + 100 * MS)
        assert pit.ask(AmendApproved(AmendWanted("a-1", 999, qty_lots))) == [OrderAmended("a-1", 999, qty_lots)]
        assert sum(lots for _, _, lots, _ in fills(pit.go(T0 + 2 * S))) == filled


def test_an_amend_to_another_price_takes_on_its_way() -> None:
    pit = Pit(still())
    pit.ask(buys("a-1", 999, 5))
    said = pit.ask(AmendApproved(AmendWanted("a-1", 1001, 5)))
    assert fills(said) == [("a-1", 1001, 5, "taker")]


def test_an_iceberg_shows_a_slice_at_a_time_each_behind_the_queue() -> None:
    pit = Pit(still().trade("sell", 999, 14).trade("sell", 999, 12).levels([(990, 1)], after_ns=S))
    pit.ask(buys("a-1", 999, 8, display_lots=4))
    assert fills(pit.go(T0 + 100 * MS)) == [("a-1", 999, 4, "maker")]
    assert fills(pit.go(T0 + 200 * MS)) == [("a-1", 999, 2, "maker")]  # Ten stand before the second slice.


def test_a_stop_is_set_off_by_a_trade_and_takes_then() -> None:
    pit = Pit(still().trade("sell", 999, 1).trade("sell", 998, 1).levels([(990, 1)], after_ns=S))
    said = pit.ask(approval("a-1", "sell", None, 3, order_type="stop-loss", trigger_ticks=998))
    assert names(said) == ["OrderAccepted"]
    assert pit.go(T0 + 150 * MS) == []
    assert fills(pit.go(T0 + S)) == [("a-1", 999, 3, "taker")]


def test_a_trailing_stop_follows_the_last_trade() -> None:
    recording = (
        still().trade("buy", 1001, 1).trade("buy", 1004, 1).trade("sell", 1002, 1).levels([(990, 1)], after_ns=S)
    )
    pit = Pit(recording)
    pit.ask(approval("a-1", "sell", None, 3, order_type="trailing-stop", trigger_ticks=2))
    assert pit.go(T0 + 250 * MS) == []
    assert fills(pit.go(T0 + 300 * MS)) == [("a-1", 999, 3, "taker")]


def test_a_conditional_close_is_placed_for_each_fill() -> None:
    pit = Pit(still())
    said = pit.ask(approval("a-1", "buy", None, 5, order_type="market", close=Close("limit", 1010)))
    assert names(said) == ["OrderAccepted", "OrderTraded", "OrderFilled", "ClosePlaced"]


def test_an_order_with_an_end_expires() -> None:
    pit = Pit(still().levels([(990, 1)], after_ns=10 * S))
    pit.ask(buys("a-1", 999, time_in_force="gtd", expire_ns=T0 + 5 * S))
    assert pit.venue.due_ns == T0 + 5 * S
    assert pit.go(T0 + 6 * S) == [OrderCanceled("a-1", "Order expired")]


# -- Refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "order", "reason"),
    [
        ({"qty_lots_min": 6}, buys("a-1", 990), "EOrder:Order minimum not met"),
        ({"qty_increment_lots": 2}, buys("a-1", 990), "EOrder:Order minimum not met"),
        ({"cost_min": Decimal(1_000)}, buys("a-1", 990), "EOrder:Cost minimum not met"),
        ({"price_increment_ticks": 5}, buys("a-1", 991), "EOrder:Tick size check failed"),
        ({"status": "cancel_only"}, buys("a-1", 990), "EService:Market in cancel_only mode"),
        ({"status": "post_only"}, buys("a-1", 990), "EService:Market in post_only mode"),
        (
            {"status": "limit_only"},
            approval("a-1", "buy", None, 5, order_type="market"),
            "EService:Market in limit_only mode",
        ),
        ({}, buys("a-1", 990, 200_000), "EOrder:Insufficient funds"),
    ],
)
def test_what_kraken_refuses_is_refused_in_its_words(rules: dict[str, object], order: object, reason: str) -> None:
    assert Pit(with_rules(**rules)).ask(order) == [OrderRejected("a-1", reason)]


def test_post_only_that_would_take_ends_unfilled() -> None:
    said = Pit(still()).ask(buys("a-1", 1001, post_only=True))
    assert said[-1] == OrderCanceled("a-1", "Post only order")
    assert fills(said) == []


@pytest.mark.parametrize(
    ("status", "names_said"), [("maintenance", "CancelRejected"), ("cancel_only", "OrderCanceled")]
)
def test_what_may_still_be_cancelled_depends_on_the_engines_state(status: VenueStatus, names_said: str) -> None:
    pit = Pit(still())
    pit.ask(buys("a-1", 990))
    pit.venue.status = status
    assert names(pit.ask(CancelApproved("a-1"))) == [names_said]


def test_who_asks_too_fast_is_throttled_and_time_heals_it() -> None:
    pit = Pit(still().levels([(997, 1)], after_ns=100 * S), tier="starter")
    said = pit.ask(*(buys(f"a-{number}", 990, 1) for number in range(59)))
    assert names(said) == ["OrderAccepted"] * 59
    cancels = pit.ask(CancelApproved("a-0"), CancelApproved("a-1"))
    assert names(cancels) == ["CancelRejected", "CancelRejected"]
    pit.go(T0 + 10 * S)
    assert names(pit.ask(CancelApproved("a-0"))) == ["OrderCanceled"]
    assert pit.venue.pace.refused == 2


def test_fees_follow_the_schedule_as_the_volume_grows() -> None:
    pit = Pit(still(), fees=None, volume_usd=9_999)
    first, second = (
        next(
            one
            for one in pit.ask(approval(f"a-{n}", "buy", None, 5, order_type="market"))
            if isinstance(one, OrderTraded)
        )
        for n in range(2)
    )
    assert first.fee == Decimal("0.02002")  # 0.05 BTC at 100.1, 0.40 %.
    assert second.fee == Decimal("0.01752")  # And 0.35 % from 10,000 on.


def test_what_became_of_places_in_queues_is_counted() -> None:
    pit = Pit(still().trade("sell", 999, 12).levels([(990, 1)], after_ns=S))
    pit.ask(buys("a-1", 999, 5), buys("a-2", 998, 5))
    pit.go(T0 + S)
    pit.ask(CancelApproved("a-1"))
    pit.venue.finish()
    rows = [(one.ahead_lots, one.filled_lots, one.qty_lots, one.rested_ns) for one in pit.venue.queued]
    assert rows == [(10, 2, 5, S), (10, 0, 5, S)]


def test_the_venues_word_on_a_pair_it_has_no_recording_of() -> None:
    pit = Pit(still())
    other = Instrument(**{**msgspec.structs.asdict(BTC), "symbol": "ETH/USD"})
    pit.market.instruments["ETH/USD"] = other
    request = msgspec.structs.replace(buys("a-1", 9).order, symbol="ETH/USD")
    assert pit.ask(type(buys("a-1", 9))(request)) == [OrderRejected("a-1", "EService:Unavailable")]


def test_it_knows_where_an_order_stands() -> None:
    pit = Pit(still())
    (accepted,) = pit.ask(buys("a-1", 999, 5))
    assert isinstance(accepted, OrderAccepted)
    place = pit.venue.place(accepted.venue_order_id)
    assert place is not None
    assert place.ahead_lots == 10
    assert pit.venue.place("nobody") is None
    assert isinstance(pit.ask(CancelApproved("a-1"))[0], OrderCanceled)
    assert OrderFilled not in map(type, pit.go(T0 + S))
