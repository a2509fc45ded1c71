"""What one trade writes down."""

import pytest

from bank_desk import START_NS, Desk
from fathom.exchange.bank.bank import DAY_NS


@pytest.mark.parametrize(
    ("side", "as_maker", "fields", "btc", "usd", "fee_asset", "fee"),
    [
        ("buy", False, {}, "10.1000000000", "94980.0000", "USD", "20.0000"),
        ("buy", True, {}, "10.1000000000", "94987.5000", "USD", "12.5000"),
        ("sell", False, {}, "9.9000000000", "104980.0000", "USD", "20.0000"),
        ("sell", True, {}, "9.9000000000", "104987.5000", "USD", "12.5000"),
        ("buy", False, {"fee_in_base": True}, "10.0996000000", "95000.0000", "BTC", "0.0004000000"),
        ("sell", False, {"fee_in_base": True}, "9.8996000000", "105000.0000", "BTC", "0.0004000000"),
        ("sell", True, {"fee_in_base": True}, "9.8997500000", "105000.0000", "BTC", "0.0002500000"),
    ],
)
def test_a_trade_of_a_tenth_at_50000(
    *, side: str, as_maker: bool, fields: dict[str, bool], btc: str, usd: str, fee_asset: str, fee: str
) -> None:
    desk = Desk()
    client = desk.client(USD="100000", BTC="10")
    client.ledger.clear()
    order = desk.placed(client, side, "0.1", "50000.0", **fields)
    fill = desk.fill(order, "0.1", "50000.0", as_maker=as_maker)
    assert desk.balance(client, "BTC") == btc
    assert desk.balance(client, "USD") == usd
    assert (fill.fee_asset, desk.amount(fee_asset, fill.fee_units)) == (fee_asset, fee)
    assert desk.amount(fee_asset, desk.bank.accounts["fees"].balances[fee_asset]) == fee
    assert (fill.maker, fill.side, fill.order_id, fill.time_ns) == (as_maker, side, order.order_id, START_NS)
    assert (fill.price_ticks, fill.qty_lots) == (500_000, 10_000_000)
    assert desk.amount("USD", fill.cost_units) == "5000.0000"
    # Two entries: base, then quote; the amount gross, the fee beside it.
    sign = 1 if side == "buy" else -1
    base, quote = client.ledger
    assert (base.ledger_id, quote.ledger_id) == fill.ledger_ids
    assert {base.ref_id, quote.ref_id} == {fill.exec_id}
    assert {base.type, quote.type} == {"trade"}
    assert (base.asset, base.amount_units) == ("BTC", sign * desk.units("BTC", "0.1"))
    assert (quote.asset, quote.amount_units) == ("USD", -sign * desk.units("USD", "5000"))
    assert base.fee_units == (fill.fee_units if fee_asset == "BTC" else 0)
    assert quote.fee_units == (fill.fee_units if fee_asset == "USD" else 0)
    assert (base.balance_units, quote.balance_units) == (client.balances["BTC"], client.balances["USD"])


def test_two_clients_exchange_just_the_same_amounts() -> None:
    desk = Desk()
    buyer, seller = desk.client("buyer", USD="1000"), desk.client("seller", BTC="1")
    bid = desk.placed(buyer, "buy", "0.00012345", "97000.1")
    ask = desk.placed(seller, "sell", "0.00012345", "97000.0")
    maker_fill, taker_fill = desk.trade(bid, ask, price_ticks=970_001, qty_lots=12_345)
    assert maker_fill is not None
    assert taker_fill is not None
    assert maker_fill.cost_units == taker_fill.cost_units == desk.units("USD", "11.9747")  # 11.974662
    assert maker_fill.maker
    assert not taker_fill.maker
    assert maker_fill.exec_id != taker_fill.exec_id
    assert maker_fill.trade_id == taker_fill.trade_id
    desk.bank.check()


def test_many_small_fills_never_take_more_than_there_is() -> None:
    # Each fill costs 0.00015 USD, which rounds up to 0.0002; a hundred of them were to cost 0.0150.
    desk = Desk()
    client = desk.client(USD="0.0151")
    order = desk.placed(client, "buy", "0.00001500", "1000.0", fee_in_base=False)
    for _ in range(100):
        fill = desk.fill(order, "0.00000015", "1000.0", as_maker=True)
        assert fill.fee_units >= 0
        assert desk.bank.available(client, "USD") >= 0
        assert client.balances["USD"] >= 0
    assert desk.balance(client, "BTC") == "0.0000150000"


def test_small_sells_never_give_more_than_there_is() -> None:
    # A lot of EUR/USD is finer than the ledger's 0.0001 EUR.
    desk = Desk()
    client = desk.client(EUR="1.0000")
    order = desk.placed(client, "sell", "1", "1.08", "EUR/USD")
    for _ in range(12_000):
        desk.fill(order, "0.00006000", "1.08", as_maker=True)
        assert client.balances["EUR"] >= 0
    assert desk.balance(client, "EUR") == "0.0000"


@pytest.mark.parametrize(("side", "fields"), [("buy", {}), ("sell", {"fee_in_base": True})])
def test_a_fee_that_rose_takes_no_more_than_was_kept(side: str, fields: dict[str, bool]) -> None:
    desk = Desk()
    client = desk.client(USD="10035", BTC="1")
    client.volumes[START_NS // DAY_NS] = client.volume_units = desk.units("USD", "10000")
    order = desk.placed(client, side, "0.2", "50000.0", **fields)
    desk.bank.withdraw(client, order.held_asset, desk.bank.available(client, order.held_asset) or 1, now_ns=START_NS)
    desk.now_ns += 30 * DAY_NS
    desk.bank.advance(desk.now_ns)
    fill = desk.fill(order, "0.2", "50000.0")  # At 0.35 % instead of 0.40 %.
    assert desk.amount(fill.fee_asset, fill.fee_units) == ("35.0000" if side == "buy" else "0.0007000000")
    assert client.balances[fill.fee_asset] == 0


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_what_was_not_kept_does_not_trade(side: str) -> None:
    desk = Desk()
    order = desk.order(desk.client(USD="1", BTC="0.00001"), side, "0.1", "50000.0")
    with pytest.raises(AssertionError):
        desk.fill(order, "0.1", "50000.0")


def test_small_fills_take_from_what_is_free_before_anyone_gets_less() -> None:
    desk = Desk()
    client = desk.client(USD="1")
    order = desk.placed(client, "buy", "0.00001500", "1000.0")
    for _ in range(100):
        desk.fill(order, "0.00000015", "1000.0", as_maker=True)
    assert desk.balance(client, "USD") == "0.9800"
