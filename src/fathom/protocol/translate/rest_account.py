"""Orders and fills as REST tells them, in our words (rest.md 5). REST names pairs in its own way, and prices by words.

Pure. Imports: domain, rest, times, v1_book, account_rows and market beside it. Imported by: the front door.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fathom.domain import FundsMoved, Instrument, RemoteError, Side, VenueFill, VenueOrder
from fathom.protocol import rest
from fathom.protocol.times import SECOND_NS
from fathom.protocol.translate.account_rows import lots_of, order_type_of, ticks_of
from fathom.protocol.translate.market import instrument_named, wire_units
from fathom.protocol.v1_book import v2_symbol

PAGE: Final = 50  # Orders or fills of one answer, the newest first.
_STATUS: Final = {"pending": "new", "open": "new", "closed": "filled"}
_LIMIT_FIRST: Final = frozenset({"limit", "iceberg"})  # Of the others the first price is the trigger.
_LIMIT_SECOND: Final = frozenset({"stop-loss-limit", "take-profit-limit"})


def pair_names(pairs: Mapping[str, rest.PairInfo]) -> dict[str, str]:
    """Return what REST calls each pair, by id or altname, with what we and WebSocket v2 call it."""
    named: dict[str, str] = {}
    for pair_id, pair in pairs.items():
        symbol = v2_symbol(pair.wsname or pair_id)
        named |= {pair_id: symbol, pair.altname or pair_id: symbol, symbol: symbol}
    return named


def asset_names(pairs: Mapping[str, rest.PairInfo]) -> dict[str, str]:
    """Return what REST calls each asset of these pairs, such as XXBT, with what we call it."""
    named: dict[str, str] = {}
    for pair_id, pair in pairs.items():
        base, _, quote = v2_symbol(pair.wsname or pair_id).partition("/")
        named |= {asset: name for asset, name in ((pair.base, base), (pair.quote, quote)) if asset and name}
    return named


def ledger_since(since_ns: int, *, page: int = 0) -> rest.Ledgers:
    """Return the question for a page of rows of the ledger."""
    return rest.Ledgers(start=str(max(0, since_ns // SECOND_NS - 1)), ofs=page * PAGE or None, without_count=True)


def ledger_moved(ledger_id: str, info: rest.LedgerInfo, assets: Mapping[str, str]) -> FundsMoved:
    """Return one row of the ledger. REST names no wallet: it is told as of spot."""
    asset = assets.get(info.asset, info.asset)
    return FundsMoved(ledger_id, info.refid, info.type, asset, "spot", info.amount, info.fee, int(info.time))


def fills_since(since_ns: int, *, page: int = 0) -> rest.TradesHistory:
    """Return the question for a page of fills: each by itself, as the stream tells them.

    Fills of one taker order are added up otherwise: under one id, at a price between the ticks, and so counted twice.
    """
    start = str(max(0, since_ns // SECOND_NS - 1))  # It is exclusive, and in seconds.
    return rest.TradesHistory(start=start, ofs=page * PAGE or None, without_count=True, consolidate_taker=False)


def rest_order(
    venue_order_id: str,
    info: rest.OrderInfo,
    *,
    order_id: str,
    names: Mapping[str, str],
    instruments: Mapping[str, Instrument],
) -> VenueOrder:
    """Return an order. `order_id`: ours, empty for a stranger's.

    Raises RemoteError for a pair or a type that nobody knows, and for numbers finer than the pair's.
    """
    described, kind = info.descr, info.descr.ordertype or ""
    instrument = instrument_named(names.get(described.pair or "", described.pair or ""), instruments)
    filled_lots = lots_of(info.vol_exec, instrument, field="vol_exec")
    by_cash = _has_flag(info, "viqc")  # Then the volume is what it may cost, in quote.
    qty_lots = filled_lots if by_cash else lots_of(info.vol, instrument, field="vol")
    status = _STATUS.get(info.status, info.status)
    if status == "new" and filled_lots:
        status = "partially_filled"
    if status == "filled" and filled_lots < qty_lots:
        status = "canceled"  # Done with, and not all of it filled.
    limit = described.price if kind in _LIMIT_FIRST else described.price2 if kind in _LIMIT_SECOND else None
    trigger = None if kind in _LIMIT_FIRST else described.price
    return VenueOrder(
        order_id=order_id,
        venue_order_id=venue_order_id,
        client_id=info.cl_ord_id or "",
        symbol=instrument.symbol,
        side=_side(described.type),
        order_type=order_type_of(kind),
        price_ticks=ticks_of(_plain(limit), instrument, field="price"),
        qty_lots=qty_lots,
        filled_lots=filled_lots,
        status=status,
        reason=info.reason or "",
        trigger_ticks=ticks_of(_plain(trigger), instrument, field="price"),
        parent_id=info.refid or "",
    )


def rest_fill(
    exec_id: str,
    info: rest.TradeInfo,
    *,
    order_id: str,
    names: Mapping[str, str],
    instruments: Mapping[str, Instrument],
    fee_in_base: bool = False,
) -> VenueFill:
    """Return a fill; its fee is in quote unless its order had it in base. Raises RemoteError as `rest_order`."""
    instrument = instrument_named(names.get(info.pair, info.pair), instruments)
    return VenueFill(
        order_id=order_id,
        venue_order_id=info.ordertxid,
        exec_id=exec_id,
        symbol=instrument.symbol,
        side=_side(info.type),
        price_ticks=wire_units(info.price, precision=instrument.price_precision, field="price"),
        qty_lots=lots_of(info.vol, instrument, field="vol"),
        liquidity="maker" if info.maker else "taker",
        fee=info.fee,
        fee_asset=instrument.base if fee_in_base else instrument.quote,
        time_ns=int(info.time),
        cost=info.cost,
    )


def _side(word: str | None) -> Side:
    if word == "buy":
        return "buy"
    if word == "sell":
        return "sell"
    raise RemoteError(f"a side that is {word!r}")


def _has_flag(info: rest.OrderInfo, flag: str) -> bool:
    return flag in info.oflags.split(",")


def _plain(text: str | None) -> Decimal | None:
    """Return a price that is a plain number; a distance (+10.0, -2.0000%) and `0`, for none, are no prices."""
    if not text or not text.replace(".", "", 1).isdigit():
        return None
    return Decimal(text) or None
