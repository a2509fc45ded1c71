"""A market made around candles or trades: no better than what was."""

from typing import Any

import numpy as np
import pytest
from held_data import candle, public_trade

from fathom.kernel.stepper import BOOK, END, FRAME, OWN, TRADE, Stepper
from fathom.run.backtest.made_tapes import of_candles, of_trades
from fathom.store.history import plain_columns, row_type
from market_feed import T0, S

HOUR = 3_600 * S


def candles(*rows: dict[str, Any], spread_bps: float = 20.0, share: float = 0.1) -> Stepper:
    made = of_candles(plain_columns("candles", list(rows)), spread_bps=spread_bps, volume_share=share)
    assert made.precisions == (1, 2)
    return Stepper([made.rows])


def seen(stepper: Stepper) -> list[tuple[int, str, Any]]:
    found: list[tuple[int, str, Any]] = []
    while (why := stepper.step(wants=FRAME | TRADE | BOOK)) != END:
        if why & TRADE:
            found.append((stepper.now_ns, "trade", stepper.trades()[0][1:3]))
        else:
            found.append((stepper.now_ns, "book", (stepper.best_bid, stepper.best_ask, stepper.best_ask_qty)))
    return found


def test_a_candle_opens_at_its_beginning_and_all_else_is_at_its_end_the_low_first() -> None:
    told = seen(candles(candle(0, 990, 1010, opened=1000, close=1005)))
    end = T0 + HOUR
    assert [one for one in told if one[1] == "trade"] == [
        (T0, "trade", (1000, 100)),
        (end - 3, "trade", (990, 100)),
        (end - 2, "trade", (1010, 100)),
        (end - 1, "trade", (1005, 100)),
    ]
    books = [one[2] for one in told if one[1] == "book"]
    assert books[-4:] == [(999, 1001, 40), (989, 991, 40), (1008, 1012, 40), (1003, 1007, 40)]


def test_an_order_is_filled_where_the_price_went_through_it_and_not_where_it_was_touched() -> None:
    for price, filled in ((990, False), (991, True), (989, False)):
        stepper = candles(candle(0, 990, 1010, opened=1000, close=1005))
        stepper.step(T0 + S)
        stepper.rest(1, "buy", price, 5, T0 + S)
        while stepper.step() == OWN:
            pass
        assert bool(stepper.fills()) is filled, price
    for price, filled in ((1010, False), (1008, True)):
        stepper = candles(candle(0, 990, 1010, opened=1000, close=1005))
        stepper.step(T0 + S)
        stepper.rest(1, "sell", price, 5, T0 + S)
        while stepper.step() == OWN:
            pass
        assert bool(stepper.fills()) is filled, price


def test_who_takes_pays_the_spread_and_finds_a_share_of_what_was_traded() -> None:
    stepper = candles(candle(0, 990, 1010, opened=1000, close=1005, lots=1_000))
    stepper.step(T0 + S)
    assert stepper.take("buy", 10_000, T0 + S) == [(1001, 100)]
    assert stepper.take("buy", 10_000, T0 + S) == []


def test_each_candle_shows_new_levels_though_the_price_is_the_same() -> None:
    stepper = candles(*(candle(n, 1000, 1000, opened=1000, close=1000, lots=1_000) for n in range(2)))
    stepper.step(T0 + S)
    assert stepper.take("buy", 10_000, T0 + S) == [(1001, 100)]
    assert stepper.take("buy", 10_000, T0 + HOUR + S) == [(1001, 100)]


def test_a_candle_in_which_nothing_was_traded_has_no_trade() -> None:
    told = seen(candles(candle(0, 1000, 1000, opened=1000, close=1000, lots=0)))
    assert [one for one in told if one[1] == "trade"] == []


def trades(*rows: dict[str, Any]) -> Stepper:
    made = of_trades(plain_columns("trades", list(rows)), spread_bps=20.0, volume_share=0.5)
    return Stepper([made.rows])


def test_a_market_of_trades_stands_around_each() -> None:
    told = seen(trades(public_trade(T0, 1000, 10), public_trade(T0 + S, 1004, 20, "sell")))
    assert told[-4:] == [
        (T0, "book", (999, 1001, 5)),
        (T0, "trade", (1000, 10)),
        (T0 + S, "book", (1002, 1006, 10)),
        (T0 + S, "trade", (1004, 20)),
    ]


@pytest.mark.parametrize(("price", "side", "buys"), [(1001, None, False), (999, None, True), (1001, "buy", True)])
def test_whose_side_took_is_kept_where_it_is_known(price: int, side: str | None, *, buys: bool) -> None:
    stepper = trades(public_trade(T0, 1000, 10), public_trade(T0 + S, price, 20, side))
    while stepper.step(wants=TRADE) != END:
        pass
    assert stepper.trade_buys is buys


def test_rows_are_in_order_and_frames_end() -> None:
    table = plain_columns("candles", [candle(n, 990 + n, 1010 + n, opened=1000, close=1001) for n in range(50)])
    rows = np.frombuffer(of_candles(table, spread_bps=10.0, volume_share=0.1).rows, row_type())
    assert (np.diff(rows["local_ns"]) >= 0).all()
    assert (np.diff(rows["frame"].astype("i8")) >= 0).all()
    last = (rows["flags"] & 4) != 0
    assert (rows["frame"][1:][last[:-1]] != rows["frame"][:-1][last[:-1]]).all()
