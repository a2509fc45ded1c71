"""Time, SystemStatus, Assets, AssetPairs (rest.md 4).

Pure. Imports: bank, listing, call, names. Imported by: methods.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from fathom.exchange.bank import RATE_ONE, schedule_of
from fathom.exchange.listing import Asset, Pair
from fathom.exchange.rest.call import Call
from fathom.exchange.rest.envelope import invalid
from fathom.exchange.rest.names import find_asset, find_pairs
from fathom.protocol import SECOND_NS, time_text

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMES_MAX: Final = 2000  # In one list; more are refused.
_CLASSES: Final = ("currency", "tokenized_asset")
_VENUES: Final = ("international", "bitnomial_exchange")
_STATUSES: Final = {"work_in_progress": "cancel_only"}  # REST has no such word.
_SYSTEM_STATUSES: Final = {"limit_only": "post_only"}  # Of the engine neither: only pairs can be limit_only.
# What `info` leaves of a pair's fields.
_VIEWS: Final = {
    "leverage": ("leverage_buy", "leverage_sell"),
    "fees": ("fees", "fees_maker", "fee_volume_currency"),
    "margin": ("margin_call", "margin_stop"),
}


def time(call: Call) -> object:
    """Return the venue's time."""
    seconds = call.shown_ns // SECOND_NS
    moment = datetime.fromtimestamp(seconds, UTC)
    # The names not by strftime: those hang on the locale.
    day, month = DAYS[moment.weekday()], MONTHS[moment.month - 1]
    text = f"{day}, {moment:%d} {month} {moment:%y %H:%M:%S} +0000"
    return {"unixtime": seconds, "rfc1123": text}


def system_status(call: Call) -> object:
    """Return the engine's state, and what is planned or wrong (captures of 2026): nothing ever is."""
    status = call.venue.system
    return {
        "status": _SYSTEM_STATUSES.get(status, status),
        "timestamp": time_text(call.shown_ns, digits=0),
        "upcoming_maintenance": [],
        "emergency": [],
    }


def assets(call: Call) -> object:
    """Return the assets by id."""
    names = call.form.names("asset", most=NAMES_MAX)
    if call.form.word("aclass", *_CLASSES) == "tokenized_asset":
        return {}
    shown = [find_asset(call.listing, name) for name in names] if names else call.listing.assets.values()
    return {asset.rest_id: _asset_row(asset) for asset in shown}


def asset_pairs(call: Call) -> object:
    """Return the pairs by id; a name with a slash comes back as asked."""
    form = call.form
    names = form.names("pair", most=NAMES_MAX)
    view = form.word("info", "info", *_VIEWS)
    venues = form.names("execution_venue", most=len(_VENUES))
    if any(venue not in _VENUES for venue in venues):
        raise invalid("execution_venue")
    if form.word("aclass_base", *_CLASSES) == "tokenized_asset" or (venues and "international" not in venues):
        return {}
    rows = {key: _pair_row(call, pair) for key, pair in find_pairs(call.listing, names)}
    fields = None if view is None else _VIEWS.get(view)
    if fields is None:
        return rows
    return {key: {field: row[field] for field in fields} for key, row in rows.items()}


def _asset_row(asset: Asset) -> dict[str, Any]:
    row: dict[str, Any] = {
        "aclass": "currency",
        "altname": asset.altname,
        "decimals": asset.decimals,
        "display_decimals": asset.decimals_shown,
    }
    if asset.collateral_value is not None:
        row["collateral_value"] = _number(asset.collateral_value)
    row["status"] = asset.status
    if asset.margin_rate is not None:
        row["margin_rate"] = f"{asset.margin_rate:f}"
    return row


def _pair_row(call: Call, pair: Pair) -> dict[str, Any]:
    listing = call.listing
    listed = call.rules.pair_fees_listed
    row: dict[str, Any] = {
        "altname": pair.altname,
        "wsname": pair.wsname,
        "aclass_base": "currency",
        "base": listing.asset(pair.base).rest_id,
        "aclass_quote": "currency",
        "quote": listing.asset(pair.quote).rest_id,
        "execution_venue": "international",
        "lot": "unit",
        "cost_decimals": pair.cost_precision,
        "pair_decimals": pair.price_precision,
        "lot_decimals": pair.qty_precision,
        "lot_multiplier": 1,
        "leverage_buy": list(pair.leverages),
        "leverage_sell": list(pair.leverages),
        "fees": _fee_table(pair, maker=False) if listed else [],
        "fees_maker": _fee_table(pair, maker=True) if listed else [],
        "fee_volume_currency": "ZUSD",
        "margin_call": pair.margin_call_pct,
        "margin_stop": pair.margin_stop_pct,
        "ordermin": _shortest(pair.qty(pair.qty_lots_min)),
        "costmin": f"{pair.cost_min:f}",
        "tick_size": pair.price_text(pair.price_increment_ticks),
        "status": _STATUSES.get(pair.status, pair.status),
    }
    if pair.leverages:
        row |= {"long_position_limit": pair.position_max_long, "short_position_limit": pair.position_max_short}
    return row


def _fee_table(pair: Pair, *, maker: bool) -> list[list[int | float]]:
    """Return the schedule as rows of volume and percent."""
    return [
        [tier.volume_usd, _number(Decimal((tier.maker_rate if maker else tier.taker_rate) * 100) / RATE_ONE)]
        for tier in schedule_of(pair).tiers
    ]


def _number(value: Decimal) -> int | float:
    """Return a number for JSON, as short as it can be: 1, 0.99."""
    return int(value) if value == value.to_integral_value() else float(value)


def _shortest(value: Decimal) -> str:
    """Return a number without zeros at its end: 0.00005, 30."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
