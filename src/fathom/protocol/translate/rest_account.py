"""The whole account as REST tells it: open and ended orders, fills, balances, as one AccountSeen (rest.md 5).

REST has names of its own for pairs and assets, and prices as words. Pure. Imports: domain, rest, v1_book, market and
foreign beside it. Imported by: the front door.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import EXACT, AccountSeen, Instrument, RemoteError, Side, VenueFill, VenueOrder
from fathom.protocol import rest
from fathom.protocol.times import SECOND_NS
from fathom.protocol.translate.foreign import order_type_of
from fathom.protocol.translate.market import instrument_named, wire_units
from fathom.protocol.v1_book import v2_symbol

PAGE: Final = 50  # Orders or fills of one answer, the newest first.
_STATUS: Final = {"pending": "new", "open": "new", "closed": "filled"}
_NO_LIMIT: Final = frozenset({"market", "settle-position", "stop-loss", "take-profit", "trailing-stop"})
_BEHIND_TRIGGER: Final = frozenset({"stop-loss-limit", "take-profit-limit"})


class RestNames(Struct, frozen=True):
    """What REST calls pairs and assets -> what we and WebSocket v2 call them."""

    pairs: Mapping[str, str]
    assets: Mapping[str, str]

    def asset(self, name: str) -> str:
        """Return an asset's name. What is earning, staked or on hold, such as XBT.F, is of its asset."""
        if name in self.assets:
            return self.assets[name]
        bare = name.partition(".")[0]
        return self.assets.get(bare, v2_symbol(bare))


class AccountTold(Struct, frozen=True):
    """The account, and what of it could not be said: of pairs whose rules were never told."""

    seen: AccountSeen
    unread: tuple[str, ...]


def rest_names(pairs: Mapping[str, rest.PairInfo], assets: Mapping[str, rest.AssetInfo]) -> RestNames:
    """Return the names out of the answers of AssetPairs and Assets."""
    named: dict[str, str] = {}
    for pair_id, pair in pairs.items():
        symbol = v2_symbol(pair.wsname or pair_id)
        named |= {pair_id: symbol, pair.altname or pair_id: symbol, symbol: symbol}
    return RestNames(named, {name: v2_symbol(asset.altname.partition(".")[0]) for name, asset in assets.items()})


def closed_orders_since(since_ns: int, *, page: int = 0) -> rest.ClosedOrders:
    """Return the question for a page of what has ended since then."""
    return rest.ClosedOrders(start=_start(since_ns), closetime="close", ofs=page * PAGE or None, without_count=True)


def fills_since(since_ns: int, *, page: int = 0) -> rest.TradesHistory:
    """Return the question for a page of fills: each by itself, as the stream tells them, not added up."""
    return rest.TradesHistory(
        start=_start(since_ns), ofs=page * PAGE or None, without_count=True, consolidate_taker=False
    )


def account_seen(
    *,
    as_of_ns: int,
    open_orders: Mapping[str, rest.OrderInfo],
    closed_orders: Mapping[str, rest.OrderInfo],
    fills: Mapping[str, rest.TradeInfo],
    balances: Mapping[str, Decimal],
    names: RestNames,
    instruments: Mapping[str, Instrument],
    order_id_of: Callable[[str], str | None],
    venue_ids: Mapping[str, str],
    source: str = "venue",
) -> AccountTold:
    """Return the account. `as_of_ns`: when the first of the questions was asked, of our clock.

    `order_id_of` gives our id for a client id, `venue_ids` for the venue's own, None or nothing for a stranger's. An
    order that is asked for by name goes with the closed ones, however it is. Raises RemoteError where one of our own
    orders or fills makes no sense.
    """
    unread: list[str] = []
    ours = dict(venue_ids)
    for venue_id, info in (*open_orders.items(), *closed_orders.items()):
        order_id = None if info.cl_ord_id is None else order_id_of(info.cl_ord_id)
        if order_id is not None:
            ours[venue_id] = order_id

    def told(rows: Mapping[str, rest.OrderInfo]) -> tuple[VenueOrder, ...]:
        orders: list[VenueOrder] = []
        for venue_id, info in rows.items():
            try:
                orders.append(venue_order(venue_id, info, ours.get(venue_id, ""), names, instruments))
            except RemoteError as error:
                _pass_over(error, venue_id, ours, unread)
        return tuple(orders)

    in_base = {venue_id for rows in (open_orders, closed_orders) for venue_id, info in rows.items() if _in_base(info)}
    filled: list[VenueFill] = []
    for exec_id, trade in fills.items():
        order_id = ours.get(trade.ordertxid, "")
        try:
            fill = venue_fill(exec_id, trade, order_id, names, instruments, fee_in_base=trade.ordertxid in in_base)
        except RemoteError as error:
            _pass_over(error, trade.ordertxid, ours, unread)
        else:
            filled.append(fill)
    filled.sort(key=lambda fill: (fill.time_ns, fill.exec_id))
    seen = AccountSeen(
        as_of_ns,
        source,
        told(open_orders),
        told(closed_orders),
        tuple(filled),
        venue_balances(balances, names),
    )
    return AccountTold(seen, tuple(unread))


def venue_order(
    venue_id: str, info: rest.OrderInfo, order_id: str, names: RestNames, instruments: Mapping[str, Instrument]
) -> VenueOrder:
    """Return an order. Raises RemoteError for a pair or a type that is not known, and for numbers finer than it has."""
    described = info.descr
    instrument = instrument_named(_symbol(described.pair, names), instruments)
    kind = described.ordertype or ""
    by_cash = "viqc" in info.oflags.split(",")  # Then the volume is what it may cost, in quote.
    filled_lots = wire_units(info.vol_exec, precision=instrument.qty_precision, field="vol_exec")
    qty_lots = filled_lots if by_cash else wire_units(info.vol, precision=instrument.qty_precision, field="vol")
    status = _STATUS.get(info.status, info.status)
    if status == "new" and filled_lots:
        status = "partially_filled"
    if status == "filled" and filled_lots < qty_lots:
        status = "canceled"  # Done with, and not all of it filled.
    limit = described.price2 if kind in _BEHIND_TRIGGER else described.price
    return VenueOrder(
        order_id=order_id,
        venue_order_id=venue_id,
        client_id=info.cl_ord_id or "",
        symbol=instrument.symbol,
        side=_side(described.type),
        order_type=order_type_of(kind),
        price_ticks=None if kind in _NO_LIMIT or kind == "trailing-stop-limit" else _ticks(limit, instrument),
        qty_lots=qty_lots,
        filled_lots=filled_lots,
        status=status,
        reason=info.reason or "",
        trigger_ticks=None if kind in {"limit", "iceberg", "market"} else _ticks(described.price, instrument),
        parent_id=info.refid or "",
    )


def venue_fill(
    exec_id: str,
    info: rest.TradeInfo,
    order_id: str,
    names: RestNames,
    instruments: Mapping[str, Instrument],
    *,
    fee_in_base: bool = False,
) -> VenueFill:
    """Return a fill, its fee in the pair's quote unless its order had it in base. Raises RemoteError as venue_order.

    Fills that REST added up have a price between the ticks: ask for them as `fills_since` does.
    """
    instrument = instrument_named(_symbol(info.pair, names), instruments)
    return VenueFill(
        order_id=order_id,
        venue_order_id=info.ordertxid,
        exec_id=exec_id,
        symbol=instrument.symbol,
        side=_side(info.type),
        price_ticks=wire_units(info.price, precision=instrument.price_precision, field="price"),
        qty_lots=wire_units(info.vol, precision=instrument.qty_precision, field="vol"),
        liquidity="maker" if info.maker else "taker",
        fee=info.fee,
        fee_asset=instrument.base if fee_in_base else instrument.quote,
        time_ns=int(info.time),
        cost=info.cost,
    )


def venue_balances(balances: Mapping[str, Decimal], names: RestNames) -> tuple[tuple[str, Decimal], ...]:
    """Return the total of each asset over all its wallets, as the stream's balances have it."""
    totals: dict[str, Decimal] = {}
    for name, amount in balances.items():
        asset = names.asset(name)
        totals[asset] = amount if asset not in totals else EXACT.add(totals[asset], amount)
    return tuple(sorted(totals.items()))


def _pass_over(error: RemoteError, venue_id: str, ours: Mapping[str, str], unread: list[str]) -> None:
    """Note what could not be read of a stranger's; of ours nothing may be passed over."""
    if venue_id in ours:
        raise error
    unread.append(f"{venue_id}: {error}")


def _symbol(pair: str | None, names: RestNames) -> str:
    return names.pairs.get(pair or "", pair or "")


def _side(word: str | None) -> Side:
    if word == "buy":
        return "buy"
    if word == "sell":
        return "sell"
    raise RemoteError(f"a side that is {word!r}")


def _in_base(info: rest.OrderInfo) -> bool:
    return "fcib" in info.oflags.split(",")


def _ticks(text: str | None, instrument: Instrument) -> int | None:
    """Return a price that is a plain number; a distance (+10.0, -2.0000%) and `0`, for none, are no prices."""
    if not text or not text.replace(".", "", 1).isdigit():
        return None
    price = Decimal(text)
    return wire_units(price, precision=instrument.price_precision, field="price") if price else None


def _start(since_ns: int) -> str:
    """Return a start that lets in what happened at that moment: it is exclusive, and in seconds."""
    return str(max(0, since_ns // SECOND_NS - 1))
