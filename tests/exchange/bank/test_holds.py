import pytest

from bank_desk import Desk
from fathom.exchange.bank import Refusal, holds

NO_FUNDS = Refusal("EOrder:Insufficient funds")


@pytest.mark.parametrize(
    ("side", "qty", "price", "fields", "asset", "held"),
    [
        # The highest fee, 0.40 %, comes on top of a buy's cost.
        ("buy", "0.1", "50000.0", {}, "USD", "5020.0000"),
        ("buy", "0.1", "50000.0", {"fee_in_base": True}, "USD", "5000.0000"),
        ("buy", "0.00000001", "50000.1", {}, "USD", "0.0007"),  # 0.000500001 and 0.0000024: both up.
        # A sell's fee comes out of the proceeds, unless it is to be paid in base.
        ("sell", "0.1", "50000.0", {}, "BTC", "0.1000000000"),
        ("sell", "0.1", "50000.0", {"fee_in_base": True}, "BTC", "0.1004000000"),
    ],
)
def test_what_an_order_needs(
    *, side: str, qty: str, price: str, fields: dict[str, bool], asset: str, held: str
) -> None:
    desk = Desk()
    client = desk.client(USD="10000", BTC="1")
    order = desk.placed(client, side, qty, price, **fields)
    assert order.held_asset == asset
    assert desk.amount(asset, order.held_units) == held
    assert desk.available(client, asset) == desk.amount(asset, client.balances[asset] - order.held_units)
    desk.bank.check()
    desk.close(order)
    assert desk.available(client, asset) == desk.balance(client, asset)
    desk.bank.check()


@pytest.mark.parametrize(
    ("side", "qty", "fields", "money", "taken"),
    [
        ("buy", "0.1", {}, {"USD": "5020"}, True),
        ("buy", "0.1", {}, {"USD": "5019.9999"}, False),
        ("buy", "0.1", {"fee_in_base": True}, {"USD": "5000"}, True),
        ("buy", "0.1", {"fee_in_base": True}, {"USD": "4999.9999"}, False),
        ("sell", "0.1", {}, {"BTC": "0.1"}, True),
        ("sell", "0.1", {}, {"BTC": "0.0999999999"}, False),
        ("sell", "0.1", {"fee_in_base": True}, {"BTC": "0.1"}, False),
        ("sell", "0.1", {}, {}, False),
    ],
)
def test_funds_are_asked_for_to_the_last_unit(
    side: str, qty: str, fields: dict[str, bool], money: dict[str, str], taken: bool
) -> None:
    desk = Desk()
    client = desk.client(**money)
    answer = desk.place(client, side, qty, "50000.0", **fields)
    assert (answer == NO_FUNDS) != taken
    desk.bank.check()


def test_what_one_order_holds_another_cannot() -> None:
    desk = Desk()
    client = desk.client(USD="10000")
    first = desk.placed(client, "buy", "0.1", "50000.0")
    assert desk.place(client, "buy", "0.1", "50000.0") == NO_FUNDS
    desk.close(first)
    desk.placed(client, "buy", "0.1", "50000.0")


def test_an_amend_holds_anew_or_leaves_all_as_it_was() -> None:
    desk = Desk()
    client = desk.client(USD="6024")
    order = desk.placed(client, "buy", "0.1", "50000.0")
    # Its own hold counts for it: 6024 is enough for 60000.
    assert desk.bank.hold(order, desk.pair(), lots=desk.lots("0.1"), price_ticks=desk.ticks("60000.0")) is None
    assert desk.available(client, "USD") == "0.0000"
    refusal = desk.bank.hold(order, desk.pair(), lots=desk.lots("0.1"), price_ticks=desk.ticks("60000.1"))
    assert refusal == NO_FUNDS
    assert desk.amount("USD", order.held_units) == "6024.0000"
    assert desk.bank.hold(order, desk.pair(), lots=desk.lots("0.05"), price_ticks=desk.ticks("60000.0")) is None
    assert desk.available(client, "USD") == "3012.0000"
    desk.bank.check()


def test_a_hold_shrinks_with_each_fill_at_what_the_rest_needs() -> None:
    desk = Desk()
    client = desk.client(USD="10000")
    order = desk.placed(client, "buy", "0.1", "50000.0")
    desk.fill(order, "0.04", "49000.0")  # Cheaper than its limit: what that saves is free at once.
    assert desk.amount("USD", order.held_units) == "3012.0000"
    assert desk.balance(client, "USD") == "8032.1600"  # 1960 and 7.84
    desk.fill(order, "0.06", "50000.0", as_maker=True)
    assert order.held_units == 0
    assert client.held["USD"] == 0


def test_a_sell_shrinks_by_lots() -> None:
    desk = Desk()
    client = desk.client(BTC="1")
    order = desk.placed(client, "sell", "0.5", "50000.0", fee_in_base=True)
    desk.fill(order, "0.2", "51000.0")
    assert desk.amount("BTC", order.held_units) == "0.3012000000"
    assert desk.balance(client, "BTC") == "0.7992000000"  # 0.2 and 0.0008


def test_a_market_order_holds_its_cost_and_spends_from_it() -> None:
    desk = Desk()
    client = desk.client(USD="5020")
    order = desk.placed(client, "buy", "0.1", cost="5000")
    assert desk.available(client, "USD") == "0.0000"
    desk.fill(order, "0.05", "49000.0")
    assert desk.amount("USD", order.held_units) == "2560.2000"  # 5020, less 2450 and 9.80
    desk.close(order)
    assert desk.available(client, "USD") == "2560.2000"
    desk.bank.check()


@pytest.mark.parametrize(
    ("side", "fields", "price", "qty"),
    [
        ("buy", {}, "50000.0", "0.10000000"),
        ("buy", {}, "50000.1", "0.09999980"),
        ("buy", {}, "100000.0", "0.05000000"),
        ("buy", {"fee_in_base": True}, "100000.0", "0.05020000"),
        ("buy", {}, "0.1", "0.10000000"),
        ("sell", {}, "100000.0", "0.10000000"),
        ("buy", {"leverage": 5}, "100000.0", "0.10000000"),
    ],
)
def test_how_much_an_order_can_pay(side: str, fields: dict[str, int], price: str, qty: str) -> None:
    desk = Desk()
    client = desk.client(USD="5020", BTC="1")
    order = desk.placed(client, side, "0.1", cost="5000", **fields)
    lots, price_ticks = desk.lots("0.1"), desk.ticks(price)
    assert desk.bank.affordable_lots(order, desk.pair(), price_ticks=price_ticks, lots=lots) == desk.lots(qty)
    other = desk.order(desk.house, side, "5")
    assert desk.bank.affordable_lots(other, desk.pair(), price_ticks=price_ticks, lots=lots) == lots


def test_a_cash_order_holds_its_cash_and_the_fee_on_it() -> None:
    desk = Desk()
    client = desk.client(USD="1004")
    order = desk.placed(client, "buy", "0", cost="1000", cash_units=desk.units("USD", "1000"))
    assert desk.available(client, "USD") == "0.0000"
    order.qty_lots = desk.lots("0.02")
    desk.fill(order, "0.02", "50000.0")
    assert desk.balance(client, "USD") == "0.0000"
    assert desk.balance(client, "BTC") == "0.0200000000"
    assert order.held_units == 0


def test_a_house_account_is_asked_for_nothing() -> None:
    desk = Desk()
    order = desk.placed(desk.house, "buy", "1000", "50000.0")
    assert order.held_units == 0
    assert not desk.house.held


def test_check_finds_what_no_order_holds() -> None:
    desk = Desk()
    client = desk.client(USD="10000")
    order = desk.placed(client, "buy", "0.1", "50000.0")
    order.held_units += 1
    with pytest.raises(AssertionError):
        desk.bank.check()
    order.held_units -= 1
    client.margin_holds["gone"] = 1
    with pytest.raises(AssertionError):
        holds.check(client)


def test_a_hold_may_change_its_asset() -> None:
    desk = Desk()
    client = desk.client(USD="10000", BTC="1")
    order = desk.placed(client, "buy", "0.1", "50000.0")
    holds.put(order, "BTC", 7)
    assert {asset: units for asset, units in client.held.items() if units} == {"BTC": 7}
    desk.bank.check()
