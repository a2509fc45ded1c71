import pytest

from fathom.domain import Close, OrderWanted
from fathom.sim.admission import EXPIRE_NS_MAX, NO_POSITION, refusal_of

NOW = 1_000


def refused(order_type: str, price_ticks: int | None = None, *, qty_lots: int = 30, **fields: object) -> str:
    order = OrderWanted("a-1", "BTC/USD", "buy", order_type, qty_lots, price_ticks, **fields)  # type: ignore[arg-type]
    return refusal_of(order, now_ns=NOW).removeprefix("EGeneral:Invalid arguments:")


@pytest.mark.parametrize(
    ("order_type", "price", "trigger", "tifs"),
    [
        ("market", None, None, {"gtc", "ioc"}),
        ("limit", 5, None, {"gtc", "gtd", "ioc", "fok"}),
        ("stop-loss", None, 7, {"gtc", "gtd"}),
        ("stop-loss-limit", 5, 7, {"gtc", "gtd"}),
        ("take-profit", None, 7, {"gtc", "gtd"}),
        ("take-profit-limit", 5, 7, {"gtc", "gtd"}),
        ("trailing-stop", None, 7, {"gtc", "gtd"}),
    ],
)
def test_which_fields_go_with_which_type(
    order_type: str, price: int | None, trigger: int | None, tifs: set[str]
) -> None:
    for tif in ("gtc", "gtd", "ioc", "fok"):
        expire_ns = NOW + 1 if tif == "gtd" else None
        said = refused(order_type, price, trigger_ticks=trigger, time_in_force=tif, expire_ns=expire_ns)
        assert said == ("" if tif in tifs else "timeinforce"), tif
    assert refused(order_type, 5 if price is None else None, trigger_ticks=trigger) == "price"
    assert refused(order_type, price, trigger_ticks=None if trigger else 7) == "price"
    post_only = refused(order_type, price, trigger_ticks=trigger, post_only=True)
    assert post_only == ("" if price else "oflags")


@pytest.mark.parametrize("tif", ["ioc", "fok"])
def test_what_takes_at_once_cannot_be_post_only(tif: str) -> None:
    assert refused("limit", 5, time_in_force=tif, post_only=True) == "oflags"


@pytest.mark.parametrize(
    ("expire_ns", "said"),
    [
        (NOW + 1, ""),
        (NOW + EXPIRE_NS_MAX, ""),
        (NOW, "expiretm"),
        (NOW + EXPIRE_NS_MAX + 1, "expiretm"),
        (None, "expiretm"),
    ],
)
def test_an_order_expires_within_a_month(expire_ns: int | None, said: str) -> None:
    assert refused("limit", 5, time_in_force="gtd", expire_ns=expire_ns) == said
    assert refused("limit", 5, expire_ns=NOW + 1) == "expiretm"


@pytest.mark.parametrize(
    ("display", "said"), [(2, ""), (30, ""), (1, "displayvol"), (31, "displayvol"), (0, "displayvol")]
)
def test_an_iceberg_shows_a_fifteenth_or_more(display: int, said: str) -> None:
    assert refused("limit", 5, display_lots=display) == said


def test_only_limit_orders_that_rest_hide() -> None:
    assert refused("limit", 5, display_lots=10, time_in_force="ioc") == "displayvol"
    assert refused("stop-loss-limit", 5, trigger_ticks=6, display_lots=10) == "displayvol"


@pytest.mark.parametrize(
    ("close", "said"),
    [
        (Close("limit", 9), ""),
        (Close("stop-loss", None, 4), ""),
        (Close("stop-loss-limit", 3, 4), ""),
        (Close("market"), "close"),
        (Close("limit"), "close"),
        (Close("stop-loss", 3), "close"),
    ],
)
def test_a_close_has_the_fields_of_its_type(close: Close, said: str) -> None:
    assert refused("limit", 5, close=close) == said


def test_spot_has_no_position_to_reduce_and_nothing_has_no_quantity() -> None:
    assert refused("limit", 5, reduce_only=True) == NO_POSITION
    assert refused("limit", 5, qty_lots=0) == "volume"
