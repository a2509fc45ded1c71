"""Nothing leaves that breaks a rule, or for which there is no key."""

from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import AuthError, LocalError

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


def test_nothing_is_sent_of_what_is_wrong() -> None:
    async def main() -> None:
        async with trading() as stage:
            wrongs: list[tuple[str, dict[str, Any]]] = [
                ("float", {"limit_price": 90000.5}),
                ("no such parameter", {"limit_prise": "90000"}),
                ("write BTC/USD", {"symbol": "XBT/USD"}),
                ("not a pair", {"symbol": "FOO/BAR"}),
                ("order_qty", {"order_qty": "0.00000001"}),
                ("limit_price", {"limit_price": "90000.123"}),
                ("order_userref", {"cl_ord_id": "mine", "order_userref": 1}),
                ("order_qty", {"order_qty": "NaN"}),
                ("not a number", {"order_qty": "one"}),
                ("time_in_force", {"time_in_force": "fox"}),
            ]
            for said, wrong in wrongs:
                given: dict[str, Any] = {"symbol": BTC, "side": "buy", "order_type": "limit", **LIMIT, **wrong}
                with pytest.raises(LocalError, match=said):
                    await stage.kraken.add_order(**given)
            assert stage.adds() == 0
            assert stage.kraken.rates.count(BTC) == 0

    clean(main())


def test_without_a_key_it_says_so() -> None:
    async def main() -> None:
        async with trading(account=None, opened=False) as stage:
            kraken = stage.kraken
            asked = [
                placed(stage), kraken.amend_order(order_id="O1", order_qty="1"),
                kraken.edit_order(BTC, "O1", order_qty="1"),
                kraken.cancel_order("O1"), kraken.cancel_orders("O1", "O2"), kraken.cancel_all(),
                kraken.cancel_all_after(60),
            ]  # fmt: skip
            for one in asked:
                with pytest.raises(AuthError, match="needs an API key"):
                    await one

    clean(main())
