"""What is kept from one run to the next, and what is not."""

from collections import deque
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.exchange.bank import Account
from fathom.exchange.bank import account as account_module
from fathom.exchange.bank.margin import ROLLOVER_NS
from fathom.exchange.core import AmendRow, Conditional, Ids, Order, Trigger
from fathom.exchange.saved import ORDER_FIELDS
from fathom.exchange.saving import STOPPED, Saver, seed_of_run
from saved_exchange import SECOND_NS, SavedExchange, lively

WEEK_NS = 7 * 86_400 * SECOND_NS
# Of an account: what comes back as it was.
KEPT = ("name", "number", "tier", "volumes", "volume_units", "ledger", "fills", "house")


def order_fields(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in ORDER_FIELDS}


def position_fields(account: Account) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(position) for position in account.positions.values()]


def test_accounts_come_back() -> None:
    before = lively()
    after = before.again()
    clients = [name for name, account in before.bank.accounts.items() if not account.house]
    assert [name for name, account in after.bank.accounts.items() if not account.house] == clients
    for name in clients:
        old, new = before.account(name), after.account(name)
        assert {kept: getattr(new, kept) for kept in KEPT} == {kept: getattr(old, kept) for kept in KEPT}
        assert new.balances == {asset: units for asset, units in old.balances.items() if units}
        ended = [order_fields(order) for order in new.closed if order.reason != STOPPED]
        assert ended == [order_fields(order) for order in old.closed]
        assert all(order.account is new for order in new.closed)
        assert position_fields(new) == position_fields(old)
        assert msgspec.to_builtins(list(new.positions_closed)) == msgspec.to_builtins(list(old.positions_closed))
        assert new.ledger.maxlen == old.ledger.maxlen
    assert after.bank.take_postings() == []
    assert after.venue.take_events() == []


def test_all_of_an_order_comes_back() -> None:
    exchange = SavedExchange()
    account = exchange.open("alice")
    trigger = Trigger(
        reference="index",
        price=Decimal("1.10"),
        price_type="pct",
        actual_ticks=3,
        above=True,
        peak_ticks=4,
        last_ticks=5,
        triggered=True,
        time_ns=6,
    )
    row = AmendRow(
        amend_id="TA",
        amend_type="restated",
        order_lots=1,
        display_lots=2,
        remaining_lots=3,
        limit_ticks=4,
        trigger_ticks=5,
        reason="why",
        post_only=True,
        time_ns=6,
    )
    order = Order(
        order_id="O1",
        account=account,
        symbol="BTC/USD",
        side="sell",
        order_type="trailing-stop-limit",
        qty_lots=11,
        cash_units=12,
        limit_ticks=13,
        limit_offset=Decimal("-0.50"),
        limit_price_type="quote",
        trigger=trigger,
        time_in_force="gtd",
        post_only=True,
        reduce_only=True,
        leverage=3,
        display_lots=14,
        shown_lots=15,
        effective_ns=16,
        expire_ns=17,
        cl_ord_id="c",
        userref=-18,
        sender_sub_id="s",
        conditional=Conditional(order_type="limit", limit_price=Decimal("1E+3")),
        fee_in_base=True,
        stp_type="cancel_both",
        parent_id="O0",
        liquidation=True,
        status="expired",
        opened_ns=19,
        changed_ns=20,
        queued_ns=21,
        closed_ns=22,
        reason="é\n",
        cum_lots=23,
        cum_cost_units=24,
        cum_fee_units=25,
        held_asset="BTC",
        held_units=26,
        resting=True,
        amended=True,
        amends=[row],
        fill_ids=["T1", "T2"],
        last_trade_ns=27,
    )
    plain = Order(order_id="O2", account=account, symbol="ETH/USD", side="buy", order_type="limit", qty_lots=0)
    fields = order_fields(order)
    assert [name for name, value in fields.items() if value == getattr(plain, name)] == [], "say something of these"
    exchange.venue.remember(order)
    (back,) = exchange.again().account("alice").closed
    assert order_fields(back) == fields
    assert str(back.limit_offset) == "-0.50"


def test_saving_changes_nothing() -> None:
    exchange, twin = lively(), lively()
    for _ in range(3):
        exchange.content()
    for one in (exchange, twin):
        alice = one.account("alice")
        order = next(order for order in alice.orders.values() if order.cl_ord_id == "ice")
        assert (order.is_open, order.resting, order.shown_lots) == (True, True, 5_000_000)
        assert order.held_units > 0
        one.bank.check()
        one.add(one.house, "sell", "0.25", "40000")
    assert exchange.content() == twin.content()
    assert len(exchange.venue.take_events()) == len(twin.venue.take_events()) > 0


def test_open_orders_are_told_as_cancelled() -> None:
    before = lively()
    open_ids = {name: list(before.account(name).orders) for name in ("alice", "bob")}
    assert all(open_ids.values())
    after = before.again(after_ns=WEEK_NS)
    for name, ids in open_ids.items():
        account = after.account(name)
        assert not account.orders
        assert not any(account.held.values())
        assert not account.margin_holds
        assert [order.order_id for order in account.closed][-len(ids) :] == ids
        for order_id in ids:
            was, order = before.account(name).orders[order_id], after.venue.find_order(account, order_id=order_id)
            assert order is not None
            assert (order.status, order.reason, order.closed_ns) == ("canceled", STOPPED, before.now_ns)
            assert (order.resting, order.shown_lots, order.held_units) == (False, 0, 0)
            assert (order.cum_lots, order.fill_ids) == (was.cum_lots, was.fill_ids)
    alice = after.account("alice")
    assert after.bank.available(alice, "USD") == before.account("alice").balances["USD"]
    assert after.venue.cancel_all(alice, now_ns=after.now_ns) == 0


def test_money_adds_up_and_trading_goes_on() -> None:
    exchange = lively()
    for _ in range(3):
        exchange = exchange.again(after_ns=SECOND_NS)
        exchange.bank.check()
        alice, bob = exchange.account("alice"), exchange.account("bob")
        exchange.fill(alice, "sell", "0.1", "61000", leverage=3)  # Closes a part of what earlier runs opened.
        exchange.fill(bob, "buy", "0.05", "61000", leverage=2)
        exchange.fill(alice, "buy", "0.001", "61000")
        exchange.add(alice, "buy", "0.001", "1000")
        exchange.bank.check()
    assert not [position for position in alice.positions.values() if position.symbol == "BTC/USD"]
    assert not bob.positions
    lender = exchange.account("lender")
    # What is lent out is what alice's short in ETH says: all else was paid back.
    (short,) = alice.positions.values()
    assert lender.balances["ETH"] == -exchange.listing.asset("ETH").units(Decimal(1))
    assert lender.balances.get("BTC", 0) == 0
    assert lender.balances["USD"] == short.left_cost_units


def test_the_order_of_positions_is_the_order_of_their_opening() -> None:
    before = lively()
    after = before.again()
    opened = [position.position_id for _, position in before.bank._at_level(lambda pair: 10**9)]
    assert len(opened) == 3
    assert [position.position_id for _, position in after.bank._at_level(lambda pair: 10**9)] == opened


def test_a_loan_costs_nothing_while_the_exchange_is_off() -> None:
    before = lively()
    entries = len(before.account("alice").ledger)
    positions = [*before.account("alice").positions.values(), *before.account("bob").positions.values()]
    left_ns = min(position.rollover_ns for position in positions) - before.now_ns
    after = before.again(after_ns=WEEK_NS)
    assert after.bank.next_timer_ns() == after.now_ns + left_ns
    alice = after.account("alice")
    after.venue.advance(after.now_ns)
    assert len(alice.ledger) == entries
    after.venue.advance(after.now_ns + ROLLOVER_NS)
    assert [entry.type for entry in alice.ledger][entries:] == ["rollover", "rollover"]
    after.bank.check()


def test_volumes_set_the_fee_until_they_are_old() -> None:
    exchange = SavedExchange()
    alice = exchange.open("alice", USD="100000")
    exchange.fill(alice, "buy", "1", "60000")
    rates = exchange.bank.fee_rates(alice, "BTC/USD")
    after = exchange.again(after_ns=WEEK_NS)
    after.venue.advance(after.now_ns)
    assert after.bank.fee_rates(after.account("alice"), "BTC/USD") == rates == (140_000, 240_000)
    later = after.again(after_ns=4 * WEEK_NS)
    later.venue.advance(later.now_ns)
    later.bank.advance(later.now_ns)
    assert later.bank.fee_rates(later.account("alice"), "BTC/USD") == (250_000, 400_000)
    assert later.account("alice").volume_units == 0


def test_keys_come_back_and_no_nonce_is_good_twice() -> None:
    before = lively()
    after = before.again()
    assert after.keys == after.keyring.keys()
    for old, new in zip(before.keys, after.keys, strict=True):
        for name in ("key", "secret", "account", "label", "permissions", "otp", "created_ns", "modified_ns"):
            assert getattr(new, name) == getattr(old, name)
        assert new.last_used_ns == old.last_used_ns
        assert after.keyring.get(old.key) is new
    nonces = after.keys[0].nonces
    assert [nonces.use(nonce) for nonce in (500, 450, 470, 400, 460, 501)] == [False, False, False, False, True, True]
    assert [after.keys[1].nonces.use(nonce) for nonce in (1, 1, 2)] == [True, False, True]


def test_tokens_do_not() -> None:
    before = lively()
    token = before.keyring.make_token(before.keys[0], now_ns=before.now_ns)
    after = before.again()
    assert after.keyring.token(token, now_ns=after.now_ns) is None
    assert after.keyring.make_token(after.keys[1], now_ns=after.now_ns) != token


def test_no_id_comes_twice() -> None:
    seeds = [seed_of_run(7, run=run) for run in range(4)]
    assert seeds[0] == 7
    made = [[Ids(seed).order(), Ids(seed).execution(), Ids(seed).ledger(), Ids(seed).position()] for seed in seeds]
    assert len({made_id for ids in made for made_id in ids}) == 16
    exchange = lively()
    for _ in range(3):
        exchange = exchange.again()
        exchange.fill(exchange.account("alice"), "buy", "0.001", "60000")
    alice = exchange.account("alice")
    assert exchange.run == 3
    for ids in (
        [order.order_id for order in alice.closed],
        [entry.ledger_id for entry in alice.ledger],
        [fill.exec_id for fill in alice.fills],
        [fill.trade_id for fill in alice.fills if fill.symbol == "BTC/USD"],
    ):
        assert len(set(ids)) == len(ids)


def test_a_changed_precision_is_kept() -> None:
    before = lively()
    pair = before.listing.pair("BTC/USD")
    assert pair is not None
    before.content()
    before.venue.set_pair(structs.replace(pair, price_precision=3, qty_precision=6), now_ns=before.now_ns)
    before.fill(before.account("alice"), "buy", "0.01", "60000.125")
    after = before.again()
    changed = after.listing.pair("BTC/USD")
    assert changed is not None
    assert (changed.price_precision, changed.qty_precision) == (3, 6)
    assert after.venue.markets["BTC/USD"].pair is changed
    fills = [(fill.price_ticks, fill.qty_lots) for fill in after.account("alice").fills]
    assert (fills[0], fills[-1]) == ((60_000_000, 500_000), (60_000_125, 10_000))
    assert position_fields(after.account("alice")) == position_fields(before.account("alice"))
    after.fill(after.account("alice"), "sell", "0.01", "60000.125")
    after.bank.check()


def test_a_precision_that_changed_and_changed_back_is_noticed() -> None:
    exchange = lively()
    alice = exchange.account("alice")
    exchange.fill(alice, "buy", "0.01", "60000.1")
    exchange.fill(alice, "buy", "1", "3000", "ETH/USD")
    exchange.content()
    pair = exchange.venue.markets["BTC/USD"].pair
    exchange.venue.set_pair(structs.replace(pair, price_precision=0), now_ns=exchange.now_ns)
    exchange.venue.set_pair(pair, now_ns=exchange.now_ns)
    fresh = Saver(venue=exchange.venue, keyring=exchange.keyring, run=0)
    assert exchange.content() == fresh.save(now_ns=exchange.now_ns)


def test_fewer_pairs_will_do_where_nobody_traded_the_others() -> None:
    exchange = SavedExchange()
    exchange.fill(exchange.open("alice", USD="100000"), "buy", "0.5", "60000")
    after = exchange.again(symbols=("BTC/USD",))
    assert list(after.listing.pairs) == ["BTC/USD"]
    after.bank.check()
    assert len(after.again(symbols=("BTC/USD", "ETH/USD")).account("alice").fills) == 1


def test_an_order_of_an_earlier_run_is_forgotten_when_it_is_old() -> None:
    exchange = SavedExchange()
    alice = exchange.open("alice", USD="1000")
    ids = [exchange.add(alice, "buy", "0.01", "1000").order_id for _ in range(3)]
    after = exchange.again()
    alice = after.account("alice")
    alice.closed = deque(alice.closed, maxlen=3)
    order = after.add(alice, "buy", "0.01", "1000")
    after.venue.cancel_order(alice, order_id=order.order_id, now_ns=after.now_ns)
    found = [after.venue.find_order(alice, order_id=order_id) is not None for order_id in (*ids, order.order_id)]
    assert found == [False, True, True, True]


def test_a_stranger_does_not_find_it() -> None:
    after = lively().again()
    order_id = after.account("alice").closed[0].order_id
    assert after.venue.find_order(after.account("bob"), order_id=order_id) is None


def test_the_same_document_is_written_again() -> None:
    before = lively()
    for order in [order for name in ("alice", "bob") for order in before.account(name).orders.values()]:
        before.venue.cancel_order(order.account, order_id=order.order_id, now_ns=before.now_ns)
    after = before.again()
    again = Saver(venue=after.venue, keyring=after.keyring, run=before.run).save(now_ns=before.now_ns)
    assert again == before.content()


STEPS = ("buy", "sell", "rest", "cancel", "margin", "deposit", "open", "keep up", "save", "finer", "coarser", "restart")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=25), st.integers(0, 2**32), st.integers(1, 6))
def test_what_is_written_bit_by_bit_is_what_is_written_at_once(steps: list[str], seed: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account_module, "HISTORY_MAX", most)  # Histories overflow, too.
        play(steps, Random(seed))


def play(steps: list[str], random: Random) -> None:
    exchange = SavedExchange()
    exchange.open("a", USD="1000000", BTC="10")
    for number, step in enumerate(steps):
        account = random.choice([account for account in exchange.bank.accounts.values() if not account.house])
        if step in {"buy", "sell"} and account.balances:
            exchange.fill(account, step, "0.01", "60000", as_maker=random.random() < 0.5)
        elif step == "margin" and account.balances:
            exchange.fill(account, random.choice(("buy", "sell")), "0.02", "60000", leverage=2)
        elif step == "rest" and account.balances:
            exchange.add(account, "buy", "0.01", str(random.randint(100, 200)))
        elif step == "cancel":
            exchange.venue.cancel_all(account, now_ns=exchange.now_ns)
        elif step == "deposit":
            exchange.bank.deposit(account, "USD", 10**9, now_ns=exchange.now_ns)
            exchange.bank.deposit(account, "BTC", 10**10, now_ns=exchange.now_ns)
        elif step == "open":
            exchange.open(f"client-{number}")
        elif step == "keep up":
            exchange.saver.keep_up()
        elif step == "save":
            exchange.content()
        elif step in {"finer", "coarser"}:
            pair = exchange.venue.markets["BTC/USD"].pair
            more = 1 if step == "finer" else -1
            changed = structs.replace(
                pair,
                price_precision=min(max(pair.price_precision + more, 0), 4),
                qty_precision=min(max(pair.qty_precision + more, 7), 9),
            )
            exchange.venue.set_pair(changed, now_ns=exchange.now_ns)
        elif step == "restart":
            exchange = exchange.again(after_ns=random.randint(0, WEEK_NS))
        exchange.bank.check()
        fresh = Saver(venue=exchange.venue, keyring=exchange.keyring, run=exchange.run)
        assert exchange.content() == fresh.save(now_ns=exchange.now_ns)
    after = exchange.again()
    after.bank.check()
    assert after.bank.totals().keys() <= {"USD", "BTC"}
