"""Earn: one strategy an asset to look at, and nothing allocated (rest.md 9).

Pure. Imports: call, names, paging. Imported by: methods.
"""

import hashlib
from typing import Any, Final

from fathom.exchange.listing import Asset
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.names import find_asset

STRATEGIES_MAX: Final = 500  # In one answer.
LOCK_TYPES: Final = ("flex", "bonded", "timed", "instant")
_LOCK: Final = "instant"


def strategies(call: PrivateCall) -> object:
    """Return the strategies; none can be allocated to."""
    form = call.form
    name = form.text("asset")
    assets = list(call.listing.assets.values()) if name is None else [find_asset(call.listing, name)]
    locks = form.names("lock_type", most=len(LOCK_TYPES))
    if any(lock not in LOCK_TYPES for lock in locks):
        raise invalid("lock_type")
    limit = form.integer("limit", least=1, most=STRATEGIES_MAX) or STRATEGIES_MAX
    shown = [asset for asset in assets if not asset.is_fiat and (not locks or _LOCK in locks)]
    if not form.boolean("ascending"):
        shown.reverse()
    return {"items": [_strategy(asset) for asset in shown[:limit]], "next_cursor": None}


def allocations(call: PrivateCall) -> object:
    """Return that nothing is allocated."""
    converted = find_asset(call.listing, call.form.text("converted_asset") or "USD")
    zero = converted.amount_text(0)
    return {
        "converted_asset": converted.symbol,
        "total_allocated": zero,
        "total_rewarded": zero,
        "next_cursor": None,
        "items": [],
    }


def allocate(call: PrivateCall) -> object:
    """Refuse: nobody's tier is high enough."""
    _known_strategy(call)
    if call.form.decimal("amount") is None:
        raise invalid("amount")
    raise Refused("EEarnings:Permission denied:The user's tier is not high enough")


def allocation_status(call: PrivateCall) -> object:
    """Return that nothing is under way."""
    _known_strategy(call)
    return {"pending": False}


def _known_strategy(call: PrivateCall) -> None:
    strategy_id = call.form.required("strategy_id")
    if all(strategy_id != _strategy_id(asset) for asset in call.listing.assets.values() if not asset.is_fiat):
        raise Refused("EGeneral:Invalid arguments:Invalid strategy ID")


def _strategy(asset: Asset) -> dict[str, Any]:
    return {
        "id": _strategy_id(asset),
        "asset": asset.altname,
        "lock_type": {"type": _LOCK, "payout_frequency": 604_800},
        "apr_estimate": {"low": "1.0000", "high": "2.0000"},
        "user_min_allocation": asset.amount_text(1),
        "allocation_fee": "0.0000",
        "deallocation_fee": "0.0000",
        "auto_compound": {"type": "enabled"},
        "yield_source": {"type": "off_chain"},
        "can_allocate": False,
        "can_deallocate": False,
        "allocation_restriction_info": ["tier"],
    }


def _strategy_id(asset: Asset) -> str:
    digest = hashlib.sha256(asset.symbol.encode()).hexdigest().upper()
    return f"ES{digest[:5]}-{digest[5:10]}-{digest[10:16]}"
