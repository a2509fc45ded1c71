from decimal import Decimal

import msgspec
import pytest

from fathom.domain import Instrument
from fathom.risk import CHECKS, Limits, Proposal, judge
from market_feed import BTC, T0, S

# A tick is 0.1 USD, a lot 0.01 BTC, the mid 100 USD: one lot at the mid is worth 1 USD.
LIMITS = Limits(
    position_share_max=Decimal("0.10"),
    order_value_max=Decimal(500),
    open_orders_max=3,
    collar_share_max=Decimal("0.05"),
    book_age_s_max=30,
    fee_share=Decimal("0.01"),
)
FINE = Proposal(
    instrument=BTC,
    side="buy",
    order_type="limit",
    post_only=False,
    qty_lots=100,
    total_lots=100,
    price_ticks=1000,
    now_ns=T0,
    venue_status="online",
    book_trusted=True,
    book_moved_ns=T0,
    mid=Decimal(100),
    worst_ticks=None,
    equity=Decimal(10_000),
    held_base=Decimal(0),
    held_quote=Decimal(10_000),
    bid_lots=0,
    ask_lots=0,
    bid_value=Decimal(0),
    open_orders=0,
)
COARSE = msgspec.structs.replace(
    BTC, price_increment_ticks=5, qty_increment_lots=10, qty_lots_min=20, cost_min=Decimal(30)
)
MARKET = {"order_type": "market", "price_ticks": None, "worst_ticks": 1010}


def of(**changes: object) -> Proposal:
    return msgspec.structs.replace(FINE, **changes)


def of_pair(status: str) -> Instrument:
    return msgspec.structs.replace(BTC, status=status)


def refused_by(proposal: Proposal) -> str | None:
    refusal = judge(proposal, LIMITS)
    return None if refusal is None else refusal[0]


def test_a_modest_order_passes() -> None:
    assert judge(FINE, LIMITS) is None


# The check, what it looks at, one short of the limit, at it, and beyond it.
EDGES = [
    ("book_verified", "book_moved_ns", T0 - 30 * S + 1, T0 - 30 * S, T0 - 30 * S - 1, {}),
    ("order_value_max", "qty_lots", 499, 500, 501, {}),
    ("open_orders_max", "open_orders", 1, 2, 3, {}),
    ("collar", "price_ticks", 1049, 1050, 1051, {}),
    ("collar", "worst_ticks", 1049, 1050, 1051, MARKET),
    # 100 lots at 100 USD and 1 % of fee: 101 USD.
    ("funds", "held_quote", Decimal("101.01"), Decimal(101), Decimal("100.99"), {}),
    ("funds", "bid_value", Decimal(9_898), Decimal(9_899), Decimal("9899.01"), {}),
    # The position may be worth 1,000 USD: 1,000 lots, of which the order adds 100.
    ("position_share_max", "bid_lots", 899, 900, 901, {}),
    ("position_share_max", "held_base", Decimal("8.99"), Decimal(9), Decimal("9.01"), {}),
    ("position_share_max", "equity", Decimal(1_001), Decimal(1_000), Decimal("999.99"), {}),
    # A bid below the mid is judged at the mid: should it fill, the market may come back.
    ("position_share_max", "bid_lots", 899, 900, 901, {"price_ticks": 500}),
    # One above it is judged at its price: 1,000 USD is 961 lots.
    ("position_share_max", "bid_lots", 860, 861, 862, {"price_ticks": 1040}),
]
SALES = [
    ("collar", "price_ticks", 951, 950, 949, {}),
    ("collar", "worst_ticks", 951, 950, 949, MARKET),
    ("funds", "held_base", Decimal("1.01"), Decimal(1), Decimal("0.99"), {}),
    ("funds", "ask_lots", 399, 400, 401, {}),
    # Asked for less than the mid, it is still worth the mid; asked for more, it may fetch that.
    ("order_value_max", "qty_lots", 499, 500, 501, {"price_ticks": 960}),
    ("order_value_max", "price_ticks", 1249, 1250, 1251, {"qty_lots": 400}),
]
Edge = tuple[str, str, object, object, object, dict[str, object]]


def judged_at(edge: Edge, **more: object) -> list[str | None]:
    _, field, *values, rest = edge
    return [refused_by(of(**(more | rest | {field: value}))) for value in values]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge[0]}-{edge[1]}")
def test_a_buy_at_each_limit(edge: Edge) -> None:
    assert judged_at(edge) == [None, None, edge[0]]


@pytest.mark.parametrize("edge", SALES, ids=lambda edge: f"{edge[0]}-{edge[1]}")
def test_a_sale_at_each_limit(edge: Edge) -> None:
    held = Decimal(9) if edge[0] == "order_value_max" else Decimal(5)
    assert judged_at(edge, side="sell", held_base=held) == [None, None, edge[0]]


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({"price_ticks": 1000}, True),
        ({"price_ticks": 1001}, False),  # Between two ticks.
        ({"price_ticks": 0}, False),
        ({"price_ticks": -5}, False),
        ({"total_lots": 105, "qty_lots": 105}, False),  # Between two lots.
        ({"total_lots": 105, "qty_lots": 100}, False),
        ({"total_lots": 110, "qty_lots": 105}, True),  # What is left of an amended order may be anything.
        ({"total_lots": 0, "qty_lots": 0}, False),
        ({"total_lots": -10, "qty_lots": -10}, False),
        ({"total_lots": 10, "qty_lots": 10}, False),  # Below the least quantity, 20.
        ({"total_lots": 30, "qty_lots": 30}, True),  # Worth just 30 USD.
        ({"total_lots": 20, "qty_lots": 20}, False),
        ({"total_lots": 30, "qty_lots": 10}, True),  # The minimum looks at the whole order.
        ({"total_lots": 30, "qty_lots": 30, "price_ticks": 995}, False),
        ({"price_ticks": None, "worst_ticks": 1000}, False),  # A limit order without a limit.
        ({"order_type": "market"}, False),  # A market order with a price: it would not keep to it.
        ({**MARKET, "worst_ticks": 1000}, True),
        ({**MARKET, "worst_ticks": 1000, "post_only": True}, False),
    ],
)
def test_what_the_pair_allows(changes: dict[str, object], passes: bool) -> None:
    assert refused_by(of(instrument=COARSE, **changes)) == (None if passes else "lawful")


@pytest.mark.parametrize("of_the_venue", [True, False])
@pytest.mark.parametrize(
    ("status", "limit", "post_only", "market"),
    [
        ("online", True, True, True),
        ("limit_only", True, True, False),
        ("post_only", False, True, False),
        ("cancel_only", False, False, False),
        ("maintenance", False, False, False),
        ("delisted", False, False, False),
        ("work_in_progress", False, False, False),
        ("reduce_only", False, False, False),
    ],
)
def test_what_the_venue_takes_in_each_status(
    status: str, limit: bool, post_only: bool, market: bool, of_the_venue: bool
) -> None:
    where: dict[str, object] = {"venue_status": status} if of_the_venue else {"instrument": of_pair(status)}

    def passes(**changes: object) -> bool:
        refusal = refused_by(of(**where, **changes))
        assert refusal in {None, "venue_open"}
        return refusal is None

    assert (passes(), passes(post_only=True), passes(**MARKET)) == (limit, post_only, market)


@pytest.mark.parametrize(
    "changes",
    [{"book_trusted": False}, {"mid": None}, {**MARKET, "worst_ticks": None}],
)
def test_a_book_that_cannot_be_relied_on(changes: dict[str, object]) -> None:
    assert refused_by(of(**changes)) == "book_verified"


@pytest.mark.parametrize("equity", [None, Decimal(0), Decimal(-1)])
def test_an_account_that_cannot_be_valued_may_only_sell(equity: Decimal | None) -> None:
    assert refused_by(of(equity=equity)) == "position_share_max"
    assert refused_by(of(equity=equity, side="sell", held_base=Decimal(1))) is None


def test_selling_passes_beyond_the_position_share() -> None:
    assert refused_by(of(side="sell", held_base=Decimal(500))) is None


def test_the_first_refusal_is_the_answer_and_says_by_how_much() -> None:
    wrong = of(venue_status="maintenance", book_trusted=False, price_ticks=-1, held_quote=Decimal(0))
    assert judge(wrong, LIMITS) == ("venue_open", "the venue is maintenance")
    assert judge(of(price_ticks=1051), LIMITS) == ("collar", "the price is 5.10% beyond the mid, more than 5.00%")
    assert [check.__name__ for check in CHECKS] == [
        "venue_open",
        "book_verified",
        "lawful",
        "order_value_max",
        "open_orders_max",
        "collar",
        "funds",
        "position_share_max",
    ]
