import pytest

from fathom.domain import OrderDenied
from fathom.strategy.built_in.desk import Desk
from fathom.strategy.built_in.following import missing_lots, step_towards, there
from market_feed import Feed, House, market_of, trusted_market, two_sided
from strategy_desk import OwnDesk

BTC = "BTC/USD"


@pytest.mark.parametrize(
    ("held", "target", "order"),
    [
        (0, 7, ("buy", 7, 1003)),
        (7, 0, ("sell", 7, 997)),
        (3, 7, ("buy", 4, 1003)),
        (7, 7, None),
        (2, -2, ("sell", 4, 997)),
    ],
)
def test_one_order_takes_what_is_missing(held: int, target: int, order: tuple[str, int, int] | None) -> None:
    own = OwnDesk()
    if held:
        own.trade("buy", held)
    view = own.view()
    assert missing_lots(view, BTC, target) == target - held
    said = [(one.side, one.qty_lots, one.price_ticks) for one in step_towards(view, Desk(), BTC, target, slippage=2)]
    assert said == ([] if order is None else [order])
    assert there(view, BTC, target) == (order is None)


def test_no_more_at_a_time_than_it_may() -> None:
    own = OwnDesk()
    (order,) = step_towards(own.view(), Desk(), BTC, 50, slippage=0, most_lots=8)
    assert order.qty_lots == 8


def test_never_two_orders_for_one_step() -> None:
    own, desk = OwnDesk(), Desk()
    view = own.view()
    (order,) = step_towards(view, desk, BTC, 5, slippage=0)
    assert list(step_towards(view, desk, BTC, 5, slippage=0)) == []
    desk.on_denied(OrderDenied(order.order_id, "funds", ""), view)
    assert list(step_towards(view, desk, BTC, 5, slippage=0)) == []
    assert len(list(step_towards(own.view(after_s=1), desk, BTC, 5, slippage=0))) == 1


def test_what_is_less_than_an_order_is_let_be() -> None:
    tiny = Feed(bids=[(3, 9)], asks=[(4, 9)])  # A lot is worth 0.004, and 0.5 is the least.
    poor = OwnDesk(trusted_market(tiny))
    assert list(step_towards(poor.view(), Desk(), BTC, 5, slippage=0)) == []
    assert there(poor.view(), BTC, 5)


def test_a_book_that_does_not_verify_is_neither_traded_on_nor_believed() -> None:
    feed = two_sided()
    market = market_of(feed)
    House(market).frame(feed.snapshot(), feed.update(bids=[(998, 1)], crc=1))
    own = OwnDesk(market)
    assert list(step_towards(own.view(), Desk(), BTC, 5, slippage=0)) == []
    assert not there(own.view(), BTC, 5)
    assert there(own.view(), BTC, 0)
