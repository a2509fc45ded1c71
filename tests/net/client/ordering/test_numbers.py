"""Numbers are exact, or refused; requests have the fields that there are."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.net.client.ordering.numbers import exact, exact_fields, exacts, made, remade
from fathom.protocol.messages import AddOrderParams, BatchOrder, Conditional, Triggers


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("0.1", "0.1"),
        (" 97000.10 ", "97000.10"),
        (5, "5"),
        (Decimal("1.230"), "1.230"),
        ("-2.5", "-2.5"),
        ("1e-8", "1e-8"),
    ],
)
def test_a_number_is_what_was_written(given: object, number: str) -> None:
    assert exact("price", given).as_tuple() == Decimal(number).as_tuple()


@pytest.mark.parametrize("given", [0.1, 1.0, float("nan")])
def test_a_float_is_refused(given: float) -> None:
    with pytest.raises(LocalError, match="is the float"):
        exact("price", given)


@pytest.mark.parametrize("given", ["", "one", "1,5", True, None, b"1", [1]])
def test_what_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(LocalError, match=r"price: .*is not a number"):
        exact("price", given)


def test_what_is_not_given_is_left_out() -> None:
    assert exacts(order_qty="1", limit_price=None) == {"order_qty": Decimal(1)}


def test_the_numbers_among_fields() -> None:
    assert exact_fields({"order_qty": "1", "side": "buy", "limit_price": None}) == {
        "order_qty": Decimal(1), "side": "buy", "limit_price": None,
    }  # fmt: skip
    with pytest.raises(LocalError, match="display_qty"):
        exact_fields({"display_qty": 0.5})


def test_a_request_of_its_fields() -> None:
    params = made(
        AddOrderParams, symbol="BTC/USD", side="buy", order_type="limit", order_qty=Decimal(1), limit_price=None,
        triggers=Triggers(price=Decimal(1)), conditional={"order_type": "limit", "limit_price": Decimal("1.5")},
    )  # fmt: skip
    assert params.triggers == Triggers(price=Decimal(1))
    assert params.conditional == Conditional(order_type="limit", limit_price=Decimal("1.5"))
    assert params.limit_price is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("limit_prise", "1", "no such parameter; there are .*limit_price"),
        ("side", "hold", "side"),
        ("post_only", "perhaps", "post_only"),
        ("conditional", {"order_type": "market"}, "conditional"),
        ("conditional", {"order_type": "limit", "limit_price": 1.5}, "float"),
        ("triggers", {"price": 1.5}, "float"),
        ("triggers", Triggers(price=1.5), "float"),  # type: ignore[arg-type]  # That is the mistake.
        ("stop_price", 1.5, "float"),
    ],
)
def test_a_field_that_is_not_there_or_not_right(field: str, value: object, said: str) -> None:
    fields: dict[str, object] = {"symbol": "BTC/USD", "side": "buy", "order_type": "limit", field: value}
    with pytest.raises(LocalError, match=said):
        made(AddOrderParams, **fields)


def test_a_request_that_was_built_by_hand() -> None:
    order = BatchOrder(order_type="limit", side="buy", order_qty="0.1", limit_price=5)  # type: ignore[arg-type]  # As people do.
    right = BatchOrder(order_type="limit", side="buy", order_qty=Decimal("0.1"), limit_price=Decimal(5))
    assert remade(order) == right
    with pytest.raises(LocalError, match="order_qty: is the float"):
        remade(BatchOrder(order_type="limit", side="buy", order_qty=0.1))  # type: ignore[arg-type]  # The mistake.
