"""What a person is told of a run as it happens: one line a thing, and what comes again and again only now and then.

Imports: domain, market. Imported by: ui/watch.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AmendDenied,
    BookFlawed,
    BookQuarantined,
    DisputeSettled,
    Entry,
    FrameUnknown,
    Happening,
    LimitsChanged,
    LinkDropped,
    MarginSeen,
    MarginUnknown,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    RunResumed,
    TradingHalted,
    TradingResumed,
)
from fathom.market import Market

LINES_MAX: Final = 8  # Lines kept; older ones scroll away, the journal has them all.
DENIALS_EVERY_NS: Final = 10_000_000_000  # So often a strategy that keeps on asking is told of.
QUIET: Final = {"ioc: nothing more to take", "User requested"}  # Everyday ends, not worth a line.


class News:
    """The lines of one run."""

    def __init__(self, market: Market) -> None:
        self.lines: deque[str] = deque(maxlen=LINES_MAX)
        self.told = 0  # All there ever were.
        self._market = market
        self._halts: dict[tuple[str, str], str] = {}
        self._agreed = False
        self._margin_unknown = False  # And a person was told so.
        self._denials: dict[tuple[str, str, str], tuple[int, int]] = {}  # When one was told, and how many since.
        self._words: Mapping[type[Happening], Callable[[Any], str]] = {
            OrderTraded: self._traded,
            OrderRejected: _ended,
            OrderCanceled: _ended,
            BookFlawed: lambda event: f"{event.symbol} is odd: {event.flaw}",
            FrameUnknown: lambda event: f"a frame without a meaning: {event.what}",
            BookQuarantined: lambda event: f"{event.symbol} quarantined: {event.reason}",
            TradingHalted: self._halted,
            TradingResumed: self._resumed,
            AccountAgreed: self._account_agreed,
            AccountDisputed: lambda event: f"DISPUTED, nothing new in {event.symbol or 'any pair'}: {event.reason}",
            DisputeSettled: lambda event: f"settled in {event.symbol or 'every pair'}: {event.reason}",
            MarginUnknown: self._margin_lost,
            MarginSeen: self._margin_seen,
            LimitsChanged: lambda _: "other limits are in force",
            LinkDropped: self._dropped,
            RunResumed: self._run_resumed,
        }

    @property
    def halted(self) -> str:
        """Why trading is halted now; empty where it is not."""
        return next(iter(self._halts.values()), "")

    def observe(self, entry: Entry, *, seconds: float) -> None:
        """Take one entry in; `seconds` since the run began."""
        event = entry.event
        if isinstance(event, OrderDenied | AmendDenied):
            text = self._denied(event, entry.time_ns)
        else:
            words = self._words.get(type(event))
            text = "" if words is None else words(event)
        if text:
            self.say(text, seconds=seconds)

    def say(self, text: str, *, seconds: float) -> None:
        """Add a line."""
        self.told += 1
        self.lines.append(f"{seconds:6.1f}s  {text}")

    def _denied(self, event: OrderDenied | AmendDenied, now_ns: int) -> str:
        what = "" if isinstance(event, OrderDenied) else "an amend of "
        key = (event.order_id.partition("-")[0], what, event.limit)
        told_ns, more = self._denials.get(key, (0, 0))
        if now_ns < told_ns + DENIALS_EVERY_NS:
            self._denials[key] = (told_ns, more + 1)
            return ""
        self._denials[key] = (now_ns, 0)
        before = f" ({more:,} more like it before)" if more else ""
        return f"risk denied {what}{event.order_id}: {event.limit}: {event.detail}{before}"

    def _traded(self, event: OrderTraded) -> str:
        instrument = self._market.instruments[event.symbol]
        verb = "bought" if event.side == "buy" else "sold"
        qty, price = instrument.qty_text(event.qty_lots), instrument.price_text(event.price_ticks)
        fee = f"{event.liquidity}, fee {event.fee:f} {event.fee_asset}"
        return f"{verb} {qty} {instrument.base} at {price} {instrument.quote} ({fee})"

    def _halted(self, event: TradingHalted) -> str:
        where = f" in {event.symbol}" if event.symbol else ""
        text = f"trading halted by {event.limit}{where}: {event.detail}"
        self._halts[event.limit, event.symbol] = text
        return text

    def _resumed(self, event: TradingResumed) -> str:
        self._halts.pop((event.limit, event.symbol), None)
        return f"trading goes on after {event.limit}: {event.reason}"

    def _account_agreed(self, _: AccountAgreed) -> str:
        if self._agreed:
            return ""
        self._agreed = True
        return "the account agrees with the journal: trading may begin"

    def _margin_lost(self, event: MarginUnknown) -> str:
        self._margin_unknown = bool(event.reason)
        then = "nothing is added until it is" if event.waits else "trading goes on with what was told last"
        return f"what is open on margin is not known, {then}: {event.reason}" if event.reason else ""

    def _margin_seen(self, _: MarginSeen) -> str:
        passed, self._margin_unknown = self._margin_unknown, False
        return "what is open on margin is known again" if passed else ""

    def _run_resumed(self, _: RunResumed) -> str:
        self._agreed = False
        return "the run goes on with its journal"

    def _dropped(self, event: LinkDropped) -> str:
        self._agreed = self._agreed and event.link != "private"
        return f"connection {event.link} is down: {event.reason}"


def _ended(event: OrderRejected | OrderCanceled) -> str:
    return "" if event.reason in QUIET else f"{event.order_id} ended: {event.reason}"
