"""What a person is told before an order goes out, against a market."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

import fathom
from client_commands import faulty
from fathom.domain import LocalError
from fathom.net import Kraken
from fathom.protocol import budget
from fathom.protocol.messages import AddOrderParams, BatchOrder, Conditional, Execution, Triggers
from fathom.run.ordering.quote import add_rows, batch_rows, clock_rows, describe, open_order, rate_text
from local_exchange import LocalExchange

D = Decimal


def asked(use: Callable[[Kraken], Awaitable[Any]], account: str = "dave") -> Any:
    async def main() -> Any:
        async with asyncio.timeout(20), fathom.connect("local", account=account) as kraken:
            return await use(kraken)

    return asyncio.run(main())


def rows_of(account: str = "dave", **fields: Any) -> dict[str, str]:
    params = AddOrderParams(
        **{"symbol": "BTC/USD", "side": "buy", "order_type": "limit", "order_qty": D("0.01"), **fields}
    )
    return dict(asked(lambda kraken: add_rows(kraken, params), account))


def test_a_limit_that_rests(local: LocalExchange) -> None:
    rows = rows_of(limit_price=D("20000.0"))
    assert rows["cost"] == "about 200.00000 USD"
    assert rows["fee"] == "0.25 % (maker), about 0.50000 USD"
    assert "from the best ask: it rests" in rows["distance"]
    assert rows["market"].startswith("bid ")
    assert "NOT VERIFIED" not in rows["market"]
    assert rows["rate"].startswith("1 points; the pair's counter is at 0 of ")
    assert "cancel-after 60" in rows["dead man's switch"]


def test_orders_that_take(local: LocalExchange) -> None:
    through = rows_of(limit_price=D("900000.0"))
    assert "IT TAKES AT ONCE" in through["distance"]
    assert through["fee"].startswith("0.4 % (taker)")
    assert "post-only, it will be cancelled" in rows_of(limit_price=D("900000.0"), post_only=True)["distance"]
    market = rows_of(order_type="market")
    assert "distance" not in market
    assert D("200") < D(market["cost"].split()[1].replace(",", "")) < D("5000")
    assert market["fee"].startswith("0.4 % (taker), about ")
    assert rows_of(order_type="market", order_qty=D(100_000))["cost"] == "unknown"
    assert rows_of(order_type="market", order_qty=None, cash_order_qty=D(50))["cost"] == "about 50.00000 USD"


def test_a_triggered_order_costs_what_its_trigger_says(local: LocalExchange) -> None:
    assert rows_of(order_type="stop-loss", triggers=Triggers(price=D(99_000)))["cost"] == "about 990.00000 USD"


def test_a_fee_that_may_not_be_asked_is_unknown(local: LocalExchange) -> None:
    with faulty(local.control, kind="refuse", method="TradeVolume", text="EGeneral:Permission denied"):
        assert rows_of(limit_price=D(20_000))["fee"].startswith("unknown: TradeVolume was not answered (")


def test_a_pair_that_is_none(local: LocalExchange) -> None:
    with pytest.raises(LocalError, match="write BTC/USD"):
        rows_of(symbol="XBT/USD", limit_price=D(1))


def test_a_batch_is_summed_up_by_side(local: LocalExchange) -> None:
    orders = [
        BatchOrder(side=side, order_type="limit", order_qty=D("0.01"), limit_price=price)
        for side, price in (("buy", D(20_000)), ("buy", D(30_000)), ("sell", D(900_000)))
    ]
    rows = dict(asked(lambda kraken: batch_rows(kraken, "BTC/USD", orders)))
    assert (rows["cost of buys"], rows["cost of sells"]) == ("about 500.00000 USD", "about 9,000.00000 USD")
    assert rows["order 3"] == "sell 0.01 limit  limit_price 900000"
    assert rows["rate"].startswith("1.5 points")


def test_the_clock_is_looked_at(local: LocalExchange) -> None:
    assert asked(clock_rows) == []
    for off_s, said in ((60, "s behind the venue's"), (-60, "s ahead of the venue's")):
        with faulty(local.control, kind="clock_skew", s=off_s):
            [(name, text)] = asked(clock_rows)
        assert name == "WARNING"
        assert said in text


def test_rates_say_when_it_gets_cheaper(local: LocalExchange) -> None:
    async def use(kraken: Kraken) -> str:
        await kraken.trading()
        added = await kraken.add_order("BTC/USD", "buy", "limit", order_qty="0.001", limit_price="20000")
        assert added.order_id is not None
        action = budget.Action(method="cancel_order", symbol="BTC/USD", orders=(added.order_id,))
        text = rate_text(kraken, action)
        await kraken.cancel_all()
        return text

    text = asked(use)
    assert text.startswith("8 points; the pair's counter is at ")
    assert text.endswith(" s it costs 6")


def test_orders_in_words() -> None:
    order = AddOrderParams(
        symbol="A/B", side="sell", order_type="stop-loss", order_qty=D("1.50"), post_only=True,
        triggers=Triggers(price=D(-2), price_type="pct", reference="index"),
        conditional=Conditional(order_type="limit", limit_price=D("3.0")),
    )  # fmt: skip
    assert describe(order) == (
        "sell 1.50 A/B stop-loss  triggers -2 pct  of index  post_only  then closes by limit limit_price 3.0"
    )
    assert open_order(None, "mine") == "mine: not among the open orders that are known here"
    row = Execution(order_id="O1", exec_type="new", order_status="new", timestamp="t", symbol="A/B", side="buy",
                    order_type="limit", order_qty=D("1.0"), limit_price=D("2.0"), cum_qty=D("0.5"))  # fmt: skip
    assert open_order(row, "O1") == "O1: buy 1.0 A/B limit @ 2.0, 0.5 filled, new"
