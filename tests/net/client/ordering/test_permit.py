"""A key that must not trade places nothing; one that may is asked about once."""

from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import AuthError, FathomError, Refused
from fathom.net import Credentials
from fathom.net.client import KeyChanged

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}


async def placed(stage: OrderStage) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **LIMIT)


def test_a_key_that_may_withdraw_is_refused_by_everything_that_trades() -> None:
    async def main() -> None:
        async with trading(account="treasurer", opened=False) as stage:
            kraken = stage.kraken
            for one in (
                placed(stage),
                kraken.amend_order(order_id="O1", order_qty="1"),
                kraken.edit_order(BTC, "O1", order_qty="1"),
                kraken.trading(),
                kraken.guard(),
            ):
                with pytest.raises(AuthError, match="withdraw funds"):
                    await one
            assert stage.adds("treasurer") == 0
            stream = kraken.balances()  # It may look.
            assert (await stream.next(5.0)).asset

    clean(main())


def test_a_key_that_may_only_look_looks_and_places_nothing() -> None:
    async def main() -> None:
        async with trading(account="viewer", opened=False) as stage:
            stream = stage.kraken.balances()
            assert (await stream.next(5.0)).asset
            with pytest.raises(AuthError, match="create and modify orders"):
                await placed(stage)
            assert stage.adds("viewer") == 0

    clean(main())


@pytest.mark.parametrize("allowed", [False, True])
def test_where_the_venue_does_not_say_somebody_must_vouch(allowed: bool) -> None:
    async def main() -> None:
        async with trading(opened=False, allow_unknown_rights=allowed) as stage:
            stage.fault("refuse", method="GetApiKeyInfo", text="EGeneral:Unknown method")
            if allowed:
                assert (await placed(stage)).order_id
                assert [event.taken for event in stage.events(KeyChanged)] == [True]
            else:
                with pytest.raises(AuthError, match="allow_unknown_rights"):
                    await placed(stage)
                assert stage.adds() == 0

    clean(main())


def test_a_venue_that_cannot_answer_now_is_asked_again_next_time() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            stage.fault("refuse", method="GetApiKeyInfo", text="EService:Busy", door="rest")
            with pytest.raises(FathomError) as caught:
                await placed(stage)
            assert not isinstance(caught.value, AuthError)
            stage.heal()
            assert (await placed(stage)).order_id

    clean(main())


def test_it_is_asked_once() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            await placed(stage)
            stage.fault("refuse", method="GetApiKeyInfo", text="EAPI:Invalid key")
            await placed(stage)
            assert stage.adds() == 2
            remarks = stage.events(KeyChanged)  # No IP limit, and whatever else is worth a remark.
            assert remarks
            assert all(event.fingerprint == stage.credentials().fingerprint for event in remarks)

    clean(main())


def test_a_key_that_the_venue_does_not_know() -> None:
    async def main() -> None:
        wrong = Credentials(key="K" * 56, secret="c2VjcmV0" * 11)  # Of the right form.
        async with trading(account=None, opened=False) as stage, stage.trader(credentials=wrong) as other:
            with pytest.raises(Refused, match="Invalid key") as caught:
                await other.add_order(BTC, "buy", "limit", **LIMIT)
            assert isinstance(caught.value, AuthError)

    clean(main())
