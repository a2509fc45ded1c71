"""The bot of a rehearsal: the nine strategies of configs/, with limits for all of them together.

Some are made quicker than their configuration has them, so that each of them trades within the hours, and the grid is
laid around the price of today: what is rehearsed is the machinery, not their profit.

Imports: exchange, run. Imported by: rehearsal.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.exchange import Listing
from fathom.run.bot_file import BotFile

CONFIGS: Final = Path(__file__).resolve().parents[1] / "configs"
TRADED: Final = ("BTC/USD", "ETH/USD", "ETH/BTC", "SOL/USD")  # By the strategies; the other pairs are listened to.
LEVEL3: Final = ("SOL/USD",)
QUICKER: Final[dict[str, dict[str, Any]]] = {
    "dca": {"every_s": 600, "offset_s": 0, "budget_quote": "100000", "dip_share": 0.01, "dip_window_s": 3_600,
            "dip_rest_s": 1_800},
    "pairs": {"window": 60, "every_s": 20, "entry_z": 2.0, "leg_quote": "200"},
    "rebalance": {"every_s": 300, "band_share": 0.01},
    "trend": {"candle_s": 60},
    "triangular": {"fee_share": "0", "edge_share_min": 0.0001, "spend_quote": "50", "rest_s": 60},
}  # fmt: skip
LIMITS: Final = {
    "position_share_max": "0.40",
    "order_value_max": "1000",
    "open_orders_max": 100,
    "orders_minute_max": 1_000,
    "amends_minute_max": 3_000,
    "turnover_day_max": "100000000",
}


def symbols_of(pairs: int) -> tuple[str, ...]:
    """Return so many pairs: those that are traded, and then as they are listed."""
    listed = Listing().pairs
    return tuple(dict.fromkeys((*TRADED, *listed)))[: max(pairs, len(TRADED))]


def bot_of(symbols: tuple[str, ...]) -> BotFile:
    """Return the bot that trades with all nine."""
    strategies = [
        one for path in sorted(CONFIGS.glob("*.toml")) for one in tomllib.loads(path.read_text())["strategies"]
    ]
    for one in strategies:
        one["params"] |= QUICKER.get(one["kind"], {})
        if one["kind"] == "grid":
            one["params"] |= _around(one["params"]["symbol"])
    told = {
        "name": "rehearsal",
        "symbols": {symbol: {"level3": 10} if symbol in LEVEL3 else {} for symbol in symbols},
        "strategies": strategies,
        "risk": LIMITS,
    }
    return msgspec.convert(told, BotFile, strict=False)


def _around(symbol: str) -> dict[str, Any]:
    """Return a grid of a thousandth a step around the price at which a pair begins."""
    pair = Listing().pair(symbol)
    assert pair is not None, symbol
    price = pair.reference_price
    low, high = (str((price * share).quantize(Decimal("0.1"))) for share in (Decimal("0.97"), Decimal("1.03")))
    return {"lower": low, "upper": high, "levels": 61}
