import itertools
from decimal import Decimal

import pytest

from fathom.domain import OrderDenied, OrderTraded, OrderWanted
from fathom.strategy import Dca, Every, make_strategy
from market_feed import BTC, S, two_sided
from strategy_stage import Played, Street, living, play, random_markets

MINUTE = 60


def saver(**params: object) -> Dca:
    made = make_strategy("dca", name="a", params={"symbol": "BTC/USD", "spend_quote": "10", "every_s": MINUTE} | params)
    assert isinstance(made, Dca)
    return made


def spent(played: Played) -> Decimal:
    return sum(
        (BTC.cost(price_ticks=one.price_ticks, qty_lots=one.qty_lots) for one in played.said(OrderTraded)), Decimal(0)
    )


def still(seconds: int, *, every: int = 5) -> Street:
    """A market that stands still at 100 USD, and says so now and then."""
    street = Street()
    for _ in range(seconds // every):
        street.wait(every).heal()
    return street


def test_it_looks_a_few_times_for_each_purchase() -> None:
    assert saver().wakes() == (Every(6 * S),)
    assert saver(every_s=1).wakes() == (Every(S),)
    assert saver(every_s=86_400).wakes() == (Every(6 * S),)


def test_it_buys_at_the_times_of_the_calendar_for_no_more_than_its_amount() -> None:
    played = play(saver, still(200).frames)
    orders = played.at(OrderWanted)
    assert [at_ns // S // MINUTE for at_ns, _ in orders] == [1, 2, 3]
    assert {(one.side, one.time_in_force) for _, one in orders} == {("buy", "ioc")}
    assert [one.qty_lots for _, one in orders] == [9, 10, 10]  # At 101.1 at most; what is left over is not lost.
    assert spent(played) == Decimal("29.057")


def test_an_offset_moves_the_calendar() -> None:
    played = play(lambda: saver(offset_s=30), still(100).frames)
    assert [at_ns // S for at_ns, _ in played.at(OrderWanted)] == [30, 90]


def test_what_one_purchase_leaves_is_bought_with_the_next() -> None:
    played = play(lambda: saver(spend_quote="0.6"), still(300).frames)  # A lot costs about 1.
    assert [at_ns // S for at_ns, _ in played.at(OrderWanted)] == [120, 240]
    assert spent(played) <= 4 * Decimal("0.6")


def test_a_book_that_does_not_verify_is_waited_for_and_what_was_missed_is_bounded() -> None:
    street = still(50)
    street.flaw().wait(5 * MINUTE).heal()  # Five purchases are missed.
    for _ in range(10):
        street.wait(5).heal()
    played = play(lambda: saver(owed_max=2), street.frames)
    late = [(at_ns // S, one.qty_lots) for at_ns, one in played.at(OrderWanted)]
    assert late == [(354, 19), (360, 10)]  # Two purchases' worth, not five; and the next in its time.


def test_a_partial_fill_leaves_the_rest_owed() -> None:
    street = Street(two_sided(qty_lots=4))
    for _ in range(30):
        street.wait(5).heal()
    played = play(lambda: saver(slippage_max=0), street.frames)
    fills = [one.qty_lots for one in played.said(OrderTraded)]
    # Four lots are there at the price it will pay; they are gone for us until the market moves.
    assert fills == [4]
    assert played.strategy.owed_quote == 2 * Decimal(10) - Decimal("4.004")


def test_it_ends_with_its_budget() -> None:
    played = play(lambda: saver(budget_quote="15"), still(500).frames)
    assert Decimal(13) < spent(played) <= 15


def test_it_buys_more_on_a_dip_and_then_rests() -> None:
    street = still(30)
    street.move(980).wait(20).heal()  # 2 % below its high.
    street.move(940).wait(20).heal()  # And lower, within its rest.
    dip = {"every_s": 86_400, "dip_share": 0.015, "dip_spend_quote": "20", "dip_rest_s": 600}
    played = play(lambda: saver(**dip), street.frames)
    ((at_ns, order),) = played.at(OrderWanted)
    assert 30 <= at_ns // S <= 36
    assert order.qty_lots == 20  # At 98.1 and ten increments, 99.1.


def test_no_dip_is_seen_in_a_book_that_does_not_verify() -> None:
    street = still(30).move(980).flaw().wait(60)
    assert (
        play(lambda: saver(every_s=86_400, dip_share=0.015, dip_spend_quote="20"), street.frames).said(OrderWanted)
        == []
    )


def test_a_refusal_is_waited_out_longer_and_longer() -> None:
    played = play(saver, still(400).frames, balances={"USD": Decimal(1)})
    times = [at_ns // S for at_ns, _ in played.at(OrderDenied)]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert len(times) < 15
    assert gaps == sorted(gaps)


@pytest.mark.parametrize(
    "params", [{"spend_quote": "0"}, {"budget_quote": "-1"}, {"dip_share": 0.1}, {"every_s": 0}, {"owed_max": 0}]
)
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"must be above 0|needs it|Expected"):
        saver(**params)


@random_markets
def test_in_any_market_it_never_spends_beyond_its_budget(seed: int) -> None:
    params = {"every_s": 5, "spend_quote": "20", "budget_quote": "70", "dip_share": 0.01, "dip_spend_quote": "10"}
    played = play(lambda: saver(**params, dip_window_s=20, dip_rest_s=5), living(seed), seed=seed)
    assert spent(played) <= 70
    assert played.extremes("BTC/USD")[0] == 0  # It never sells.
