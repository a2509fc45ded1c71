import pytest
from crowd_venue import MINUTE, T0, S, book, client_of, limit, nameless, tape, trades, venue_of

from fathom.domain import LocalError
from fathom.exchange.core import Venue
from fathom.exchange.crowd import Crowd

FEW = ("BTC/USD", "ETH/USD", "ETH/BTC", "BTC/EUR", "EUR/USD", "OMG/USD")


def crowd_on(venue: Venue, *, seed: int = 1, speed: float = 1.0) -> Crowd:
    crowd = Crowd(venue, seed=seed, symbols=tuple(venue.markets), speed=speed, start_ns=T0)
    crowd.warm_up()
    return crowd


def run_until(crowd: Crowd, time_ns: int) -> int:
    count = 0
    while crowd.next_ns() <= time_ns:
        crowd.act()
        count += 1
    return count


def tape_of(seed: int, *, actions: int, speed: float = 1.0, portion: int = 1_000_000) -> bytes:
    venue = venue_of(*FEW)
    crowd = crowd_on(venue, seed=seed, speed=speed)
    lines = []
    for number in range(actions):
        due_ns = crowd.next_ns()
        assert crowd.act() == due_ns, "acts as of its own scheduled time"
        if number % portion == 0:
            lines += [repr(event) for event in tape(venue)]
    lines += [repr(event) for event in tape(venue)]
    venue.bank.check()
    return "\n".join(lines).encode()


def test_the_same_seed_gives_the_same_tape_byte_for_byte() -> None:
    first = tape_of(7, actions=20_000)
    assert len(first) > 1_000_000
    assert tape_of(7, actions=20_000, portion=13) == first
    assert tape_of(8, actions=20_000) != first


def test_a_crowd_may_be_told_to_be_no_deeper() -> None:
    deep, shallow = venue_of("BTC/USD"), venue_of("BTC/USD")
    crowd_on(deep)
    crowd = Crowd(shallow, seed=1, symbols=("BTC/USD",), speed=1.0, start_ns=T0, slots_max=50)
    crowd.warm_up()
    run_until(crowd, T0 + 30 * S)
    counts = [len(venue.markets["BTC/USD"].bids) for venue in (deep, shallow)]
    assert counts[0] > 500
    assert 20 < counts[1] < 80


def test_it_acts_in_order_of_time() -> None:
    crowd = crowd_on(venue_of(*FEW))
    times = [crowd.act() for _ in range(2000)]
    assert times == sorted(times)
    assert times[0] >= T0


def test_a_pairs_tape_hangs_on_no_other_pair() -> None:
    alone, together = venue_of("ETH/USD"), venue_of(*FEW)
    run_until(crowd_on(alone), T0 + 30 * S)
    run_until(crowd_on(together), T0 + 30 * S)
    seen = [row for row in nameless(tape(together)) if row[1] == "ETH/USD"]
    assert nameless(tape(alone)) == seen


def test_a_client_order_changes_only_what_it_touches() -> None:
    alone, joined = venue_of("ETH/USD"), venue_of("ETH/USD")
    plain, with_client = crowd_on(alone), crowd_on(joined)
    account = client_of(joined)
    best = joined.markets["ETH/USD"].bids.best()
    assert best is not None
    tape(alone)
    tape(joined)
    far = limit(joined, account, "ETH/USD", "buy", price_ticks=best // 2, qty_lots=10**8)
    assert [event.order_id for event in tape(joined)] == [far.order_id]
    run_until(plain, T0 + MINUTE)
    run_until(with_client, T0 + MINUTE)
    assert nameless(tape(joined)) == nameless(tape(alone))
    # One that takes away the touch: what was drawn stays as it was, so the books come together again.
    limit(joined, account, "ETH/USD", "buy", price_ticks=best * 2, qty_lots=20 * 10**8, now_ns=T0 + MINUTE, ioc=True)
    assert book(joined, "ETH/USD")[1][0] != book(alone, "ETH/USD")[1][0]
    run_until(plain, T0 + 10 * MINUTE)
    run_until(with_client, T0 + 10 * MINUTE)
    assert book(joined, "ETH/USD", 25) == book(alone, "ETH/USD", 25)


def test_no_book_is_ever_crossed_or_empty_and_money_adds_up() -> None:
    venue = venue_of(*FEW)
    crowd = crowd_on(venue, seed=3)
    for number in range(6000):
        crowd.act()
        for market in venue.markets.values():
            bid, ask = market.bids.best(), market.asks.best()
            assert bid is not None
            assert ask is not None
            assert bid < ask
        if number % 500 == 0:
            venue.bank.check()
    assert crowd.refused == 0


def test_a_book_that_was_bought_up_comes_back() -> None:
    venue = venue_of("OMG/USD")
    crowd = crowd_on(venue)
    account = client_of(venue)
    before = len(venue.markets["OMG/USD"].asks)
    lots = sum(lots for _, lots in book(venue, "OMG/USD")[1])
    limit(venue, account, "OMG/USD", "buy", price_ticks=10**6, qty_lots=lots, ioc=True)
    assert len(venue.markets["OMG/USD"].asks) == 0
    run_until(crowd, T0 + 15 * S)
    assert len(venue.markets["OMG/USD"].asks) >= 1, "the first to act goes to the touch"
    run_until(crowd, T0 + 5 * MINUTE)
    assert len(venue.markets["OMG/USD"].asks) > before // 4
    venue.bank.check()


def test_resting_orders_are_taken_when_the_fair_value_passes_through_them() -> None:
    venue = venue_of("BTC/USD")
    crowd = crowd_on(venue, seed=5)
    account = client_of(venue)
    bid, ask = venue.markets["BTC/USD"].bids.best(), venue.markets["BTC/USD"].asks.best()
    assert bid is not None
    assert ask is not None
    orders = [
        limit(venue, account, "BTC/USD", side, price_ticks=price, qty_lots=10**7)
        for behind in (0, 20, 100, 400)
        for side, price in (("buy", bid - behind), ("sell", ask + behind))
    ]  # fmt: skip
    for _ in range(40_000):
        crowd.act()
        market = venue.markets["BTC/USD"]
        for order in orders:
            if order.is_open and order.side == "buy":
                assert (market.asks.best() or 0) > order.limit_ticks  # type: ignore[operator]  # a limit order
    assert sum(order.status == "filled" for order in orders) >= 4
    assert all(order.left_lots == 0 or abs(order.limit_ticks - bid) > 100 for order in orders)  # type: ignore[operator]
    venue.bank.check()


def test_house_orders_are_bounded_over_hours() -> None:
    venue = venue_of("ETH/BTC", "OMG/USD")
    crowd = crowd_on(venue, speed=60.0)
    most = 0
    for number in range(40_000):
        crowd.act()
        if number % 200 == 0:
            open_orders = [order for account in venue.bank.accounts.values() for order in account.orders.values()]
            most = max(most, len(open_orders))
            assert all(not account.closed for account in venue.bank.accounts.values())
        venue.take_events()
    assert most <= 2 * (400 + 10) + 2 * (300 + 10)
    venue.bank.check()


def test_cross_rates_agree() -> None:
    venue = venue_of(*FEW)
    crowd = crowd_on(venue, seed=11, speed=200.0)
    for _ in range(40):
        run_until(crowd, crowd.next_ns() + S // 20)
        mid = {
            symbol: (market.bids.best() + market.asks.best()) / 2 / 10**market.pair.price_precision  # type: ignore[operator]
            for symbol, market in venue.markets.items()
        }
        assert mid["BTC/EUR"] * mid["EUR/USD"] == pytest.approx(mid["BTC/USD"], rel=0.002)
        assert mid["ETH/BTC"] * mid["BTC/USD"] == pytest.approx(mid["ETH/USD"], rel=0.004)


def test_index_prices_follow_where_a_pair_has_one() -> None:
    venue = venue_of("BTC/USD", "OMG/USD")
    crowd = crowd_on(venue)
    run_until(crowd, T0 + 10 * S)
    market = venue.markets["BTC/USD"]
    assert market.index_ticks is not None
    assert market.index_ticks == pytest.approx(market.bids.best(), rel=0.001)
    assert venue.markets["OMG/USD"].index_ticks is None


def test_the_rate_is_what_was_asked_for() -> None:
    venue = venue_of(*FEW)
    crowd = crowd_on(venue)
    assert run_until(crowd, T0 + 30 * S) == pytest.approx(30 * crowd.rate, rel=0.35)  # Calm or wild times.
    crowd.scale_to(3000.0)
    assert crowd.rate == pytest.approx(3000.0)
    assert run_until(crowd, T0 + 33 * S) == pytest.approx(9000, rel=0.35)
    crowd.set_pace(speed=2.0, rate=None, now_ns=T0 + 33 * S)
    assert crowd.rate == pytest.approx(2 * sum((26.0, 18.0, 5.0, 12.0, 3.0, 0.5)))
    tape(venue)
    run_until(crowd, T0 + 40 * S)
    assert trades(tape(venue))


@pytest.mark.parametrize(
    ("speed", "rate"), [(0.0, None), (None, 0.0), (None, -1.0), (1e9, None), (None, 1e9), (float("nan"), None)]
)
def test_a_pace_that_is_none_is_refused(speed: float | None, rate: float | None) -> None:
    crowd = crowd_on(venue_of("OMG/USD"))
    with pytest.raises(LocalError):
        crowd.set_pace(speed=speed, rate=rate, now_ns=T0)


def test_after_a_pause_nothing_is_made_up_for() -> None:
    venue = venue_of(*FEW)
    crowd = crowd_on(venue)
    run_until(crowd, T0 + 5 * S)
    due_ns = crowd.next_ns()
    crowd.resume(T0 + 3600 * S)
    assert crowd.next_ns() == T0 + 3600 * S
    assert run_until(crowd, T0 + 3601 * S) < 200
    crowd.resume(T0 + 3600 * S)  # Nothing is overdue: nothing moves.
    assert crowd.next_ns() > T0 + 3601 * S > due_ns


def test_warm_up_can_leave_something_to_look_back_on() -> None:
    venue = venue_of(*FEW)
    crowd = Crowd(venue, seed=1, symbols=FEW, speed=1.0, start_ns=T0)
    crowd.warm_up(until_ns=T0 + 20 * S)
    assert T0 + 20 * S < crowd.next_ns() < T0 + 21 * S
    assert all(market.last_ticks is not None for market in venue.markets.values())
    assert len(venue.markets["BTC/USD"].trades) > 3
