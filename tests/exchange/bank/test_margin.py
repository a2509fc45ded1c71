"""Positions: opened, closed oldest first, charged, settled."""

import msgspec
import pytest

from bank_desk import START_NS, Desk
from fathom.exchange.bank import Account, Position, Refusal
from fathom.exchange.bank import margin as margin_module
from fathom.exchange.bank.margin import ROLLOVER_NS, Settled


def trader(desk: Desk, **money: str) -> Account:
    client = desk.client(**(money or {"USD": "20000"}))
    client.ledger.clear()
    return client


def opened(desk: Desk, client: Account, side: str, qty: str, price: str, *, leverage: int = 5) -> Position:
    before = set(client.positions)
    desk.fill(desk.placed(client, side, qty, price, leverage=leverage), qty, price)
    (position_id,) = set(client.positions) - before
    return client.positions[position_id]


def test_opening_takes_fees_alone() -> None:
    desk = Desk()
    client = trader(desk)
    order = desk.placed(client, "buy", "1", "50000.0", leverage=5)
    fill = desk.fill(order, "1", "50000.0")
    # 0.40 % to trade, and 0.036 % to borrow USD.
    assert desk.amount("USD", fill.fee_units) == "218.0000"
    assert desk.balance(client, "USD") == "19782.0000"
    assert client.balances.get("BTC", 0) == 0
    (entry,) = client.ledger
    assert (entry.type, entry.asset, entry.amount_units, entry.fee_units) == ("margin", "USD", 0, fill.fee_units)
    assert fill.ledger_ids == (entry.ledger_id,)
    (position,) = client.positions.values()
    assert (fill.position_id, fill.closing, fill.leverage) == (position.position_id, False, 5)
    assert desk.amount("USD", fill.margin_units) == desk.amount("USD", position.margin_units) == "10000.0000"
    assert (position.side, position.order_id, position.symbol) == ("buy", order.order_id, "BTC/USD")
    assert position.fill_ids == [fill.exec_id]
    assert position.fee_units == fill.fee_units
    # The lender paid for it and has it.
    lender = desk.bank.accounts["lender"]
    assert desk.balance(lender, "USD") == "-50000.0000"
    assert desk.balance(lender, "BTC") == "1.0000000000"
    assert client.margin_holds == {}


def test_a_short_borrows_base() -> None:
    desk = Desk()
    client = trader(desk)
    fill = desk.fill(desk.placed(client, "sell", "1", "50000.0", leverage=5), "1", "50000.0", as_maker=True)
    assert desk.amount("USD", fill.fee_units) == "130.0000"  # 0.25 % and 0.01 %
    lender = desk.bank.accounts["lender"]
    assert desk.balance(lender, "USD") == "50000.0000"
    assert desk.balance(lender, "BTC") == "-1.0000000000"


@pytest.mark.parametrize(
    ("side", "closing_side", "price", "profit"),
    [
        ("buy", "sell", "51000.0", "1000.0000"),
        ("buy", "sell", "49000.0", "-1000.0000"),
        ("sell", "buy", "51000.0", "-1000.0000"),
        ("sell", "buy", "49000.0", "1000.0000"),
    ],
)
def test_closing_posts_the_profit(side: str, closing_side: str, price: str, profit: str) -> None:
    desk = Desk()
    client = trader(desk)
    position = opened(desk, client, side, "1", "50000.0")
    before_units = client.balances["USD"]
    fill = desk.fill(desk.placed(client, closing_side, "1", price, leverage=5, reduce_only=True), "1", price)
    entry = client.ledger[-1]
    assert (entry.type, desk.amount("USD", entry.amount_units)) == ("margin", profit)
    assert client.balances["USD"] == before_units + entry.amount_units - fill.fee_units
    assert (fill.closing, fill.position_id, fill.margin_units) == (True, position.position_id, 0)
    assert client.positions == {}
    assert list(client.positions_closed) == [position]
    assert desk.amount("USD", position.net_units) == profit
    assert position.closed_fee_units == fill.fee_units
    assert not any(desk.bank.accounts["lender"].balances.values())


def test_the_oldest_is_closed_first_and_each_order_has_its_own() -> None:
    desk = Desk()
    client = trader(desk, USD="200000")
    first = opened(desk, client, "buy", "1", "50000.0")
    second = opened(desk, client, "buy", "1", "52000.0", leverage=2)
    closing = desk.placed(client, "sell", "1.5", "53000.0", leverage=5)
    fill = desk.fill(closing, "1.5", "53000.0")
    assert fill.position_id == first.position_id
    assert first.left_lots == 0
    assert desk.amount("USD", first.net_units) == "3000.0000"
    assert second.left_lots == desk.lots("0.5")
    assert desk.amount("USD", second.net_units) == "500.0000"
    assert desk.amount("USD", second.left_cost_units) == "26000.0000"
    assert desk.amount("USD", second.left_margin_units) == "13000.0000"
    assert list(client.positions) == [second.position_id]


def test_one_order_that_fills_twice_has_one_position() -> None:
    desk = Desk()
    client = trader(desk)
    order = desk.placed(client, "buy", "1", "50000.0", leverage=5)
    desk.fill(order, "0.25", "49000.0")
    kept_units = client.margin_holds[order.order_id]
    fill = desk.fill(order, "0.75", "50000.0")
    (position,) = client.positions.values()
    assert desk.amount("USD", position.cost_units) == "49750.0000"
    assert len(position.fill_ids) == 2
    assert fill.position_id == position.position_id
    assert desk.amount("USD", kept_units) == "7663.5001"  # Three quarters of 10000 and 218, and the unit of rounding.
    assert client.margin_holds == {}


def test_a_trade_beyond_what_is_open_turns_around() -> None:
    desk = Desk()
    client = trader(desk)
    long = opened(desk, client, "buy", "0.5", "50000.0")
    order = desk.placed(client, "sell", "0.8", "51000.0", leverage=4)
    fill = desk.fill(order, "0.8", "51000.0")
    assert fill.closing
    assert long.left_lots == 0
    (short,) = client.positions.values()
    assert (short.side, short.left_lots, fill.position_id) == ("sell", desk.lots("0.3"), short.position_id)
    assert desk.amount("USD", fill.margin_units) == "3825.0000"
    assert desk.amount("USD", client.ledger[-1].amount_units) == "500.0000"
    assert fill.fee_units == client.ledger[-1].fee_units == long.closed_fee_units + short.fee_units


def test_other_pairs_are_left_alone() -> None:
    desk = Desk()
    client = trader(desk, USD="100000")
    long = opened(desk, client, "buy", "0.5", "50000.0")
    desk.fill(desk.placed(client, "sell", "1", "3100.00", "ETH/USD", leverage=5), "1", "3100.00")
    assert long.left_lots == desk.lots("0.5")
    assert len(client.positions) == 2
    assert desk.bank.closable_lots(client, "BTC/USD", "sell") == desk.lots("0.5")
    assert desk.bank.closable_lots(client, "BTC/USD", "buy") == 0
    assert desk.bank.closable_lots(client, "ETH/USD", "buy") == desk.lots("1", "ETH/USD")


def test_a_margin_trade_with_a_spot_client() -> None:
    desk = Desk()
    long, seller = desk.client("long", USD="20000"), desk.client("seller", BTC="1")
    bid, ask = desk.placed(long, "buy", "1", "50000.0", leverage=5), desk.placed(seller, "sell", "1", "50000.0")
    desk.trade(bid, ask, price_ticks=500_000, qty_lots=desk.lots("1"))
    assert desk.balance(seller, "USD") == "49800.0000"
    assert desk.balance(long, "USD") == "19857.0000"  # 0.25 % and 0.036 %
    desk.bank.check()


class TestRollover:
    def test_every_four_hours(self) -> None:
        desk = Desk()
        client = trader(desk)
        assert desk.bank.next_timer_ns() is None
        position = opened(desk, client, "buy", "1", "50000.0")
        client.ledger.clear()
        assert desk.bank.next_timer_ns() == START_NS + ROLLOVER_NS == position.rollover_ns
        desk.bank.advance(START_NS + ROLLOVER_NS - 1)
        assert not client.ledger
        desk.bank.advance(START_NS + 3 * ROLLOVER_NS)
        assert [entry.time_ns for entry in client.ledger] == [START_NS + n * ROLLOVER_NS for n in (1, 2, 3)]
        for entry in client.ledger:
            assert (entry.type, entry.amount_units, entry.ref_id) == ("rollover", 0, position.position_id)
            assert desk.amount("USD", entry.fee_units) == "18.0000"  # 0.036 % of 50000
        assert desk.bank.next_timer_ns() == START_NS + 4 * ROLLOVER_NS == position.rollover_ns
        assert desk.amount("USD", position.fee_units) == "272.0000"
        desk.bank.check()

    def test_what_is_closed_pays_no_more(self) -> None:
        desk = Desk()
        client = trader(desk)
        opened(desk, client, "sell", "1", "50000.0")
        desk.fill(desk.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
        client.ledger.clear()
        desk.bank.advance(START_NS + ROLLOVER_NS)
        assert not client.ledger
        assert desk.bank.next_timer_ns() is None

    def test_closed_ones_do_not_pile_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(margin_module, "ROLLOVERS_SPARE", 3)
        desk = Desk()
        client = trader(desk)
        for _ in range(10):
            opened(desk, client, "sell", "0.1", "50000.0")
            desk.fill(desk.placed(client, "buy", "0.1", "50000.0", leverage=5), "0.1", "50000.0")
        assert len(desk.bank._margin._rollovers) <= 2 + 3 + 1


class TestSettlePosition:
    def test_a_long_pays_and_gets_its_coins(self) -> None:
        desk = Desk()
        client = trader(desk, USD="80000")
        position = opened(desk, client, "buy", "1", "50000.0")
        client.ledger.clear()
        lots = desk.lots("0.4")
        answer = desk.bank.settle_position(client, desk.pair(), side="sell", lots=lots, now_ns=desk.now_ns)
        assert isinstance(answer, Settled)
        assert (answer.lots, desk.amount("USD", answer.cost_units)) == (lots, "20000.0000")
        assert desk.balance(client, "BTC") == "0.4000000000"
        assert desk.balance(client, "USD") == "59782.0000"
        base, quote = client.ledger
        assert (base.type, base.asset, quote.type, quote.asset) == ("settled", "BTC", "settled", "USD")
        assert base.ref_id == quote.ref_id
        assert (base.ledger_id, quote.ledger_id) == answer.ledger_ids
        assert position.left_lots == desk.lots("0.6")
        desk.bank.check()
        # More than is open: what is open.
        answer = desk.bank.settle_position(client, desk.pair(), side="sell", lots=lots * 9, now_ns=desk.now_ns)
        assert isinstance(answer, Settled)
        assert answer.lots == desk.lots("0.6")
        assert client.positions == {}
        assert not any(desk.bank.accounts["lender"].balances.values())
        desk.bank.check()

    def test_a_short_gives_its_coins_and_gets_what_they_brought(self) -> None:
        desk = Desk()
        client = trader(desk, BTC="1.5")
        opened(desk, client, "sell", "1", "50000.0")
        desk.bank.mark("BTC/USD", desk.ticks("60000.0"))
        answer = desk.bank.settle_position(client, desk.pair(), side="buy", lots=desk.lots("1"), now_ns=desk.now_ns)
        assert isinstance(answer, Settled)
        assert desk.balance(client, "BTC") == "0.5000000000"
        assert desk.balance(client, "USD") == "49795.0000"  # 0.40 % and 0.01 % were taken at the opening.
        desk.bank.check()

    def test_it_needs_a_position_and_funds(self) -> None:
        desk = Desk()
        client = trader(desk)
        pair, lots = desk.pair(), desk.lots("1")
        unknown = Refusal("EOrder:Unknown position")
        assert desk.bank.settle_position(client, pair, side="sell", lots=lots, now_ns=desk.now_ns) == unknown
        position = opened(desk, client, "buy", "1", "50000.0")
        assert desk.bank.settle_position(client, pair, side="buy", lots=lots, now_ns=desk.now_ns) == unknown
        refusal = desk.bank.settle_position(client, pair, side="sell", lots=lots, now_ns=desk.now_ns)
        assert refusal == Refusal("EOrder:Insufficient funds")
        assert position.left_lots == lots
        desk.bank.check()


@pytest.mark.parametrize(("precision", "left_lots"), [(10, 15_000_000_000), (2, 150), (0, 1)])
def test_a_new_precision_keeps_the_position(precision: int, left_lots: int) -> None:
    desk = Desk()
    client = trader(desk, USD="80000")
    position = opened(desk, client, "buy", "2", "50000.0")
    desk.fill(desk.placed(client, "sell", "0.5", "50000.0", leverage=5), "0.5", "50000.0")
    old, new = desk.pair(), msgspec.structs.replace(desk.pair(), qty_precision=precision)
    desk.listing.replace_pair(new)
    desk.bank.rescale(old, new)
    assert position.left_lots == left_lots
    assert desk.amount("USD", position.left_cost_units) == "75000.0000"
    desk.bank.check()


def test_what_falls_below_a_lot_is_gone() -> None:
    desk = Desk()
    client = trader(desk)
    position = opened(desk, client, "buy", "0.4", "50000.0")
    old, new = desk.pair(), msgspec.structs.replace(desk.pair(), qty_precision=0)
    desk.listing.replace_pair(new)
    desk.bank.rescale(old, new)
    assert client.positions == {}
    assert list(client.positions_closed) == [position]
    desk.bank.check()
