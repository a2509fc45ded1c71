"""OpenPositions (rest.md 5).

Pure. Imports: bank, call, money. Imported by: methods.
"""

from decimal import Decimal
from typing import Any, Final

from fathom.exchange.bank import RATE_ONE, Position
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.forms import time_number
from fathom.exchange.rest.money import padded, quote_text
from fathom.protocol import SECOND_NS

QUERIED_MAX: Final = 50  # More ids in one call are refused.
VALUE_DECIMALS: Final = 4


def open_positions(call: PrivateCall) -> object:
    """Return the open margin positions by id, or summed up by pair; without any it is a list (a capture's)."""
    form = call.form
    wanted = form.names("txid", most=QUERIED_MAX)
    docalcs = form.boolean("docalcs")
    positions = [
        position
        for position in call.account.positions.values()
        if (not wanted or position.position_id in wanted) and position.opened_ns <= call.as_of_ns
    ]
    if form.word("consolidation", "market") is not None:
        return _by_market(call, positions, docalcs=docalcs)
    return {position.position_id: _row(call, position, docalcs=docalcs) for position in positions} or []


def _row(call: PrivateCall, position: Position, *, docalcs: bool) -> dict[str, Any]:
    pair = _pair(call, position)
    order = call.venue.find_order(call.account, order_id=position.order_id)
    row: dict[str, Any] = {
        "ordertxid": position.order_id,
        "posstatus": "open",
        "pair": pair.rest_id,
        "time": time_number(position.opened_ns),
        "type": position.side,
        "ordertype": "market" if order is None else order.order_type,
        "cost": quote_text(position.cost_units, pair, call.listing),
        "fee": quote_text(position.fee_units, pair, call.listing),
        "vol": pair.qty_text(position.qty_lots),
        "vol_closed": pair.qty_text(position.closed_lots),
        "margin": quote_text(position.margin_units, pair, call.listing),
    }
    if docalcs:
        value, net = call.bank.position_value(position)
        row |= {"value": padded(value, VALUE_DECIMALS), "net": _signed(net)}
    rate = call.bank.loan_rate(pair, position.side) or 0
    return row | {
        "terms": f"{padded(Decimal(rate * 100) / RATE_ONE, 4)}% per 4 hours",
        "rollovertm": str(position.rollover_ns // SECOND_NS),
        "misc": "",
        "oflags": "",
    }


def _by_market(call: PrivateCall, positions: list[Position], *, docalcs: bool) -> list[dict[str, Any]]:
    """Return one row a pair and side."""
    groups: dict[tuple[str, str], list[Position]] = {}
    for position in positions:
        groups.setdefault((position.symbol, position.side), []).append(position)
    rows = []
    for group in groups.values():
        pair = _pair(call, group[0])
        cost_units = sum(position.cost_units for position in group)
        margin_units = sum(position.margin_units for position in group)
        row: dict[str, Any] = {
            "pair": pair.rest_id,
            "positions": str(len(group)),
            "type": group[0].side,
            "leverage": padded(Decimal(cost_units) / max(margin_units, 1), 5),
            "cost": quote_text(cost_units, pair, call.listing),
            "fee": quote_text(sum(position.fee_units for position in group), pair, call.listing),
            "vol": pair.qty_text(sum(position.qty_lots for position in group)),
            "vol_closed": pair.qty_text(sum(position.closed_lots for position in group)),
            "margin": quote_text(margin_units, pair, call.listing),
        }
        if docalcs:
            worths = [call.bank.position_value(position) for position in group]
            row["value"] = padded(sum((value for value, _ in worths), Decimal(0)), VALUE_DECIMALS)
            row["net"] = _signed(sum((net for _, net in worths), Decimal(0)))
        rows.append(row)
    return rows


def _pair(call: PrivateCall, position: Position) -> Pair:
    pair = call.listing.pair(position.symbol)
    assert pair is not None, position.symbol
    return pair


def _signed(amount: Decimal) -> str:
    text = padded(amount, VALUE_DECIMALS)
    return text if text.startswith("-") else f"+{text}"
