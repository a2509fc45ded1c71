"""Every check of an order that a bot's journal can name, as one table: what trips it, and what is then said.

One bot has all of them at once: each row is a pair of its own, with limits of its own and a strategy that asks for it.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from fathom.domain import AmendDenied, OrderDenied
from trip_stage import TripStage


def quoted(stage: TripStage, symbol: str) -> None:
    """An ordinary market: a bid and an ask, and nobody moves."""
    stage.quote(symbol)


def wide(stage: TripStage, symbol: str) -> None:
    """Best bid and best ask are 10 % apart."""
    stage.quote(symbol, half_spread=Decimal("0.05"))


def one_sided(stage: TripStage, symbol: str) -> None:
    """Nobody asks."""
    stage.quote(symbol, sides=("buy",))


def unverified(stage: TripStage, symbol: str) -> None:
    """No checksum is ever right."""
    stage.quote(symbol)
    stage.fault("wrong_checksum", channel="book", symbol=symbol)


def crossed(stage: TripStage, symbol: str) -> None:
    """The best bid stands at the best ask, and the checksum is right."""
    stage.quote(symbol)
    stage.fault("crossed_book", symbol=symbol)


def pair(status: str) -> Callable[[TripStage, str], None]:
    """The venue has the pair in another state."""

    def told(stage: TripStage, symbol: str) -> None:
        stage.quote(symbol)
        stage.control("/pairs", symbol=symbol, status=status)

    return told


class Refusal(Struct, frozen=True, kw_only=True):
    """One row. The order is worth so much, at this share of the mid (None: at the market)."""

    reason: str
    symbol: str
    says: str  # In the detail of the refusal.
    limits: str = ""  # What [risk.symbols."..."] of bot.toml has for the pair; others are wide.
    market: Callable[[TripStage, str], None] = quoted
    worth: str = "20"
    share: str | None = "0.98"
    probe: dict[str, Any] = {}  # What else the strategy is to do.
    sent: int = 0  # So many orders of the pair reach the venue, before the limit is met.
    kind: type[OrderDenied | AmendDenied] = OrderDenied

    @property
    def name(self) -> str:
        """As a strategy and a test are called."""
        return self.symbol.replace("/", "_")


# What bot.toml says for all of them.
RISK = """
position_share_max = "1"
gross_exposure_share_max = "1"
order_value_max = "100000"
open_orders_max = 100
orders_minute_max = 10000
amends_minute_max = 10000
rejections_max = 1000
book_age_s_max = 3600
journal_lag_ms_max = 60000
loop_lag_ms_max = 60000
health_hold_s = 2
free_min = { MATIC = "1000000" }

[risk.groups.together]
symbols = ["ETH/USD", "SOL/USD"]
share_max = "0.01"
"""
# fmt: off
REFUSALS = (
    Refusal(reason="position_share_max", symbol="BTC/USD", limits='position_share_max = "0.01"',
            says="the position would be"),
    Refusal(reason="group_share_max", symbol="ETH/USD", says="the group together would be"),
    Refusal(reason="order_value_max", symbol="XRP/USD", limits='order_value_max = "10"', says="more than 10"),
    Refusal(reason="order_qty_max", symbol="ADA/USD", limits='order_qty_max = "1"', says="more than 1"),
    Refusal(reason="collar_share_max", symbol="DOGE/USD", share="1.06", says="beyond the mid, more than 5.00%"),
    Refusal(reason="spread_share_max", symbol="OMG/USD", market=wide, says="the spread is 10.0"),
    Refusal(reason="open_orders_max", symbol="LTC/USD", limits="open_orders_max = 1", probe={"open_max": 2}, sent=1,
            says="1 orders are open in LTC/USD, and 1 is the most"),
    Refusal(reason="orders_minute_max", symbol="DOT/USD", limits="orders_minute_max = 2", probe={"open_max": 3},
            sent=2, says="2 orders within a minute in DOT/USD, and 2 is the most"),
    Refusal(reason="amends_minute_max", symbol="LINK/USD", limits="amends_minute_max = 1", probe={"amends": 1},
            sent=1, kind=AmendDenied, says="1 amends within a minute in LINK/USD, and 1 is the most"),
    Refusal(reason="order", symbol="XLM/USD", probe={"amends": 2}, sent=1, kind=AmendDenied,
            says="a change of it is on its way"),
    Refusal(reason="turnover_day_max", symbol="XMR/USD", limits='turnover_day_max = "10"',
            says="would be traded today in XMR/USD, more than 10"),
    Refusal(reason="funds", symbol="AVAX/USD", worth="5000", share="1.02", probe={"side": "sell"}, says="is held"),
    Refusal(reason="free_min", symbol="MATIC/USD", share="1.02", probe={"side": "sell"}, says="less than 1000000"),
    Refusal(reason="lawful", symbol="ALGO/USD", worth="0.1", says="below the minimum"),
    Refusal(reason="valued", symbol="EUR/GBP", says="no pair tells what a GBP is worth"),
    Refusal(reason="book_verified", symbol="ATOM/USD", limits="book_age_s_max = 1", probe={"begin_ms": 2500},
            says="s ago, more than 1 s"),
    Refusal(reason="book_verified", symbol="BCH/USD", market=unverified, says="not verified: checksum mismatch"),
    Refusal(reason="book_verified", symbol="TRX/USD", market=crossed, says="not verified: crossed book"),
    Refusal(reason="book_verified", symbol="KSM/USD", market=one_sided, says="a side of the book is empty"),
    Refusal(reason="book_verified", symbol="SHIB/USD", worth="3000", share=None, says="does not hold"),
    Refusal(reason="venue_open", symbol="UNI/USD", market=pair("cancel_only"), says="UNI/USD is cancel_only"),
    Refusal(reason="venue_open", symbol="ETC/USD", market=pair("limit_only"), share=None,
            says="limit_only and takes no market order"),
    Refusal(reason="venue_open", symbol="ZEC/USD", market=pair("post_only"), says="takes no order that may take"),
)
# fmt: on

# What no order has to be wrong for: one strategy asks all along, and is told so.
ASKER = Refusal(reason="stopping", symbol="SOL/USD", says="the run is ending", probe={"denials_max": 1})
STANDING = (
    Refusal(
        reason="margin", symbol=ASKER.symbol, says="what is open on margin is not known: the result of OpenPositions"
    ),
    Refusal(reason="reconciled", symbol=ASKER.symbol, says="journal and venue do not agree yet"),
    Refusal(reason="clock_offset_ms_max", symbol=ASKER.symbol, says="trading takes no new exposure for now"),
    Refusal(reason="group_share_max", symbol=ASKER.symbol, says="the group together would be"),
    ASKER,
)
