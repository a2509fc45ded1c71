"""Hftbacktest on a file of events, in an environment of its own: `python stepping_hft_process.py EVENTS.npy`.

A line in says which loop to run, `each event` or `each 100 ms`; a line out says how many seconds it took. Everything is
compiled before the first line is read.

Imports: hftbacktest, numba. Imported by: nothing; stepping_others runs it.
"""

import sys
import time
from typing import Any

import numpy as np
from hftbacktest import BacktestAsset, ROIVectorMarketDepthBacktest
from numba import njit

EACH_NS = 100_000_000
FOREVER_NS = 2**60
FEED = 2  # What `wait_next_feed` says of one.


@njit
def each_event(market: Any) -> int:
    """Look at the best bid and the best ask at each event."""
    seen = 0
    while market.wait_next_feed(False, FOREVER_NS) == FEED:
        depth = market.depth(0)
        if depth.best_ask_tick - depth.best_bid_tick > 1:
            seen += 1
    return seen


@njit
def each_100_ms(market: Any) -> int:
    """Look at them each 100 ms."""
    seen = 0
    while market.elapse(EACH_NS) == 0:
        depth = market.depth(0)
        if depth.best_ask_tick - depth.best_bid_tick > 1:
            seen += 1
    return seen


LOOPS = {"each event": each_event, "each 100 ms": each_100_ms}


def spent(events: Any, loop: Any) -> float:
    """Return the seconds that a loop takes over the events."""
    prices = events["px"][~np.isnan(events["px"])]
    asset = (
        BacktestAsset()
        .data([events])
        .linear_asset(1.0)
        .constant_order_latency(1_000_000, 1_000_000)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(0.0025, 0.004)
        .tick_size(0.1)
        .lot_size(1e-8)
        .roi_lb(float(prices.min()))
        .roi_ub(float(prices.max()))
    )
    market = ROIVectorMarketDepthBacktest([asset])
    begun_s = time.perf_counter()
    loop(market)
    spent_s = time.perf_counter() - begun_s
    market.close()
    return spent_s


def main() -> None:
    """Answer until there are no more lines."""
    events = np.load(sys.argv[1])
    for loop in LOOPS.values():
        spent(events[:1000], loop)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{spent(events, LOOPS[line.strip()])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
