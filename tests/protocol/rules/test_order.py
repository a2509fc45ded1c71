from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest

from fathom.domain import Instrument, LocalError
from fathom.protocol.messages import BatchOrder, Conditional, Triggers, WireOrderType, WireTimeInForce
from fathom.protocol.rules.order import check_order
from fathom.protocol.rules.order_types import ORDER_TYPES
from fathom.protocol.times import parse_time

NOW_NS = parse_time("2026-01-15T12:00:00Z")
LATER = "2026-01-15T13:00:00Z"
PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    price_increment_ticks=5,
    qty_increment_lots=10,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)

QTY = {"order_qty": Decimal("1.00000000")}
PRICE = {"limit_price": Decimal("26500.0")}
STOP = {"triggers": Triggers(price=Decimal("25000.0"))}
TRAIL = {"triggers": Triggers(price=Decimal("1.5"), price_type="pct")}
SHOWN = {"display_qty": Decimal("0.10000000")}

# One good order of each type: what it must have and no more.
GOOD: dict[WireOrderType, dict[str, Any]] = {
    "market": QTY,
    "limit": QTY | PRICE,
    "iceberg": QTY | PRICE | SHOWN,
    "stop-loss": QTY | STOP,
    "stop-loss-limit": QTY | PRICE | STOP,
    "take-profit": QTY | STOP,
    "take-profit-limit": QTY | PRICE | STOP,
    "trailing-stop": QTY | TRAIL,
    "trailing-stop-limit": QTY | {"limit_price": Decimal("-5.0")} | TRAIL,
    "settle-position": QTY,
}


def order(base: WireOrderType, /, **changes: Any) -> BatchOrder:
    return BatchOrder(**({"order_type": base, "side": "sell"} | GOOD[base] | changes))


def refused(wrong: BatchOrder, *, instrument: Instrument | None = None) -> LocalError:
    with pytest.raises(LocalError) as caught:
        check_order(wrong, now_ns=NOW_NS, instrument=instrument)
    return caught.value


def passes(good: BatchOrder) -> None:
    check_order(good, now_ns=NOW_NS)
    check_order(good, now_ns=NOW_NS, instrument=PAIR)


# -- Every row of the table, every column --------------------------------------------------------------------------


@pytest.mark.parametrize("order_type", GOOD)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_each_type_with_what_it_needs(order_type: WireOrderType, side: str) -> None:
    passes(order(order_type, side=side))


@pytest.mark.parametrize("order_type", GOOD)
@pytest.mark.parametrize(("field", "extra"), [("limit_price", PRICE), ("triggers", STOP), ("display_qty", SHOWN)])
def test_each_type_without_what_it_needs_or_with_more(
    order_type: WireOrderType, field: str, extra: dict[str, Any]
) -> None:
    has = field in GOOD[order_type]
    wrong = order(order_type, **({field: None} if has else extra))
    error = refused(wrong)
    assert error.field == field
    assert ("required" in error.rule or "and they with it" in error.rule) if has else "go" in error.rule


@pytest.mark.parametrize("order_type", GOOD)
@pytest.mark.parametrize("word", get_args(WireTimeInForce))
def test_each_type_with_each_time_in_force(order_type: WireOrderType, word: WireTimeInForce) -> None:
    candidate = order(order_type, time_in_force=word, expire_time=LATER if word == "gtd" else None)
    if word in ORDER_TYPES[order_type].time_in_force:
        passes(candidate)
    else:
        assert refused(candidate).field == "time_in_force"


@pytest.mark.parametrize("order_type", GOOD)
def test_each_type_post_only(order_type: WireOrderType) -> None:
    candidate = order(order_type, post_only=True)
    if "limit_price" in GOOD[order_type]:
        passes(candidate)
    else:
        assert refused(candidate).field == "post_only"
    passes(order(order_type, post_only=False))


@pytest.mark.parametrize("order_type", GOOD)
@pytest.mark.parametrize("word", ["static", "pct", "quote"])
def test_each_type_with_a_limit_price_type(order_type: WireOrderType, word: str) -> None:
    candidate = order(order_type, limit_price_type=word)
    if order_type != "trailing-stop-limit":
        assert refused(candidate).field == "limit_price_type"
    elif word == "static":
        assert refused(candidate).field == "limit_price"  # -5.0 is an offset, but no price.
        passes(order(order_type, limit_price_type=word, limit_price=Decimal("26500.0")))
    else:
        passes(candidate)


@pytest.mark.parametrize("offset", ["0", "0.5", "-0.5"])
def test_offsets_have_any_sign(offset: str) -> None:
    passes(order("trailing-stop-limit", limit_price=Decimal(offset)))


# -- Signs of trigger prices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order_type", ["stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit"])
@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("price_type", ["pct", "quote"])
@pytest.mark.parametrize("price", ["-2.0", "2.0", "0.5", "-0.5", "0"])
def test_relative_triggers_lie_on_their_side(order_type: WireOrderType, side: str, price_type: str, price: str) -> None:
    below = {
        ("stop", "sell"): True,
        ("stop", "buy"): False,
        ("take", "sell"): False,
        ("take", "buy"): True,
    }[order_type[:4], side]
    trigger = Triggers(price=Decimal(price), price_type=price_type)  # type: ignore[arg-type] # From a list of words.
    candidate = order(order_type, side=side, triggers=trigger)
    if Decimal(price) != 0 and (Decimal(price) < 0) == below:
        passes(candidate)
    else:
        error = refused(candidate)
        assert error.field == "triggers.price"
        assert ("below zero" in error.rule) == below


@pytest.mark.parametrize("order_type", ["trailing-stop", "trailing-stop-limit"])
@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize(
    ("price", "price_type", "field"),
    [
        ("1.5", "pct", None),
        ("1.5", "quote", None),
        ("-1.5", "pct", "triggers.price"),
        ("-1.5", "quote", "triggers.price"),
        ("0", "pct", "triggers.price"),
        ("26500.0", "static", "triggers.price_type"),
        ("26500.0", None, "triggers.price_type"),
        ("1.5", "share", "triggers.price_type"),
    ],
)
def test_trailing_distances(
    order_type: WireOrderType, side: str, price: str, price_type: Any, field: str | None
) -> None:
    candidate = order(order_type, side=side, triggers=Triggers(price=Decimal(price), price_type=price_type))
    if field is None:
        passes(candidate)
    else:
        assert refused(candidate).field == field


# -- One rule a line: what is changed about a good order, the field and the rule that it breaks ----------------------

LONG_ID = "x" * 19
VIOLATIONS: list[tuple[WireOrderType, dict[str, Any], str, str]] = [
    ("limit", {"order_type": "hope"}, "order_type", "not one of"),
    ("limit", {"side": "hold"}, "side", "not one of"),
    ("limit", {"time_in_force": "GTC"}, "time_in_force", "not one of"),
    ("limit", {"post_only": True, "time_in_force": "ioc"}, "post_only", "contradicts time_in_force ioc"),
    ("limit", {"post_only": True, "time_in_force": "fok"}, "post_only", "contradicts time_in_force fok"),
    ("limit", {"fee_preference": "fciq"}, "fee_preference", "not one of"),
    ("limit", {"stp_type": "none"}, "stp_type", "not one of"),
    ("limit", {"no_mpp": True}, "no_mpp", "market orders only"),
    ("stop-loss", {"stop_price": Decimal(1)}, "stop_price", "deprecated"),
    ("stop-loss", {"trigger": "last"}, "trigger", "deprecated"),
    ("limit", {"order_qty": None}, "order_qty", "just one of"),
    ("market", {"cash_order_qty": Decimal(10), "side": "buy"}, "order_qty", "just one of"),
    ("limit", {"order_qty": Decimal(0)}, "order_qty", "above zero"),
    ("limit", {"order_qty": Decimal(-1)}, "order_qty", "above zero"),
    ("limit", {"order_qty": 1.0}, "order_qty", "must be a Decimal"),
    ("market", {"order_qty": None, "cash_order_qty": Decimal(10)}, "cash_order_qty", "market buys"),
    (
        "market",
        {"order_qty": None, "cash_order_qty": Decimal(10), "side": "buy", "margin": True},
        "cash_order_qty",
        "without margin",
    ),
    ("limit", {"order_qty": None, "cash_order_qty": Decimal(10), "side": "buy"}, "cash_order_qty", "market buys"),
    ("market", {"order_qty": None, "cash_order_qty": Decimal(0), "side": "buy"}, "cash_order_qty", "above zero"),
    ("limit", {"limit_price": Decimal(0)}, "limit_price", "above zero"),
    ("limit", {"limit_price": Decimal("NaN")}, "limit_price", "sane size"),
    ("trailing-stop-limit", {"limit_price": Decimal("NaN")}, "limit_price", "sane size"),
    ("trailing-stop-limit", {"limit_price_type": "share"}, "limit_price_type", "not one of"),
    ("iceberg", {"display_qty": Decimal("0.06666666")}, "display_qty", "a fifteenth"),
    ("iceberg", {"display_qty": Decimal("1.1")}, "display_qty", "to all of it"),
    ("iceberg", {"display_qty": Decimal(0)}, "display_qty", "above zero"),
    ("stop-loss", {"triggers": Triggers(price=Decimal(0))}, "triggers.price", "above zero"),
    ("stop-loss", {"triggers": Triggers(price=Decimal(-5), price_type="static")}, "triggers.price", "above zero"),
    ("stop-loss", {"triggers": Triggers(price=Decimal(-100), price_type="pct")}, "triggers.price", "no price"),
    ("limit", {"expire_time": LATER}, "expire_time", "gtd"),
    ("stop-loss", {"triggers": Triggers(price=Decimal(5), price_type="share")}, "triggers.price_type", "not one of"),  # type: ignore[arg-type] # That is the test.
    ("limit", {"time_in_force": "gtd"}, "expire_time", "gtd"),
    (
        "limit",
        {"time_in_force": "gtd", "expire_time": "2026-01-15T12:00:00Z"},
        "expire_time",
        "before the order starts",
    ),
    ("limit", {"time_in_force": "gtd", "expire_time": "2026-02-15T12:00:01Z"}, "expire_time", "more than a month"),
    ("limit", {"time_in_force": "gtd", "expire_time": "2026-01-15T13:00:00.5Z"}, "expire_time", "0 decimals"),
    ("limit", {"time_in_force": "gtd", "expire_time": "tomorrow"}, "expire_time", "RFC 3339"),
    (
        "limit",
        {"time_in_force": "gtd", "expire_time": LATER, "effective_time": LATER},
        "expire_time",
        "before the order starts",
    ),
    ("limit", {"effective_time": "2026-01-15T11:59:59Z"}, "effective_time", "in the past"),
    ("limit", {"effective_time": "2026-01-15T13:00:00.001Z"}, "effective_time", "0 decimals"),
    ("limit", {"cl_ord_id": LONG_ID}, "cl_ord_id", "neither a UUID"),
    ("limit", {"cl_ord_id": "a", "order_userref": 1}, "order_userref", "excludes cl_ord_id"),
    ("limit", {"order_userref": 2**31}, "order_userref", "whole number"),
    ("limit", {"sender_sub_id": LONG_ID}, "sender_sub_id", "neither a UUID"),
]


@pytest.mark.parametrize(("order_type", "changes", "field", "rule"), VIOLATIONS)
def test_each_rule(order_type: WireOrderType, changes: dict[str, Any], field: str, rule: str) -> None:
    error = refused(order(order_type, **changes))
    assert error.field == field
    assert rule in error.rule


@pytest.mark.parametrize(
    ("order_type", "changes"),
    [
        ("market", {"order_qty": None, "cash_order_qty": Decimal("10.00000"), "side": "buy"}),
        ("market", {"no_mpp": True}),
        ("limit", {"fee_preference": "base", "stp_type": "cancel_both"}),
        ("limit", {"time_in_force": "gtd", "expire_time": "2026-02-15T12:00:00Z"}),
        ("limit", {"effective_time": LATER}),
        ("limit", {"effective_time": "2026-01-15T12:00:00Z"}),
        ("limit", {"cl_ord_id": "2c6be801-1f53-4f79-a0bb-4ea1c95dfae9", "sender_sub_id": "desk"}),
        ("limit", {"order_userref": -5}),
        ("limit", {"margin": True, "reduce_only": True}),
        ("iceberg", {"order_qty": Decimal("1.5"), "display_qty": Decimal("0.1")}),
        ("iceberg", {"display_qty": Decimal(1)}),
        ("stop-loss", {"triggers": Triggers(price=Decimal(5), reference="index", price_type="static")}),
    ],
)
def test_what_is_allowed(order_type: WireOrderType, changes: dict[str, Any]) -> None:
    passes(order(order_type, **changes))


def test_an_unknown_reference() -> None:
    trigger = Triggers(price=Decimal(5), reference="mark")  # type: ignore[arg-type] # That is the test.
    assert refused(order("stop-loss", triggers=trigger)).field == "triggers.reference"


# -- Conditional orders: side is the opposite of the primary's, here a buy ------------------------------------------


@pytest.mark.parametrize(
    ("conditional", "field"),
    [
        ({"order_type": "limit", "limit_price": "28400.0"}, None),
        ({"order_type": "stop-loss", "trigger_price": "28410.0"}, None),
        ({"order_type": "stop-loss-limit", "trigger_price": "28410.0", "limit_price": "28400.0"}, None),
        ({"order_type": "take-profit", "trigger_price": "-2", "trigger_price_type": "pct"}, None),
        ({"order_type": "stop-loss", "trigger_price": "2", "trigger_price_type": "pct"}, None),
        ({"order_type": "trailing-stop", "trigger_price": "2", "trigger_price_type": "pct"}, None),
        (
            {
                "order_type": "trailing-stop-limit",
                "trigger_price": "2",
                "trigger_price_type": "quote",
                "limit_price": "0",
                "limit_price_type": "pct",
            },
            None,
        ),
        ({"order_type": "market"}, "order_type"),
        ({"order_type": "iceberg", "limit_price": "1"}, "order_type"),
        ({"order_type": "settle-position"}, "order_type"),
        ({"order_type": "limit"}, "limit_price"),
        ({"order_type": "stop-loss", "trigger_price": "1", "limit_price": "1"}, "limit_price"),
        ({"order_type": "limit", "limit_price": "1", "trigger_price": "1"}, "trigger_price"),
        ({"order_type": "stop-loss"}, "trigger_price"),
        ({"order_type": "stop-loss", "trigger_price": "-2", "trigger_price_type": "pct"}, "trigger_price"),
        ({"order_type": "trailing-stop", "trigger_price": "2"}, "trigger_price_type"),
        ({"order_type": "limit", "limit_price": "1", "trigger_price_type": "pct"}, "trigger_price_type"),
        ({"order_type": "limit", "limit_price": "1", "limit_price_type": "static"}, "limit_price_type"),
        ({"order_type": "stop-loss", "trigger_price": "1", "stop_price": "1"}, "stop_price"),
    ],
)
def test_conditional_orders(conditional: dict[str, Any], field: str | None) -> None:
    numbers: dict[str, Any] = {
        name: Decimal(value) if name in {"limit_price", "trigger_price", "stop_price"} else value
        for name, value in conditional.items()
    }
    candidate = order("limit", conditional=Conditional(**numbers))
    if field is None:
        passes(candidate)
    else:
        assert refused(candidate).field == f"conditional.{field}"


# -- The pair's rules reach every field ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order_type", "changes", "field", "rule"),
    [
        ("limit", {"limit_price": Decimal("26500.1")}, "limit_price", "tick 0.5"),
        ("limit", {"limit_price": Decimal("26500.05")}, "limit_price", "1 decimals"),
        ("limit", {"order_qty": Decimal("1.00000001")}, "order_qty", "lot"),
        ("limit", {"order_qty": Decimal("0.00004990")}, "order_qty", "below the minimum 0.00005000"),
        ("limit", {"limit_price": Decimal("0.5"), "order_qty": Decimal("0.5")}, "order_qty", "costs less"),
        ("market", {"order_qty": Decimal("0.00004990")}, "order_qty", "below the minimum"),
        (
            "market",
            {"order_qty": None, "cash_order_qty": Decimal("0.4"), "side": "buy"},
            "cash_order_qty",
            "minimum cost",
        ),
        ("iceberg", {"display_qty": Decimal("0.10000001")}, "display_qty", "lot"),
        ("stop-loss", {"triggers": Triggers(price=Decimal("1.1"))}, "triggers.price", "tick"),
        (
            "trailing-stop",
            {"triggers": Triggers(price=Decimal("1.1"), price_type="quote")},
            "triggers.price",
            "tick",
        ),
        ("trailing-stop-limit", {"limit_price": Decimal("0.1")}, "limit_price", "tick"),
        (
            "limit",
            {"conditional": Conditional(order_type="limit", limit_price=Decimal("1.1"))},
            "conditional.limit_price",
            "tick",
        ),
    ],
)
def test_the_pair_is_looked_at(order_type: WireOrderType, changes: dict[str, Any], field: str, rule: str) -> None:
    wrong = order(order_type, **changes)
    check_order(wrong, now_ns=NOW_NS)
    error = refused(wrong, instrument=PAIR)
    assert error.field == field
    assert rule in error.rule


def test_percents_have_no_tick() -> None:
    passes(order("trailing-stop", triggers=Triggers(price=Decimal("1.23"), price_type="pct")))
    passes(order("trailing-stop-limit", limit_price=Decimal("0.07"), limit_price_type="pct"))


def test_the_pair_s_state_is_looked_at() -> None:
    closed = msgspec.structs.replace(PAIR, status="cancel_only")
    assert refused(order("limit"), instrument=closed).field == "order_type"


def test_the_place_goes_before_every_field() -> None:
    for order_type, changes, field, _ in VIOLATIONS:
        with pytest.raises(LocalError) as caught:
            check_order(order(order_type, **changes), now_ns=NOW_NS, place="orders[3].")
        assert caught.value.field == f"orders[3].{field}"
