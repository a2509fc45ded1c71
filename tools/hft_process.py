"""Hftbacktest in an environment of its own: a line in is a job in JSON, a line out what it filled.

A job names a file of events, tick and lot, the queue model, and what the strategy is told (`hft_bots.Job`). Fills are
read from the orders, answer by answer: what it tells of the account counts no part of an order but the last one.

Imports: hft_bots, hftbacktest, numba. Imported by: nothing; hft_theirs runs it.
"""

import json
import sys
from typing import Any

import hft_bots
import numpy as np
from hftbacktest import BacktestAsset, HashMapMarketDepthBacktest
from hftbacktest.order import CANCELED, EXPIRED, FILLED, GTX, IOC, LIMIT
from numba import njit

FILLS_MAX = 100_000
ENDED, FED, ANSWERED = 1, 2, 3  # What `wait_next_feed` says.
NO_PRICE = 1 << 50

quote = njit(hft_bots.quote)
impulse = njit(hft_bots.impulse)


@njit
def notice(market: Any, slot: int, state: Any, fills: Any, counts: Any, lot: float) -> None:
    """Read what an answer changed of the order in a slot: (id, price, left, sign)."""
    order = market.orders(0).get(state[slot, 0])
    if order is None:
        return
    left = round(order.leaves_qty / lot)
    if left < state[slot, 2]:
        fills[counts[0]] = (
            order.exch_timestamp,
            state[slot, 3],
            order.exec_price_tick,
            state[slot, 2] - left,
        )
        counts[0] += 1
        counts[1] += state[slot, 3] * (state[slot, 2] - left)
        state[slot, 2] = left
    if order.status in (FILLED, EXPIRED, CANCELED):
        state[slot, 0] = 0
        state[slot, 1] = 0


@njit
def send(
    market: Any, state: Any, slot: int, number: int, price: int, qty: int, form: int, tick: float, lot: float
) -> int:
    """Send a limit order; return what the market says."""
    state[slot, 0] = number
    state[slot, 1] = price
    state[slot, 2] = qty
    if state[slot, 3] > 0:
        return market.submit_buy_order(0, number, price * tick, qty * lot, form, LIMIT, False)
    return market.submit_sell_order(0, number, price * tick, qty * lot, form, LIMIT, False)


@njit
def play(market: Any, job: Any, tick: float, lot: float, fills: Any, counts: Any) -> int:
    """Play one job; return 0, or what went wrong."""
    (kind, begin, end, close, every, _, qty, limit, offset, slack, bound, regular, reach) = job
    state = np.zeros((2, 4), np.int64)
    state[0, 3] = 1
    state[1, 3] = -1
    number = 0
    step = 0
    due = begin
    if market.elapse(0) != 0:
        return -1
    while due <= close:
        while market.current_timestamp < due:
            said = market.wait_next_feed(True, due - market.current_timestamp)
            if said == ENDED:
                return 0
            if said not in (0, FED, ANSWERED):
                return said
            for slot in range(2):
                if state[slot, 0] != 0:
                    notice(market, slot, state, fills, counts, lot)
        depth = market.depth(0)
        bid = depth.best_bid_tick
        ask = depth.best_ask_tick
        if due <= end and bid > -NO_PRICE and ask < NO_PRICE:
            market.clear_inactive_orders(0)
            if kind == 0:
                for slot in range(2):
                    best = bid if slot == 0 else ask
                    price = quote(state[slot, 3], best, state[slot, 1], counts[1], qty, limit, offset, slack)
                    if price == -1:
                        market.cancel(0, state[slot, 0], False)
                    elif price > 0:
                        number += 1
                        send(market, state, slot, number, price, qty, GTX, tick, lot)
            elif state[0, 0] == 0 and state[1, 0] == 0:
                bids = round(depth.bid_qty_at_tick(bid) / lot)
                asks = round(depth.ask_qty_at_tick(ask) / lot)
                sign = impulse(step, bids, asks, counts[1], qty, limit, bound, regular)
                if sign != 0:
                    number += 1
                    slot = 0 if sign > 0 else 1
                    price = ask + reach if sign > 0 else bid - reach
                    send(market, state, slot, number, price, qty, IOC, tick, lot)
        step += 1
        due += every
    return 0


def played(job: dict[str, Any]) -> dict[str, Any]:
    """Play a job on its file."""
    told = hft_bots.Job(**job["job"])
    events = np.load(job["file"])  # Held until the end: it is read where it lies.
    asset = (
        BacktestAsset()
        .data([events])
        .linear_asset(1.0)
        .constant_order_latency(told.latency_ns, told.latency_ns)
        .partial_fill_exchange()
        .trading_value_fee_model(0.0, 0.0)
        .tick_size(job["tick"])
        .lot_size(job["lot"])
        .last_trades_capacity(0)
    )
    shares = job["model"] == "proportional"
    asset = asset.power_prob_queue_model(1.0) if shares else asset.risk_adverse_queue_model()
    market = HashMapMarketDepthBacktest([asset])
    fills, counts = np.zeros((FILLS_MAX, 4), np.int64), np.zeros(2, np.int64)
    code = play(market, tuple(told.told().values()), job["tick"], job["lot"], fills, counts)
    position = round(market.position(0) / job["lot"])
    market.close()
    del events
    return {"code": int(code), "fills": fills[: counts[0]].tolist(), "position": position, "counted": int(counts[1])}


def main() -> None:
    """Answer until there are no more lines."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(played(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
