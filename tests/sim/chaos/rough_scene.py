"""A calm world with a bot that says what a test says: every edge on the real exchange."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import structs

from fathom.domain import (
    AccountWanted,
    Entry,
    Event,
    InstrumentChanged,
    OrderApproved,
    OrderWanted,
    RunStarted,
    Side,
)
from fathom.market import Market
from fathom.orders import ClientIds, mark_of
from fathom.sim import SYMBOLS, RoughWorld, weather_of

SECOND = 1_000_000_000
E = TypeVar("E", bound=Event)


def calm(**parts: Any) -> Any:
    """Return a weather in which nothing happens but what a test wants."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("cuts", "pauses", "clock_steps", "crashes", "strangers_s", "venue_faults"), ()
    )
    shares = {"lost_request_share": 0.0, "late_request_share": 0.0}
    return structs.replace(weather_of(1), **(nothing | shares | parts))


class Scene:
    """The world, a market that reads its frames, and all that came in."""

    def __init__(self, **weather: Any) -> None:
        self.said: list[bytes] = []
        self.world = RoughWorld(calm(**weather), names=lambda: ClientIds(mark_of("test")), tap=self.said.append)
        self.market = Market((), depths=dict.fromkeys(SYMBOLS, 10))
        self.came: list[Event] = []
        self.entries: list[Entry] = []
        self.world.boot([])
        self.hear(RunStarted("r", "chaos", b"{}", "0"))

    def hear(self, event: Event) -> None:
        """Let something stand in the log, and be performed."""
        entry = Entry(len(self.entries) + 1, len(self.entries) + 1, self.world.bot_ns, "world", event)
        self.entries.append(entry)
        self.world.perform(entry)
        for said in self.market.handle(entry) if isinstance(event, self.market.hears) else ():
            self.hear(said)

    def run(self, seconds: float, *, until: Callable[[], object] = lambda: False) -> None:
        """Let time pass."""
        end_ns = self.world.now_ns + int(seconds * SECOND)
        while self.world.now_ns < end_ns and not until():
            self.world.until_ns = min(end_ns, self.world.now_ns + SECOND // 10)
            while (arrival := self.world.next_arrival()) is not None:
                self.came.append(arrival.event)
                self.hear(arrival.event)

    def all(self, kind: type[E]) -> list[E]:
        """Return what came in of one kind, or what the market said."""
        return [entry.event for entry in self.entries if isinstance(entry.event, kind)]

    def price(self, side: Side, *, away: int = 0) -> int:
        """Return the best price of a side, so many ticks deeper."""
        book = self.market.books["BTC/USD"]
        best = book.best_bid_ticks if side == "buy" else book.best_ask_ticks
        assert best is not None
        return best - away if side == "buy" else best + away

    def order(self, order_id: str, side: Side = "buy", *, away: int = 500, qty_lots: int = 100_000) -> OrderWanted:
        """Approve an order away from the market."""
        wanted = OrderWanted(order_id, "BTC/USD", side, "limit", qty_lots, self.price(side, away=away))
        self.hear(OrderApproved(wanted))
        return wanted

    def look(self, *order_ids: str) -> None:
        """Want the whole account."""
        self.hear(AccountWanted("a test", self.entries[0].time_ns, order_ids))

    @property
    def ready(self) -> bool:
        """Whether the books verify and the pairs are known."""
        return len(self.all(InstrumentChanged)) == 2 and all(book.trusted for book in self.market.books.values())

    @property
    def account(self) -> Any:
        """The account at the venue."""
        return self.world.exchange.bank.accounts["alice"]


def opened(**weather: Any) -> Scene:
    """Return a scene whose bot is connected and knows the market."""
    scene = Scene(**weather)
    scene.run(
        10, until=lambda: scene.ready and scene.world.private is not None and scene.world.private.line is not None
    )
    assert scene.ready
    scene.run(1)
    return scene
