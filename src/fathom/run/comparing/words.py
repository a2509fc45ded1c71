"""How prices, quantities and times are told in a comparison.

Pure. Imports: domain. Imported by: its neighbours.
"""

from collections.abc import Mapping

from fathom.domain import Instrument


class Words:
    """Numbers as people read them, by the rules of each pair."""

    def __init__(self, instruments: Mapping[str, Instrument] | None = None) -> None:
        self._instruments = instruments or {}

    def price(self, symbol: str, ticks: int | None) -> str:
        """Return a price; in ticks where nobody told the pair's rules."""
        if ticks is None:
            return "the market"
        instrument = self._instruments.get(symbol)
        return f"{ticks:,} ticks" if instrument is None else f"{instrument.price(ticks):,f}"

    def qty(self, symbol: str, lots: int) -> str:
        """Return a quantity; in lots where nobody told the pair's rules."""
        instrument = self._instruments.get(symbol)
        if instrument is None:
            return f"{lots:,} lots"
        text = f"{instrument.qty(lots):,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text} {instrument.base}"

    @staticmethod
    def span(ns: int) -> str:
        """Return a stretch of time."""
        if abs(ns) >= 1_000_000_000:
            return f"{ns / 1e9:,.1f} s"
        return f"{ns / 1e6:,.1f} ms" if abs(ns) >= 100_000 else f"{ns / 1e3:,.0f} us"

    def later(self, a_ns: int, b_ns: int) -> str:
        """Return which of two times is later, and by how much; empty where they are one."""
        if a_ns == b_ns:
            return ""
        return f"{self.span(abs(b_ns - a_ns))} later in {'B' if b_ns > a_ns else 'A'}"
