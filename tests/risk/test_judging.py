from decimal import Decimal

import msgspec
import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BalancesSeen,
    Close,
    InstrumentChanged,
    OrderAccepted,
    OrderApproved,
    OrderTraded,
    OrderType,
    OrderWanted,
    Side,
)
from fathom.orders import OrderTable
from fathom.risk import Group, Limits, Proposal, SymbolLimits
from fathom.risk.account import Account
from fathom.risk.judging import propose, unamendable
from fathom.risk.room import Terms
from market_feed import BTC, ETH, T0, trusted_market, two_sided

CROSS = msgspec.structs.replace(ETH, symbol="ETH/BTC", quote="BTC")
LIMITS = Limits(fee_share=Decimal("0.01"))


class Bench:
    """An account with 1,000 USD, 2 BTC at 100 and 10 ETH at 20, on three verified books."""

    def __init__(self) -> None:
        # BTC/USD is at 100, ETH/USD at 20; ETH/BTC stands at 20 BTC, whatever that means.
        self.market = trusted_market(two_sided(), two_sided(ETH, mid=2000), two_sided(CROSS, mid=2000))
        self.account = Account(self.market, quote="USD")
        for instrument in (BTC, ETH, CROSS):
            self.account.hear(InstrumentChanged(instrument), now_ns=T0)
        balances = (("USD", Decimal(1_000)), ("BTC", Decimal(2)), ("ETH", Decimal(10)))
        self.account.hear(BalancesSeen(balances), now_ns=T0)

    def propose(self, wanted: OrderWanted, amend: AmendWanted | None = None, **more: object) -> tuple[Proposal, Terms]:
        settings: dict[str, object] = {"limits": LIMITS, "own": SymbolLimits(), "filled_lots": 0} | more
        found = propose(
            self.account,
            self.market,
            wanted,
            amend=amend,
            now_ns=T0,
            venue_status="online",
            **settings,  # type: ignore[arg-type]  # As propose wants them.
        )
        proposal, terms = found
        assert isinstance(proposal, Proposal)
        assert isinstance(terms, Terms)
        return proposal, terms

    def begin(self, wanted: OrderWanted) -> None:
        _, terms = self.propose(wanted)
        self.account.begin(OrderApproved(wanted), terms, now_ns=T0)
        self.account.hear(OrderAccepted(wanted.order_id, f"V-{wanted.order_id}"), now_ns=T0)


def limit(
    side: Side, qty_lots: int, price_ticks: int, *, symbol: str = "BTC/USD", order_id: str = "a-1"
) -> OrderWanted:
    return OrderWanted(order_id, symbol, side, "limit", qty_lots, price_ticks)


def test_a_buy_gives_cost_and_fee_and_comes_on_top_of_what_is_held_and_on_its_way() -> None:
    bench = Bench()
    bench.begin(limit("buy", 100, 990, order_id="a-0"))
    found, terms = bench.propose(limit("buy", 200, 1010))
    assert (found.given, found.taken, found.value) == (Decimal("204.02"), 2, 202)
    assert (found.held_given, found.bound_given) == (1_000, Decimal("99.99"))
    assert (found.after_taken, found.taken_price) == (5, 101)  # 2 held, 1 on its way; dearer than the mid.
    assert (found.equity, found.gross) == (1_400, 500)
    assert (found.adds, found.grows, found.amends) == (True, True, False)
    assert (found.open_orders, found.open_orders_here, found.lately) == (1, 1, 1)
    assert found.turnover == found.turnover_here == 99
    assert (terms.ticks, terms.mid, terms.rate, terms.fee_share) == (1010, 100, 1, Decimal("0.01"))


def test_a_bid_below_the_mid_is_worth_the_mid_should_it_fill() -> None:
    found, _ = Bench().propose(limit("buy", 100, 500))
    assert (found.value, found.taken_price) == (50, 100)


def test_a_sale_for_the_accounts_currency_reduces() -> None:
    bench = Bench()
    bench.begin(limit("sell", 50, 1100, order_id="a-0"))
    found, _ = bench.propose(limit("sell", 100, 900))
    assert (found.given, found.held_given, found.bound_given) == (1, 2, Decimal("0.5"))
    assert found.value == 100  # It may fetch the mid.
    assert not found.adds


def test_a_sale_for_another_asset_adds_that_one() -> None:
    found, _ = Bench().propose(limit("sell", 100, 2000, symbol="ETH/BTC"))
    assert (found.gives, found.takes, found.adds) == ("ETH", "BTC", True)
    assert (found.taken, found.after_taken, found.taken_price) == (20, 22, 100)
    assert (found.rate, found.value) == (100, 2_000)


def test_an_amend_comes_in_the_place_of_what_it_changes() -> None:
    bench = Bench()
    wanted = limit("buy", 100, 1000)
    bench.begin(wanted)
    found, _ = bench.propose(wanted, AmendWanted("a-1", 1000, 150), filled_lots=20)
    assert (found.qty_lots, found.total_lots, found.taken) == (130, 150, Decimal("1.3"))
    assert (found.bound_given, found.after_taken, found.gross) == (0, Decimal("3.3"), 400)
    assert (found.amends, found.grows, found.adds) == (True, True, True)
    assert found.turnover == 0


@pytest.mark.parametrize(
    ("price_ticks", "qty_lots", "grows"),
    [
        (1000, 100, False),
        (990, 100, False),
        (1000, 99, False),
        (990, 99, False),
        (1010, 100, True),
        (1000, 101, True),
        (900, 101, True),
    ],
)
def test_an_amend_that_takes_back_adds_nothing(price_ticks: int, qty_lots: int, grows: bool) -> None:
    bench = Bench()
    wanted = limit("buy", 100, 1000)
    bench.begin(wanted)
    found, _ = bench.propose(wanted, AmendWanted("a-1", price_ticks, qty_lots))
    assert (found.grows, found.adds) == (grows, grows)


def test_an_amend_to_a_lower_price_may_fill_at_its_old_one_first() -> None:
    bench = Bench()
    wanted = limit("buy", 100, 1000)
    bench.begin(wanted)
    found, _ = bench.propose(wanted, AmendWanted("a-1", 900, 150))
    assert (found.given, found.value, found.taken) == (Decimal("146.45"), 145, Decimal("1.5"))


def test_a_market_order_reaches_beyond_what_our_other_orders_may_take() -> None:
    bench = Bench()
    bench.begin(limit("buy", 20, 1005, order_id="a-0"))
    market = OrderWanted("a-1", "BTC/USD", "buy", "market", 5)
    found, terms = bench.propose(market)
    assert (found.worst_ticks, terms.ticks, found.value) == (1003, 1003, Decimal("5.015"))


@pytest.mark.parametrize(
    ("kind", "side", "price", "trigger", "value"),
    [
        ("stop-loss", "buy", None, 1100, 110),
        ("stop-loss-limit", "buy", 1120, 1100, 112),
        ("stop-loss-limit", "buy", 1090, 1100, 110),
        ("take-profit", "buy", None, 900, 90),
        ("trailing-stop", "buy", None, 50, 105),
        ("stop-loss", "sell", None, 900, 100),
        ("take-profit", "sell", None, 1200, 120),
    ],
)
def test_a_stop_is_worth_its_trigger_or_its_limit(
    kind: OrderType, side: Side, price: int | None, trigger: int, value: int
) -> None:
    wanted = OrderWanted("a-1", "BTC/USD", side, kind, 100, price, trigger_ticks=trigger)
    assert Bench().propose(wanted)[0].value == value


def test_a_group_counts_all_its_symbols_and_what_is_on_its_way() -> None:
    bench = Bench()
    bench.begin(limit("buy", 100, 1000, order_id="a-0"))
    groups = {
        "majors": Group(symbols=("BTC/USD", "ETH/USD"), share_max=Decimal("0.3")),
        "others": Group(symbols=("ETH/USD",)),
        "strange": Group(symbols=("BTC/USD", "DOGE/USD")),
    }
    found, _ = bench.propose(limit("buy", 1, 1000), limits=Limits(groups=groups))
    assert [(one.name, one.exposure) for one in found.groups] == [("majors", 500), ("strange", 300)]
    wanted = bench.account.orders.open()[0].wanted
    found, _ = bench.propose(wanted, AmendWanted("a-0", 1000, 200), limits=Limits(groups=groups))
    assert [one.exposure for one in found.groups] == [400, 200]


def test_a_symbol_is_counted_apart_where_it_has_limits_of_its_own() -> None:
    bench = Bench()
    bench.begin(limit("buy", 100, 1000, order_id="a-0"))
    found, _ = bench.propose(limit("buy", 1, 2000, symbol="ETH/USD"), own=SymbolLimits(orders_minute_max=1))
    assert (found.lately, found.lately_here, found.turnover, found.turnover_here) == (1, 0, 100, 0)


def test_without_a_book_there_is_no_proposal() -> None:
    bench = Bench()
    found = propose(
        bench.account,
        bench.market,
        limit("buy", 1, 1, symbol="DOGE/USD"),
        amend=None,
        filled_lots=0,
        now_ns=T0,
        venue_status="online",
        limits=LIMITS,
        own=SymbolLimits(),
    )
    assert found == ("book_verified", "there is no book of DOGE/USD")


def table_with(wanted: OrderWanted) -> OrderTable:
    table = OrderTable()
    table.apply(OrderApproved(wanted))
    return table


def test_what_can_be_amended() -> None:
    wanted = limit("buy", 100, 1000)
    table = table_with(wanted)
    order, amend = table.get("a-1"), AmendWanted("a-1", 1000, 50)
    assert unamendable(None, amend) is not None
    assert unamendable(order, amend) is not None  # It may not be there yet.
    table.apply(OrderAccepted("a-1", "V"))
    assert unamendable(order, amend) is None
    table.apply(OrderTraded("a-1", "T", "BTC/USD", "buy", 1000, 49, "maker", Decimal(0), "USD"))
    assert unamendable(order, amend) is None
    table.apply(OrderTraded("a-1", "T2", "BTC/USD", "buy", 1000, 1, "maker", Decimal(0), "USD"))
    assert unamendable(order, amend) is not None  # All of that is filled.
    table.apply(AmendApproved(amend))
    assert unamendable(order, AmendWanted("a-1", 1000, 80)) is not None  # One change at a time.


@pytest.mark.parametrize(
    "wanted",
    [
        OrderWanted("a-1", "BTC/USD", "buy", "stop-loss", 100, None, trigger_ticks=1100),
        OrderWanted("a-1", "BTC/USD", "buy", "limit", 100, 1000, close=Close("limit", 1100)),
    ],
)
def test_what_has_no_price_or_a_close_is_not_amended(wanted: OrderWanted) -> None:
    table = table_with(wanted)
    table.apply(OrderAccepted("a-1", "V"))
    refusal = unamendable(table.get("a-1"), AmendWanted("a-1", 1000, 50))
    assert refusal is not None
    assert refusal[0] == "order"
