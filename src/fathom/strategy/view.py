"""What a strategy may see, and the wants that it builds. A view is good for one wake: the next one moves it on.

Pure. Imports: domain, market, orders, portfolio, strategy/standing.
Imported by: strategy/api, strategy/host, strategies.
"""

from decimal import Decimal
from typing import Final, Literal, Self

from fathom.domain import (
    EXACT,
    AlgoStopWanted,
    AlgoWanted,
    AmendWanted,
    BracketWanted,
    CancelWanted,
    Candle,
    Chase,
    FeesSeen,
    Iceberg,
    Instrument,
    LocalError,
    OrderType,
    OrderWanted,
    PublicTrade,
    Side,
    TimeInForce,
    TimerWanted,
    Twap,
)
from fathom.market import Book, Candles, Level3, Market, Place
from fathom.orders import Order, OrderTable
from fathom.portfolio import Portfolio, Position
from fathom.strategy.standing import Standing

ONE: Final = Decimal(1)
NOTHING: Final = Standing()


class View:
    """The market, the account and the strategy's own orders, at one place in the log."""

    __slots__ = (
        "_account",
        "_ids",
        "_market",
        "_name",
        "_orders",
        "_portfolio",
        "_seq",
        "_standing",
        "now_ns",
        "share",
    )

    def __init__(
        self,
        name: str,
        *,
        seq: int,
        now_ns: int,
        market: Market,
        orders: OrderTable,
        portfolio: Portfolio,
        account: Portfolio | None = None,
        standing: Standing = NOTHING,
        share: Decimal = ONE,
    ) -> None:
        """`portfolio` is of the strategy's own fills, `account` of everybody's; `share` is its part of the capital."""
        self.share = share  # From above 0 to 1.
        self.now_ns = now_ns  # The log's time. There is no other clock.
        self._name = name
        self._seq = seq
        self._ids = 0
        self._market = market
        self._orders = orders
        self._portfolio = portfolio
        self._account = portfolio if account is None else account
        self._standing = standing

    def at(self, seq: int, now_ns: int) -> Self:
        """Go on to another place in the log. Only its host calls this."""
        self._seq = seq
        self.now_ns = now_ns
        self._ids = 0
        return self

    # -- What is there --

    def book(self, symbol: str) -> Book | None:
        """Return the symbol's book while it verifies; None while nobody may trade on it."""
        book = self._market.books.get(symbol)
        return book if book is not None and book.trusted else None

    def open_orders(self, symbol: str | None = None, *, side: Side | None = None) -> list[Order]:
        """Return this strategy's own orders that may still fill, oldest first."""
        return [order for order in self._orders.open(symbol) if side is None or order.wanted.side == side]

    def position_lots(self, symbol: str) -> int:
        """Return what this strategy bought less what it sold, in lots."""
        position = self._portfolio.positions.get(symbol)
        return 0 if position is None else position.qty_lots

    def instrument(self, symbol: str) -> Instrument | None:
        """Return the pair's rules; None while the venue has not told them."""
        return self._market.instruments.get(symbol)

    def level3(self, symbol: str) -> Level3 | None:
        """Return the symbol's level 3 book while it verifies; None while nobody may trade on it, or without one."""
        level3 = self._market.level3.get(symbol)
        return level3 if level3 is not None and level3.trusted else None

    def place(self, order: Order) -> Place | None:
        """Return where an own order stands in the queue at its price.

        None while the level 3 book does not show it: too deep, not there yet, gone, or on paper, where it never is.
        """
        level3 = self.level3(order.symbol)
        return level3.place(order.venue_order_id) if level3 is not None and order.venue_order_id else None

    def trades(self, symbol: str, n: int = 100) -> list[PublicTrade]:
        """Return the market's last `n` trades, oldest first; 1,000 are kept."""
        return self._market.tape(symbol).trades(n)

    def candles(self, symbol: str, interval_s: int, n: int | None = None) -> list[Candle]:
        """Return the last `n` closed candles, by default all that are kept, oldest first.

        Raises LocalError where no wake of any strategy asked for them.
        """
        return self._candles(symbol, interval_s).closed(n)

    def running_candle(self, symbol: str, interval_s: int) -> Candle | None:
        """Return the candle of now, as it stands; None before the first trade."""
        return self._candles(symbol, interval_s).running()

    def position(self, symbol: str) -> Position | None:
        """Return what this strategy's own fills made: quantity, cost, realised profit; None before the first."""
        return self._portfolio.positions.get(symbol)

    def profit_quote(self) -> Decimal:
        """Return the profit of this strategy's own fills after fees, in the run's quote currency."""
        return self._portfolio.profit_quote()

    def equity_quote(self) -> Decimal | None:
        """Return this strategy's share of the account's equity, in the run's quote currency.

        None while something that the account holds has no price.
        """
        equity = self._account.equity_quote()
        return None if equity is None else EXACT.multiply(equity, self.share)

    def balance(self, asset: str) -> Decimal:
        """Return what the whole account holds of an asset, holds included."""
        return self._account.balance(asset)

    def fees(self, symbol: str) -> FeesSeen | None:
        """Return the fees of a pair, as the venue last told them; None where it did not."""
        return self._standing.fees.get(symbol)

    def rate_room(self, symbol: str) -> Decimal | None:
        """Return what the venue's counter of requests has left in a pair by now; None where nobody told."""
        return self._standing.rate_room(symbol, now_ns=self.now_ns)

    def halted(self, symbol: str) -> str:
        """Return why nothing new may be traded in a pair: a breaker, a dispute; empty where it may."""
        return self._standing.halted(symbol)

    # -- What to want --

    def bid(self, symbol: str, *, price_ticks: int, qty_lots: int, post_only: bool = False) -> OrderWanted:
        """Return a limit order to buy."""
        return self._limit(symbol, "buy", price_ticks=price_ticks, qty_lots=qty_lots, post_only=post_only)

    def ask(self, symbol: str, *, price_ticks: int, qty_lots: int, post_only: bool = False) -> OrderWanted:
        """Return a limit order to sell."""
        return self._limit(symbol, "sell", price_ticks=price_ticks, qty_lots=qty_lots, post_only=post_only)

    def take(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int) -> OrderWanted:
        """Return an order that fills at once, at this price or better, and leaves no rest (ioc)."""
        return self._order(symbol, side, "limit", qty_lots, price_ticks, time_in_force="ioc")

    def market_order(self, symbol: str, side: Side, *, qty_lots: int) -> OrderWanted:
        """Return a market order."""
        return self._order(symbol, side, "market", qty_lots, None)

    def take_whole(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int) -> OrderWanted:
        """Return an order that fills at once and whole, at this price or better, or not at all (fok)."""
        return self._order(symbol, side, "limit", qty_lots, price_ticks, time_in_force="fok")

    def good_till(
        self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int, expire_ns: int, post_only: bool = False
    ) -> OrderWanted:
        """Return a limit order that the venue ends at `expire_ns`, at most a month ahead (gtd)."""
        if expire_ns <= self.now_ns:
            raise LocalError("expire_ns", f"{expire_ns} is not after now, {self.now_ns}")
        return self._order(
            symbol, side, "limit", qty_lots, price_ticks, time_in_force="gtd", post_only=post_only, expire_ns=expire_ns
        )

    def stop(
        self, symbol: str, side: Side, *, trigger_ticks: int, qty_lots: int, price_ticks: int | None = None
    ) -> OrderWanted:
        """Return an order that the venue begins when the last trade is at the trigger or worse: at the market.

        With `price_ticks` it begins as a limit order.
        """
        kind: OrderType = "stop-loss" if price_ticks is None else "stop-loss-limit"
        return self._order(symbol, side, kind, qty_lots, price_ticks, trigger_ticks=trigger_ticks)

    def take_profit(
        self, symbol: str, side: Side, *, trigger_ticks: int, qty_lots: int, price_ticks: int | None = None
    ) -> OrderWanted:
        """Return an order that the venue begins when the last trade is at the trigger or better; else as `stop`."""
        kind: OrderType = "take-profit" if price_ticks is None else "take-profit-limit"
        return self._order(symbol, side, kind, qty_lots, price_ticks, trigger_ticks=trigger_ticks)

    def trailing_stop(self, symbol: str, side: Side, *, distance_ticks: int, qty_lots: int) -> OrderWanted:
        """Return an order that begins when the last trade comes back so far from the best that it has been."""
        return self._order(symbol, side, "trailing-stop", qty_lots, None, trigger_ticks=distance_ticks)

    def hidden(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int, show_lots: int) -> OrderWanted:
        """Return Kraken's own iceberg: it shows `show_lots`, a fifteenth of it or more, and refills itself."""
        return self._order(symbol, side, "limit", qty_lots, price_ticks, display_lots=show_lots)

    # -- What `execution` carries out: docs/execution.md --

    def bracket(
        self,
        entry: OrderWanted,
        *,
        target_ticks: int | None,
        stop_ticks: int | None,
        stop_limit_ticks: int | None = None,
        at_venue: bool = False,
    ) -> BracketWanted:
        """Return an entry with a target and a stop for what of it fills; its id is the entry's.

        `at_venue`: of a single exit, Kraken's own conditional close instead of ours.
        """
        return BracketWanted(entry, target_ticks, stop_ticks, stop_limit_ticks, at_venue)

    def twap(
        self, symbol: str, side: Side, *, qty_lots: int, duration_ns: int, slices: int, aggressive: bool = False
    ) -> AlgoWanted:
        """Return the wish for a quantity in equal slices over a time; each rests first, unless `aggressive`."""
        return self._algo(symbol, side, qty_lots, Twap(duration_ns, slices, aggressive))

    def iceberg(self, symbol: str, side: Side, *, qty_lots: int, price_ticks: int, show_lots: int) -> AlgoWanted:
        """Return the wish for a quantity at a limit price of which only `show_lots` are seen at a time."""
        return self._algo(symbol, side, qty_lots, Iceberg(price_ticks, show_lots))

    def chase(
        self,
        symbol: str,
        side: Side,
        *,
        qty_lots: int,
        worst_ticks: int,
        until_ns: int,
        then: Literal["cancel", "take"] = "cancel",
    ) -> AlgoWanted:
        """Return the wish for a post-only order that follows the best price of its side, until `until_ns`."""
        return self._algo(symbol, side, qty_lots, Chase(worst_ticks, until_ns, then))

    def stop_algo(self, algo_id: str) -> AlgoStopWanted:
        """Return the wish to end an algorithm or a bracket: what is open is cancelled, what is filled stays."""
        return AlgoStopWanted(algo_id)

    def amend(self, order: Order, *, price_ticks: int, qty_lots: int | None = None) -> AmendWanted:
        """Return a new price, and a new total quantity if given, for an own open order; post-only stays so."""
        self._own(order)
        total_lots = order.qty_lots if qty_lots is None else qty_lots
        return AmendWanted(order.order_id, price_ticks, total_lots, order.wanted.post_only)

    def cancel(self, order: Order) -> CancelWanted:
        """Return the wish to have an own open order gone."""
        self._own(order)
        return CancelWanted(order.order_id)

    def timer(self, timer: str, *, at_ns: int) -> TimerWanted:
        """Return the wish to be woken through `on_timer` at `at_ns` of the log's time, which is yet to come."""
        if at_ns <= self.now_ns:
            raise LocalError("at_ns", f"{at_ns} is not after now, {self.now_ns}")
        return TimerWanted(self._name, timer, at_ns)

    def qty_lots(self, symbol: str, *, spend_quote: Decimal, price_ticks: int) -> int:
        """Return how many lots `spend_quote` buys at a price, rounded down."""
        instrument = self._market.instruments[symbol]
        one_lot = instrument.cost(price_ticks=price_ticks, qty_lots=1)
        lots = int(spend_quote // one_lot)
        return lots - lots % instrument.qty_increment_lots

    def _candles(self, symbol: str, interval_s: int) -> Candles:
        candles = self._market.tape(symbol).candles(interval_s)
        if candles is None:
            raise LocalError("interval_s", f"no candles of {symbol} at {interval_s} s are kept: declare OnCandle")
        return candles

    def _limit(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int, post_only: bool) -> OrderWanted:
        return self._order(symbol, side, "limit", qty_lots, price_ticks, post_only=post_only)

    def _order(
        self,
        symbol: str,
        side: Side,
        order_type: OrderType,
        qty_lots: int,
        price_ticks: int | None,
        *,
        time_in_force: TimeInForce = "gtc",
        post_only: bool = False,
        trigger_ticks: int | None = None,
        display_lots: int | None = None,
        expire_ns: int | None = None,
    ) -> OrderWanted:
        return OrderWanted(
            self._new_id(),
            symbol,
            side,
            order_type,
            qty_lots,
            price_ticks,
            time_in_force,
            post_only,
            trigger_ticks,
            display_lots,
            expire_ns,
        )

    def _algo(self, symbol: str, side: Side, qty_lots: int, plan: Twap | Iceberg | Chase) -> AlgoWanted:
        return AlgoWanted(self._new_id(), symbol, side, qty_lots, plan)

    def _new_id(self) -> str:
        self._ids += 1
        return f"{self._name}-{self._seq}-{self._ids}"

    def _own(self, order: Order) -> None:
        if self._orders.get(order.order_id) is None:
            raise LocalError("order_id", f"{order.order_id} is not an order of {self._name}")
