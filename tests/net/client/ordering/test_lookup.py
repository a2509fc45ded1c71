"""Looking up orders in doubt: by the stream, by REST, by both, with few calls."""

import time
from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import Unsure
from fathom.net.client import RequestCleared
from fathom.net.client.ordering.lookup import Lookup
from fathom.protocol import rest
from fathom.protocol.translate import order_row

LIMIT: dict[str, Any] = {"order_qty": "0.0001", "limit_price": "90000"}


async def look(stage: OrderStage, *names: str, ago_s: float = 10.0) -> dict[str, Any]:
    sent_ns = time.time_ns() - int(ago_s * 1e9)
    return await Lookup(stage.kraken._running).orders(names, method="add_order", symbol=BTC, sent_ns=sent_ns)


def outcomes(stage: OrderStage) -> list[str]:
    return [event.outcome for event in stage.events(RequestCleared)]


def test_what_the_stream_knows_needs_no_call() -> None:
    async def main() -> None:
        async with trading() as stage:
            added = await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT, cl_ord_id="mine-1")
            stage.fault("rest_status", status=502)
            found = await look(stage, "mine-1")
            assert found["mine-1"].order_id == added.order_id
            assert outcomes(stage) == ["found"]

    clean(main())


def test_open_and_closed_orders_are_found_by_rest() -> None:
    """Another client placed them, and this one's stream is not there at all."""

    async def main() -> None:
        async with trading() as stage:
            for name in ("open", "over"):
                await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT, cl_ord_id=name)
            await stage.kraken.cancel_order(cl_ord_ids=["over"])
            async with stage.trader(lookup_s_max=1.0) as other:
                looked = await Lookup(other._running).orders(
                    ["open", "over", "never"], method="batch_add", symbol=BTC, sent_ns=time.time_ns() - 10**10
                )
                assert looked["open"].order_status == "new"
                assert looked["open"].symbol == BTC
                assert looked["over"].order_status == "canceled"
                # REST knows of no such order; without a stream of its own, that alone is not sure.
                assert isinstance(looked["never"], Unsure)
                assert set(other.account.orders) == {looked["open"].order_id}

    clean(main())


def test_what_neither_knows_is_surely_absent_but_only_after_the_engines_deadline() -> None:
    async def main() -> None:
        async with trading(engine_deadline_s=0.5) as stage:
            begun_s = time.monotonic()
            assert await look(stage, "never", ago_s=0) == {"never": None}
            assert time.monotonic() - begun_s > 0.5
            assert outcomes(stage) == ["absent"]

    clean(main())


@pytest.mark.parametrize("many", [1, 15])
def test_few_calls_are_spent(many: int) -> None:
    async def main() -> None:
        async with trading(tier="starter") as stage:
            before = stage.kraken.rates.ledger.call_count_parts(now_ns=time.time_ns())
            names = [f"never-{number}" for number in range(many)]
            assert await look(stage, *names) == dict.fromkeys(names)
            spent = stage.kraken.rates.ledger.call_count_parts(now_ns=time.time_ns()) - before
            assert spent <= 5 * 10**11  # One call for what is open, one for what is over, which costs four.

    clean(main())


def test_many_closed_orders_do_not_hide_one() -> None:
    async def main() -> None:
        async with trading() as stage:
            for number in range(55):
                await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT, cl_ord_id=f"mine-{number}")
            await stage.kraken.cancel_all()
            async with stage.trader(lookup_s_max=2.0) as other:
                names = ["mine-0", "mine-54"]
                sent_ns = time.time_ns() - 10**10
                looked = await Lookup(other._running).orders(names, method="batch_add", symbol=BTC, sent_ns=sent_ns)
                assert [getattr(looked[name], "order_status", None) for name in names] == ["canceled", "canceled"]

    clean(main())


def test_a_rest_that_fails_and_a_stream_that_is_silent_say_nothing() -> None:
    async def main() -> None:
        async with trading(lookup_s_max=0.6) as stage:
            stage.fault("rest_status", status=502)
            looked = await look(stage, "never")
            assert isinstance(looked["never"], Unsure)
            assert "never" in str(looked["never"])
            assert outcomes(stage) == ["unknown"]

    clean(main())


def test_a_stale_rest_takes_nothing_back() -> None:
    """REST still calls an order open that the stream has seen end."""

    async def main() -> None:
        async with trading() as stage:
            added = await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT, cl_ord_id="mine-1")
            info = (await stage.kraken.rest(rest.OpenOrders())).open
            await stage.kraken.cancel_order(added.order_id or "")
            await stage.agree()
            assert stage.kraken.account.looked_up(order_row(added.order_id or "", info[added.order_id or ""])) is None
            assert stage.kraken.account.orders == {}

    clean(main())
