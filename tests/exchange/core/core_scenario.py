"""Plays tables on a venue: who does what, the rows that are said, the book after it.

A table has a header and a line a command; a line that names nobody goes on with the one before. Cells are the columns
that the header names:

    who | does                   | said                               | bids         | asks
    bob | sell 2 @ 100           | bob: new                           |              | 100 bob 2
    ann | buy 1 market           | ann: new, trade 1@100, filled; ... |              | 100 bob 1

`said` lists each account's rows in order; `new` stands for pending_new and new, `begun` for
a scheduled order's new alone. A refusal is `no <error>`.

Commands:

    buy|sell QTY @ PRICE | market | cash AMOUNT market | stop P | profit P | trail P, with a limit: stop P limit P
        a P may be an offset: +2% or -5q; then: ioc fok post shows QTY x5 reduce gtd SECONDS at SECONDS until SECONDS
        index stp=oldest|both close=TYPE,TRIGGER,LIMIT tag=N id=TEXT sub=TEXT base check, and #name to speak of it later
    settle buy|sell QTY
    amend NAME qty|price|shows|stop P ... post;  edit NAME ... ;  cancel NAME;  cancel tag=N;  cancel all
    wait SECONDS;  switch SECONDS;  system STATE;  pair STATE;  index PRICE|off
"""

from decimal import Decimal
from typing import Final

from msgspec import structs
from order_words import amendment_of, replacement_of, ticket_of

from fathom.exchange.bank import Account, Bank, Refusal
from fathom.exchange.core import (
    Amendment,
    Event,
    Ids,
    Order,
    OrderTold,
    PairChanged,
    QueueMoved,
    Replacement,
    Rules,
    Side,
    Ticket,
    Venue,
)
from fathom.exchange.listing import PAIRS, Listing, Pair

START_NS: Final = 1_700_000_000_000_000_000
SECOND_NS: Final = 1_000_000_000
# One decimal in prices, two in quantities: small enough to read.
PLAIN: Final = structs.replace(
    next(pair for pair in PAIRS if pair.symbol == "BTC/USD"),
    qty_precision=2,
    qty_lots_min=10,
    cost_min=Decimal("0.5"),
    reference_price=Decimal("100.0"),
)
OTHER: Final = next(pair for pair in PAIRS if pair.symbol == "ETH/USD")
NO_INDEX: Final = next(pair for pair in PAIRS if pair.symbol == "XMR/USD")
CLIENTS: Final = ("ann", "bob", "cat")


class Scenario:
    """One venue with a few rich clients, and a market maker of the house's called `hal`."""

    def __init__(
        self, *, rules: Rules | None = None, usd: str = "1000000", btc: str = "1000", pair: Pair = PLAIN
    ) -> None:
        self.listing = Listing(pairs=[pair, OTHER, NO_INDEX])
        self.bank = Bank(self.listing, ids=Ids(1))
        # Most tables are about orders, not about how fast they come.
        self.rules = Rules(limits=False) if rules is None else rules
        self.venue = Venue(self.listing, self.bank, seed=1, now_ns=START_NS, rules=self.rules)
        self.symbol = pair.symbol
        self.now_ns = START_NS
        self.orders: dict[str, Order] = {}
        self.accounts = {name: self.bank.open_account(name, number=name.upper()) for name in CLIENTS}
        self.accounts["hal"] = self.bank.open_account("hal", number="HAL", house=True)
        for name in CLIENTS:
            for asset, amount in (("USD", usd), ("BTC", btc)):
                units = self.listing.asset(asset).units(Decimal(amount))
                if units:
                    self.bank.deposit(self.accounts[name], asset, units, now_ns=START_NS)
        self.shown = {"buy": dict[int, dict[str, int]](), "sell": dict[int, dict[str, int]]()}
        self.events: list[Event] = []  # Of the last command.
        self.venue.take_events()

    @property
    def pair(self) -> Pair:
        return self.venue.markets[self.symbol].pair

    def play(self, table: str) -> None:
        """Play a table, and hold what happens against it."""
        expected = rows_of(table)
        header, actual = list(expected[0]), []
        for row in expected:
            said = self.do(row["who"], row["does"])
            found = {"who": row["who"], "does": row["does"], "said": said, **self.book()}
            actual.append({column: found[column] for column in header})
        assert actual == expected

    def do(self, who: str, command: str) -> str:
        """Do one thing; return what was said of it."""
        result = self._done(self.accounts.get(who, self.accounts["ann"]), command.split())
        said = self.look()
        return f"no {result.error}" if isinstance(result, Refusal) else said

    def look(self) -> str:
        """Take what happened since, prove that all is in order, and return what was said."""
        self.events = self.venue.take_events()
        self._check()
        return said_of(self.events, self.pair)

    def book(self) -> dict[str, str]:
        market = self.venue.markets[self.symbol]
        return {"bids": self._side_text(market.bids), "asks": self._side_text(market.asks)}

    def order(self, name: str) -> Order:
        return self.orders[name]

    def find(self, who: str, order_id: str) -> Order:
        order = self.venue.find_order(self.accounts[who], order_id=order_id)
        assert order is not None
        return order

    # -- Commands

    def _done(self, account: Account, words: list[str]) -> object:
        venue = self.venue
        match words:
            case ["wait", seconds]:
                self.now_ns += int(Decimal(seconds) * SECOND_NS)
                venue.advance(self.now_ns)
                return None
            case ["system", status]:
                venue.set_system(status, now_ns=self.now_ns)  # type: ignore[arg-type] # a table's word
                return None
            case ["pair", status]:
                venue.set_pair(structs.replace(self.pair, status=status), now_ns=self.now_ns)
                return None
            case ["index", price]:
                ticks = None if price == "off" else int(Decimal(price).scaleb(self.pair.price_precision))
                venue.set_index(self.symbol, ticks, now_ns=self.now_ns)
                return None
            case ["switch", seconds]:
                return venue.cancel_all_after(account, timeout_s=int(seconds), now_ns=self.now_ns)
            case ["cancel", "all"]:
                return venue.cancel_all(account, now_ns=self.now_ns)
            case ["cancel", name] if name.startswith("tag="):
                return venue.cancel_order(account, userref=int(name[4:]), now_ns=self.now_ns)
            case ["cancel", name]:
                return venue.cancel_order(account, order_id=self._id(name), now_ns=self.now_ns)
            case ["amend", name, *asked]:
                return venue.amend_order(account, self.amendment(name, asked), now_ns=self.now_ns)
            case ["edit", name, *asked]:
                replaced = venue.edit_order(
                    account, self.replacement(name, asked), now_ns=self.now_ns, validate="check" in asked
                )
                if not isinstance(replaced, Refusal):
                    self.orders[f"{name}'"] = replaced.new
                return replaced
        return self._added(account, words)

    def _added(self, account: Account, words: list[str]) -> Order | Refusal:
        names = [word[1:] for word in words if word.startswith("#")]
        ticket = self.ticket(" ".join(word for word in words if not word.startswith("#")))
        order = self.venue.add_order(account, ticket, now_ns=self.now_ns, validate="check" in words)
        if isinstance(order, Order):
            for name in names:
                self.orders[name] = order
        return order

    def ticket(self, text: str) -> Ticket:
        """Read one order."""
        return ticket_of(text, symbol=self.symbol, now_ns=self.now_ns)

    def amendment(self, name: str, words: list[str]) -> Amendment:
        """Read one change of an order that a table has named."""
        return amendment_of(words, order_id=self._id(name))

    def replacement(self, name: str, words: list[str]) -> Replacement:
        """Read one replacement of an order that a table has named."""
        return replacement_of(words, order_id=self._id(name), symbol=self.symbol)

    def _id(self, name: str) -> str:
        return self.orders[name].order_id if name in self.orders else name

    # -- What must hold after every command

    def _check(self) -> None:
        self.bank.check()
        for event in self.events:
            if isinstance(event, QueueMoved) and event.symbol == self.symbol:
                replay(self.shown, event)
            elif isinstance(event, PairChanged) and rescales(event):
                self.shown = shown_of(self.venue, self.symbol)
        assert self.shown == shown_of(self.venue, self.symbol)
        check_book(self.venue, self.symbol)

    def _side_text(self, side: Side) -> str:
        pair = self.pair
        return ", ".join(
            f"{_plain(pair.price(level.price_ticks))} {order.account.name} {_plain(pair.qty(order.shown_lots))}"
            + (f"+{_plain(pair.qty(order.left_lots - order.shown_lots))}" if order.left_lots > order.shown_lots else "")
            for level in side
            for order in level.orders.values()
        )


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the table's rows; a line that names nobody goes on with the one before."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    rows: list[dict[str, str]] = []
    for cells in lines:
        row = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
        if row["who"]:
            rows.append(row)
        else:
            rows[-1] = {column: f"{rows[-1][column]} {row[column]}".strip() for column in header}
    return rows


def rescales(event: PairChanged) -> bool:
    """Tell whether all ints are others now, and the book is to be read anew."""
    before, after = event.old, event.pair
    return (before.price_precision, before.qty_precision) != (after.price_precision, after.qty_precision)


def replay(shown: dict[str, dict[int, dict[str, int]]], event: QueueMoved) -> None:
    """Do to a plain book what an event says, and hold it against what was there."""
    levels = shown[event.side]
    if event.kind == "add":
        queue = levels.setdefault(event.price_ticks, {})
        assert event.order_id not in queue
        queue[event.order_id] = event.lots
    elif event.kind == "modify":
        assert event.order_id in levels[event.price_ticks]
        levels[event.price_ticks][event.order_id] = event.lots
    else:
        assert levels[event.price_ticks].pop(event.order_id) == event.lots
        if not levels[event.price_ticks]:
            del levels[event.price_ticks]


def shown_of(venue: Venue, symbol: str) -> dict[str, dict[int, dict[str, int]]]:
    """Return what stands in the books, as plain dicts."""
    market = venue.markets[symbol]
    return {
        name: {level.price_ticks: {o.order_id: o.shown_lots for o in level.orders.values()} for level in side}
        for name, side in (("buy", market.bids), ("sell", market.asks))
    }


def check_book(venue: Venue, symbol: str) -> None:
    """Prove that a pair's books are in order."""
    market = venue.markets[symbol]
    for side, descending in ((market.bids, True), (market.asks, False)):
        prices = [level.price_ticks for level in side]
        assert prices == sorted(prices, reverse=descending)
        assert len(set(prices)) == len(prices)
        for level in side:
            orders = list(level.orders.values())
            assert orders
            assert level.lots == sum(order.shown_lots for order in orders)
            assert [order.queued_ns for order in orders] == sorted({order.queued_ns for order in orders})
            for order in orders:
                assert order.resting
                assert order.is_open
                assert order.limit_ticks == level.price_ticks
                assert 0 < order.shown_lots <= order.left_lots
                assert order.account.orders[order.order_id] is order
    bid, ask = market.bids.best(), market.asks.best()
    assert bid is None or ask is None or bid < ask


def said_of(events: list[Event], pair: Pair) -> str:
    """Return the rows of executions as a table has them."""
    said: dict[str, list[str]] = {}
    for event in events:
        if not isinstance(event, OrderTold):
            continue
        rows = said.setdefault(event.order.account.name, [])
        if event.exec_type == "new":
            # Of a scheduled order it comes later, alone.
            rows.append("new" if rows and rows.pop() == "pending_new" else "begun")
            continue
        assert event.status != "filled" or event.exec_type == "filled"
        rows.append(_row_text(event, pair))
    return "; ".join(f"{name}: {', '.join(rows)}" for name, rows in said.items())


def _row_text(event: OrderTold, pair: Pair) -> str:
    match event.exec_type:
        case "trade":
            assert event.fill is not None
            assert event.status == "partially_filled"
            price, qty = _plain(pair.price(event.fill.price_ticks)), _plain(pair.qty(event.fill.qty_lots))
            return f"trade {qty}@{price}"
        case "canceled" | "expired" | "restated":
            return f"{event.exec_type} {event.reason}"
        case "status":
            trigger = event.order.trigger
            assert trigger is not None
            return "triggered" if trigger.triggered else f"trigger {_plain(pair.price(trigger.actual_ticks))}"
        case exec_type:
            return exec_type


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
