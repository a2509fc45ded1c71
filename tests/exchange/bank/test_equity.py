from decimal import Decimal

from bank_desk import Desk


def test_figures_of_an_account_without_positions() -> None:
    desk = Desk()
    client = desk.client(USD="1000", BTC="1", OMG="100")
    desk.placed(client, "buy", "0.01", "50000.0")
    figures = desk.bank.trade_balance(client)
    assert figures.equivalent_balance == Decimal("98011.0000")  # 1000, 97000 and 11
    assert figures.trade_balance == Decimal("97030.0000")  # BTC counts 99 %, OMG nothing.
    assert figures.equity == figures.free_margin == figures.free_margin_for_orders == figures.trade_balance
    assert figures.margin == figures.unrealised == figures.cost == figures.valuation == 0
    assert figures.level_pct is None
    assert figures.unfilled == Decimal("500.0000")


def test_figures_with_a_long_and_a_short() -> None:
    desk = Desk()
    client = desk.client(USD="50000")
    desk.fill(desk.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
    desk.fill(desk.placed(client, "sell", "10", "3000.00", "ETH/USD", leverage=3), "10", "3000.00")
    desk.bank.mark("BTC/USD", desk.ticks("51000.0"))
    desk.bank.mark("ETH/USD", desk.ticks("3200.00", "ETH/USD"))
    figures = desk.bank.trade_balance(client)
    assert figures.trade_balance == Decimal(
        "49704.0000"
    )  # Fees: 218; and at the next tier 0.24 %, and 0.02 %, of 30000.
    assert figures.margin == Decimal("20000.0000")
    assert figures.unrealised == Decimal("-1000.0000")
    assert figures.cost == Decimal("80000.0000")
    assert figures.valuation == Decimal("83000.0000")
    assert figures.equity == Decimal("48704.0000")
    assert figures.free_margin == Decimal("28704.0000")
    assert figures.level_pct == Decimal("243.52")
    assert desk.bank.equity(client) == desk.units("USD", "48704")
    values = [desk.bank.position_value(position) for position in client.positions.values()]
    assert values == [(Decimal("51000.0000"), Decimal("1000.0000")), (Decimal("32000.0000"), Decimal("-2000.0000"))]
    order = desk.placed(client, "buy", "1", "51000.0", leverage=5)
    after = desk.bank.trade_balance(client)
    assert after.free_margin == figures.free_margin
    assert after.free_margin_for_orders == figures.free_margin - Decimal(client.margin_holds[order.order_id]).scaleb(-4)


def test_figures_in_another_asset() -> None:
    desk = Desk()
    client = desk.client(USD="108")
    assert desk.bank.trade_balance(client, "EUR").equity == Decimal("100.0000")
    assert desk.bank.trade_balance(client, "BTC").equity == Decimal("0.0011134020")


def test_a_debt_counts_in_full() -> None:
    desk = Desk()
    client = desk.client(BTC="1")
    client.balances["ETH"] = -desk.units("ETH", "1")
    assert desk.bank.trade_balance(client).trade_balance == Decimal("92930.0000")  # 96030 less 3100


def test_orders_are_worth_what_is_left_of_them() -> None:
    desk = Desk()
    client = desk.client(USD="10000", BTC="1")
    order = desk.placed(client, "buy", "0.1", "50000.0")
    desk.fill(order, "0.06", "50000.0")
    desk.placed(client, "sell", "0.1", "60000.0")
    cash = desk.placed(client, "buy", "0", cost="100", cash_units=desk.units("USD", "100"))
    cash.cum_cost_units = desk.units("USD", "25")
    stop = desk.placed(client, "sell", "0.01")
    assert desk.bank.trade_balance(client).unfilled == Decimal(
        "8575.0000"
    )  # 2000, 6000, 75, and 500 at the last price.
    assert stop.limit_ticks is None


def test_who_is_called_and_who_is_liquidated() -> None:
    desk = Desk()
    client, safe = desk.client("client", USD="10300"), desk.client("safe", USD="90000")
    for account in (client, safe):
        desk.fill(desk.placed(account, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
    (position,) = client.positions.values()
    # Equity is 10082 and what BTC moved; the margin is 10000.
    for price, called, liquidated in [
        ("47918.1", False, False),
        ("47918.0", True, False),
        ("43918.1", True, False),
        ("43918.0", True, True),
        ("10000.0", True, True),
    ]:
        desk.bank.mark("BTC/USD", desk.ticks(price))
        assert ((client, position) in desk.bank.positions_called()) == called
        assert ((client, position) in desk.bank.positions_due_for_liquidation()) == liquidated
    desk.bank.mark("BTC/USD", desk.ticks("43918.0"))
    assert desk.bank.positions_due_for_liquidation() == [(client, position)]


def test_nobody_is_liquidated_without_positions() -> None:
    desk = Desk()
    desk.client()
    assert desk.bank.positions_due_for_liquidation() == []
