"""The rows of `executions` (websocket-v2.md 7.1): complete for pending_new and in snapshots, else what changed.

Fields come in the order in which captures have them, numbers padded as on the wire.

Pure. Imports: bank, core, feeds, listing. Imported by: private_feeds.
"""

from decimal import Decimal
from typing import Final

from msgspec.json import Encoder

from fathom.domain import units_text
from fathom.exchange.bank import Bank, Fill
from fathom.exchange.core.events import OrderTold
from fathom.exchange.core.order import Order, Trigger
from fathom.exchange.core.ticket import Conditional
from fathom.exchange.feeds import micros_text
from fathom.exchange.listing import Listing, Pair

_JSON: Final = Encoder()
_NO_LIMIT: Final = frozenset({"market", "stop-loss", "take-profit", "trailing-stop", "settle-position"})
_ENDS: Final = frozenset({"canceled", "expired"})


class ExecutionRows:
    """Writes rows: JSON objects, each a text."""

    def __init__(self, *, listing: Listing, bank: Bank) -> None:
        self._listing = listing
        self._bank = bank

    # -- Whole rows ------------------------------------------------------------------------------------------

    def told(self, event: OrderTold, *, complete: bool = False) -> str:
        """Return the row of one thing that happened; `complete` where the client was told nothing before."""
        order = event.order
        pair = self._pair(order.symbol)
        if event.exec_type == "trade" and event.fill is not None:
            return self._trade(event, event.fill, pair)
        if complete or event.exec_type == "pending_new":
            return self._complete(event, pair)
        parts = [
            f'"timestamp":"{micros_text(event.time_ns)}","order_status":"{event.status}","exec_type":"{event.exec_type}"'
        ]
        if event.exec_type in _ENDS or event.exec_type == "filled":
            cum_qty, cum_cost, avg_price, fee_usd = self._sums(event, pair)
            parts += [cum_qty, cum_cost, fee_usd, avg_price]
        elif event.exec_type in {"amended", "restated"}:
            parts.append(self._change(order, pair, cum_lots=event.cum_lots, reason=event.reason))
        elif event.exec_type == "iceberg_refill":
            parts.append(_display(order, pair, shown_lots=event.shown_lots))
        elif event.exec_type == "status" and order.trigger is not None:
            parts += _trigger(event.trigger or order.trigger, pair)
        parts.append(_client_id(order))
        if event.exec_type in _ENDS and event.reason is not None:
            reason = _quoted(event.reason)
            parts.append(f'"cancel_reason":{reason},"reason":{reason}')
        if order.liquidation and event.exec_type in {"filled", *_ENDS}:
            parts.append('"liquidated":true')
        parts.append(f'"order_id":"{order.order_id}"')
        return "{" + ",".join(parts) + "}"

    def open_order(self, order: Order) -> str:
        """Return an open order's row of a snapshot."""
        now = OrderTold(
            order=order,
            exec_type="pending_new" if order.status == "pending_new" else "new",
            status=order.status,
            time_ns=max(order.changed_ns, order.last_trade_ns),
            cum_lots=order.cum_lots,
            cum_cost_units=order.cum_cost_units,
            cum_fee_units=order.cum_fee_units,
        )
        return self._complete(now, self._pair(order.symbol), snapshot=True)

    def past_fill(self, fill: Fill, order: Order | None) -> str:
        """Return a fill's row of a snapshot; its order may be forgotten."""
        pair = self._pair(fill.symbol)
        status = "filled" if order is None else order.status
        client_id = '"order_userref":0' if order is None else _client_id(order)
        return (
            f'{{"order_id":"{fill.order_id}",{client_id},{self._fill(fill, pair)},"order_status":"{status}",'
            f'"order_type":"{fill.order_type}","timestamp":"{micros_text(fill.time_ns)}",'
            f'"fee_usd_equiv":{self._usd(fill.fee_asset, fill.fee_units, pair)},{self._fees(fill, pair)}}}'
        )

    def _trade(self, event: OrderTold, fill: Fill, pair: Pair) -> str:
        order = event.order
        return (
            f'{{"order_id":"{order.order_id}",{_client_id(order)},{self._fill(fill, pair)},'
            f'"order_type":"{order.order_type}","timestamp":"{micros_text(event.time_ns)}",'
            f'"order_status":"{event.status}",{",".join(self._sums(event, pair))},{self._fees(fill, pair)}}}'
        )

    def _complete(self, event: OrderTold, pair: Pair, *, snapshot: bool = False) -> str:
        """Return a whole row, with the sums of that moment. A snapshot's has the rest of them besides."""
        order = event.order
        parts = [f'"order_id":"{order.order_id}","symbol":"{order.symbol}"']
        if order.cash_units is None:
            parts.append(f'"order_qty":{pair.qty_text(order.qty_lots)}')
        else:
            parts.append(f'"cash_order_qty":{self._cost(order.cash_units, pair)}')
        cum_qty, cum_cost, avg_price, fee_usd = self._sums(event, pair)
        parts += [cum_qty, cum_cost, avg_price] if snapshot else [cum_cost]
        parts.append(
            f'"time_in_force":"{order.time_in_force.upper()}","exec_type":"{event.exec_type}","side":"{order.side}",'
            f'"order_type":"{order.order_type}",{_client_id(order)}'
        )
        parts += _terms(order, pair, fresh=event.exec_type == "pending_new")
        parts.append(
            f'"order_status":"{event.status}",{fee_usd},"fee_ccy_pref":"{"fcib" if order.fee_in_base else "fciq"}"'
        )
        if snapshot:
            parts.append(f'"amended":{_flag(order.amended)}')
        parts.append(f'"timestamp":"{micros_text(event.time_ns)}"')
        return "{" + ",".join(parts) + "}"

    # -- Parts -----------------------------------------------------------------------------------------------

    def _fill(self, fill: Fill, pair: Pair) -> str:
        text = (
            f'"exec_id":"{fill.exec_id}","exec_type":"trade","trade_id":{fill.trade_id},"symbol":"{fill.symbol}",'
            f'"side":"{fill.side}","last_qty":{pair.qty_text(fill.qty_lots)},'
            f'"last_price":{pair.price_text(fill.price_ticks)},"liquidity_ind":"{"m" if fill.maker else "t"}",'
            f'"cost":{self._cost(fill.cost_units, pair)}'
        )
        if fill.leverage:
            text += f',"margin_borrow":{_flag(not fill.closing)}'
        if fill.position_status is not None:
            text += f',"position_status":"{fill.position_status}"'
        return text

    def _fees(self, fill: Fill, pair: Pair) -> str:
        if fill.fee_asset == pair.quote:
            qty = self._cost(fill.fee_units, pair)
        else:
            qty = self._listing.asset(fill.fee_asset).amount_text(fill.fee_units)
        return f'"fees":[{{"asset":"{fill.fee_asset}","qty":{qty}}}]'

    def _sums(self, event: OrderTold, pair: Pair) -> tuple[str, str, str, str]:
        fee_usd = self._usd(_fee_asset(event.order, pair), event.cum_fee_units, pair)
        return (
            f'"cum_qty":{pair.qty_text(event.cum_lots)}',
            f'"cum_cost":{self._cost(event.cum_cost_units, pair)}',
            f'"avg_price":{self._average(event.cum_cost_units, event.cum_lots, pair)}',
            f'"fee_usd_equiv":{fee_usd}',
        )

    def _change(self, order: Order, pair: Pair, *, cum_lots: int, reason: str | None) -> str:
        """What an amend may have changed. A trigger's, and an iceberg's, beside what the capture of a limit has."""
        parts = [f'"cum_qty":{pair.qty_text(cum_lots)}']
        if reason is not None:
            parts.append(f'"reason":{_quoted(reason)}')
        parts.append(f'"amended":true,"order_qty":{pair.qty_text(order.qty_lots)}')
        if (limit := _limit(order, pair)) is not None:
            parts.append(f'"limit_price":{limit},"limit_price_type":"{order.limit_price_type}"')
        if order.display_lots is not None:
            parts.append(_display(order, pair))
        if order.trigger is not None:
            parts += _trigger(order.trigger, pair)
        return ",".join(parts)

    # -- Numbers ---------------------------------------------------------------------------------------------

    def _pair(self, symbol: str) -> Pair:
        pair = self._listing.pair(symbol)
        assert pair is not None, symbol
        return pair

    def _cost(self, units: int, pair: Pair) -> str:
        """Return an amount of quote with the decimals of the pair's costs, or of the ledger where those are more."""
        decimals = self._listing.asset(pair.quote).decimals
        return _padded(units, decimals=decimals, places=pair.cost_precision)

    def _usd(self, asset: str, units: int, pair: Pair) -> str:
        """Return what a fee is worth in USD, with the decimals of the pair's costs."""
        decimals = self._listing.asset("USD").decimals
        return _padded(self._bank.marks.usd_units(asset, units), decimals=decimals, places=pair.cost_precision)

    def _average(self, cost_units: int, lots: int, pair: Pair) -> str:
        """Return the average price, rounded half up to ticks; 0 before the first fill."""
        if not lots:
            return pair.price_text(0)
        shift = pair.price_precision + pair.qty_precision - self._listing.asset(pair.quote).decimals
        dividend, divisor = (cost_units * 10**shift, lots) if shift >= 0 else (cost_units, lots * 10**-shift)
        return pair.price_text((2 * dividend + divisor) // (2 * divisor))


def _terms(order: Order, pair: Pair, *, fresh: bool) -> list[str]:
    """Return the fields of what was ordered that only some orders have."""
    limit = _limit(order, pair)
    parts: list[str] = []
    if limit is not None:
        parts.append(f'"limit_price_type":"{order.limit_price_type}","limit_price":{limit}')
    parts += (
        [f'"stop_price":{pair.price_text(0)}'] if order.trigger is None else _trigger(order.trigger, pair, fresh=fresh)
    )
    if order.display_lots is not None:
        parts.append(_display(order, pair))
    parts.extend(
        f'"{name}":true'
        for name, said in (
            ("post_only", order.post_only),
            ("reduce_only", order.reduce_only),
            ("margin", order.leverage > 0),
            ("liquidated", order.liquidation),
        )
        if said
    )
    parts.extend(
        f'"{name}":"{micros_text(time_ns)}"'
        for name, time_ns in (("effective_time", order.effective_ns), ("expire_time", order.expire_ns))
        if time_ns is not None
    )
    parts.extend(
        f'"{name}":{_quoted(text)}'
        for name, text in (("ord_ref_id", order.parent_id), ("sender_sub_id", order.sender_sub_id))
        if text is not None
    )
    if order.conditional is not None:
        parts.append(f'"contingent":{_contingent(order.conditional, pair)}')
    return parts


def _client_id(order: Order) -> str:
    """Return the client's own id; its userref, 0 where it gave neither (7.1)."""
    if order.cl_ord_id is not None:
        return f'"cl_ord_id":{_quoted(order.cl_ord_id)}'
    return f'"order_userref":{order.userref or 0}'


def _limit(order: Order, pair: Pair) -> str | None:
    if order.limit_offset is not None:
        return _relative(order.limit_offset, order.limit_price_type, pair)
    if order.limit_ticks is None or order.order_type in _NO_LIMIT:
        return None
    return pair.price_text(order.limit_ticks)


def _trigger(trigger: Trigger, pair: Pair, *, fresh: bool = False) -> list[str]:
    """Return `triggers`, and the deprecated copies of its fields. `fresh`: as it was before anything set it off."""
    price = _relative(trigger.price, trigger.price_type, pair)
    last_ticks = None if fresh else trigger.last_ticks
    state: list[str] = []
    if trigger.price_type != "static" or trigger.peak_ticks is not None:  # Else it is `price`.
        state.append(f'"actual_price":{pair.price_text(trigger.actual_ticks)}')
    if last_ticks is not None:
        state.append(f'"last_price":{pair.price_text(last_ticks)}')
    if trigger.peak_ticks is not None:
        state.append(f'"peak_price":{pair.price_text(trigger.peak_ticks)}')
    state.append(
        f'"price":{price},"price_type":"{trigger.price_type}","reference":"{trigger.reference}",'
        f'"status":"{"triggered" if trigger.triggered and not fresh else "untriggered"}"'
    )
    if trigger.time_ns and not fresh:
        state.append(f'"timestamp":"{micros_text(trigger.time_ns)}"')
    copies = [f'"stop_price":{price}', f'"trigger":"{trigger.reference}"']
    if last_ticks is not None:
        copies.append(f'"triggered_price":{pair.price_text(last_ticks)}')
    return [f'"triggers":{{{",".join(state)}}}', *copies]


def _display(order: Order, pair: Pair, *, shown_lots: int | None = None) -> str:
    """Return the size of a slice, and what of it was shown then, or is now."""
    slice_text = pair.qty_text(order.display_lots or 0)
    remain_text = pair.qty_text(order.shown_lots if shown_lots is None else shown_lots)
    return f'"display_qty":{slice_text},"display_qty_remain":{remain_text}'


def _contingent(conditional: Conditional, pair: Pair) -> str:
    parts = [f'"order_type":"{conditional.order_type}"']
    if (price := conditional.trigger_price) is not None:
        price_type = conditional.trigger_price_type
        parts.append(f'"trigger_price":{_relative(price, price_type, pair)},"trigger_price_type":"{price_type}"')
    if (price := conditional.limit_price) is not None:
        price_type = conditional.limit_price_type
        parts.append(f'"limit_price":{_relative(price, price_type, pair)},"limit_price_type":"{price_type}"')
    return "{" + ",".join(parts) + "}"


def _relative(price: Decimal, price_type: str, pair: Pair) -> str:
    """Return a price padded to the pair's places; an offset or a percentage as it was asked."""
    if price_type == "static":
        places = Decimal(1).scaleb(-pair.price_precision)
        return f"{price.quantize(places):f}"
    return f"{price:f}"


def _fee_asset(order: Order, pair: Pair) -> str:
    return pair.base if order.fee_in_base else pair.quote


def _padded(units: int, *, decimals: int, places: int) -> str:
    """Return the units of 10^-decimals with `places` decimals, or with their own where those are more."""
    if places <= decimals:
        return units_text(units, precision=decimals)
    return units_text(units * 10 ** (places - decimals), precision=places)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    return _JSON.encode(text).decode()
