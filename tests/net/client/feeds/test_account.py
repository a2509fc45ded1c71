"""Our orders, fills and balances: deltas merged, each fill once, what is over stays over, all of it bounded."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.net.client import Account
from fathom.net.client.feeds import account as accounts
from fathom.net.client.feeds.account import FINAL, open_orders
from fathom.protocol.messages import (
    Balance,
    BalancesSnapshot,
    BalancesUpdate,
    Execution,
    ExecutionsMessage,
    LedgerEntry,
)

STAMP = "2026-01-05T12:00:00.000000Z"


def row(order_id: str = "O1", exec_type: str = "pending_new", status: str = "pending_new", **more: Any) -> Execution:
    return Execution(order_id=order_id, exec_type=exec_type, order_status=status, timestamp=STAMP, **more)


def whole(order_id: str = "O1", status: str = "new", **more: Any) -> Execution:
    named = {"cl_ord_id": f"my-{order_id}", **more}
    return row(order_id, "new", status, symbol="BTC/USD", side="buy", order_qty=Decimal(10), **named)


def fill(order_id: str, number: int, *, status: str = "partially_filled", cum: int | None = None) -> Execution:
    return row(
        order_id,
        "trade",
        status,
        exec_id=f"T{number}",
        last_qty=Decimal(1),
        cum_qty=Decimal(number if cum is None else cum),
    )


def told(account: Account, *rows: Execution, kind: str = "update") -> list[Execution]:
    return account.executions(ExecutionsMessage(type=kind, data=rows, sequence=1))  # type: ignore[arg-type]


def test_a_delta_keeps_what_it_does_not_say_and_a_fills_numbers_do_not_stay() -> None:
    account = Account()
    told(account, whole())
    (filled,) = told(account, fill("O1", 1))
    assert (filled.symbol, filled.side, filled.cl_ord_id, filled.exec_id, filled.last_qty) == (
        "BTC/USD",
        "buy",
        "my-O1",
        "T1",
        1,
    )
    (amended,) = told(account, row("O1", "amended", "partially_filled", order_qty=Decimal(5)))
    assert (amended.order_qty, amended.exec_id, amended.last_qty, amended.cum_qty) == (5, None, None, 1)
    order = account.order("my-O1")
    assert order is not None
    assert order == account.order("O1")
    assert (order.order_qty, order.cum_qty) == (5, 1)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_is_over_stays_over_and_late_fills_count(status: str) -> None:
    account = Account()
    told(account, whole(), row("O1", status, status))
    assert account.orders == {}
    (late,) = told(account, fill("O1", 1))
    assert (late.order_status, late.last_qty) == (status, 1)
    told(account, row("O1", "new", "new"))
    assert account.orders == {}
    order = account.order("my-O1")
    assert order is not None
    assert (order.order_status, order.cum_qty) == (status, 1)


def test_a_fill_that_comes_again_is_not_told_again() -> None:
    account = Account()
    told(account, whole())
    assert len(told(account, fill("O1", 1), fill("O1", 1), fill("O1", 2))) == 2
    assert told(account, fill("O1", 2)) == []
    assert told(account, fill("O1", 1), fill("O1", 2), kind="snapshot") == []


def test_a_fill_of_an_order_that_nobody_heard_of_opens_it_live_and_not_out_of_the_past() -> None:
    account = Account()
    past, live = (structs.replace(fill(f"O{number}", number), symbol="BTC/USD") for number in (1, 2))
    assert len(told(account, past, kind="snapshot")) == 1
    assert account.orders == {}
    assert len(told(account, live)) == 1
    assert list(account.orders) == ["O2"]


def test_fills_of_the_past_do_not_turn_an_order_back() -> None:
    account = Account()
    told(account, whole(cum_qty=Decimal(3)), kind="snapshot")
    got = told(account, fill("O1", 2), fill("O1", 1), kind="snapshot")
    assert len(got) == 2
    order = account.order("O1")
    assert order is not None
    assert (order.cum_qty, order.order_status) == (3, "new")


def test_after_a_gap_only_what_the_snapshot_names_as_open_is_known_to_be() -> None:
    account = Account()
    told(account, whole("O1"), whole("O2"), whole("O3"), kind="snapshot")
    assert account.unconfirmed == []
    account.begin_snapshot()
    assert account.unconfirmed == ["O1", "O2", "O3"]
    # O1 is open. A fill of O2 out of the gap does not say that it is still open. Nothing is said of O3.
    told(account, whole("O1"), kind="snapshot")
    told(account, fill("O2", 1), kind="snapshot")
    assert account.unconfirmed == ["O2", "O3"]
    told(account, row("O3", "canceled", "canceled"))
    assert account.unconfirmed == ["O2"]
    found = account.looked_up(row("O2", "filled", "filled", cum_qty=Decimal(10)))
    assert found is not None
    assert (account.unconfirmed, list(account.orders)) == ([], ["O1"])
    account.begin_snapshot()
    account.forget("O1")
    assert (account.unconfirmed, account.orders) == ([], {})


def test_rest_that_is_behind_the_stream_does_not_open_an_order_again() -> None:
    account = Account()
    told(account, whole(), row("O1", "canceled", "canceled"))
    assert account.looked_up(whole("O1")) is None
    assert account.orders == {}
    found = account.looked_up(whole("O9"))
    assert found is not None
    assert list(account.orders) == ["O9"]


STATES = st.sampled_from(["new", "canceled", "expired", "filled"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("fill"), st.integers(0, 3), st.integers(1, 12)),
        st.tuples(st.just("state"), st.integers(0, 3), STATES),
        st.tuples(st.just("gap"), st.just(0), st.booleans()),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_whatever_comes_fills_count_once_and_what_ended_stays_ended(acts: list[tuple[str, int, Any]]) -> None:
    account = Account()
    seen: set[str] = set()
    ended: set[str] = set()
    told(account, *(whole(f"O{number}") for number in range(4)), kind="snapshot")
    for act, number, detail in acts:
        order_id = f"O{number}"
        if act == "gap":
            account.begin_snapshot()
            told(account, *(whole(name) for name in sorted(account.orders)), kind="snapshot")
            assert account.unconfirmed == []
        elif act == "fill":
            got = told(account, fill(order_id, number * 100 + detail, cum=detail))
            assert [one.exec_id for one in got] == (
                [] if f"T{number * 100 + detail}" in seen else [f"T{number * 100 + detail}"]
            )
            seen.add(f"T{number * 100 + detail}")
        else:
            told(account, row(order_id, detail, detail))
            if detail in FINAL:
                ended.add(order_id)
        assert set(account.orders).isdisjoint(account.closed)
        assert set(account.closed) == ended
        assert all(order.order_status in FINAL for order in account.closed.values())
        assert all(order.exec_id is None and order.fees == () for order in account.orders.values())
        assert all(
            (order := account.order(f"my-O{name}")) is not None and order.order_id == f"O{name}" for name in range(4)
        )


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CLOSED_MAX", 3)
    monkeypatch.setattr(accounts, "FILLS_MAX", 3)
    account = Account()
    for number in range(20):
        name = f"O{number}"
        told(account, whole(name), fill(name, number + 1), row(name, "filled", "filled"))
    assert list(account.closed) == ["O17", "O18", "O19"]
    assert len(account._fills) == 3
    assert len(account._by_client_id) == 3
    assert account.order("my-O1") is None
    assert account.order("my-O19") is not None


def test_a_client_id_used_again_means_the_newer_order() -> None:
    account = Account()
    told(account, whole("O1", cl_ord_id="mine"), row("O1", "canceled", "canceled"), whole("O2", cl_ord_id="mine"))
    order = account.order("mine")
    assert order is not None
    assert order.order_id == "O2"


def test_open_orders_of_one_pair_or_all() -> None:
    account = Account()
    told(account, whole("O1"), whole("O2"))
    told(account, row("O3", "new", "new", symbol="ETH/USD"))
    assert [order.order_id for order in open_orders(account)] == ["O1", "O2", "O3"]
    assert [order.order_id for order in open_orders(account, symbol="ETH/USD")] == ["O3"]


def test_balances_are_the_last_that_were_told_and_a_snapshot_is_all_of_them() -> None:
    account = Account()
    usd, btc = Balance(asset="USD", balance=Decimal(100)), Balance(asset="BTC", balance=Decimal(1))
    account.balances_told(BalancesSnapshot(data=(usd, btc), sequence=1))
    entry = LedgerEntry(
        asset="USD",
        amount=Decimal(-5),
        balance=Decimal(95),
        fee=Decimal(0),
        ledger_id="L1",
        ref_id="T1",
        timestamp=STAMP,
        type="trade",
    )
    account.balances_told(BalancesUpdate(data=(entry,), sequence=2))
    assert account.balances == {"USD": 95, "BTC": 1}
    account.balances_told(BalancesSnapshot(data=(btc,), sequence=1))
    assert account.balances == {"BTC": 1}


def test_a_fill_without_a_pair_of_an_order_never_heard_of_waits_for_it() -> None:
    account = Account()
    bare = Execution(
        order_id="O1", exec_type="trade", order_status="partially_filled", timestamp="2026-01-01T00:00:00Z",
        exec_id="T1", last_qty=Decimal(1), last_price=Decimal(2),
    )  # fmt: skip
    assert account.executions(ExecutionsMessage(type="update", data=(bare,), sequence=1)) == []
    assert list(account.orphans) == ["O1"]
    account.looked_up(
        Execution(
            order_id="O1",
            exec_type="filled",
            order_status="filled",
            timestamp="2026-01-01T00:00:01Z",
            symbol="BTC/USD",
            side="buy",
            cl_ord_id="mine",
        )
    )
    (fill,) = account.adopted("O1")
    assert (fill.symbol, fill.side, fill.cl_ord_id, fill.exec_id) == ("BTC/USD", "buy", "mine", "T1")
    assert (fill.order_status, account.orphans) == ("filled", {})
    assert account.executions(ExecutionsMessage(type="update", data=(bare,), sequence=2)) == []  # Told once.


def test_from_a_gap_on_until_the_next_snapshot_it_says_that_one_is_to_come() -> None:
    account = Account()
    assert account.awaits_snapshot
    told(account, whole(), kind="snapshot")
    assert not account.awaits_snapshot
    account.begin_snapshot()
    told(account, whole("O2"))
    assert account.awaits_snapshot, "an update is none"
    told(account, kind="snapshot")
    assert (account.awaits_snapshot, account.unconfirmed) == (False, ["O1", "O2"])


def test_a_snapshot_is_the_first_until_there_was_a_gap_after_it() -> None:
    account = Account()
    account.begin_snapshot()  # The connection went before anything was told.
    assert account.first_snapshot
    told(account, whole(), kind="snapshot")
    assert account.first_snapshot, "the rest of it may be on its way"
    account.begin_snapshot()
    assert not account.first_snapshot


def test_a_first_snapshot_full_of_fills_has_no_hole_before_it_and_one_after_a_gap_has() -> None:
    """It comes as two messages: what is open, and the last fills."""
    account = Account()
    account.begin_snapshot()
    told(account, whole("O1"), kind="snapshot")
    told(account, *(fill("O1", number) for number in range(1, 51)), kind="snapshot")
    assert account.hole_ns is None, "what was before it is nobody's to tell"
    account.begin_snapshot()
    told(account, whole("O1"), kind="snapshot")
    told(account, *(fill("O1", number) for number in range(51, 101)), kind="snapshot")
    assert account.hole_ns is not None
