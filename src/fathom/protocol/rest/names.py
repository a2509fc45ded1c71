"""The names of pairs that REST takes: BTC/USD, XBTUSD and XXBTZUSD, but no longer XBT/USD (rest.md 3).

Pure. Imports: domain, v1_book. Imported by: the requests.
"""

from typing import Final

from fathom.domain import LocalError
from fathom.protocol.v1_book import v2_symbol

NAME_CHARS_MAX: Final = 40  # The longest name of a pair is far shorter.


def check_pair(field: str, name: str | None) -> None:
    """Raise LocalError where the name is of WebSocket v1, or can be no pair's at all."""
    if name is None:
        return
    if not name or len(name) > NAME_CHARS_MAX or not name.isascii() or not name.isprintable() or " " in name:
        raise LocalError(field, f"{name[:NAME_CHARS_MAX]!r} is not the name of a pair: write one such as BTC/USD")
    if "/" in name and (symbol := v2_symbol(name)) != name:
        raise LocalError(field, f"{name} is a name of WebSocket v1, which REST no longer takes: write {symbol}")


def check_pairs(field: str, names: tuple[str, ...]) -> None:
    """Raise LocalError for the first that is no name of a pair."""
    for name in names:
        check_pair(field, name)
