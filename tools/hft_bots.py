"""What the two simple strategies do at each step: the same functions in our world, in the plain one and in numba.

Whole numbers in and out: prices in ticks, quantities in lots. Imports nothing of ours, as hftbacktest's environment has
no `fathom`. Imported by: hft_ours, hft_plain, hft_process, compare_hft.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

MAKER: Final = 0
TAKER: Final = 1
CANCEL: Final = -1


@dataclass(frozen=True)
class Job:
    """One run of one strategy. It decides each `every_ns` from `begin_ns` to `end_ns`; fills count to `close_ns`."""

    kind: int
    begin_ns: int
    end_ns: int
    close_ns: int
    every_ns: int = 100_000_000
    latency_ns: int = 10_000_003  # Each way.
    qty_lots: int = 5_000_011
    limit_lots: int = 20_000_044
    offset_ticks: int = 0  # The maker: how far behind the best it quotes.
    slack_ticks: int = 2  # The maker: how far off a quote may be.
    bound_percent: int = 85  # The taker: the imbalance at which it takes.
    regular: int = 50  # The taker: it takes at each of so many steps, too.
    reach_ticks: int = 3  # The taker: how much worse than the best it pays.

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def quote(  # noqa: PLR0917 - Numba takes no keywords.
    sign: int, best: int, live: int, position: int, qty: int, limit: int, offset: int, slack: int
) -> int:
    """Return the price at which the maker rests anew, CANCEL, or 0 where nothing is to do.

    `sign`: 1 to buy, -1 to sell; `best`: the best price of that side; `live`: the price of the order there, 0: none.
    """
    target = best - sign * offset
    if live != 0:
        return -1 if abs(live - target) > slack else 0
    if sign * position + qty > limit:
        return 0
    return target


def impulse(  # noqa: PLR0917 - Numba takes no keywords.
    step: int, bid_qty: int, ask_qty: int, position: int, qty: int, limit: int, bound: int, regular: int
) -> int:
    """Return 1 where the taker buys, -1 where it sells, 0 where it does nothing."""
    wanted = 0
    lean = 100 * (bid_qty - ask_qty)
    if lean > bound * (bid_qty + ask_qty):
        wanted = 1
    elif -lean > bound * (bid_qty + ask_qty):
        wanted = -1
    elif step % regular == 0:
        wanted = 1 if (step // regular) % 2 == 0 else -1
    if wanted * position + qty > limit:
        return 0
    return wanted
