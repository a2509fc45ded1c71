"""TradesHistory, QueryTrades (rest.md 5).

Pure. Imports: bank, call, money, paging. Imported by: methods, exports.
"""

from collections.abc import Callable
from typing import Any, Final

from fathom.domain import units_decimal
from fathom.exchange.bank import Account, Fill, Position
from fathom.exchange.listing import Listing, Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import time_number
from fathom.exchange.rest.money import fee_text, padded, public_price_text, quote_text
from fathom.exchange.rest.paging import page, read_span

QUERIED_MAX: Final = 20  # More ids in one call are refused.
NO_POSITION: Final = "TKH2SE-M7IF5-CFI7LT"  # What captures show as the position of every trade that has none.
TYPES: Final = ("all", "any position", "closed position", "closing position", "no position")


def trades_history(call: PrivateCall) -> object:
    """Return a page of the account's fills, newest first. `consolidate_taker` is taken and changes nothing."""
    form = call.form
    fills = {fill.exec_id: fill for fill in _fills(call)}
    span = read_span(form, time_of=lambda exec_id: fills[exec_id].time_ns if exec_id in fills else None)
    wanted = _wanted(form.word("type", *TYPES) or "all", call.account)
    trades, ledgers = form.boolean("trades"), form.boolean("ledgers")
    matching = [fill for fill in reversed(fills.values()) if span.holds(fill.time_ns) and wanted(fill)]
    shown, count = page(form, matching)
    rows = {}
    for fill in shown:
        row = trade_row(fill, call.account, call.listing, trades=trades)
        rows[fill.exec_id] = row | {"ledgers": list(fill.ledger_ids)} if ledgers else row
    return {"trades": rows} if count is None else {"count": count, "trades": rows}


def query_trades(call: PrivateCall) -> object:
    """Return the fills of these ids; one that is unknown refuses them all."""
    exec_ids = call.form.names("txid", most=QUERIED_MAX)
    trades = call.form.boolean("trades")
    fills = {fill.exec_id: fill for fill in _fills(call)}
    if not exec_ids or any(exec_id not in fills for exec_id in exec_ids):
        raise Refused("EGeneral:Invalid arguments:txid")
    return {exec_id: trade_row(fills[exec_id], call.account, call.listing, trades=trades) for exec_id in exec_ids}


def trade_row(fill: Fill, account: Account, listing: Listing, *, trades: bool) -> dict[str, Any]:
    """Return one fill; for one that opened a position also what became of that."""
    pair = listing.pair(fill.symbol)
    assert pair is not None, fill.symbol
    row: dict[str, Any] = {
        "ordertxid": fill.order_id,
        "postxid": fill.position_id or NO_POSITION,
        "pair": pair.rest_id,
        "time": time_number(fill.time_ns),
        "type": fill.side,
        "ordertype": f"liquidation {fill.order_type}" if fill.liquidation else fill.order_type,
        "price": public_price_text(fill.price_ticks, pair),
        "cost": quote_text(fill.cost_units, pair, listing),
        "fee": fee_text(fill.fee_units, pair, listing, in_base=fill.fee_asset == pair.base),
        "vol": pair.qty_text(fill.qty_lots),
        "margin": quote_text(fill.margin_units, pair, listing),
        "leverage": str(fill.leverage),
        "misc": "closing" if fill.closing else "",
        "trade_id": fill.trade_id,
        "maker": fill.maker,
    }
    position = None if fill.closing else find_position(account, fill.position_id)
    return row if position is None else row | _position_fields(position, pair, listing, trades=trades)


def find_position(account: Account, position_id: str | None) -> Position | None:
    """Return a position of the account, open or closed."""
    if position_id is None:
        return None
    if (position := account.positions.get(position_id)) is not None:
        return position
    return next((closed for closed in account.positions_closed if closed.position_id == position_id), None)


def _fills(call: PrivateCall) -> list[Fill]:
    return [fill for fill in call.account.fills if fill.time_ns <= call.as_of_ns]


def _wanted(kind: str, account: Account) -> Callable[[Fill], bool]:
    """Return the filter by what a fill did to a position."""
    open_ids = account.positions
    if kind == "no position":
        return lambda fill: fill.position_id is None
    if kind == "any position":
        return lambda fill: fill.position_id is not None
    if kind == "closing position":
        return lambda fill: fill.closing
    if kind == "closed position":
        return lambda fill: fill.position_id is not None and not fill.closing and fill.position_id not in open_ids
    return lambda _fill: True


def _position_fields(position: Position, pair: Pair, listing: Listing, *, trades: bool) -> dict[str, Any]:
    """Return what became of a position: sums of what is closed of it."""
    fields: dict[str, Any] = {"posstatus": "open" if position.left_lots else "closed"}
    if position.closed_lots:
        price = units_decimal(position.closed_cost_units, precision=listing.asset(pair.quote).decimals) / pair.qty(
            position.closed_lots
        )
        fields |= {
            "cprice": padded(price, pair.price_precision),
            "ccost": quote_text(position.closed_cost_units, pair, listing),
            "cfee": quote_text(position.closed_fee_units, pair, listing),
            "cvol": pair.qty_text(position.closed_lots),
            "cmargin": quote_text(position.closed_margin_units, pair, listing),
            "net": _net_text(position.net_units, pair, listing),
        }
    return fields | {"trades": list(position.fill_ids)} if trades else fields


def _net_text(units: int, pair: Pair, listing: Listing) -> str:
    """Return a profit with its sign."""
    text = quote_text(units, pair, listing)
    return text if text.startswith("-") else f"+{text}"
