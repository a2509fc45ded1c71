"""DepositMethods, DepositAddresses, DepositStatus."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import ask, result
from whole_exchange import START_NS, Stage


def test_a_limit_is_an_amount_or_false() -> None:
    text = (
        '[{"method":"Bitcoin","limit":false,"fee":"0.0000000000","gen-address":true,"minimum":"0.0001"},'
        '{"method":"Wire","limit":"25.50","address-setup-fee":"1.5","new":1}]'
    )
    first, second = result(rest.DepositMethods(asset="XBT"), text)
    assert (first.limit, first.gen_address, first.minimum) == (False, True, Decimal("0.0001"))
    assert (second.limit, second.address_setup_fee) == (Decimal("25.50"), Decimal("1.5"))


def test_deposits_with_and_without_pages() -> None:
    row = '{"asset":"XXBT","refid":"R","amount":"1","time":1688666559,"status":"Success","status-prop":"onhold","x":1}'
    plain = result(rest.DepositStatus(), f"[{row}]")
    paged = result(rest.DepositStatus(cursor="true"), f'{{"deposit":[{row}],"next_cursor":"next"}}')
    assert plain.transfers == paged.transfers
    assert (plain.next_cursor, paged.next_cursor) == (None, "next")
    assert plain.transfers[0].status_prop == "onhold"


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    (method,) = ask(stage, rest.DepositMethods(asset="XBT"), name="treasurer")
    (address,) = ask(stage, rest.DepositAddresses(asset="XBT", method=method.method, new=True), name="treasurer")
    assert (address.expiretm, address.new) == (0, True)
    for request in (rest.DepositStatus(asset="XBT"), rest.DepositStatus(asset="XBT", cursor="true")):
        (deposit,) = ask(stage, request, name="treasurer").transfers
        assert (deposit.asset, deposit.status, deposit.time) == ("XXBT", "Success", START_NS)
