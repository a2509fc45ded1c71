from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.protocol.budget import PARTS, PRO, Action, Call, Ledger, Method
from fathom.protocol.messages import Execution
from fathom.protocol.refusals import refusal_of
from rated_session import LIMITED, RatedSession

S = 10**9
T = 1_000 * S
PAIR = "BTC/USD"


def points(ledger: Ledger, now_ns: int, symbol: str = PAIR) -> Decimal:
    return Decimal(ledger.count_parts(symbol, now_ns=now_ns)) / PARTS


def do(ledger: Ledger, action: Action, now_ns: int, *order_ids: str | None) -> None:
    ledger.settle(ledger.charge(action, now_ns=now_ns), now_ns=now_ns, order_ids=order_ids)


def add(*names: str) -> Action:
    return Action(method="add_order" if len(names) < 2 else "batch_add", symbol=PAIR, orders=names)


def cancel(*names: str) -> Action:
    return Action(method="cancel_order" if len(names) < 2 else "batch_cancel", orders=names)


def amend(name: str, *, ends: bool = False) -> Action:
    return Action(method="amend_order", orders=(name,), ends=ends)


def row(exec_type: str, order_status: str = "new", **fields: object) -> Execution:
    terms: dict[str, object] = {"order_id": "OABC", "timestamp": "2026-01-05T12:00:00Z", **fields}
    return Execution(exec_type=exec_type, order_status=order_status, **terms)  # type: ignore[arg-type] # Test's own.


# -- The page's examples ---------------------------------------------------------------------------------------


def test_add_amend_at_7_s_cancel_36_s_later() -> None:
    """1 + (1 + 2) + 4 = 8, without decay."""
    ledger = Ledger()
    spent = Decimal(0)
    for action, at_s in ((add("mm-1"), 0), (amend("mm-1"), 7), (cancel("mm-1"), 43)):
        spent += ledger.quote(action, now_ns=T + at_s * S).cost
        do(ledger, action, T + at_s * S)
    assert spent == 8


def test_fifty_adds_then_ten_seconds_on_intermediate() -> None:
    ledger = Ledger(reserve=0)
    ledger.know(125, now_ns=T)
    for number in range(50):
        do(ledger, add(f"mm-{number}"), T)
    assert points(ledger, T + 10 * S) == Decimal("26.6")


# -- Beside the venue's own counters ---------------------------------------------------------------------------


@pytest.mark.parametrize("ratecounter", [False, True])
@pytest.mark.parametrize("tier", ["starter", "intermediate", "pro"])
@pytest.mark.parametrize(("delay_ms_max", "excess_max"), [(0, 0), (100, 3), (1_000, 20)])
def test_who_asks_first_is_never_refused_and_the_guess_is_close(
    tier: str, delay_ms_max: int, excess_max: int, ratecounter: bool
) -> None:
    """Never below the venue; above it by what is on its way and `excess_max`: steps of age, and one round trip."""
    for seed in range(4):
        session = RatedSession(
            seed, tier=tier, delay_ms_max=delay_ms_max, pause_ms=200, obedient=True, ratecounter=ratecounter
        )
        session.run(60)
        assert session.sent > 40, seed
        assert session.full_max > session.ledger.tier.threshold / 2, f"{seed}: the limits were not tried"
        assert LIMITED not in session.errors, seed
        assert session.excess_max <= excess_max, seed


@pytest.mark.parametrize("ratecounter", [False, True])
@pytest.mark.parametrize("tier", ["starter", "pro"])
def test_who_does_not_ask_is_refused_and_still_never_thinks_too_little(tier: str, ratecounter: bool) -> None:
    for seed in range(3):
        session = RatedSession(seed, tier=tier, delay_ms_max=300, pause_ms=100, obedient=False, ratecounter=ratecounter)
        session.run(60)
        assert LIMITED in session.errors, seed


# -- Room ------------------------------------------------------------------------------------------------------


def test_the_reserve_is_for_cancels() -> None:
    ledger = Ledger(reserve=10)
    for number in range(50):
        do(ledger, add(f"mm-{number}"), T)
    refused = ledger.quote(add("mm-x"), now_ns=T)
    assert (refused.has_room, refused.lack, refused.room_at_ns) == (False, "reserve", T + S)
    assert (refused.count, refused.limit, refused.cost) == (50, 50, 1)
    assert ledger.quote(cancel("mm-1"), now_ns=T).has_room
    do(ledger, cancel("mm-1"), T)
    more = ledger.quote(cancel("mm-2"), now_ns=T)
    assert (more.lack, more.room_at_ns) == ("rate", T + 5 * S), "58 and 8; 6 s to fall, but after 5 it costs 6"
    assert ledger.quote(cancel("mm-2", "mm-3"), now_ns=T).has_room, "a batch is accepted all the same"
    assert ledger.quote(Action(method="cancel_all"), now_ns=T).has_room


@pytest.mark.parametrize(("reserve", "parts"), [(None, 15), (0, 0), (-4, 0), (20, 20), (900, 60)])
def test_how_large_the_reserve_is(reserve: int | None, parts: int) -> None:
    assert Ledger(reserve=reserve).reserve_parts == parts * PARTS


def test_with_all_in_reserve_nothing_is_ever_added() -> None:
    quote = Ledger(reserve=60).quote(add("mm-1"), now_ns=T)
    assert (quote.lack, quote.room_at_ns) == ("never", None)


def test_open_orders_are_counted_by_pair() -> None:
    ledger = Ledger(PRO, reserve=0)
    for number in range(224):
        ledger.ages.born(f"mm-{number}", symbol=PAIR, now_ns=T)
    assert ledger.quote(add("mm-x"), now_ns=T).has_room
    assert ledger.quote(add("mm-x", "mm-y"), now_ns=T).lack == "open_orders"
    assert ledger.quote(Action(method="batch_add", symbol=PAIR, count=2), now_ns=T).lack == "open_orders"
    assert ledger.quote(Action(method="add_order", symbol="ETH/USD"), now_ns=T).has_room
    assert ledger.quote(Action(method="batch_add", symbol=PAIR, count=2, validate=True), now_ns=T).has_room


def test_calls_have_their_own_counter() -> None:
    ledger = Ledger()
    history = Call(endpoint="TradesHistory")
    for _ in range(3):
        ledger.settle(ledger.charge(history, now_ns=T), now_ns=T)
    quote = ledger.quote(history, now_ns=T)
    assert (quote.cost, quote.count, quote.limit, quote.lack) == (4, 12, 15, "calls")
    assert quote.room_at_ns is not None
    assert ledger.quote(history, now_ns=quote.room_at_ns).has_room
    assert ledger.quote(Call(endpoint="Balance"), now_ns=T).has_room
    assert ledger.quote(Call(endpoint="CancelAll"), now_ns=T).cost == 0
    charge = ledger.charge(Call(endpoint="Balance"), now_ns=T)
    ledger.refused(charge, refusal_of("EAPI:Rate limit exceeded"), now_ns=T)
    assert ledger.quote(Call(endpoint="AddOrder"), now_ns=T).has_room, "free calls wait for nobody"
    assert not ledger.quote(Call(endpoint="Balance"), now_ns=T + 5 * S).has_room


def test_an_order_that_the_call_counter_refused_stops_calls() -> None:
    ledger = Ledger()
    ledger.refused(ledger.charge(add("a"), now_ns=T), refusal_of("EAPI:Rate limit exceeded"), now_ns=T)
    assert ledger.quote(Call(endpoint="Balance"), now_ns=T).lack == "calls"


def test_the_tier_is_learned() -> None:
    ledger = Ledger()
    do(ledger, add("mm-1"), T)
    assert ledger.know(180, now_ns=T) is PRO is ledger.tier
    assert points(ledger, T) == 1
    assert ledger.quote(add("mm-2"), now_ns=T).limit == 135
    assert ledger.quote(Call(endpoint="Balance"), now_ns=T).limit == 20


# -- Costs of what is known, and not ---------------------------------------------------------------------------


def test_the_forecast_of_an_order() -> None:
    ledger = Ledger()
    do(ledger, add("mm-1"), T)
    told = ledger.forecast("cancel_order", "mm-1", now_ns=T + 2 * S)
    assert [((step.from_ns - T) // S, step.parts // PARTS) for step in told[:3]] == [(2, 8), (5, 6), (10, 5)]
    assert ledger.forecast("cancel_order", "?", now_ns=T)[0].parts == 8 * PARTS
    assert ledger.forecast("amend_order", "mm-1", now_ns=T, ends=True)[0].parts == 9 * PARTS


def test_a_change_on_its_way_makes_the_next_one_dear() -> None:
    ledger = Ledger()
    do(ledger, add("mm-1"), T)
    charge = ledger.charge(amend("mm-1"), now_ns=T + 400 * S)
    assert ledger.quote(cancel("mm-1"), now_ns=T + 400 * S).cost == 8
    ledger.refused(charge, refusal_of("EOrder:Insufficient funds"), now_ns=T + 401 * S)
    assert ledger.quote(cancel("mm-1"), now_ns=T + 401 * S).cost == 0, "it is as it was"
    charge = ledger.charge(amend("mm-1"), now_ns=T + 500 * S)
    ledger.lost(charge, now_ns=T + 501 * S)
    assert ledger.quote(cancel("mm-1"), now_ns=T + 502 * S).cost == 8, "nobody knows: it may be young"


def test_cancels_of_several_pairs_are_charged_by_pair() -> None:
    ledger = Ledger()
    for name, symbol in (("a", PAIR), ("b", PAIR), ("c", "ETH/USD")):
        ledger.ages.born(name, symbol=symbol, now_ns=T)
    assert ledger.symbols_of(cancel("a", "b", "c"), now_ns=T) == {PAIR, "ETH/USD"}
    do(ledger, cancel("a", "b", "c"), T)
    assert (points(ledger, T), points(ledger, T, "ETH/USD")) == (16, 8)
    assert len(ledger.ages) == 0


def test_an_unknown_order_without_its_pair_is_charged_everywhere() -> None:
    ledger = Ledger()
    do(ledger, add("a"), T)
    do(ledger, Action(method="add_order", symbol="ETH/USD"), T)
    do(ledger, cancel("?"), T)
    assert (points(ledger, T), points(ledger, T, "ETH/USD")) == (9, 9)


def test_cancel_all_is_charged_like_a_batch() -> None:
    ledger = Ledger()
    do(ledger, Action(method="cancel_all"), T)
    ledger.ages.born("a", symbol=PAIR, now_ns=T - 20 * S)
    ledger.ages.born("b", symbol="ETH/USD", now_ns=T)
    ledger.settle(ledger.charge(Action(method="cancel_all"), now_ns=T), now_ns=T)
    assert (points(ledger, T), points(ledger, T, "ETH/USD")) == (4, 8)


def test_an_add_needs_its_pair() -> None:
    with pytest.raises(LocalError, match="symbol"):
        Ledger().quote(Action(method="add_order"), now_ns=T)


# -- Answers ---------------------------------------------------------------------------------------------------


def test_answers_name_what_was_made() -> None:
    ledger = Ledger()
    do(ledger, add("a", "b"), T, "OA", None)
    assert ledger.ages.find("OA") is ledger.ages.find("a") is not None
    assert ledger.ages.find("b") is None, "refused in its own place"
    do(ledger, Action(method="add_order", symbol=PAIR), T, "OC")
    assert ledger.ages.open_count(PAIR) == 2
    do(ledger, Action(method="edit_order", orders=("OC",)), T, "OD")
    assert ledger.ages.find("OC") is None
    assert ledger.ages.find("OD") is not None
    do(ledger, amend("OD", ends=True), T)
    assert ledger.ages.find("OD") is None
    do(ledger, Action(method="add_order", symbol=PAIR, orders=("v",), validate=True), T)
    assert ledger.ages.find("v") is None, "only checked"


def test_an_end_that_is_told_before_the_answer_stays_the_end() -> None:
    ledger = Ledger()
    named, nameless = add("a"), Action(method="add_order", symbol=PAIR)
    charges = [ledger.charge(what, now_ns=T) for what in (named, nameless)]
    ledger.seen(row("filled", "filled", order_id="OA", cl_ord_id="a", symbol=PAIR), now_ns=T)
    ledger.seen(row("filled", "filled", order_id="OB", symbol=PAIR), now_ns=T)
    ledger.settle(charges[0], now_ns=T, order_ids=("OA",))
    ledger.settle(charges[1], now_ns=T, order_ids=("OB",))
    assert len(ledger.ages) == 0


@pytest.mark.parametrize(
    ("method", "error", "left"),
    [
        ("amend_order", "EOrder:Insufficient funds", 1),
        ("amend_order", "EOrder:Rate limit exceeded", 60),
        ("amend_order", "EService:Unavailable", 4),
        ("amend_order", "EFuture:New", 4),
        ("cancel_order", "EOrder:Unknown order", 0),
        ("cancel_order", "EGeneral:Internal error", 8),
    ],
)
def test_what_a_refusal_costs(method: Method, error: str, left: int) -> None:
    ledger = Ledger()
    ledger.ages.born("a", symbol=PAIR, now_ns=T)
    charge = ledger.charge(Action(method=method, orders=("a",)), now_ns=T)
    ledger.refused(charge, refusal_of(error), now_ns=T)
    assert points(ledger, T) == left
    assert (ledger.ages.find("a") is None) == ("Unknown order" in error)


def test_a_refused_add_is_not_open() -> None:
    ledger = Ledger()
    ledger.refused(ledger.charge(add("a"), now_ns=T), refusal_of("EOrder:Insufficient funds"), now_ns=T)
    assert ledger.ages.open_count(PAIR) == 0
    ledger.lost(ledger.charge(add("b"), now_ns=T), now_ns=T)
    assert ledger.ages.open_count(PAIR) == 1, "it may be"
    ledger.gone("b")
    assert ledger.ages.open_count(PAIR) == 0


# -- Rows of executions ----------------------------------------------------------------------------------------


def test_rows_tell_orders_their_changes_and_their_end() -> None:
    ledger = Ledger()
    ledger.seen(row("new", symbol=PAIR, cl_ord_id="a"), now_ns=T)
    assert ledger.quote(cancel("OABC"), now_ns=T + 20 * S).cost == 4
    ledger.seen(row("amended"), now_ns=T + 20 * S)
    assert ledger.quote(cancel("a"), now_ns=T + 21 * S).cost == 8
    ledger.seen(row("trade", "partially_filled"), now_ns=T + 60 * S)
    assert ledger.quote(cancel("a"), now_ns=T + 60 * S).cost == 4, "a fill does not make it young"
    ledger.seen(row("canceled", "canceled"), now_ns=T + 60 * S)
    assert ledger.ages.open_count(PAIR) == 0
    ledger.seen(row("status"), now_ns=T)
    assert ledger.ages.open_count(PAIR) == 0, "nobody knows of which pair"


def test_the_venue_s_count_in_a_row_has_its_own_request_in_it() -> None:
    ledger = Ledger()
    do(ledger, add("a"), T, "OABC")
    charge = ledger.charge(amend("a"), now_ns=T)
    other = ledger.charge(add("b"), now_ns=T)
    ledger.seen(row("amended", ratecount=Decimal("4.99")), now_ns=T)
    assert points(ledger, T) == Decimal("6.00"), "1 and 4, and 1 on its way"
    ledger.settle(charge, now_ns=T)
    ledger.settle(other, now_ns=T)
    assert points(ledger, T) == Decimal("6.00")


def test_somebody_else_s_requests_are_believed() -> None:
    ledger = Ledger()
    ledger.seen(row("new", symbol=PAIR, ratecount=Decimal("48.00")), now_ns=T)
    assert points(ledger, T) == Decimal("48.01")
    assert ledger.quote(add("a"), now_ns=T).lack == "reserve"


ACTIONS = st.one_of(
    st.builds(
        Action,
        method=st.just("add_order"),
        symbol=st.sampled_from(["A/B", "C/D"]),
        orders=st.sampled_from([(), ("one",), ("two",)]),
        validate=st.booleans(),
    ),
    st.builds(Action, method=st.just("batch_add"), symbol=st.just("A/B"), count=st.integers(2, 15)),
    st.builds(
        Action,
        method=st.sampled_from(["amend_order", "cancel_order", "edit_order"]),
        orders=st.sampled_from([("one",), ("two",), ("never",)]),
        ends=st.booleans(),
    ),
    st.builds(Action, method=st.just("batch_cancel"), orders=st.sampled_from([("one", "two"), ("never", "two")])),
    st.builds(Action, method=st.just("cancel_all")),
)


@given(
    reserve=st.none() | st.integers(0, 200),
    steps=st.lists(st.tuples(ACTIONS, st.sampled_from([0, 10**6, 10**9, 7 * 10**9])), max_size=40),
)
def test_taking_at_one_look_is_asking_and_then_charging(reserve: int | None, steps: list[tuple[Action, int]]) -> None:
    asking, taking = Ledger(PRO, reserve=reserve), Ledger(PRO, reserve=reserve)
    now_ns = 10**18
    for action, wait_ns in steps:
        now_ns += wait_ns
        quote = asking.quote(action, now_ns=now_ns)
        charge = asking.charge(action, now_ns=now_ns) if quote.has_room else None
        assert taking.take(action, now_ns=now_ns) == charge
        if charge is not None and wait_ns:
            for ledger in (asking, taking):
                ledger.settle(charge, now_ns=now_ns)
        for symbol in ("A/B", "C/D"):
            assert asking.count_parts(symbol, now_ns=now_ns) == taking.count_parts(symbol, now_ns=now_ns)
