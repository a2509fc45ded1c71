"""The names of pairs, as users write them: the right one, or an error that says it.

Imports: domain. Imported by: kraken, orders.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from fathom.domain import Instrument, LocalError

OLD_NAMES: Final = {"XBT": "BTC", "XDG": "DOGE"}  # WebSocket v1 and REST still say so (rest.md 3).


def checked_pairs(symbols: Sequence[str], instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """Return the symbols, each once. Raises LocalError for the first that is no pair of the venue's."""
    if not symbols:
        raise LocalError("symbol", "name at least one pair, such as BTC/USD")
    for symbol in symbols:
        if symbol not in instruments:
            raise LocalError("symbol", unknown_pair(symbol, instruments))
    return tuple(dict.fromkeys(symbols))


def unknown_pair(symbol: str, instruments: Mapping[str, Instrument]) -> str:
    """Return what is wrong with a name, and what to write instead."""
    meant = modern_name(symbol)
    if meant in instruments:
        return f"{symbol} is not how this venue names it: write {meant}"
    near = get_close_matches(meant, instruments, n=3, cutoff=0.6)
    hint = f": did you mean {' or '.join(near)}?" if near else f" among {len(instruments)}: pairs look like BTC/USD"
    return f"{symbol} is not a pair of this venue{hint}"


def modern_name(symbol: str) -> str:
    """Return BASE/QUOTE in the names of WebSocket v2, from however somebody may have spelled it."""
    text = symbol.strip().upper().replace("-", "/").replace("_", "/")
    base, _, quote = text.partition("/")
    return f"{OLD_NAMES.get(base, base)}/{OLD_NAMES.get(quote, quote)}" if quote else text
