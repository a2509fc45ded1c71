"""Withdrawals and transfers between wallets."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import ask, form, result, send
from whole_exchange import Stage

ROW = '{"asset":"XXBT","refid":"R","amount":"1","time":1688666559,"status":"Success","key":"main"}'


def test_pages_by_either_name() -> None:
    for name in ("withdrawals", "withdrawal"):
        paged = result(rest.WithdrawStatus(cursor="true"), f'{{"{name}":[{ROW}],"next_cursor":null}}')
        assert paged.transfers == result(rest.WithdrawStatus(), f"[{ROW}]").transfers
        assert paged.transfers[0].key == "main"


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    terms = {"asset": "XBT", "key": "main", "amount": Decimal("0.001")}
    (method,) = ask(stage, rest.WithdrawMethods(asset="XBT"), name="treasurer")
    (address,) = ask(stage, rest.WithdrawAddresses(asset="XBT", verified=True), name="treasurer")
    assert (address.method, address.key) == (method.method, "main")
    info = ask(stage, rest.WithdrawInfo(**terms), name="treasurer")
    assert (info.amount, info.fee) == (Decimal("0.001"), 0)
    made = ask(stage, rest.Withdraw(**terms, max_fee=Decimal(1)), name="treasurer")
    (gone,) = ask(stage, rest.WithdrawStatus(asset="XBT"), name="treasurer").transfers
    assert (gone.refid, gone.amount) == (made.refid, Decimal("0.001"))
    refused = send(stage, rest.WithdrawCancel(asset="XBT", refid=made.refid), name="treasurer")
    assert refused.errors == ("EFunding:Unknown reference id",)
    assert result(rest.WithdrawCancel(asset="XBT", refid="R"), "true") is True
    assert send(stage, rest.Withdraw(**terms)).errors == ("EGeneral:Permission denied",)


def test_from_one_wallet_to_the_other() -> None:
    request = rest.WalletTransfer(asset="XBT", source="Spot Wallet", target="Futures Wallet", amount=Decimal(1))
    assert form(request) == {"asset": "XBT", "from": "Spot Wallet", "to": "Futures Wallet", "amount": "1"}
    assert send(Stage(), request).errors == ("EAccount:Invalid permissions",)
    assert result(request, '{"refid":"R"}').refid == "R"
