"""Balance, BalanceEx, CreditLines, TradeBalance, TradeVolume."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import ask, captured, read, result
from whole_exchange import Stage


def test_captured_balances() -> None:
    said = read(rest.Balance(), captured("XChange/account/example-balance-data.json"))
    assert said == {"ZEUR": Decimal("1.0539"), "XXBT": Decimal("0.4888583300"), "XTSTCUR": Decimal("10.123")}
    assert read(rest.Balance(), captured("nautilus_trader/http_spot_balance.json"))["XXBT"] == Decimal("0.5")


def test_what_is_free() -> None:
    said = result(rest.BalanceEx(), '{"ZUSD":{"balance":"25.50","hold_trade":"8.25","credit":"2","credit_used":"1"}}')
    assert said["ZUSD"].free == Decimal("18.25")


def test_credit_may_be_none() -> None:
    assert result(rest.CreditLines(), "null") is None
    said = result(
        rest.CreditLines(),
        '{"asset_details":{"ZUSD":{"balance":"1.5","credit_limit":null}},"limits_monitor":{"total_credit_usd":"9"}}',
    )
    assert said is not None
    assert said.limits_monitor is not None
    assert (said.asset_details["ZUSD"].balance, said.limits_monitor.total_credit_usd) == (Decimal("1.5"), 9)


def test_fees_are_spelled_two_ways() -> None:
    classic = (
        '{"fee":"0.2500","minfee":"0.0000","maxfee":"0.2500","nextfee":"0.2000","tiervolume":"0","nextvolume":"1e4"}'
    )
    documented = (
        classic.replace("minfee", "min_fee").replace("nextfee", "next_fee").replace("tiervolume", "tier_volume")
    )
    for row in (classic, documented):
        said = result(
            rest.TradeVolume(), f'{{"currency":"ZUSD","volume":"12.50","fees":{{"X":{row}}},"fees_maker":null}}'
        )
        tier = said.fees["X"]
        assert (tier.fee, tier.minfee, tier.nextfee, tier.tiervolume) == (Decimal("0.25"), 0, Decimal("0.2"), 0)
        assert said.fees_maker == {}


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    ask(stage, rest.AddOrder(pair="BTC/USD", ordertype="limit", type="buy", volume=Decimal(1), price=Decimal(20000)))
    assert ask(stage, rest.Balance())["ZUSD"] == 25000
    assert 0 < ask(stage, rest.BalanceEx())["ZUSD"].free < 5000
    assert ask(stage, rest.CreditLines()) is None
    figures = ask(stage, rest.TradeBalance(asset="ZUSD"))
    assert figures.equity == figures.trade_balance + figures.unrealised
    assert figures.margin_level is None
    volume = ask(stage, rest.TradeVolume(pair=("BTC/USD",)))
    assert volume.fees["BTC/USD"].fee > volume.fees_maker["BTC/USD"].fee
    assert ask(stage, rest.TradeVolume()).fees == {}
