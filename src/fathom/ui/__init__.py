"""What a person sees of a run, and of a market."""

from fathom.ui.ladder import Pulse, ladder
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
from fathom.ui.screen import line, screen
from fathom.ui.watch import Watch

__all__ = [
    "Pulse",
    "Watch",
    "balance_line",
    "book_line",
    "candle_line",
    "event_line",
    "execution_line",
    "instrument_line",
    "ladder",
    "line",
    "screen",
    "ticker_line",
    "trade_line",
]
