"""Makes a proposal of an order or an amend: what it is worth at worst, and the account that it comes on top of.

Pure. Imports: domain, market, orders, account, amounts, limits, pricing, proposal, room. Imported by: risk/risk.
"""

from decimal import Decimal
from typing import Final

from fathom.domain import AmendWanted, OrderWanted, VenueStatus
from fathom.market import Book, Market
from fathom.orders import Order
from fathom.risk.account import Account
from fathom.risk.amounts import ZERO, mid_of, price_of
from fathom.risk.limits import NOTHING_OWN, Limits, SymbolLimits
from fathom.risk.pricing import LIMITED, reach, start_twice, takes_at_once, worst_ticks
from fathom.risk.proposal import GroupWorth, Proposal
from fathom.risk.room import Terms, worth_at_worst

NS_PER_MINUTE: Final = 60 * 1_000_000_000
Refusal = tuple[str, str]  # (limit, detail)
ORDER: Final = "order"  # The limit that is named where an amend is none at all.


def unamendable(order: Order | None, amend: AmendWanted) -> Refusal | None:
    """Return why the amend is none at all, or None."""
    if order is None or order.state != "open":
        return ORDER, "the order is not open, or not known to be"
    if order.changing:  # Two changes on their way may arrive in either order (websocket-v2.md 8.2).
        return ORDER, "a change of it is on its way: its answer comes first"
    if amend.qty_lots <= order.filled_lots:
        return ORDER, "the new quantity is filled already: cancel it instead"
    if order.wanted.order_type not in LIMITED:
        return ORDER, f"a {order.wanted.order_type} order has no price to amend: cancel it and want another"
    if order.wanted.close is not None:  # websocket-v2.md 8.1
        return ORDER, "an order with a conditional close cannot be amended: cancel it and want another"
    return None


def propose(
    account: Account,
    market: Market,
    wanted: OrderWanted,
    *,
    amend: AmendWanted | None,
    filled_lots: int,
    now_ns: int,
    venue_status: VenueStatus,
    limits: Limits,
    own: SymbolLimits,
) -> tuple[Proposal, Terms | None] | Refusal:
    """Return the proposal, and the terms at which it would be approved; or why there can be none.

    Without terms no check would let it pass. `filled_lots` are those of the order that `amend` changes.
    """
    symbol, side = wanted.symbol, wanted.side
    book = market.books.get(symbol)
    if book is None:
        return "book_verified", f"there is no book of {symbol}"
    if amend is None:
        price_ticks, total_lots, post_only = wanted.price_ticks, wanted.qty_lots, wanted.post_only
        before, pace = None, account.ordered
    else:
        price_ticks, total_lots, post_only = amend.price_ticks, amend.qty_lots, amend.post_only
        before, pace = account.room.held.get(wanted.order_id), account.amended
    qty_lots = total_lots - filled_lots
    instrument, room, worth = book.instrument, account.room, account.worth
    twice = book.mid_half_ticks
    start, worst = _span(book, wanted, price_ticks, twice, lots=qty_lots + room.lots(symbol, side))
    mid = None if twice is None else mid_of(instrument, twice)
    rate = worth.price(instrument.quote)
    terms = None
    given = taken = value = ZERO
    if worst is not None and mid is not None and rate is not None:
        terms = Terms(instrument, worst, mid, rate, limits.fee_share)
        given, taken, value = worth_at_worst(terms, side, lots=qty_lots, ticks=worst)
        if before is not None and side == "buy" and before.ticks > worst:
            # It may fill at its old price first, as far as it goes, and at its new one after.
            lots = min(before.lots, qty_lots)
            more, _, more_value = worth_at_worst(terms, side, lots=lots, ticks=before.ticks - worst)
            given, value = given + more, value + more_value
    buys = side == "buy"
    gives, takes = (instrument.quote, instrument.base) if buys else (instrument.base, instrument.quote)
    grows = before is None or given > before.given or taken > before.taken or value > before.value
    adds = grows and takes != account.quote
    equity = gross = taken_price = None
    after_taken = turnover = turnover_here = ZERO
    lately_here = 0
    unpriced = ""
    if own is not NOTHING_OWN:
        lately_here = pace.count_of(symbol, now_ns=now_ns, window_ns=NS_PER_MINUTE)
    groups: tuple[GroupWorth, ...] = ()
    if adds and terms is not None:
        equity, gross = worth.look(room.taken)
        if equity is None or gross is None:
            unpriced = worth.unpriced(room.taken)
        old = ZERO if before is None else before.taken
        after_taken = account.portfolio.balance(takes) + room.taken.get(takes, ZERO) - old + taken
        taken_price = _taken_price(terms, buys=buys)
        if old and gross is not None:
            gross -= old * (worth.price(takes) or ZERO)
        turnover, turnover_here = account.turnover.today(symbol, now_ns=now_ns)
        bound = ZERO if before is None else before.value
        turnover, turnover_here = turnover + room.value - bound, turnover_here + room.value_of(symbol) - bound
        groups = _groups(account, market, limits, takes, old) if limits.groups else ()
    return (
        Proposal(
            instrument=instrument,
            wanted=wanted,
            price_ticks=price_ticks,
            post_only=post_only,
            qty_lots=qty_lots,
            total_lots=total_lots,
            amends=amend is not None,
            grows=grows,
            adds=adds,
            worst_ticks=worst,
            start_twice=start,
            mid=mid,
            rate=rate,
            given=given,
            taken=taken,
            value=value,
            now_ns=now_ns,
            venue_status=venue_status,
            book_trusted=book.trusted,
            book_reason=book.reason,
            book_moved_ns=book.moved_ns,
            spread_ticks=book.spread_ticks,
            equity=equity,
            gross=gross,
            unpriced=unpriced,
            held_given=account.portfolio.balance(gives),
            bound_given=room.given.get(gives, ZERO) - (ZERO if before is None else before.given),
            after_taken=after_taken,
            taken_price=taken_price,
            groups=groups,
            open_orders=room.open,
            open_orders_here=room.open_of(symbol),
            lately=pace.count(now_ns=now_ns, window_ns=NS_PER_MINUTE),
            lately_here=lately_here,
            turnover=turnover,
            turnover_here=turnover_here,
        ),
        terms,
    )


def _span(
    book: Book, wanted: OrderWanted, price_ticks: int | None, twice: int | None, *, lots: int
) -> tuple[int, int | None]:
    """Return where it begins to trade, in half ticks, and its worst price, which may be unknown.

    `lots` are those that it takes behind our other orders, which may take from the same levels before it.
    """
    kind, side, trigger_ticks = wanted.order_type, wanted.side, wanted.trigger_ticks
    if twice is None or (kind == "trailing-stop" and trigger_ticks is None):
        return 0, None
    if kind == "limit" and trigger_ticks is None:  # The way of nearly every order.
        return twice, price_ticks
    start = start_twice(kind, side, trigger_ticks=trigger_ticks, twice=twice)
    at_once = takes_at_once(kind, side, trigger_ticks=trigger_ticks, twice=twice)
    reached = reach(book, side, lots) if at_once else None
    worst = worst_ticks(
        kind, side, price_ticks=price_ticks, trigger_ticks=trigger_ticks, twice=twice, reach_ticks=reached
    )
    return start, worst


def _taken_price(terms: Terms, *, buys: bool) -> Decimal:
    """Return what one of the asset taken is worth: what waits below the mid is worth the mid."""
    if not buys:
        return terms.rate
    return max(price_of(terms.instrument, terms.ticks), terms.mid) * terms.rate


def _groups(account: Account, market: Market, limits: Limits, takes: str, old: Decimal) -> tuple[GroupWorth, ...]:
    """Return the groups that an asset is in, and what they are worth without the order that is amended."""
    found = []
    for name, group in limits.groups.items():
        known = [market.instruments[symbol] for symbol in group.symbols if symbol in market.instruments]
        assets = dict.fromkeys(instrument.base for instrument in known)
        if takes in assets:
            found.append(GroupWorth(name, group.share_max, _group_worth(account, list(assets), takes, old)))
    return tuple(found)


def _group_worth(account: Account, assets: list[str], takes: str, old: Decimal) -> Decimal | None:
    total = ZERO
    for asset in assets:
        incoming = account.room.taken.get(asset, ZERO) - (old if asset == takes else ZERO)
        exposure = account.worth.exposure(asset, incoming)
        if exposure is None:
            return None
        total += exposure
    return total
