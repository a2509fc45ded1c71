from decimal import Decimal

from fathom.risk import CHECKS, Limits, judge
from risk_proposals import FINE, NOTHING_OWN, of


def test_a_modest_order_passes() -> None:
    assert judge(FINE, Limits(), NOTHING_OWN) is None


def test_the_first_refusal_is_the_answer_and_bears_the_name_of_its_check() -> None:
    wrong = of(venue_status="maintenance", book_trusted=False, price_ticks=-1, held_given=Decimal(0))
    assert judge(wrong, Limits(), NOTHING_OWN) == ("venue_open", "the venue is maintenance")
    assert judge(of(held_given=Decimal(0)), Limits(), NOTHING_OWN) == (
        "funds",
        "101 USD would be bound and 0 is held",
    )


def test_market_comes_before_order_and_order_before_account() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "venue_open",
        "book_verified",
        "valued",
        "lawful",
        "spread_share_max",
        "collar_share_max",
        "order_qty_max",
        "order_value_max",
        "open_orders_max",
        "orders_minute_max",
        "amends_minute_max",
        "turnover_day_max",
        "funds",
        "free_min",
        "position_share_max",
        "group_share_max",
        "gross_exposure_share_max",
    ]
