from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    INT64_MAX,
    AccountSeen,
    BalancesSeen,
    DisputeSettled,
    Entry,
    FeesSeen,
    ForeignTraded,
    FrameReceived,
    FundsMoved,
    Happening,
    Instrument,
    InstrumentChanged,
    LinkDropped,
    MarginPosition,
    MarginSeen,
    OrderFilled,
    OrderTraded,
    Side,
    VenueFill,
)
from fathom.market import FrameMarket
from fathom.portfolio import PORTFOLIO_NEWS, Difference, LotMethod, Portfolio
from fathom.protocol import checksum

D = Decimal
FREE = D(0)


def pair(symbol: str) -> Instrument:
    """A pair with prices in tenths and quantities in thousandths."""
    base, quote = symbol.split("/")
    return Instrument(
        symbol=symbol,
        base=base,
        quote=quote,
        price_precision=1,
        qty_precision=3,
        cost_precision=2,
        qty_lots_min=1,
        cost_min=FREE,
    )


class Venue:
    """A market of books that are shown frames, and the account that is valued by it, in USD."""

    def __init__(self, *symbols: str) -> None:
        self.pairs = {symbol: pair(symbol) for symbol in symbols or ("BTC/USD",)}
        self.market = FrameMarket(self.pairs.values(), depths=dict.fromkeys(self.pairs, 10))
        self.portfolio = Portfolio(self.market, quote="USD")
        self.tell(*(InstrumentChanged(one) for one in self.pairs.values()))
        self._seq = 0
        self._trades = 0

    def tell(self, *events: Happening) -> None:
        for event in events:
            self.portfolio.apply(event)

    def hold(self, **balances: str) -> None:
        self.tell(BalancesSeen(tuple((asset, D(amount)) for asset, amount in balances.items())))

    def show(self, symbol: str, *, bid_ticks: int | None, ask_ticks: int | None, spoilt: bool = False) -> None:
        """Send a snapshot with at most one level a side; spoilt, its checksum is wrong."""
        bids = [] if bid_ticks is None else [(bid_ticks, 5_000)]
        asks = [] if ask_ticks is None else [(ask_ticks, 5_000)]
        instrument = self.pairs[symbol]

        def rows(levels: list[tuple[int, int]]) -> str:
            texts = [
                f'{{"price":{instrument.price_text(price_ticks)},"qty":{instrument.qty_text(qty_lots)}}}'
                for price_ticks, qty_lots in levels
            ]
            return f"[{','.join(texts)}]"

        crc = checksum(asks, bids) ^ spoilt
        self.receive(
            f'{{"channel":"book","type":"snapshot","data":[{{"symbol":"{symbol}","bids":{rows(bids)},'
            f'"asks":{rows(asks)},"checksum":{crc},"timestamp":"2026-01-01T00:00:00.000000Z"}}]}}'
        )

    def receive(self, frame: str) -> None:
        self._handle(FrameReceived("public", frame.encode()))

    def drop_link(self) -> None:
        self._handle(LinkDropped("public", "1006"))

    def mark(self, symbol: str, price_ticks: int) -> None:
        """Make the mid this price."""
        self.show(symbol, bid_ticks=price_ticks - 1, ask_ticks=price_ticks + 1)

    def trade(
        self,
        side: Side,
        qty_lots: int,
        price_ticks: int,
        *,
        symbol: str = "BTC/USD",
        fee: Decimal = FREE,
        fee_asset: str = "USD",
    ) -> OrderTraded:
        self._trades += 1
        fill = OrderTraded("bot-1", f"T{self._trades}", symbol, side, price_ticks, qty_lots, "maker", fee, fee_asset)
        self.tell(fill)
        return fill

    def _handle(self, event: FrameReceived | LinkDropped) -> None:
        self._seq += 1
        list(self.market.handle(Entry(self._seq, self._seq, self._seq, "world", event)))


# -- Balances --


@pytest.mark.parametrize(
    ("side", "fee", "fee_asset", "after"),
    [
        ("buy", "0.40", "USD", {"USD": D("899.10"), "BTC": D("1.003"), "KFEE": 0}),
        ("sell", "0.40", "USD", {"USD": D("1100.10"), "BTC": D("0.997"), "KFEE": 0}),
        ("buy", "0.001", "BTC", {"USD": D("899.50"), "BTC": D("1.002"), "KFEE": 0}),
        ("sell", "0.001", "BTC", {"USD": D("1100.50"), "BTC": D("0.996"), "KFEE": 0}),
        ("buy", "12", "KFEE", {"USD": D("899.50"), "BTC": D("1.003"), "KFEE": -12}),
    ],
)
def test_a_fill_moves_what_it_says(side: Side, fee: str, fee_asset: str, after: dict[str, Decimal]) -> None:
    venue = Venue()
    venue.hold(USD="1000.00", BTC="1.000")
    venue.trade(side, 3, 335_000, fee=D(fee), fee_asset=fee_asset)
    assert {asset: venue.portfolio.balance(asset) for asset in after} == after


def test_the_word_of_the_venue_replaces_what_it_names() -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="1")
    venue.trade("buy", 3, 335_000)
    venue.hold(USD="890.25")
    assert venue.portfolio.balances == {"USD": D("890.25"), "BTC": D("1.003")}
    assert venue.portfolio.balance("ETH") == 0


def test_a_fill_told_again_moves_nothing() -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="1")
    fill = venue.trade("buy", 3, 335_000, fee=D("0.4"))
    before = dict(venue.portfolio.balances)
    venue.tell(fill, fill)
    assert venue.portfolio.balances == before
    assert venue.portfolio.positions["BTC/USD"].qty_lots == 3
    assert venue.portfolio.fees_quote() == D("0.4")


def test_what_is_no_news_changes_nothing() -> None:
    venue = Venue()
    venue.hold(USD="1000")
    venue.tell(OrderFilled("bot-1"))
    assert venue.portfolio.balances == {"USD": 1000}
    assert OrderFilled not in PORTFOLIO_NEWS
    assert {BalancesSeen, InstrumentChanged, OrderTraded} < set(PORTFOLIO_NEWS)


def test_a_fill_in_an_unknown_pair_cannot_be_read() -> None:
    with pytest.raises(AssertionError, match="rules were never told"):
        Venue().trade("buy", 1, 1, symbol="ETH/USD")


def test_a_change_of_precision_changes_how_fills_are_read_and_nothing_else() -> None:
    venue = Venue()
    venue.trade("buy", 1_000, 335_000)
    venue.tell(InstrumentChanged(msgspec.structs.replace(venue.pairs["BTC/USD"], price_precision=2, qty_precision=5)))
    position = venue.portfolio.positions["BTC/USD"]
    assert (position.qty_lots, position.cost_quote) == (100_000, D(33_500))
    venue.trade("sell", 50_000, 3_450_000)
    assert venue.portfolio.balances == {"BTC": D("0.5"), "USD": D(-33_500 + 17_250)}
    assert (position.qty_lots, position.cost_quote, position.realised_quote) == (50_000, D(16_750), D(500))


# -- Marks --


def test_the_mid_is_exact_to_half_a_tick() -> None:
    venue = Venue()
    venue.show("BTC/USD", bid_ticks=335_000, ask_ticks=335_001)
    assert venue.portfolio.mid_quote("BTC/USD") == D("33500.05")
    assert venue.portfolio.mid_quote("ETH/USD") is None


def spoil(venue: Venue) -> None:
    venue.show("BTC/USD", bid_ticks=400_000, ask_ticks=400_002, spoilt=True)


def cross(venue: Venue) -> None:
    venue.show("BTC/USD", bid_ticks=400_002, ask_ticks=400_000)


def empty(venue: Venue) -> None:
    venue.show("BTC/USD", bid_ticks=400_000, ask_ticks=None)


def drop(venue: Venue) -> None:
    venue.drop_link()


@pytest.mark.parametrize("spoil_it", [spoil, cross, empty, drop])
def test_the_last_mark_is_kept_while_the_book_cannot_tell(spoil_it: Callable[[Venue], None]) -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="0.100")
    venue.mark("BTC/USD", 335_000)
    assert venue.portfolio.equity_quote() == 1000 + 3_350
    spoil_it(venue)
    assert (spoil_it is empty) == venue.market.books["BTC/USD"].trusted
    assert venue.portfolio.mid_quote("BTC/USD") == 33_500
    assert venue.portfolio.equity_quote() == 1000 + 3_350
    venue.mark("BTC/USD", 340_000)
    assert venue.portfolio.equity_quote() == 1000 + 3_400


@pytest.mark.parametrize("spoil_it", [spoil, cross, empty])
def test_a_book_that_was_never_good_marks_nothing(spoil_it: Callable[[Venue], None]) -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="0.100")
    spoil_it(venue)
    assert venue.portfolio.mid_quote("BTC/USD") is None
    assert venue.portfolio.equity_quote() is None


# -- Equity --


def test_equity_is_unknown_while_a_price_is_missing() -> None:
    venue = Venue("BTC/USD", "ETH/USD")
    venue.hold(USD="1000")
    assert venue.portfolio.equity_quote() == 1000, "nothing is held that needs a price"
    venue.hold(BTC="0.1", ETH="2")
    venue.mark("BTC/USD", 335_000)
    assert venue.portfolio.equity_quote() is None
    venue.mark("ETH/USD", 20_000)
    assert venue.portfolio.equity_quote() == 1000 + 3_350 + 4_000
    venue.hold(BTC="0")
    assert venue.portfolio.equity_quote() == 1000 + 4_000


def test_what_no_pair_of_ours_trades_is_left_out() -> None:
    venue = Venue()
    venue.hold(USD="1000", DUST="17")
    assert venue.portfolio.equity_quote() == 1000


def test_another_quote_currency_needs_a_price_too() -> None:
    venue = Venue("BTC/USD", "BTC/EUR")
    venue.hold(USD="1000", BTC="1", EUR="500")
    venue.mark("BTC/USD", 335_000)
    assert venue.portfolio.equity_quote() is None, "a purchase in EUR would look like a gain"
    venue.hold(EUR="0")
    assert venue.portfolio.equity_quote() == 1000 + 33_500


def test_a_price_goes_through_as_few_verified_books_as_lead_there() -> None:
    venue = Venue("ETH/BTC", "BTC/USD", "ETH/USD", "BTC/EUR")
    venue.hold(ETH="2")
    venue.mark("ETH/BTC", 5)
    venue.mark("BTC/USD", 335_000)
    assert venue.portfolio.price_quote("ETH") == D("0.5") * 33_500
    venue.mark("ETH/USD", 20_000)
    assert venue.portfolio.price_quote("ETH") == 2_000, "the direct book verifies now"
    venue.show("ETH/USD", bid_ticks=1, ask_ticks=3, spoilt=True)
    assert venue.portfolio.price_quote("ETH") == D("0.5") * 33_500, "and now it does not"
    venue.drop_link()
    assert venue.portfolio.price_quote("ETH") == 2_000, "none does: the last mid of the shortest way"
    venue.mark("BTC/USD", 300_000)
    venue.mark("BTC/EUR", 250_000)
    assert venue.portfolio.price_quote("EUR") == D("1.2"), "through the pair the other way round"


def test_an_asset_is_valued_once_by_the_pair_in_our_currency() -> None:
    venue = Venue("BTC/EUR", "BTC/USD", "EUR/USD")
    venue.hold(USD="1", BTC="2", EUR="10")
    venue.mark("BTC/EUR", 300_000)
    venue.mark("BTC/USD", 335_000)
    venue.mark("EUR/USD", 11)
    assert venue.portfolio.price_quote("USD") == 1
    assert venue.portfolio.price_quote("BTC") == 33_500
    assert venue.portfolio.price_quote("EUR") == D("1.1")
    assert venue.portfolio.price_quote("ETH") is None
    assert venue.portfolio.equity_quote() == 1 + 67_000 + 11


# -- Profit --


def test_profit_is_realised_and_unrealised_less_fees() -> None:
    venue = Venue()
    venue.trade("buy", 100, 300_000, fee=D(3))
    assert venue.portfolio.profit_quote() == -3, "unrealised profit counts once there is a mid"
    venue.mark("BTC/USD", 310_000)
    assert venue.portfolio.profit_quote() == 100 - 3
    venue.trade("sell", 50, 320_000, fee=D(2))
    assert venue.portfolio.profit_quote() == 100 + 50 - 5
    assert venue.portfolio.fees_quote() == 5


def test_profit_in_another_currency_counts_at_its_price() -> None:
    venue = Venue("BTC/EUR", "EUR/USD")
    venue.trade("buy", 100, 300_000, symbol="BTC/EUR", fee=D(3), fee_asset="EUR")
    venue.trade("sell", 100, 310_000, symbol="BTC/EUR")
    assert (venue.portfolio.profit_quote(), venue.portfolio.fees_quote()) == (D(0), D(0))
    venue.mark("EUR/USD", 12)
    assert venue.portfolio.profit_quote() == 97 * D("1.2")
    assert venue.portfolio.fees_quote() == 3 * D("1.2")


def test_nothing_was_traded_yet() -> None:
    portfolio = Venue().portfolio
    assert (portfolio.profit_quote(), portfolio.fees_quote(), portfolio.equity_quote()) == (D(0), D(0), D(0))


def test_a_fee_in_a_third_asset_counts_at_its_price_once_there_is_one() -> None:
    venue = Venue("BTC/USD", "KFEE/USD")
    venue.trade("buy", 100, 300_000, fee=D(5), fee_asset="KFEE")
    assert venue.portfolio.fees_quote() == 0
    venue.mark("KFEE/USD", 2)
    assert venue.portfolio.fees_quote() == 1
    assert venue.portfolio.profit_quote() == -1
    assert venue.portfolio.fees == {"KFEE": 5}


# -- More than our own fills --


def test_a_foreign_fill_changes_balances_and_no_position() -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="1")
    fill = VenueFill("", "O1", "T7", "BTC/USD", "buy", 100, 1_000, "taker", D("0.1"), "USD", 1)
    venue.tell(ForeignTraded(fill), ForeignTraded(fill))
    assert venue.portfolio.balances == {"USD": D("989.9"), "BTC": 2}
    assert not venue.portfolio.positions
    assert venue.portfolio.fees == {}, "not ours"


def test_a_fill_of_somebody_elses_order_moves_the_balance_that_all_share() -> None:
    venue = Venue()
    mine = Portfolio(venue.market, quote="USD", owns=lambda order_id: order_id.startswith("mine-"))
    mine.apply(InstrumentChanged(venue.pairs["BTC/USD"]))
    mine.apply(OrderTraded("theirs-1", "T1", "BTC/USD", "buy", 100, 1_000, "maker", FREE, "USD"))
    assert (mine.balance("BTC"), dict(mine.positions)) == (1, {})
    mine.apply(OrderTraded("mine-1", "T2", "BTC/USD", "buy", 100, 1_000, "maker", FREE, "USD"))
    assert (mine.balance("BTC"), mine.positions["BTC/USD"].qty) == (2, 1)


def test_what_the_venue_says_and_we_cannot_explain_is_an_alarm() -> None:
    venue = Venue()
    venue.hold(USD="1000", BTC="1")
    assert venue.portfolio.unexplained == {}
    word = AccountSeen(1, "venue", (), (), (), (("USD", D("999.99")), ("BTC", D(1))))
    assert venue.portfolio.differences(word) == (Difference("USD", D(1000), D("999.99")),)
    venue.tell(word)
    assert venue.portfolio.unexplained == {"USD": D("-0.01")}, "the venue's word less ours"
    venue.tell(DisputeSettled("BTC/USD", "of one symbol"))
    assert venue.portfolio.unexplained
    venue.tell(DisputeSettled("", "a person has accepted it"))
    assert venue.portfolio.unexplained == {}


def test_the_fee_tier_is_the_last_that_was_told() -> None:
    venue = Venue()
    tiers = [FeesSeen("BTC/USD", D(maker), D("0.0040"), D(1)) for maker in ("0.0025", "0.0020")]
    venue.tell(*tiers)
    assert venue.portfolio.fee_tiers == {"BTC/USD": tiers[1]}


def test_margin_positions_count_in_equity_and_are_charged_for() -> None:
    venue = Venue()
    venue.hold(USD="1000")
    long = MarginPosition("P1", "BTC/USD", "buy", 100, D(3_000), D(600), D(1))
    short = MarginPosition("P2", "BTC/USD", "sell", 100, D(3_100), D(620), D(1))
    venue.tell(MarginSeen((long, short)))
    assert venue.portfolio.equity_quote() is None, "no price yet"
    venue.mark("BTC/USD", 310_000)
    assert venue.portfolio.margin_quote() == 100
    assert venue.portfolio.equity_quote() == 1100
    for row_id in ("L1", "L2"):
        venue.tell(FundsMoved(row_id, "P1", "rollover", "USD", "spot", D(0), D("0.3"), 1))
    assert venue.portfolio.rollovers == {"P1": {"USD": D("0.6")}}
    assert venue.portfolio.balance("USD") == D("999.4")
    venue.tell(MarginSeen((short,)))
    assert venue.portfolio.rollovers == {}
    assert venue.portfolio.equity_quote() == D("999.4")


@pytest.mark.parametrize(("method", "realised"), [("fifo", 10), ("lifo", 0), ("hifo", 0), ("average", 5)])
def test_the_method_is_a_choice(method: LotMethod, realised: int) -> None:
    venue = Venue()
    portfolio = Portfolio(venue.market, quote="USD", method=method)
    portfolio.apply(InstrumentChanged(venue.pairs["BTC/USD"]))
    for number, (side, price_ticks) in enumerate((("buy", 100), ("buy", 200), ("sell", 200))):
        portfolio.apply(OrderTraded("bot-1", f"T{number}", "BTC/USD", side, price_ticks, 1_000, "maker", FREE, "USD"))
    assert portfolio.positions["BTC/USD"].realised_quote == realised


# -- Whatever is traded --

sides: st.SearchStrategy[Side] = st.sampled_from(["buy", "sell"])
fees = st.decimals(-1, 10**6, places=10)
trades = st.lists(
    st.tuples(sides, st.integers(1, 10**10), st.integers(2, 10**7), fees, st.sampled_from(["USD", "BTC", "KFEE"])),
    max_size=15,
)


@given(trades)
def test_cash_adds_up_to_the_last_unit(fills: list[tuple[Side, int, int, Decimal, str]]) -> None:
    venue = Venue()
    venue.hold(USD="1000000000000000", BTC="0.1234567891")
    expected = {asset: Fraction(venue.portfolio.balance(asset)) for asset in ("USD", "BTC", "KFEE")}
    for side, qty_lots, price_ticks, fee, fee_asset in fills:
        venue.trade(side, qty_lots, price_ticks, fee=fee, fee_asset=fee_asset)
        sign = 1 if side == "buy" else -1
        expected["BTC"] += sign * Fraction(qty_lots, 1_000)
        expected["USD"] -= sign * Fraction(qty_lots * price_ticks, 10_000)
        expected[fee_asset] -= Fraction(fee)
    assert {asset: Fraction(venue.portfolio.balance(asset)) for asset in expected} == expected


def test_even_the_largest_fill_is_exact() -> None:
    venue = Venue()
    venue.hold(USD="0.00000000000000000001")
    venue.trade("buy", INT64_MAX, INT64_MAX)
    assert Fraction(venue.portfolio.balance("USD")) == Fraction(1, 10**20) - Fraction(INT64_MAX**2, 10_000)


def test_even_the_largest_balance_is_valued_exactly() -> None:
    venue = Venue()
    venue.hold(USD="0.00000000000000000001", BTC="9223372036854775.807")
    venue.mark("BTC/USD", 10**18 + 1)
    equity = venue.portfolio.equity_quote()
    assert equity is not None
    assert Fraction(equity) == Fraction(1, 10**20) + Fraction(INT64_MAX * (10**18 + 1), 10_000)


@given(st.lists(st.tuples(sides, st.integers(1, 10**6), st.integers(2, 10**6), fees), min_size=1, max_size=12))
def test_profit_is_the_change_of_equity(fills: list[tuple[Side, int, int, Decimal]]) -> None:
    venue = Venue()
    venue.hold(USD="1000000", BTC="0")
    before = venue.portfolio.equity_quote()
    assert before == 1_000_000
    for side, qty_lots, price_ticks, fee in fills:
        venue.trade(side, qty_lots, price_ticks, fee=fee)
        venue.mark("BTC/USD", price_ticks)
        equity = venue.portfolio.equity_quote()
        assert equity is not None
        assert Fraction(venue.portfolio.profit_quote()) == Fraction(equity) - Fraction(before)


@given(st.lists(st.tuples(sides, st.integers(1, 10**6), fees), max_size=12), st.integers(2, 10**6))
def test_at_one_price_only_fees_are_lost_whatever_they_are_paid_in(
    fills: list[tuple[Side, int, Decimal]], price_ticks: int
) -> None:
    venue = Venue()
    venue.hold(USD="0", BTC="5")
    venue.mark("BTC/USD", price_ticks)
    before = venue.portfolio.equity_quote()
    assert before is not None
    for side, qty_lots, fee in fills:
        venue.trade(side, qty_lots, price_ticks, fee=fee, fee_asset="BTC" if qty_lots % 2 else "USD")
    equity = venue.portfolio.equity_quote()
    assert equity is not None
    # An average is rounded to the last decimal of a cost, but what a close is short of stays in the rest.
    assert Fraction(venue.portfolio.profit_quote()) == Fraction(equity) - Fraction(before)
    assert Fraction(venue.portfolio.profit_quote()) == -Fraction(venue.portfolio.fees_quote())


PAIRS_OF_THREE = ("BTC/USD", "ETH/BTC", "ETH/USD", "BTC/EUR")


@given(
    st.lists(
        st.tuples(st.sampled_from(PAIRS_OF_THREE), sides, st.integers(1, 10**6), st.integers(2, 10**6), fees),
        max_size=15,
    )
)
def test_money_adds_up_over_fills_in_any_pairs(fills: list[tuple[str, Side, int, int, Decimal]]) -> None:
    venue = Venue(*PAIRS_OF_THREE)
    venue.hold(USD="1000", BTC="10")
    expected = {asset: Fraction(amount) for asset, amount in venue.portfolio.balances.items()}
    for symbol, side, qty_lots, price_ticks, fee in fills:
        fee_asset = symbol.split("/")[qty_lots % 2]
        venue.trade(side, qty_lots, price_ticks, symbol=symbol, fee=fee, fee_asset=fee_asset)
        (base, quote), sign = symbol.split("/"), 1 if side == "buy" else -1
        for asset, amount in (
            (base, Fraction(sign * qty_lots, 1_000)),
            (quote, Fraction(-sign * qty_lots * price_ticks, 10_000)),
            (fee_asset, -Fraction(fee)),
        ):
            expected[asset] = expected.get(asset, Fraction(0)) + amount
    portfolio, ledger = venue.portfolio, venue.portfolio.account.ledger
    assert {asset: Fraction(amount) for asset, amount in portfolio.balances.items()} == expected
    assert not any(ledger.sums().values()), "every posting has its other side"
    for symbol, position in portfolio.positions.items():
        paid = sum((Fraction(lot.cost) for lot in position.lots), Fraction(0))
        assert paid == Fraction(position.cost_quote), symbol
