"""TradesHistory, QueryTrades, OpenPositions."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import ask, captured, read, result
from whole_exchange import START_NS, Stage


def test_captured_fills() -> None:
    said = read(rest.TradesHistory(), captured("Kraken.Net/Endpoints/Spot/Trading/GetUserTrades.txt"))
    fill = said.trades["THVRQM-33VKH-UCI7BS"]
    assert (fill.cost, fill.maker, fill.time) == (Decimal("600.20000"), True, 1_688_667_796_880_200_000)


def stage_with_a_position() -> Stage:
    stage = Stage()
    terms = {"pair": "BTC/USD", "volume": Decimal("0.01")}
    ask(stage, rest.AddOrder(ordertype="limit", type="sell", price=Decimal("20000.1"), **terms), name="bob")
    ask(stage, rest.AddOrder(ordertype="market", type="buy", leverage="2", **terms))
    return stage


def test_the_exchanges_fills() -> None:
    stage = stage_with_a_position()
    history = ask(stage, rest.TradesHistory(ledgers=True, trades=True))
    ((txid, fill),) = history.trades.items()
    assert (history.count, fill.price, fill.vol, fill.time) == (1, Decimal("20000.1"), Decimal("0.01"), START_NS)
    assert (fill.maker, fill.leverage, fill.posstatus) == (False, 2, "open")
    assert fill.ledgers
    assert ask(stage, rest.QueryTrades(txid=(txid,)))[txid].ordertxid == fill.ordertxid


def test_the_exchanges_positions() -> None:
    stage = stage_with_a_position()
    ((_, position),) = ask(stage, rest.OpenPositions(docalcs=True)).items()
    assert (position.vol, position.type, position.time) == (Decimal("0.01"), "buy", START_NS)
    assert position.net is not None
    assert position.rollovertm is not None
    assert position.rollovertm > START_NS
    summed = ask(stage, rest.OpenPositions(consolidation="market"))
    assert summed["XXBTZUSD/buy"].positions == 1
    assert ask(stage, rest.OpenPositions(), name="carol") == {}


def test_a_profit_has_its_sign() -> None:
    row = '{"pair":"X","type":"buy","cost":"1","fee":"0","vol":"1","vol_closed":"0","margin":"1","net":"+154186.9728"}'
    assert result(rest.OpenPositions(), f'{{"T":{row}}}')["T"].net == Decimal("154186.9728")
