"""What a person sees of a run, and of a market."""

from fathom.ui.ladder import Pulse, ladder
from fathom.ui.life import told_of
from fathom.ui.lines import (
    balance_line,
    book_line,
    candle_line,
    event_line,
    execution_line,
    instrument_line,
    ticker_line,
    trade_line,
)
from fathom.ui.report import Drawing, Extra, RunTold, page, tables
from fathom.ui.screen import line, screen
from fathom.ui.sweep import (
    DeflatedTold,
    DimensionTold,
    FailureTold,
    FoldTold,
    HeldOutTold,
    NeighbourhoodTold,
    NeighbourTold,
    SweepTold,
    TrialTold,
    sweep_page,
    sweep_tables,
)
from fathom.ui.watch import Watch

__all__ = [
    "DeflatedTold",
    "DimensionTold",
    "Drawing",
    "Extra",
    "FailureTold",
    "FoldTold",
    "HeldOutTold",
    "NeighbourTold",
    "NeighbourhoodTold",
    "Pulse",
    "RunTold",
    "SweepTold",
    "TrialTold",
    "Watch",
    "balance_line",
    "book_line",
    "candle_line",
    "event_line",
    "execution_line",
    "instrument_line",
    "ladder",
    "line",
    "page",
    "screen",
    "sweep_page",
    "sweep_tables",
    "tables",
    "ticker_line",
    "told_of",
    "trade_line",
]
