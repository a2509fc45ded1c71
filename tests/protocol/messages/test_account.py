from decimal import Decimal

import pytest

from fathom.protocol.codec import decode
from fathom.protocol.messages import Message
from fathom.protocol.messages.account import (
    Balance,
    BalancesSnapshot,
    BalancesUpdate,
    Contingent,
    Execution,
    ExecutionsMessage,
    Fee,
    LedgerEntry,
    TriggerState,
    Wallet,
)


def executions(row: bytes) -> Message:
    return decode(b'{"channel":"executions","type":"update","data":[' + row + b'],"sequence":8}')


def test_a_full_row() -> None:
    message = executions(
        b'{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"symbol":"BTC/USD","order_qty":0.00500000,'
        b'"cum_cost":0.00000,"time_in_force":"GTC","exec_type":"pending_new","side":"sell","order_type":"limit",'
        b'"limit_price_type":"static","limit_price":26500.0,"stop_price":0.0,"order_status":"pending_new",'
        b'"fee_usd_equiv":0.00000,"fee_ccy_pref":"fciq","timestamp":"2023-09-22T10:33:05.709950Z"}'
    )
    row = Execution(
        order_id="OK4GJX-KSTLS-7DZZO5",
        exec_type="pending_new",
        order_status="pending_new",
        timestamp="2023-09-22T10:33:05.709950Z",
        order_userref=3,
        symbol="BTC/USD",
        side="sell",
        order_type="limit",
        order_qty=Decimal("0.005"),
        limit_price=Decimal(26500),
        limit_price_type="static",
        time_in_force="GTC",
        fee_ccy_pref="fciq",
        cum_cost=Decimal(0),
        fee_usd_equiv=Decimal(0),
        stop_price=Decimal(0),
    )
    assert message == ExecutionsMessage(type="update", data=(row,), sequence=8)


def test_a_delta_row_names_no_pair() -> None:
    message = executions(b'{"timestamp":"t","order_status":"new","exec_type":"new","order_id":"OK4GJX-KSTLS-7DZZO5"}')
    row = Execution(order_id="OK4GJX-KSTLS-7DZZO5", exec_type="new", order_status="new", timestamp="t")
    assert message == ExecutionsMessage(type="update", data=(row,), sequence=8)


def test_a_fill_with_a_tiny_fee() -> None:
    message = executions(
        b'{"order_id":"O1","exec_type":"trade","order_status":"filled","timestamp":"t","exec_id":"T1",'
        b'"fees":[{"asset":"USD","qty":1.5e-05}]}'
    )
    assert isinstance(message, ExecutionsMessage)
    assert message.data[0].fees == (Fee(asset="USD", qty=Decimal("0.000015")),)


def test_triggers_and_contingents() -> None:
    message = executions(
        b'{"order_id":"O1","exec_type":"pending_new","order_status":"pending_new","timestamp":"t",'
        b'"triggers":{"price":0.2,"price_type":"static","reference":"index","status":"untriggered"},'
        b'"contingent":{"order_type":"stop-loss","trigger_price":-2.0,"trigger_price_type":"pct"}}'
    )
    assert isinstance(message, ExecutionsMessage)
    row = message.data[0]
    assert row.triggers == TriggerState(
        reference="index", price=Decimal("0.2"), price_type="static", status="untriggered"
    )
    assert row.contingent == Contingent(order_type="stop-loss", trigger_price=Decimal(-2), trigger_price_type="pct")


@pytest.mark.parametrize("word", ["reincarnated", ""])
def test_a_new_word_costs_no_message(word: str) -> None:
    message = executions(b'{"order_id":"O1","exec_type":"%s","order_status":"new","timestamp":"t"}' % word.encode())
    assert isinstance(message, ExecutionsMessage)


def test_balances_snapshot() -> None:
    frame = (
        b'{"channel":"balances","type":"snapshot","data":[{"asset":"BTC","asset_class":"currency",'
        b'"balance":1.2000000000,"wallets":[{"type":"spot","id":"main","balance":1.2000000000}]}],"sequence":1}'
    )
    wallet = Wallet(type="spot", id="main", balance=Decimal("1.2"))
    balance = Balance(asset="BTC", asset_class="currency", balance=Decimal("1.2"), wallets=(wallet,))
    assert decode(frame) == BalancesSnapshot(data=(balance,), sequence=1)


def test_balances_update() -> None:
    frame = (
        b'{"channel":"balances","type":"update","data":[{"ledger_id":"A5KS77-LQRMP-SMMN4B",'
        b'"ref_id":"AGBB7L-HT5LX-J3BB4A","timestamp":"t","type":"trade","asset":"USD","asset_class":"currency",'
        b'"category":"trade","wallet_type":"spot","wallet_id":"main","amount":132.9995,"fee":0.3458,'
        b'"balance":500.0000}],"sequence":10}'
    )
    entry = LedgerEntry(
        ledger_id="A5KS77-LQRMP-SMMN4B",
        ref_id="AGBB7L-HT5LX-J3BB4A",
        timestamp="t",
        type="trade",
        asset="USD",
        asset_class="currency",
        category="trade",
        wallet_type="spot",
        wallet_id="main",
        amount=Decimal("132.9995"),
        fee=Decimal("0.3458"),
        balance=Decimal(500),
    )
    assert decode(frame) == BalancesUpdate(data=(entry,), sequence=10)
