"""core/admission.py: what each state lets in."""

import pytest
from core_scenario import Scenario
from msgspec import structs

from fathom.exchange.listing import Pair

UNAVAILABLE = "no EService:Unavailable"
CANCEL_ONLY = "no EService:Market in cancel_only mode"
POST_ONLY = "no EService:Market in post_only mode"
LIMIT_ONLY = "no EService:Market in limit_only mode"
CANNOT_OPEN = "no EOrder:Cannot open position"
UNKNOWN = "no EQuery:Unknown asset pair"
NEW = "ann: new"


@pytest.mark.parametrize(
    ("state", "limit", "post", "market", "stop", "sell", "margin"),
    [
        ("pair maintenance", *[UNAVAILABLE] * 6),
        ("pair work_in_progress", *[UNAVAILABLE] * 6),
        ("system maintenance", *[UNAVAILABLE] * 6),
        ("pair cancel_only", *[CANCEL_ONLY] * 6),
        ("system cancel_only", *[CANCEL_ONLY] * 6),
        ("pair delisted", *[UNKNOWN] * 6),
        ("pair post_only", POST_ONLY, NEW, POST_ONLY, POST_ONLY, POST_ONLY, POST_ONLY),
        ("system post_only", POST_ONLY, NEW, POST_ONLY, POST_ONLY, POST_ONLY, POST_ONLY),
        ("pair limit_only", NEW, NEW, LIMIT_ONLY, LIMIT_ONLY, NEW, NEW),
        ("system limit_only", NEW, NEW, LIMIT_ONLY, LIMIT_ONLY, NEW, NEW),
        ("pair reduce_only", CANNOT_OPEN, CANNOT_OPEN, CANNOT_OPEN, CANNOT_OPEN, NEW, CANNOT_OPEN),
    ],
)
def test_states(*, state: str, limit: str, post: str, market: str, stop: str, sell: str, margin: str) -> None:
    scenario = Scenario()
    scenario.do("ann", state)
    assert scenario.do("ann", "buy 1 @ 90") == limit
    assert scenario.do("ann", "buy 1 @ 90 post") == post
    assert scenario.do("ann", "buy 1 market") == market
    assert scenario.do("ann", "buy 1 stop 90") == stop
    assert scenario.do("ann", "sell 1 @ 95") == sell
    assert scenario.do("ann", "sell 1 @ 96 x2") == margin
    assert (scenario.do("hal", "buy 1 @ 89 post") == "") == (post == NEW)


def test_the_stricter_of_engine_and_pair_counts() -> None:
    scenario = Scenario()
    scenario.do("ann", "system post_only")
    scenario.do("ann", "pair cancel_only")
    assert scenario.do("ann", "buy 1 @ 90 post") == CANCEL_ONLY
    scenario.do("ann", "system maintenance")
    assert scenario.do("ann", "buy 1 @ 90 post") == UNAVAILABLE
    scenario.do("ann", "pair online")
    scenario.do("ann", "system online")
    assert scenario.do("ann", "buy 1 @ 90") == NEW


def test_reducing_is_let_in() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("ann", "buy 1 market x2")
    scenario.do("ann", "pair reduce_only")
    assert scenario.do("ann", "sell 1 @ 110 x2 reduce") == NEW
    assert scenario.do("ann", "sell 1 @ 110 x2") == CANNOT_OPEN
    assert scenario.do("ann", "settle sell 1").startswith("ann: ")


def test_a_delisted_pair_has_no_orders() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 90")
    scenario.do("bob", "sell 1 stop 80")
    scenario.do("hal", "sell 1 @ 100")
    assert scenario.do("ann", "pair delisted") == "ann: canceled Market delisted; bob: canceled Market delisted"
    assert scenario.book() == {"bids": "", "asks": ""}


def test_a_pair_keeps_its_names() -> None:
    scenario = Scenario()
    renamed: Pair = structs.replace(scenario.pair, altname="BTCUSD")
    with pytest.raises(Exception, match="must keep the names"):
        scenario.venue.set_pair(renamed, now_ns=scenario.now_ns)
    with pytest.raises(Exception, match="is not listed"):
        scenario.venue.set_pair(structs.replace(scenario.pair, symbol="X/Y"), now_ns=scenario.now_ns)
