"""Who goes and who waits: alone against the clock, and a storm of orders against the venue's own limits."""

import asyncio
import time
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, ETH, OrderStage, trading

from fathom.domain import LimitRefused, LinkError, LocalError, Refused
from fathom.net.client.rates import CANCEL_WAIT_S_MAX, Rates
from fathom.protocol import budget
from fathom.protocol.budget import Action
from fathom.protocol.refusals import refusal_of

LIMIT: dict[str, Any] = {"order_qty": "0.0001", "limit_price": "90000"}
FAST = budget.Tier(
    name="starter", threshold=60, decay=10_000, open_orders_max=60, calls_max=15, calls_decay=33
)  # 100 points a second: waits are short.


def add(name: str = "", symbol: str = BTC) -> Action:
    return Action(method="add_order", symbol=symbol, orders=(name,) if name else ())


def fill(rates: Rates, points: int) -> None:
    """Spend so many points with requests that are over."""
    for _ in range(points):
        charge = rates.ledger.charge(add(), now_ns=time.time_ns())
        rates.ledger.lost(charge, now_ns=time.time_ns())


async def alone(rates: Rates, *rooms: Coroutine[Any, Any, budget.Charge]) -> list[Any]:
    """Wait for all of these; return what each got, as it came."""
    try:
        return await asyncio.gather(*rooms, return_exceptions=True)
    finally:
        rates.stop()


def test_where_there_is_room_nobody_waits() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        charge = await rates.room(add("one"), wait_s=0)
        assert rates.cost(add("two")).count == 1
        rates.settled(charge, "O1")
        assert Decimal("0.9") < rates.count(BTC) <= 1
        assert rates.forecast("cancel_order", "one")[0][1] == 8
        assert [cost for _, cost in rates.forecast("cancel_order", "O1")] == [8, 6, 5, 4, 2, 1, 0]
        assert rates.count(ETH) == 0

    clean(main())


def test_who_waits_gets_room_when_it_comes() -> None:
    async def main() -> None:
        rates = Rates(FAST)
        fill(rates, 45)  # A quarter is for cancels.
        begun_s = time.monotonic()
        got = await alone(rates, *(rates.room(add(), wait_s=2) for _ in range(3)))
        assert all(isinstance(charge, budget.Charge) for charge in got)
        assert time.monotonic() - begun_s > 0.02

    clean(main())


def test_who_would_wait_too_long_is_told_what_it_costs() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        fill(rates, 45)
        (error,) = await alone(rates, rates.room(add(), wait_s=0.05))
        assert isinstance(error, LocalError)
        assert "no room within 0.05 s: it costs 1 points and the pair's counter is at 45" in str(error).replace(
            "44.9", "45"
        )
        assert await rates.room(add(symbol=ETH), wait_s=0)  # Another pair has its own.
        assert len(rates._line) == 0

    clean(main())


def test_cancels_overtake_adds_and_the_urgent_overtake_cancels() -> None:
    async def main() -> None:
        rates = Rates(FAST)
        for name in ("one", "two"):
            rates.settled(await rates.room(add(name), wait_s=0))
        fill(rates, 58)
        order: list[str] = []

        async def take(name: str, action: Action) -> None:
            await rates.room(action, wait_s=5)
            order.append(name)

        cancel = Action(method="cancel_order", symbol=BTC, orders=("one",))
        urgent = Action(method="cancel_order", symbol=BTC, orders=("two",), reduces_risk=True)
        await asyncio.gather(take("add", add()), take("cancel", cancel), take("urgent", urgent))
        assert order == ["urgent", "cancel", "add"]
        rates.stop()

    clean(main())


def test_the_reserve_is_for_cancels_alone() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        rates.settled(await rates.room(add("one"), wait_s=0))
        fill(rates, 44)
        assert rates.cost(add()).lack == "reserve"
        (error,) = await alone(rates, rates.room(add(), wait_s=0.02))
        assert isinstance(error, LocalError)
        assert await rates.room(Action(method="cancel_order", symbol=BTC, orders=("one",)), wait_s=0)

    clean(main())


def test_a_cancel_without_room_waits_a_little_and_goes() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        rates.settled(await rates.room(add("one"), wait_s=0))
        fill(rates, 59)
        begun_s = time.monotonic()
        await rates.room(Action(method="cancel_order", symbol=BTC, orders=("one",)), wait_s=60)
        assert CANCEL_WAIT_S_MAX - 0.1 < time.monotonic() - begun_s < CANCEL_WAIT_S_MAX + 0.7
        rates.stop()

    clean(main())


def test_as_many_orders_as_may_be_open() -> None:
    async def main() -> None:
        rates = Rates(budget.PRO)
        for number in range(225):
            rates.ledger.ages.born(f"mine-{number}", symbol=BTC, now_ns=time.time_ns())
        with pytest.raises(LocalError, match="as many orders are open"):
            await rates.room(add("another"), wait_s=60)
        assert await rates.room(add("another", ETH), wait_s=0)
        rates.gone("mine-7")
        assert await rates.room(add("another"), wait_s=0)

    clean(main())


def test_who_stops_waiting_leaves_the_line() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        fill(rates, 45)
        waiting = asyncio.ensure_future(rates.room(add(), wait_s=60))
        await until(lambda: len(rates._line) == 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(rates._line) == 0
        rates.stop()

    clean(main())


def test_who_is_gone_when_room_comes_leaves_nothing_in_flight() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        fill(rates, 45)
        waiting = asyncio.ensure_future(rates.room(add(), wait_s=60))
        await until(lambda: len(rates._line) == 1)
        rates.know(180)  # There is room now,
        waiting.cancel()  # and in the same turn of the loop nobody wants it.
        with pytest.raises(asyncio.CancelledError):
            await waiting
        later_ns = time.time_ns() + 3600 * 10**9
        assert rates.ledger.count_parts(BTC, now_ns=later_ns) == 0  # What is in flight would stay.
        rates.stop()

    clean(main())


def test_at_the_end_nobody_waits() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        fill(rates, 45)
        waiting = asyncio.ensure_future(rates.room(add(), wait_s=60))
        await until(lambda: len(rates._line) == 1)
        rates.stop()
        with pytest.raises(LinkError, match="closed before there was room, and nothing was sent"):
            await waiting

    clean(main())


def test_the_line_is_bounded() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        rates._line.waiters_max = 3
        rates.settled(await rates.room(add("one"), wait_s=0))
        fill(rates, 59)
        adds = [asyncio.ensure_future(rates.room(add(), wait_s=60)) for _ in range(3)]
        await until(lambda: len(rates._line) == 3)
        with pytest.raises(LocalError, match="3 requests wait"):
            await rates.room(add(), wait_s=60)
        await rates.room(Action(method="cancel_order", symbol=BTC, orders=("one",)), wait_s=0.05)  # Pushes one out.
        done = [one for one in adds if one.done()]
        assert len(done) == 1
        assert isinstance(done[0].exception(), LocalError)
        rates.stop()
        await asyncio.gather(*adds, return_exceptions=True)

    clean(main())


def test_cancels_go_even_where_the_line_is_full_of_their_like() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        rates._line.waiters_max = 2
        rates.settled(await rates.room(add("one"), wait_s=0))
        fill(rates, 59)
        cancel = Action(method="cancel_order", symbol=BTC, orders=("one",))
        got = await alone(rates, *(rates.room(cancel, wait_s=0.05) for _ in range(4)))
        assert all(isinstance(charge, budget.Charge) for charge in got), got

    clean(main())


def test_what_was_refused_for_the_rate_is_believed() -> None:
    async def main() -> None:
        rates = Rates(budget.STARTER)
        charge = await rates.room(add("one"), wait_s=0)
        rates.refused(charge, refusal_of("EOrder:Rate limit exceeded"))
        assert rates.count(BTC) > 55
        assert not rates.cost(add()).has_room

    clean(main())


# -- Against the venue's own limits ------------------------------------------------------------------------------------


def watched(stage: OrderStage, lows: list[tuple[Decimal, Decimal]]) -> None:
    """Note where the client thinks less than the venue counts."""
    for symbol in (BTC, ETH):
        ours = stage.kraken.rates.count(symbol)
        theirs = stage.count(symbol)
        if ours < theirs:
            lows.append((ours, theirs))


@pytest.mark.parametrize("path", ["websocket", "rest"])
def test_a_storm_of_orders_is_never_refused_for_its_rate(path: Any) -> None:
    async def main() -> None:
        async with trading(tier="starter", limits=True, orders_over=path) as stage:
            kraken = stage.kraken
            lows: list[tuple[Decimal, Decimal]] = []
            names: list[str] = []

            async def one(number: int) -> None:
                symbol = BTC if number % 3 else ETH
                price = "90000" if symbol == BTC else "3000"
                qty = "0.0001" if symbol == BTC else "0.002"
                added = await kraken.add_order(symbol, "buy", "limit", order_qty=qty, limit_price=price, wait_s=0.4)
                watched(stage, lows)
                names.append(added.order_id or "")
                if number % 10 == 5:
                    await kraken.amend_order(order_id=added.order_id, limit_price=price[:-1] + "1", wait_s=0.4)
                    watched(stage, lows)

            ended = await asyncio.gather(*(one(number) for number in range(100)), return_exceptions=True)
            assert not [error for error in ended if isinstance(error, Refused)]
            waited = [error for error in ended if isinstance(error, BaseException)]
            assert waited
            assert all(isinstance(error, LocalError) and error.field == "rate" for error in waited), waited
            assert len(names) >= 50
            for name in names[-2:]:  # Two cancels of new orders are what the reserve is for.
                await kraken.cancel_order(name, reduces_risk=True)
                watched(stage, lows)
            assert lows == []
            stage.no_complaints()

    clean(main())


def test_as_many_open_orders_as_the_venue_takes() -> None:
    async def main() -> None:
        async with trading(tier="starter", limits=True) as stage:
            rates = stage.kraken.rates
            for number in range(60):
                rates.ledger.ages.born(f"elsewhere-{number}", symbol=BTC, now_ns=time.time_ns())
            with pytest.raises(LocalError, match="cancel some first"):
                await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT)
            assert stage.adds() == 0

    clean(main())


def test_the_tier_is_learned_from_the_venue() -> None:
    async def main() -> None:
        async with trading(tier="intermediate") as stage:
            assert stage.kraken.rates.ledger.tier.name == "intermediate"

    clean(main())


def test_a_refusal_that_comes_all_the_same_stops_what_follows() -> None:
    """Another program trades with the same account: the ledger is told by the refusal."""

    async def main() -> None:
        async with trading(tier="starter", limits=True) as stage:
            stage.fault("refuse", method="add_order", text="EOrder:Rate limit exceeded", count=1)
            with pytest.raises(LimitRefused):
                await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT)
            with pytest.raises(LocalError, match="no room"):
                await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT, wait_s=0.05)
            await stage.kraken.add_order(ETH, "buy", "limit", order_qty="0.002", limit_price="3000")

    clean(main())
