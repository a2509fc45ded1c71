"""Balance, BalanceEx, CreditLines, TradeBalance, TradeVolume (rest.md 5).

Pure. Imports: bank, call, names. Imported by: methods.
"""

from decimal import Decimal
from typing import Any, Final

from fathom.domain import units_decimal
from fathom.exchange.bank import RATE_ONE, Schedule, schedule_of
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.money import padded
from fathom.exchange.rest.names import find_asset, find_pairs

FIGURE_DECIMALS: Final = 4  # Of TradeBalance's and TradeVolume's figures.
PAIRS_MAX: Final = 500  # Named in one call; more are refused.


def balance(call: PrivateCall) -> object:
    """Return what the account has of each asset, holds included."""
    return {
        asset.rest_id: asset.amount_text(units)
        for asset, units in ((call.listing.asset(symbol), units) for symbol, units in balances_then(call).items())
    }


def balance_ex(call: PrivateCall) -> object:
    """Return the same, and what of it is kept for orders."""
    rows = {}
    held = held_then(call)
    for symbol, units in balances_then(call).items():
        asset = call.listing.asset(symbol)
        rows[asset.rest_id] = {
            "balance": asset.amount_text(units),
            "hold_trade": asset.amount_text(held.get(symbol, 0)),
        }
    return rows


def credit_lines(call: PrivateCall) -> object:
    """Return nothing: credit is for few, and nobody has it here."""
    call.form.word("rebase_multiplier", "rebased", "base")
    return None


def trade_balance(call: PrivateCall) -> object:
    """Return the margin figures, in an asset of the client's choice."""
    name = call.form.text("asset")
    asset = find_asset(call.listing, "ZUSD" if name is None else name)
    figures = call.bank.trade_balance(call.account, asset.symbol)
    row = {
        "eb": figures.equivalent_balance,
        "tb": figures.trade_balance,
        "m": figures.margin,
        "uv": figures.unfilled,
        "n": figures.unrealised,
        "c": figures.cost,
        "v": figures.valuation,
        "e": figures.equity,
        "mf": figures.free_margin,
        "mfo": figures.free_margin_for_orders,
    }
    texts = {name: padded(amount, FIGURE_DECIMALS) for name, amount in row.items()}
    return texts if figures.level_pct is None else texts | {"ml": padded(figures.level_pct, 2)}


def trade_volume(call: PrivateCall) -> object:
    """Return the volume of 30 days, and the fees of the pairs that are named."""
    form = call.form
    asked = _pairs_asked(call)
    # Strict here alone: Python's True and False are refused (a client's own notes say so).
    schedules = form.word("fee_schedule", "true", "false") == "true"
    usd = call.listing.asset("USD")
    volume_units = call.bank.volume_usd(call.account)
    volume = units_decimal(volume_units, precision=usd.decimals)
    answer: dict[str, Any] = {"currency": usd.rest_id, "volume": padded(volume, FIGURE_DECIMALS)}
    if not asked:
        return answer
    whole_usd = int(volume)
    answer["fees"] = {name: _fee_row(schedule_of(pair), whole_usd, maker=False) for name, pair in asked}
    answer["fees_maker"] = {name: _fee_row(schedule_of(pair), whole_usd, maker=True) for name, pair in asked}
    if schedules:
        answer["schedules"] = [_schedule_row(name, schedule_of(pair), whole_usd) for name, pair in asked]
    return answer


def balances_then(call: PrivateCall) -> dict[str, int]:
    """Return the balances as of the call's time: a lagging view knows nothing of later entries."""
    balances = dict(call.account.balances)
    if call.as_of_ns < call.now_ns:
        for entry in reversed(call.account.ledger):
            if entry.time_ns <= call.as_of_ns:
                break
            balances[entry.asset] = balances.get(entry.asset, 0) - entry.amount_units + entry.fee_units
    return balances


def held_then(call: PrivateCall) -> dict[str, int]:
    """Return what is kept for orders that were there at the call's time."""
    held = dict(call.account.held)
    orders = call.account.orders.values() if call.as_of_ns < call.now_ns else ()
    for order in orders:
        if order.opened_ns > call.as_of_ns and order.held_units:
            held[order.held_asset] = held.get(order.held_asset, 0) - order.held_units
    return held


def _pairs_asked(call: PrivateCall) -> list[tuple[str, Pair]]:
    """Return the pairs under the names they come back by: texts, or objects with `asset` and `aclass`."""
    form = call.form
    value = form.fields.get("pair")
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        names = [part.get("asset") for part in value]
        if len(names) > PAIRS_MAX or not all(isinstance(name, str) for name in names):
            raise invalid("pair")
        if any(part.get("aclass", "forex") != "forex" for part in value):
            raise Refused("EQuery:Unknown asset pair")
    else:
        names = form.names("pair", most=PAIRS_MAX)
    return find_pairs(call.listing, names) if names else []


def _fee_row(schedule: Schedule, volume_usd: int, *, maker: bool) -> dict[str, Any]:
    tier, following = schedule.tier(volume_usd), schedule.next_tier(volume_usd)
    rates = [row.maker_rate if maker else row.taker_rate for row in schedule.tiers]
    now = tier.maker_rate if maker else tier.taker_rate
    return {
        "fee": _percent(now),
        "minfee": _percent(min(rates)),
        "maxfee": _percent(max(rates)),
        "nextfee": None if following is None else _percent(following.maker_rate if maker else following.taker_rate),
        "tiervolume": padded(Decimal(tier.volume_usd), FIGURE_DECIMALS),
        "nextvolume": None if following is None else padded(Decimal(following.volume_usd), FIGURE_DECIMALS),
    }


def _schedule_row(name: str, schedule: Schedule, volume_usd: int) -> dict[str, Any]:
    active = schedule.tier(volume_usd)
    tiers = []
    for tier in schedule.tiers:
        row: dict[str, Any] = {"maker_fee": _percent(tier.maker_rate), "taker_fee": _percent(tier.taker_rate)}
        if tier.volume_usd:
            row["min_spot_volume"] = padded(Decimal(tier.volume_usd), FIGURE_DECIMALS)
        tiers.append(row | {"active": True} if tier is active else row)
    return {"pair": name, "class": "forex", "tiers": tiers}


def _percent(rate: int) -> str:
    return padded(Decimal(rate * 100) / RATE_ONE, FIGURE_DECIMALS)
