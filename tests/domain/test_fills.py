from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import FILLS_MAX, FillsTold, OrderTraded, Side


def fill(order_id: str, exec_id: str, *, side: Side = "buy", qty_lots: int = 1) -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", side, 1, qty_lots, "maker", Decimal(0), "USD")


SIDES: list[Side] = ["buy", "sell"]


@given(st.lists(st.tuples(st.sampled_from(SIDES), st.sampled_from("xyz")), max_size=30))
def test_a_fill_is_new_once(told: list[tuple[Side, str]]) -> None:
    memory = FillsTold()
    for index, (side, exec_id) in enumerate(told):
        assert memory.is_new(fill("bot-1", exec_id, side=side)) == ((side, exec_id) not in told[:index])


def test_side_and_id_decide_and_nothing_else() -> None:
    memory = FillsTold()
    assert not memory.knows(fill("bot-1", "T1"))
    assert memory.is_new(fill("bot-1", "T1", qty_lots=5))
    assert memory.knows(fill("bot-1", "T1", qty_lots=7))
    assert not memory.is_new(fill("bot-1", "T1", qty_lots=7))
    assert not memory.is_new(fill("", "T1"))  # Of an order whose name nobody has told us yet.
    assert memory.is_new(fill("bot-2", "T1", side="sell"))  # Two orders of ours that met each other.


def test_the_oldest_is_forgotten() -> None:
    memory = FillsTold()
    for number in range(FILLS_MAX):
        assert memory.is_new(fill("bot-1", str(number)))
    assert not memory.is_new(fill("bot-1", "0"))
    assert memory.is_new(fill("bot-1", "one more"))
    assert not memory.is_new(fill("bot-1", "1"))
    assert memory.is_new(fill("bot-1", "0"))
