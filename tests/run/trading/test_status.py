from decimal import Decimal

from fathom.domain import (
    BalancesSeen,
    Entry,
    Event,
    HealthSeen,
    LimitsRefused,
    LinkDropped,
    LinkOpened,
    MarginSeen,
    MarginUnknown,
    OrderAccepted,
    OrderApproved,
    OrderWanted,
    RunStarted,
    TradingHalted,
    TradingResumed,
)
from fathom.engine import Engine, Nowhere
from fathom.run.trading.status import Status
from fathom.ui import Watch
from market_feed import Feed, market_of

T0 = 1_700_000_000_000_000_000


class Stage:
    def __init__(self) -> None:
        feed = Feed()
        market = market_of(feed)
        self.watch = Watch(market, quote="USD")
        self.status = Status(self.watch, name="b", mode="paper", venue="local", folder="runs/b")
        self.engine = Engine([market], Nowhere())

    def see(self, event: Event) -> None:
        for entry in self.engine.step(event, time_ns=T0):
            self._show(entry)

    def _show(self, entry: Entry) -> None:
        self.watch.observe(entry)
        self.status.observe(entry)


def test_it_tells_who_it_is_and_what_it_has() -> None:
    stage = Stage()
    stage.see(BalancesSeen((("USD", Decimal(10)), ("BTC", Decimal("0.5")))))
    told = stage.status.told()
    assert (told["name"], told["mode"], told["journal"]) == ("b", "paper", "runs/b")
    assert told["balances"] == {"BTC": Decimal("0.5"), "USD": Decimal(10)}
    assert told["halts"] == []
    assert told["books"]["BTC/USD"] == {"bid": None, "ask": None, "verified": False, "reason": ""}


def test_a_halt_is_told_until_it_is_released() -> None:
    stage = Stage()
    stage.see(TradingHalted("drawdown", "lost too much"))
    assert stage.status.told()["halts"][0]["limit"] == "drawdown"
    stage.see(TradingResumed("drawdown", "", "a person"))
    assert stage.status.told()["halts"] == []


def test_it_tells_which_connections_are_up() -> None:
    stage = Stage()
    for event in (LinkOpened("public"), LinkOpened("private"), LinkDropped("public", "gone")):
        stage.see(event)
    assert stage.status.told()["links"] == ["private"]


def test_health_is_the_newest() -> None:
    stage = Stage()
    stage.see(HealthSeen(2_000_000, 1_000_000, None, "armed"))
    told = stage.status.told()
    assert (told["loop_lag_ms"], told["journal_lag_ms"], told["switch"]) == (2.0, 1.0, "armed")


def test_orders_are_told_in_the_units_of_people() -> None:
    stage = Stage()
    stage.see(RunStarted("r", "paper", b"{}", "0"))
    stage.see(OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000)))
    stage.see(OrderAccepted("mm-1-1", "O1"))
    (order,) = stage.status.orders()
    instrument = stage.watch.market.instruments["BTC/USD"]
    assert (order["price"], order["qty"], order["state"]) == (instrument.price(1000), instrument.qty(5), "open")
    assert order["venue_order_id"] == "O1"


def test_what_risk_said_of_its_limits_is_taken_once() -> None:
    stage = Stage()
    assert stage.status.take_limits_word() is None
    stage.see(LimitsRefused("no such limit"))
    assert stage.status.take_limits_word() == LimitsRefused("no such limit")
    assert stage.status.take_limits_word() is None


def test_it_tells_why_what_is_open_on_margin_is_not_known() -> None:
    stage = Stage()
    told = []
    for event in (MarginUnknown("", waits=True), MarginUnknown("no answer", waits=True), MarginSeen(())):
        stage.see(event)
        told.append(stage.status.told()["margin_unknown"])
    assert told == ["", "no answer", ""]
