from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from execution_chaos import Chaos
from execution_stage import BTC, S, Stage, one, order
from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    BookMoved,
    BracketWanted,
    CancelWanted,
    Chase,
    Component,
    DisputeSettled,
    Entry,
    Iceberg,
    OrderTraded,
    OrderWanted,
    RunResumed,
    RunStopped,
    TimerFired,
    TradingHalted,
    TradingResumed,
    Twap,
)
from fathom.engine import replay
from fathom.execution import ALGOS_MAX, Execution
from market_feed import ETH, T0, instrument_frame, market_of

PLANS = (Twap(120 * S, 6), Twap(60 * S, 4, aggressive=True), Iceberg(995, 4), Chase(1002, T0 + 90 * S, "take"))


def test_of_a_book_that_moves_it_hears_only_while_something_runs() -> None:
    stage, asked = Stage(), []

    def plain(seq: int, now_ns: int) -> tuple[()]:
        asked.append((seq, now_ns))
        return ()

    execution = stage.execution
    ear = execution.ear_for(BookMoved("BTC/USD", 1, True), plain)
    assert ear is not None
    ear(3, S)
    assert asked == []
    stage.algo(PLANS[0], qty_lots=60)
    ear(5, 2 * S)
    assert asked == [(5, 2 * S)]
    assert execution.ear_for(TimerFired("execution", "x"), plain) is plain


# -- The invariant ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: type(plan).__name__)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_never_more_than_the_quantity_whatever_is_answered_in_whatever_order(
    plan: Twap | Iceberg | Chase, seed: int
) -> None:
    stage, qty_lots = Stage(), 61
    chaos = Chaos(stage, seed)
    chaos.hear(stage.algo(plan, qty_lots=qty_lots))
    for _ in range(150):
        assert chaos.worst_of("limit") <= qty_lots
        chaos.step()
    settle(chaos)
    assert [end.filled_lots for end in stage.ended] == [chaos.filled_of("limit")]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_exit_is_never_for_more_than_was_entered(seed: int) -> None:
    stage = Stage()
    chaos = Chaos(stage, seed)
    entry = OrderWanted("a-1-1", "BTC/USD", "buy", "market", 40)  # Told apart from its exits by its type.
    chaos.hear(stage.tell(BracketWanted(entry, 1100, 900)))
    for _ in range(200):
        assert chaos.worst_of("market") <= 40
        # What fills of one exit is to be told before the other can be made smaller; by itself each keeps within.
        assert chaos.worst_of("limit") <= chaos.filled_of("market")
        assert chaos.worst_of("stop-loss") <= chaos.filled_of("market")
        chaos.step()
    settle(chaos)
    assert [end.filled_lots for end in stage.ended] == [chaos.filled_of("market")]
    beyond = chaos.filled_of("limit") + chaos.filled_of("stop-loss") - chaos.filled_of("market")
    assert ("both exits filled" in stage.ended[0].reason) == (beyond > 0)


def settle(chaos: Chaos) -> None:
    """Everybody is honest again, the algorithm is stopped: it ends, with nothing open."""
    chaos.honest = True
    chaos.hear(chaos.stage.tell(AlgoStopWanted("a-1-1")))
    for _ in range(400):
        if chaos.stage.ended and not chaos.told:
            break
        chaos.step()
    assert chaos.stage.execution.running == ()
    assert all(order.gone for order in chaos.orders.values())


# -- Whom it hears ------------------------------------------------------------------------------------------------


def test_what_makes_no_sense_ends_as_it_begins() -> None:
    stage = Stage()
    assert stage.tell(AlgoWanted("a-1-1", "DOGE/USD", "buy", 5, Twap(60 * S, 3))) == []
    assert stage.ended == [AlgoEnded("a-1-1", 0, "the pair is not known")]


def test_there_are_only_so_many_at_once() -> None:
    stage = Stage()
    for number in range(ALGOS_MAX + 1):
        stage.tell(AlgoWanted(f"a-1-{number}", "BTC/USD", "buy", 5, Iceberg(990, 5)))
    assert stage.ended == [AlgoEnded(f"a-1-{ALGOS_MAX}", 0, f"{ALGOS_MAX} algorithms run already")]


def test_a_stop_of_what_ended_already_says_nothing() -> None:
    stage = Stage()
    assert stage.tell(AlgoStopWanted("a-9-9")) == []
    assert stage.ended == []


def test_news_and_timers_of_others_are_not_its_own() -> None:
    stage = Stage()
    stage.algo(Iceberg(990, 5))
    fill = OrderTraded("b-1-1.1", "T", "BTC/USD", "buy", 1, 1, "maker", Decimal(0), "USD")
    assert stage.tell(fill, TimerFired("risk", "a-1-1"), TimerFired("execution", "a-9-9")) == []


def test_a_run_that_ends_wants_nothing_more_and_goes_on_when_it_is_resumed_and_agreed() -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Iceberg(990, 10), qty_lots=30)))
    assert stage.tell(RunStopped("ctrl-c")) == []
    stage.cancel(CancelWanted("a-1-1.1"))
    assert stage.pass_time(60) == []
    assert stage.tell(RunResumed("b", "0")) == []
    assert order(one(stage.tell(AccountAgreed(stage.now_ns)))).qty_lots == 30
    assert stage.ended == []


@pytest.mark.parametrize(("symbol", "waits"), [("BTC/USD", True), ("", True), ("ETH/USD", False)])
def test_a_dispute_stops_new_orders_of_its_symbol_until_it_is_settled(symbol: str, waits: bool) -> None:
    stage = Stage()
    assert stage.tell(AccountDisputed(symbol, "a stranger's fill")) == []
    wants = stage.algo(Iceberg(990, 10), qty_lots=30)
    assert (wants == []) == waits
    settled = stage.tell(DisputeSettled(symbol, "explained"))
    assert len(settled) == waits


def test_a_hard_halt_ends_algorithms_and_lets_none_begin_until_it_is_released() -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Iceberg(990, 10), qty_lots=30)))
    halted = TradingHalted("daily_loss_share_max", "lost too much")
    stage.cancel(one(stage.tell(halted)))
    stage.tell(AlgoWanted("a-2-1", "BTC/USD", "buy", 5, Iceberg(990, 5)))
    assert [end.reason for end in stage.ended] == [
        "trading was halted: daily_loss_share_max",
        "trading is halted: daily_loss_share_max",
    ]
    stage.tell(TradingResumed("daily_loss_share_max", "", "a person"))
    assert len(stage.tell(AlgoWanted("a-3-1", "BTC/USD", "buy", 5, Iceberg(990, 5)))) == 1


@pytest.mark.parametrize(
    "halted",
    [TradingHalted("spread", "", "soft"), TradingHalted("spread", "", "hard", "ETH/USD")],
    ids=["soft", "another symbol"],
)
def test_other_halts_leave_it_to_risk(halted: TradingHalted) -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Iceberg(990, 10), qty_lots=30)))
    assert stage.tell(halted) == []
    assert stage.ended == []


def test_a_pair_of_another_precision_ends_what_counts_in_the_old_one() -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Iceberg(990, 10), qty_lots=30)))
    finer = msgspec.structs.replace(BTC, price_precision=2)
    followed = stage.house.frame(instrument_frame(finer))
    assert CancelWanted("a-1-1.1") in followed
    stage.cancel(CancelWanted("a-1-1.1"))
    assert [end.reason for end in stage.ended] == ["the pair's precision changed"]


def test_a_restart_by_replay_finds_every_algorithm_where_it_was() -> None:
    stage = Stage()
    chaos = Chaos(stage, 7)
    chaos.hear(stage.algo(Twap(600 * S, 50), qty_lots=500))
    for _ in range(400):
        chaos.step()
    journal = [(entry, msgspec.msgpack.encode(entry)) for entry in stage.house.entries]

    def again(_: Entry) -> list[Component]:
        market = market_of(stage.feed)
        market.want("BTC/USD", "top")
        return [market, Execution(market)]

    replayed = replay(journal, again)
    assert replayed.agrees, replayed.difference
    assert replayed.entries > 150


def test_pending_timers_are_few_however_often_it_thinks() -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Chase(1010, T0 + 3_600 * S))))
    for number in range(200):
        stage.book(bids=[(1000, 1 + number)])
    assert len(stage.timers) <= 3
    assert ETH.symbol not in stage.market.books
