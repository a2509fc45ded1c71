import io
from decimal import Decimal

import pytest
from rich.console import Console

from fathom.domain import BalancesSeen, TradingHalted
from fathom.portfolio import summary_of
from fathom.ui import Drawing, RunTold, tables
from fathom.ui.report.text import NOTES_SHOWN, brief, duration, took
from statistics_run import Run


def printed(run: Run, drawing: Drawing) -> str:
    told = RunTold(
        run_id="run-7", mode="paper", version="0.1", state="The run ended: enough.", entries=9,
        summary=summary_of(run.statistics), notes=drawing.notes, notes_left_out=3,
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=180, color_system=None)
    console.print(tables(told))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_run() -> tuple[Run, Drawing]:
    run = Run(USD="1000")
    drawing = Drawing(run.market, run.statistics)
    run.observers.append(drawing.observe)
    return run, drawing


def test_a_run_in_tables() -> None:
    run, drawing = a_run()
    run.order("mm-1-1")
    run.at(60).fill("mm-1-1", qty_lots=100, fee="0.4")
    run.say(*(TradingHalted("loss", f"[too much] {number}") for number in range(NOTES_SHOWN + 1)))
    run.say(BalancesSeen((("USD", Decimal(901)),)))
    run.statistics.look(run.house.time_ns)
    text = printed(run, drawing)
    for part in (
        "run-7  paper, fathom 0.1",
        "The run ended: enough.",
        "1,000.00 → 1,001.00 USD",
        "100.0% as maker",
        "By strategy, in USD",
        "none: 1 of the 30 minutes that they need",
        "add",
        "1.40",  # What nobody can explain.
        "[too much] 0",
        "and 4 more",
    ):
        assert part in text, part


def test_a_run_in_which_nothing_happened() -> None:
    text = printed(*a_run())
    assert "By strategy" not in text
    assert "Latency" not in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (61, "1 min 1 s"), (3_700, "1 h 1 min"), (90_000, "1 d 1 h 0 min")],
)
def test_a_time_span(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_234, "1.23 us"),
        (45_600, "45.6 us"),
        (789_000_000, "789 ms"),
        (2_000_000_000, "2.00 s"),
    ],
)
def test_a_latency(ns: int, text: str) -> None:
    assert took(ns) == text


@pytest.mark.parametrize(
    ("value", "text"), [("0E-8", "0"), ("1.500", "1.5"), ("1E-8", "0.00000001"), ("1200", "1,200")]
)
def test_a_number_without_its_zeros(value: str, text: str) -> None:
    assert brief(Decimal(value)) == text
