"""Tests of what all feeds of a market share."""

from decimal import Decimal

from feed_venue import MID, T0, FeedVenue, S
from msgspec import structs

from fathom.exchange.feeds.market_tape import SPREADS_MAX, MarketTape, Spread


def test_the_best_prices_and_their_quantities_are_watched() -> None:
    venue = FeedVenue()
    tape = MarketTape(venue.market, now_ns=T0)
    assert tape.best == (0, 0, 0, 0)

    def publish(now_ns: int) -> bool:
        for event in venue.take_events():
            tape.moved(event)
        tape.gather(now_ns=now_ns)
        moved = tape.best_moved
        tape.clear()
        return moved

    bid = venue.add("buy", MID - 1, 5)
    venue.add("sell", MID + 1, 6)
    assert publish(T0 + S)
    assert tape.best == (MID - 1, 5, MID + 1, 6)
    venue.add("buy", MID - 9, 5)
    assert not publish(T0 + 2 * S)
    venue.show(bid, 4)
    assert publish(T0 + 3 * S)
    assert tape.best == (MID - 1, 4, MID + 1, 6)
    assert not publish(T0 + 4 * S)
    venue.cancel(bid)
    assert publish(T0 + 5 * S)
    # Spreads are of prices: a quantity makes none.
    assert list(tape.spreads) == [
        Spread(T0, 0, 0),
        Spread(T0 + S, MID - 1, MID + 1),
        Spread(T0 + 5 * S, MID - 9, MID + 1),
    ]
    for number in range(SPREADS_MAX):
        venue.add("buy", MID - 8 + number % 9, 1)
        venue.cancel(venue.add("buy", MID, 1)) if number % 2 else venue.add("sell", MID + 1, 1)
        publish(T0)
    assert len(tape.spreads) <= SPREADS_MAX


def test_a_market_without_trades_has_a_last_price_all_the_same() -> None:
    venue = FeedVenue()
    tape = MarketTape(venue.market, now_ns=T0)
    reference = int(venue.market.pair.reference_price * 10)
    assert tape.view(now_ns=T0).last_ticks == reference
    venue.add("buy", MID - 4, 5)
    venue.add("sell", MID + 2, 6)
    tape = MarketTape(venue.market, now_ns=T0)
    assert tape.view(now_ns=T0).last_ticks == MID - 1
    venue.trade("buy", MID + 2, 3)
    for event in venue.take_events()[2:]:
        tape.traded(event)
    view = tape.view(now_ns=T0)
    assert (view.last_ticks, view.last_lots, view.day.trades) == (MID + 2, 3, 1)


def test_the_last_trades_are_oldest_first() -> None:
    venue = FeedVenue()
    for number in range(60):
        venue.trade("buy", MID, number + 1)
    tape = MarketTape(venue.market, now_ns=T0)
    assert [trade.trade_id for trade in tape.last_trades(50)] == list(range(11, 61))
    assert [trade.trade_id for trade in tape.last_trades(100)] == list(range(1, 61))


def test_another_precision_keeps_the_past() -> None:
    venue = FeedVenue()
    tape = MarketTape(venue.market, now_ns=T0)
    venue.trade("buy", MID, 30)
    for event in venue.take_events():
        tape.traded(event)
    pair = structs.replace(venue.market.pair, price_precision=2, qty_precision=7)
    venue.market.last_ticks = MID * 10
    venue.market.set_pair(pair, system="online")
    tape.change_pair(venue.market, pair)
    view = tape.view(now_ns=T0)
    assert (view.last_ticks, view.last_lots) == (MID * 10, 3)
    assert (view.day.close_ticks, view.day.lots, view.day.vwap_ticks()) == (MID * 10, 3, MID * 10)
    assert tape.texts.price(view.last_ticks) == "97000.00"
    assert pair.price(view.last_ticks) == Decimal(97000)
