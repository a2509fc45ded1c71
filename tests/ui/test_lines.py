"""Plain lines: every digit as it came, and what a person should know of the client."""

from decimal import Decimal

import msgspec
import pytest

from fathom.net import (
    AccountCleared,
    BookLost,
    ClientEvent,
    Gap,
    KeyChanged,
    LinkDown,
    LinkFailed,
    LinkUp,
    StreamOverran,
)
from fathom.net import AccountInDoubt as InDoubt
from fathom.net import SubscriptionFailed as Failed
from fathom.protocol.messages import Balance, Candle, Execution, Fee, LedgerEntry, Ticker, Trade
from fathom.ui import (
    balance_line,
    book_line,
    candle_line,
    event_line,
    execution_line,
    instrument_line,
    ticker_line,
    trade_line,
)
from live_books import BTC, live_book

T = "2026-01-05T12:00:00.123456Z"
D = Decimal


def test_a_book() -> None:
    line = book_line(live_book())
    assert line == "BTC/USD book  1.50000000 @ 59999.5 | 60000.5 @ 1.00000000  spread 1.0  verified"
    assert book_line(live_book(levels=0, verified=False, reason="r")) == "BTC/USD book  - | -  spread -  STALE: r"


def test_a_quote_a_trade_a_candle_and_rules() -> None:
    numbers = {name: D("1.10") for name in Ticker.__struct_fields__ if name not in {"symbol", "trades", "timestamp"}}
    assert ticker_line(Ticker(symbol="A/B", **numbers)).startswith(
        "A/B  1.10 @ 1.10 | 1.10 @ 1.10  last 1.10  change +1."
    )
    trade = Trade(symbol="A/B", side="buy", price=D("1E-8"), qty=D("2.00"), ord_type="limit", trade_id=7, timestamp=T)
    assert trade_line(trade) == f"{T}  A/B  buy   2.00 @ 0.00000001  limit  7"
    candle = Candle(symbol="A/B", open=D(1), high=D(4), low=D("0.50"), close=D(2), vwap=D(2), trades=3, volume=D(9),
                    interval_begin=T, interval=5)  # fmt: skip
    assert candle_line(candle) == (f"{T}  A/B 5m  open 1  high 4  low 0.50  close 2  volume 9  vwap 2  trades 3")
    assert instrument_line(BTC) == "BTC/USD  online  tick 0.1  lot 0.00000001  least 0.00005 BTC and 0.5 USD"


def test_orders_fills_and_balances() -> None:
    row = Execution(order_id="O1", exec_type="canceled", order_status="canceled", timestamp=T, cl_ord_id="mine",
                    symbol="A/B", side="buy", order_type="limit", order_qty=D("2.0"), limit_price=D("1.50"),
                    cum_qty=D("0.0"), reason="Post only order")  # fmt: skip
    assert execution_line(row) == (
        f"{T}  canceled    O1 (mine)  A/B buy limit  0.0 of 2.0 @ 1.50  Post only order  [canceled]"
    )
    told = {"exec_id": "E1", "last_qty": D("2.0"), "last_price": D("1.50"), "liquidity_ind": "t"}
    fees = (Fee(asset="B", qty=D("1.5E-5")),)
    fill = msgspec.structs.replace(row, exec_type="trade", order_status="filled", fees=fees, **told)
    assert "2.0 @ 1.50  fee 0.000015 B  t  [filled]" in execution_line(fill)
    assert balance_line(Balance(asset="BTC", balance=D("1.50"))) == "BTC  1.50"
    entry = LedgerEntry(
        asset="BTC", amount=D("-0.1"), balance=D("1.4"), fee=D(0), ledger_id="L", ref_id="R", timestamp=T, type="trade"
    )
    assert balance_line(entry) == f"{T}  BTC  -0.1  fee 0  trade  balance 1.4"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (LinkUp(time_ns=1, link="public"), None),
        (LinkDown(time_ns=1, link="public", from_ns=0, reason="r"), "connection public is down (r); it comes back"),
        (LinkFailed(time_ns=1, link="public", error="e", retry_ns=2), "connection public: e; trying again"),
        (LinkFailed(time_ns=1, link="public", error="key", retry_ns=None), None),
        (Gap(time_ns=1, channel="trade", symbol="A/B", interval=0, from_ns=0, to_ns=15 * 10**8, reason="r", missed=3),
         "gap of 1.5 s in trade A/B, 3 missed: r"),
        (BookLost(time_ns=1, channel="book", symbol="A/B", reason="r"), "A/B book is not verified (r): taking it anew"),
        (StreamOverran(time_ns=1, channel="trade", symbol="", dropped=9, anew=False), "trade: 9 items were dropped"),
        (Failed(time_ns=1, channel="book", symbol="A/B", error="e", final=False), "book A/B: the venue refused it: e"),
        (KeyChanged(time_ns=1, fingerprint="f", taken=True, reason="another key"), "another key"),
        (
            InDoubt(time_ns=1, orders=("O1",), fills_since_ns=0, reason="no answer"),
            "nobody knows what became of 1 order and fills since 1970-01-01T00:00:00Z (no answer): look at the account",
        ),
        (InDoubt(time_ns=1, orders=("O1", "O2"), fills_since_ns=None, reason="e"), "nobody knows what became of 2"),
        (InDoubt(time_ns=1, orders=(), fills_since_ns=None, reason="e"), "nobody knows what became of fills"),
        (AccountCleared(time_ns=1), "what became of orders and fills is known again"),
    ],
)  # fmt: skip
def test_what_happens_to_the_client(event: ClientEvent, said: str | None) -> None:
    line = event_line(event)
    assert line is said is None or (line is not None and said is not None and line.startswith(said))
