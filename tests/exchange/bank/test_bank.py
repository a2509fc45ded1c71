"""The bank whole: money from outside, volume, and the proof that none appears or vanishes."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_desk import START_NS, Desk
from fathom.exchange.bank import Account, LedgerEntry, Refusal
from fathom.exchange.bank.bank import DAY_NS
from fathom.exchange.core.order import Order

NO_FUNDS = Refusal("EFunding:Insufficient funds")


class TestMoneyFromOutside:
    def test_deposit_and_withdraw(self) -> None:
        desk = Desk()
        client = desk.client(USD="100")
        entry = desk.bank.withdraw(client, "USD", desk.units("USD", "40"), now_ns=START_NS)
        assert isinstance(entry, LedgerEntry)
        assert (entry.type, desk.balance(client, "USD")) == ("withdrawal", "60.0000")
        assert desk.bank.withdraw(client, "USD", desk.units("USD", "60.0001"), now_ns=START_NS) == NO_FUNDS
        assert [posted.type for _, posted in desk.bank.take_postings()] == ["deposit", "withdrawal"]
        desk.bank.check()

    def test_what_an_order_holds_does_not_leave(self) -> None:
        desk = Desk()
        client = desk.client(USD="5020")
        desk.placed(client, "buy", "0.1", "50000.0")
        assert desk.bank.withdraw(client, "USD", 1, now_ns=START_NS) == NO_FUNDS

    def test_what_a_position_needs_does_not_leave(self) -> None:
        desk = Desk()
        client = desk.client(USD="10300", EUR="100")
        desk.fill(desk.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
        # 82 are free, and 108 of EUR.
        assert desk.bank.withdraw(client, "USD", desk.units("USD", "190.0001"), now_ns=START_NS) == NO_FUNDS
        assert isinstance(desk.bank.withdraw(client, "USD", desk.units("USD", "190"), now_ns=START_NS), LedgerEntry)
        assert desk.bank.withdraw(client, "EUR", 1, now_ns=START_NS) == NO_FUNDS

    def test_what_a_margin_order_asks_for_does_not_leave(self) -> None:
        desk = Desk()
        client = desk.client(USD="10300")
        desk.placed(client, "buy", "1", "50000.0", leverage=5)
        assert desk.bank.withdraw(client, "USD", desk.units("USD", "82"), now_ns=START_NS) == NO_FUNDS

    def test_a_transfer_has_two_entries(self) -> None:
        desk = Desk()
        source, target = desk.client("source", USD="100"), desk.client("target")
        ref_id = desk.bank.transfer(source, target, "USD", desk.units("USD", "30"), now_ns=START_NS)
        assert (desk.balance(source, "USD"), desk.balance(target, "USD")) == ("70.0000", "30.0000")
        assert {source.ledger[-1].ref_id, target.ledger[-1].ref_id} == {ref_id}
        assert source.ledger[-1].type == "transfer"
        assert desk.bank.transfer(source, target, "USD", desk.units("USD", "71"), now_ns=START_NS) == NO_FUNDS
        desk.bank.check()

    def test_a_house_may_owe(self) -> None:
        desk = Desk()
        assert isinstance(desk.bank.withdraw(desk.house, "USD", 5, now_ns=START_NS), LedgerEntry)
        assert desk.house.balances["USD"] == -5
        desk.bank.check()


class TestHouse:
    def test_two_houses_leave_no_trace_but_their_balances(self) -> None:
        desk = Desk()
        other = desk.bank.open_account("other", number="O", house=True)
        bid, ask = desk.placed(desk.house, "buy", "2", "50000.0"), desk.placed(other, "sell", "2", "50000.0")
        fills = desk.trade(bid, ask, price_ticks=500_000, qty_lots=desk.lots("2"))
        assert fills == (None, None)
        assert (desk.balance(desk.house, "BTC"), desk.balance(desk.house, "USD")) == ("2.0000000000", "-100000.0000")
        assert (desk.balance(other, "BTC"), desk.balance(other, "USD")) == ("-2.0000000000", "100000.0000")
        assert desk.bank.take_postings() == []
        desk.bank.check()

    def test_a_house_may_trade_with_itself(self) -> None:
        desk = Desk()
        bid, ask = desk.placed(desk.house, "buy", "2", "50000.0"), desk.placed(desk.house, "sell", "2", "50000.0")
        desk.trade(ask, bid, price_ticks=500_000, qty_lots=desk.lots("2"))
        assert not any(desk.house.balances.values())

    @pytest.mark.parametrize("client_makes", [True, False])
    def test_a_client_has_a_fill_and_the_house_has_none(self, client_makes: bool) -> None:
        desk = Desk()
        client = desk.client(USD="100000")
        bid, ask = desk.placed(client, "buy", "1", "50000.0"), desk.placed(desk.house, "sell", "1", "50000.0")
        maker, taker = (bid, ask) if client_makes else (ask, bid)
        maker_fill, taker_fill = desk.trade(maker, taker, price_ticks=500_000, qty_lots=desk.lots("1"))
        assert (maker_fill is not None, taker_fill is not None) == (client_makes, not client_makes)


class TestVolume:
    def test_it_lowers_the_fees(self) -> None:
        desk = Desk()
        client = desk.client(USD="200000")
        assert desk.bank.fee_rates(client, "BTC/USD") == (250_000, 400_000)
        desk.fill(desk.placed(client, "buy", "0.2", "50000.0"), "0.2", "50000.0")
        assert desk.bank.volume_usd(client) == desk.units("USD", "10000")
        assert desk.bank.fee_rates(client, "BTC/USD") == (200_000, 350_000)
        assert desk.bank.fee_rates(client, "USDT/USD") == (200_000, 200_000)

    def test_it_is_converted_at_the_trade(self) -> None:
        desk = Desk()
        client = desk.client(EUR="200000")
        desk.bank.mark("EUR/USD", desk.ticks("1.10000", "EUR/USD"))
        desk.fill(desk.placed(client, "buy", "1", "90000.0", "BTC/EUR"), "1", "90000.0")
        desk.bank.mark("EUR/USD", desk.ticks("1.50000", "EUR/USD"))
        assert desk.bank.volume_usd(client) == desk.units("USD", "99000")

    def test_stablecoins_do_not_count(self) -> None:
        desk = Desk()
        client = desk.client(USD="200000")
        fill = desk.fill(desk.placed(client, "buy", "50000", "0.9995", "USDT/USD"), "50000", "0.9995")
        assert desk.amount("USD", fill.fee_units) == "99.9500"
        assert desk.bank.volume_usd(client) == 0

    @pytest.mark.parametrize(("days", "counts"), [(29, True), (30, False), (400, False)])
    def test_it_is_forgotten_after_30_days(self, days: int, counts: bool) -> None:
        desk = Desk()
        client = desk.client(USD="200000")
        desk.fill(desk.placed(client, "buy", "1", "50000.0"), "1", "50000.0")
        desk.bank.advance(START_NS + days * DAY_NS)
        assert desk.bank.volume_usd(client) == (desk.units("USD", "50000") if counts else 0)
        assert desk.bank.fee_rates(client, "BTC/USD")[0] == (140_000 if counts else 250_000)

    def test_days_go_one_by_one(self) -> None:
        desk = Desk()
        client = desk.client(USD="200000")
        for _ in range(3):
            desk.fill(desk.placed(client, "buy", "0.1", "50000.0"), "0.1", "50000.0")
            desk.now_ns += DAY_NS
        desk.bank.advance(START_NS + 30 * DAY_NS)
        assert desk.bank.volume_usd(client) == desk.units("USD", "10000")
        desk.bank.advance(START_NS + 31 * DAY_NS)
        assert desk.bank.volume_usd(client) == desk.units("USD", "5000")
        assert len(client.volumes) == 1


def test_what_was_open_is_put_back_and_can_be_closed() -> None:
    before, after = Desk(), Desk()
    client = before.client(USD="20000")
    before.fill(before.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
    (position,) = client.positions.values()
    back = after.client()
    for old in (client, before.bank.accounts["lender"], before.bank.accounts["fees"]):
        for asset, units in old.balances.items():
            after.bank.put_back(after.bank.accounts[old.name], asset, units)
    after.bank.put_back_position(back, position)
    after.bank.mark("BTC/USD", after.ticks("50000.0"))
    after.bank.check()
    assert not back.ledger
    assert after.bank.equity(back) == before.bank.equity(client)
    assert after.bank.next_timer_ns() == position.rollover_ns
    after.bank.advance(position.rollover_ns)
    assert [entry.type for entry in back.ledger] == ["rollover"]
    after.fill(after.placed(back, "sell", "1", "51000.0", leverage=5), "1", "51000.0")
    assert not back.positions
    assert after.balance(after.bank.accounts["lender"], "BTC") == "0.0000000000"


def test_check_finds_money_from_nowhere() -> None:
    desk = Desk()
    client = desk.client(USD="100")
    client.balances["USD"] += 1
    with pytest.raises(AssertionError):
        desk.bank.check()


SYMBOLS = ("BTC/USD", "ETH/BTC", "USDT/USD", "EUR/USD")
WORDS = ("cancel", "amend", "deposit", "withdraw", "settle", "wait", "mark", *["place", "trade"] * 4)
NUMBERS = st.integers(0, 2**16)
ACTIONS = st.tuples(st.sampled_from(WORDS), NUMBERS, NUMBERS, NUMBERS)


class Floor:
    """Clients and a house that do what a list of numbers tells them."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.spot = [self.desk.client(f"spot{n}", USD="3000", BTC="0.02", EUR="500", USDT="1000") for n in range(2)]
        self.margin = [self.desk.client(f"margin{n}", USD="3000", ETH="0.3") for n in range(2)]
        self.clients = self.spot + self.margin
        self.open: list[Order] = []

    def do(self, what: str, a: int, b: int, c: int) -> None:
        getattr(self, what)(a, b, c)
        self.open = [order for order in self.open if order.left_lots > 0 and order.status == "new"]
        self.desk.bank.check()
        for account in self.spot:
            assert all(units >= 0 for units in account.balances.values()), account.balances
            for asset in account.balances:
                assert self.desk.bank.available(account, asset) >= 0
        self.check_lender()

    def place(self, a: int, b: int, c: int) -> None:
        account = [*self.clients, self.desk.house][a % 5]
        symbol = SYMBOLS[b % 4]
        pair = self.desk.pair(symbol)
        price_ticks = max(1, self.desk.bank.marks.price_ticks(pair) * (900 + c % 200) // 1000)
        fields: dict[str, Any] = {}
        if account in self.margin and pair.leverages:
            fields["leverage"] = 2 + c % (len(pair.leverages))
        elif a % 3 == 0:
            fields["fee_in_base"] = True
        order = self.desk.order(account, "buy" if (a ^ c) & 1 else "sell", "0", symbol=symbol, **fields)
        order.qty_lots = 1 + (c * 7919) % (pair.qty_lots_min * 40)
        order.limit_ticks = price_ticks
        refusal = self.desk.bank.hold(order, pair, lots=order.qty_lots, price_ticks=price_ticks)
        if refusal is None:
            account.orders[order.order_id] = order
            self.open.append(order)

    def trade(self, a: int, b: int, c: int) -> None:
        pairs = [
            (bid, ask)
            for bid in self.open
            for ask in self.open
            if (bid.side, ask.side, bid.symbol) == ("buy", "sell", ask.symbol)
            and (bid.limit_ticks or 0) >= (ask.limit_ticks or 0)
        ]
        if not pairs:
            return
        bid, ask = pairs[a % len(pairs)]
        maker, taker = (bid, ask) if b & 1 else (ask, bid)
        assert maker.limit_ticks is not None
        most = min(maker.left_lots, taker.left_lots)
        lots = most if b & 2 else 1 + c % most
        fills = self.desk.trade(maker, taker, price_ticks=maker.limit_ticks, qty_lots=lots)
        for order, fill in zip((maker, taker), fills, strict=True):
            assert (fill is None) == order.account.house
            assert fill is None or fill.fee_units >= 0

    def cancel(self, a: int, b: int, c: int) -> None:
        if self.open:
            order = self.open[a % len(self.open)]
            self.desk.close(order)
            order.status = "canceled"

    def amend(self, a: int, b: int, c: int) -> None:
        if self.open:
            order = self.open[a % len(self.open)]
            pair = self.desk.pair(order.symbol)
            assert order.limit_ticks is not None
            price_ticks, lots = (
                max(1, order.limit_ticks * (900 + b % 200) // 1000),
                1 + order.left_lots * (c % 30) // 10,
            )
            if self.desk.bank.hold(order, pair, lots=lots, price_ticks=price_ticks) is None:
                order.limit_ticks, order.qty_lots = price_ticks, order.cum_lots + lots

    def deposit(self, a: int, b: int, c: int) -> None:
        asset = ("USD", "BTC", "EUR", "SHIB")[b % 4]
        self.desk.bank.deposit(self.clients[a % 4], asset, 1 + c, now_ns=self.desk.now_ns)

    def withdraw(self, a: int, b: int, c: int) -> None:
        account, asset = self.clients[a % 4], ("USD", "BTC")[b % 2]
        self.desk.bank.withdraw(account, asset, 1 + c * 1000, now_ns=self.desk.now_ns)

    def settle(self, a: int, b: int, c: int) -> None:
        account = self.margin[a % 2]
        side: Any = "buy" if b & 1 else "sell"
        symbol = SYMBOLS[c % 3]
        self.desk.bank.settle_position(
            account, self.desk.pair(symbol), side=side, lots=1 + c * 1000, now_ns=self.desk.now_ns
        )

    def wait(self, a: int, b: int, c: int) -> None:
        self.desk.now_ns += a * 1_000_000_000
        self.desk.bank.advance(self.desk.now_ns)

    def mark(self, a: int, b: int, c: int) -> None:
        pair = self.desk.pair(SYMBOLS[a % 4])
        self.desk.bank.mark(pair.symbol, max(1, self.desk.bank.marks.price_ticks(pair) * (900 + c % 200) // 1000))
        for account, position in self.desk.bank.positions_due_for_liquidation():
            assert position.position_id in account.positions

    def check_lender(self) -> None:
        """What the lender has is what the open positions say."""
        owed: dict[str, int] = {}
        for account in self.margin:
            for position in account.positions.values():
                pair = self.desk.pair(position.symbol)
                sign = 1 if position.side == "buy" else -1
                base_units = self.desk.units(pair.base, str(pair.qty(position.left_lots)))
                owed[pair.base] = owed.get(pair.base, 0) + sign * base_units
                owed[pair.quote] = owed.get(pair.quote, 0) - sign * position.left_cost_units
        lender = self.desk.bank.accounts["lender"].balances
        assert {k: v for k, v in lender.items() if v} == {k: v for k, v in owed.items() if v}


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, min_size=1, max_size=80))
def test_money_neither_appears_nor_vanishes(actions: list[tuple[str, int, int, int]]) -> None:
    floor = Floor()
    for action in actions:
        floor.do(*action)
    # Every entry of every client says what its balance was, and they add up to what it is.
    for account in floor.clients:
        assert_ledger_adds_up(account)


def assert_ledger_adds_up(account: Account) -> None:
    balances: dict[str, int] = {}
    for entry in account.ledger:
        balances[entry.asset] = balances.get(entry.asset, 0) + entry.amount_units - entry.fee_units
        assert balances[entry.asset] == entry.balance_units
    assert balances == account.balances


def test_a_long_seeded_day() -> None:
    random, floor = Random("bank/long"), Floor()
    for _ in range(4_000):
        floor.do(random.choice(WORDS), *(random.randrange(2**16) for _ in range(3)))
        if len(floor.open) > 60:
            floor.cancel(random.randrange(60), 0, 0)
    assert len(floor.margin[0].positions_closed) > 5
    assert sum(len(account.ledger) for account in floor.spot) > 200
