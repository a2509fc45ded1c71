import pytest

from fathom.domain import (
    AccountDisputed,
    AmendApproved,
    AmendWanted,
    Event,
    LinkDropped,
    MarginUnknown,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    RunStopped,
    TradingHalted,
    TradingResumed,
)
from fathom.ui import Drawing
from fathom.ui.report.drawing import FILLS_MAX, NOTES_MAX, SEGMENTS_MAX, note_of
from market_feed import T0, S
from statistics_run import Run


def drawn_run() -> tuple[Run, Drawing]:
    run = Run(USD="100000")
    drawing = Drawing(run.market, run.statistics)
    run.observers.append(drawing.observe)
    return run, drawing


def pieces(drawing: Drawing, symbol: str = "BTC/USD") -> list[tuple[int, int, str, float, str]]:
    """In whole seconds of the run."""
    return [
        ((one.from_ns - T0) // S, (one.to_ns - T0) // S, one.side, one.price, one.end)
        for one in drawing.drawn(symbol, T0 + 100 * S)
    ]


def test_an_order_is_a_piece_for_each_of_its_prices() -> None:
    run, drawing = drawn_run()
    run.at(1).order("mm-1-1", price_ticks=990)
    run.at(3).say(AmendApproved(AmendWanted("mm-1-1", 995, 10)), OrderAmended("mm-1-1", 995, 10))
    run.at(6).say(OrderCanceled("mm-1-1", "User requested"))
    run.at(7).order("mm-2-1", "sell", price_ticks=1010)
    assert pieces(drawing) == [
        (1, 3, "buy", 99.0, "amended"),
        (3, 6, "buy", 99.5, "canceled"),
        (7, 100, "sell", 101.0, "open"),
    ]
    assert drawing.symbols == ["BTC/USD"]


def test_what_never_rested_is_not_drawn_as_an_order() -> None:
    run, drawing = drawn_run()
    run.at(1).order("dca-1-1", price_ticks=2000)
    run.fill("dca-1-1", price_ticks=1001)
    run.say(OrderFilled("dca-1-1"))
    run.order("dca-2-1")
    run.say(OrderRejected("dca-2-1", "no"))
    assert pieces(drawing) == []
    assert [(fill.order_id, fill.price, fill.qty) for fill in drawing.fills] == [("dca-1-1", "100.1", "0.10")]


def test_a_fill_is_listed_once_however_often_it_is_told() -> None:
    run, drawing = drawn_run()
    run.order("mm-1-1")
    first = run.fill("mm-1-1", fee="0.25")
    run.fill("mm-1-1")
    run.say(first)
    assert drawing.fills_count == len(drawing.fills) == 2
    fill = drawing.fills[0]
    assert (fill.strategy, fill.liquidity, fill.value, fill.fee, fill.fee_asset) == ("mm", "maker", 10.0, "0.25", "USD")


def test_a_long_run_keeps_a_bounded_picture() -> None:
    run, drawing = drawn_run()
    run.order("mm-1-1")
    for number in range(max(SEGMENTS_MAX, FILLS_MAX) + 5):
        run.house.time_ns += S
        run.say(OrderAmended("mm-1-1", 900 + number % 9, 10), LinkDropped("public", "again"))
        run.fill("mm-1-1", qty_lots=1)
    assert len(drawing.segments["BTC/USD"]) == SEGMENTS_MAX
    assert drawing.segments_count["BTC/USD"] == max(SEGMENTS_MAX, FILLS_MAX) + 5
    assert (len(drawing.fills), drawing.fills_count) == (FILLS_MAX, max(SEGMENTS_MAX, FILLS_MAX) + 5)
    assert len(drawing.notes) == NOTES_MAX
    assert drawing.notes_count > NOTES_MAX
    assert len(drawing.prices["BTC/USD"]) <= drawing.prices["BTC/USD"].most + 1


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (TradingHalted("loss", "too much"), "trading halted (hard) by loss: too much"),
        (TradingHalted("spread", "wide", "soft", "BTC/USD"), "trading halted in BTC/USD (soft) by spread: wide"),
        (TradingResumed("loss", "", "a person"), "trading resumed after loss: a person"),
        (AccountDisputed("", "balances"), "account disputed: balances"),
        (LinkDropped("private", "1006"), "link private dropped: 1006"),
        (
            MarginUnknown("no answer", waits=True),
            "what is open on margin was not known, nothing was added until it was: no answer",
        ),
        (
            MarginUnknown("no answer", waits=False),
            "what is open on margin was not known, trading went on with what was told last: no answer",
        ),
        (MarginUnknown("", waits=True), ""),
        (RunStopped("SIGTERM"), "the run ended: SIGTERM"),
        (OrderFilled("mm-1-1"), ""),
    ],
)
def test_what_is_worth_a_line(event: Event, text: str) -> None:
    assert note_of(event) == text
