from bank_desk import START_NS, Desk
from fathom.exchange.bank.scale import Scale
from fathom.exchange.bank.trade import Trade


def test_a_trade_is_what_both_sides_agree_on() -> None:
    desk = Desk()
    bid, ask = desk.order(desk.house, "buy", "1", "50000.0"), desk.order(desk.house, "sell", "1", "50000.0")
    trade = Trade(
        scale=Scale(desk.listing, desk.pair()),
        maker=bid,
        taker=ask,
        price_ticks=500_000,
        qty_lots=100_000_000,
        cost_units=500_000_000,
        base_units=10_000_000_000,
        trade_id=1,
        time_ns=START_NS,
    )
    assert trade.maker is bid
    assert trade.taker is ask
    assert trade.scale.pair == desk.pair()
