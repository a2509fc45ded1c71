"""The dead man's switch of a client: armed first, renewed while its private stream is up, and no longer."""

from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, trading

from fathom.domain import LocalError, Refused
from fathom.net.client import SwitchChanged
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.safety.guarding import armed_switch


def test_it_is_armed_at_the_venue_before_anything_else() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            switch = await stage.kraken.guard(timeout_s=30, renew_s=10)
            assert stage.kraken.switch is switch
            assert switch.state == "armed"
            assert switch.until_ns is not None
            assert [event.state for event in stage.events(SwitchChanged)] == ["armed"]
            await stage.kraken.add_order(BTC, "buy", "limit", order_qty="0.01", limit_price="90000")
            stage.control("POST", "/clock", advance_s=31)
            await until(lambda: not stage.open())  # Nobody renewed it in those 31 s.

    clean(main())


def test_where_it_cannot_be_armed_it_raises() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("refuse", method="cancel_all_orders_after", text="EGeneral:Permission denied")
            with pytest.raises(Refused):
                await stage.kraken.guard()
            assert stage.kraken.switch is None

    clean(main())


def test_terms_that_cannot_work() -> None:
    async def main() -> None:
        async with trading() as stage:
            for terms in ({"timeout_s": 86_400}, {"timeout_s": 20, "renew_s": 20.0}, {"timeout_s": 0, "renew_s": 0.0}):
                with pytest.raises(LocalError):
                    await stage.kraken.guard(**terms)  # type: ignore[arg-type]  # Numbers.
            assert stage.kraken.switch is None

    clean(main())


def test_it_is_renewed_while_the_private_stream_is_up_and_held_while_not() -> None:
    async def main() -> None:
        async with trading() as stage:
            sent: list[int] = []

            async def send(timeout_s: int) -> Any:
                sent.append(timeout_s)

            running = stage.kraken._running
            switch = await armed_switch(running, send, timeout_s=30, renew_s=0.05)
            await until(lambda: len(sent) >= 3)
            assert set(sent) == {30}
            stage.fault("upgrade_refused", role="private", status=503)
            stage.fault("close", role="private", code=1006)
            await until(lambda: switch.state == "held")
            topic = running.hearing.topics.find(EXECUTIONS)
            assert topic is not None
            assert not topic.link.is_open
            held = [event for event in stage.events(SwitchChanged) if event.state == "held"]
            assert held[-1].reason == "the private stream is not up"
            stage.heal()
            await until(lambda: switch.state == "armed", timeout_s=10.0)
            switch.let_go()

    clean(main())


def test_checks_of_the_programs_own_hold_it_too() -> None:
    async def main() -> None:
        async with trading() as stage:
            wrong = ["the disk is full"]
            switch = await stage.kraken.guard(lambda: wrong[0], timeout_s=30, renew_s=0.05)
            await until(lambda: switch.state == "held")
            wrong[0] = ""
            await until(lambda: switch.state == "armed", timeout_s=10.0)
            assert await stage.kraken.guard() is switch  # There is one.

    clean(main())
