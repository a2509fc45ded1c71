"""One seed: the bot in its world, killed and started again, watched at each step, compared with the venue at the end.

Imports: chaos_bot, chaos_oracle, and the core. Imported by: chaos, tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import msgspec
from chaos_bot import Bot, client_ids
from chaos_oracle import Broken, Oracle, balance_at_venue, order_at_venue, said_client_id

from fathom.domain import (
    AmendApproved,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Entry,
    Event,
    LinkDropped,
    LinkOpened,
    OrderAccepted,
    OrderApproved,
    OrderTraded,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    RunStopped,
)
from fathom.engine import Arrival, Engine, replay
from fathom.orders import OrderTable
from fathom.sim import ACCOUNT, START_NS, Crash, RoughWorld, weather_of

SECOND_NS: Final = 1_000_000_000
# Within so much after the storm everything must be known and a new order accepted: REST is a minute behind at most, and
# whoever looks twice may just have looked.
LIVE_NS: Final = 240 * SECOND_NS
# And so much later, once the run was told to end, nothing is open, on either side.
SETTLED_NS: Final = 180 * SECOND_NS
TAIL_MAX: Final = 40  # Entries that a crash takes at most where nothing is synced.
APPROVALS: Final = (OrderApproved, AmendApproved, CancelApproved)


@dataclass
class Plant:
    """A bug on purpose. Each is a function of what it spoils; the campaign must find it."""

    name: str
    bot: Callable[[Bot], None] = lambda _: None
    world: Callable[[RoughWorld], None] = lambda _: None


@dataclass
class Report:
    """What one seed went through."""

    seed: int
    entries: int = 0
    crashes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    live_s: float = 0.0  # After the storm, until all was known and an order accepted.


class Journal:
    """The log of the engine: encoded entries in memory, and how many of them a power cut would leave."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.synced = 0
        self.writing = True
        self._approved = False

    def append(self, entry: Entry) -> None:
        """Take one entry."""
        if self.writing:
            self.kept.append(msgspec.msgpack.encode(entry))
            self._approved = self._approved or isinstance(entry.event, APPROVALS)

    def commit(self) -> None:
        """As the store does: what holds an approval is synced."""
        if self.writing and self._approved:
            self.synced = len(self.kept)
            self._approved = False

    def cut(self, length: int) -> None:
        """A crash took the rest."""
        del self.kept[length:]
        self.synced = min(self.synced, length)
        self._approved = False

    def entries(self) -> list[Entry]:
        """Return them decoded."""
        return [_ENTRY.decode(one) for one in self.kept]


_ENTRY: Final = msgspec.msgpack.Decoder(Entry)


class Run:
    """Plays one seed. Raises Broken, or what a component raises."""

    def __init__(self, seed: int, plant: Plant | None = None) -> None:
        self.seed = seed
        self.plant = plant or Plant("none")
        self.weather = weather_of(seed)
        self.report = Report(seed)
        self._random = Random(f"{seed}/run")
        self.journal = Journal()
        self.world = RoughWorld(self.weather, names=client_ids, tap=self._said)
        self.bot = Bot(seed)
        self.oracle = Oracle(client_ids())
        self._cancels_said: Counter[str] = Counter()
        self._adds_said: set[str] = set()  # Client ids, over all lives.
        self._committed: set[str] = set()  # Client ids of orders in the journal, over all lives.
        self._money = self._money_of_all()
        self._of_the_storm: set[str] | None = None  # Orders from before the calm, once it is calm.
        self._accepted_after_ns: int | None = None
        self._engine = Engine(self.bot.components, self.journal)
        self.plant.bot(self.bot)

    def play(self) -> Report:
        """Storm, calm, end; then everything is compared."""
        world = self.world
        world.boot([])
        self.plant.world(world)
        self._arrive(RunStarted(f"chaos-{self.seed}", "chaos", b"{}", "0"))
        for crash in self.weather.crashes:
            at_ns = max(START_NS + int(crash.at_s * SECOND_NS), world.now_ns)
            self._until(at_ns)
            self._crash(crash)
        self._until(world.storm_ns)
        self._until_live()
        self._settle()
        self._compare()
        self._replay()
        self.report.entries = len(self.journal.kept)
        return self.report

    # -- Steps -------------------------------------------------------------------------------------------------

    def _until(self, time_ns: int, done: Callable[[], bool] | None = None) -> bool:
        """Let the world go on to a time, or until `done`, which is asked at each second."""
        world = self.world
        while world.now_ns < time_ns:
            world.until_ns = time_ns if done is None else min(time_ns, world.now_ns + SECOND_NS)
            while (arrival := world.next_arrival()) is not None:
                self._step(arrival)
            if done is not None and done():
                return True
        return False

    def _arrive(self, event: Event) -> None:
        self._step(Arrival(self.world.bot_ns, event))

    def _step(self, arrival: Arrival) -> None:
        entries = self._engine.step(arrival.event, time_ns=arrival.time_ns)
        self._perform(entries)

    def _perform(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._judge(entry)
        self.oracle.after_step(entries)
        for entry in entries:
            self._hand_over(entry)

    def _judge(self, entry: Entry) -> None:
        self.report.counts[type(entry.event).__name__] += 1
        self.oracle.judge(entry, self.world, self.bot.market)
        self.oracle.see(entry)
        event = entry.event
        if isinstance(event, OrderApproved):
            client_id = self.oracle.ids.client_id(event.order.order_id)
            assert client_id is not None
            self._committed.add(client_id)
        elif isinstance(event, OrderAccepted) and self._of_the_storm is not None:
            self._note_accepted(event, entry.time_ns)

    def _note_accepted(self, event: OrderAccepted, time_ns: int) -> None:
        if self._accepted_after_ns is None and event.order_id not in (self._of_the_storm or ()):
            self._accepted_after_ns = time_ns

    def _hand_over(self, entry: Entry) -> None:
        """Have one entry performed; a cancel must go out now, or be told as not sent."""
        event = entry.event
        before = self._cancels_said.total()
        self.world.perform(entry)
        if isinstance(event, CancelApproved) and self._cancels_said.total() == before:
            said = self.world.last_said
            if not (isinstance(said, CancelRejected) and said.order_id == event.order_id):
                raise Broken("a cancel that was approved and not sent", event)

    def _said(self, frame: bytes) -> None:
        """A frame of ours is on its way: at most one order of each client id, and none that the journal lacks."""
        if (cancelled := said_client_id(frame, "cancel_order")) is not None:
            self._cancels_said[cancelled] += 1
        client_id = said_client_id(frame, "add_order")
        if client_id is None:
            return
        if client_id in self._adds_said:
            raise Broken("an order sent twice", frame)
        if client_id not in self._committed:
            raise Broken("an order sent before its intent was in the journal", frame)
        self._adds_said.add(client_id)

    # -- Crashes -----------------------------------------------------------------------------------------------

    def _crash(self, crash: Crash) -> None:
        """Die in the middle of the next step, be down for a while, and start again from the journal."""
        world, journal, random = self.world, self.journal, self._random
        world.until_ns = world.now_ns + 5 * SECOND_NS
        arrival = world.next_arrival()
        if arrival is not None:
            before = len(journal.kept)
            entries = self._engine.step(arrival.event, time_ns=arrival.time_ns)
            if random.random() < 0.5:  # In the middle of writing: nothing of it was done.
                journal.cut(before + random.randint(0, len(entries)))
            else:
                for entry in entries:
                    self._judge(entry)
                for entry in entries[: random.randint(0, len(entries))]:
                    self._hand_over(entry)
        match crash.tail:
            case "unsynced":
                journal.cut(random.randint(journal.synced, len(journal.kept)))
            case "any":
                journal.cut(max(1, len(journal.kept) - random.randint(0, TAIL_MAX)))
            case "kept":
                pass
        world.crash(reaches_venue=crash.reaches_venue)
        self.report.crashes += 1
        world.until_ns = world.now_ns + int(crash.down_s * SECOND_NS)
        while world.next_arrival() is not None:
            raise Broken("something came in for a dead bot")
        self._resume()

    def _resume(self) -> None:
        """Start again: the journal through new components, the rest of its last step, and what a start says first."""
        journal = self.journal
        entries = journal.entries()
        self.bot = Bot(self.seed)
        self.oracle = Oracle(client_ids())
        journal.writing = False
        self._engine = Engine(self.bot.components, journal)
        self.plant.bot(self.bot)
        said: list[Entry] = []
        for entry in entries:
            if entry.cause_seq == entry.seq:
                said = self._engine.step(entry.event, time_ns=entry.time_ns)
            self.oracle.see(entry)
        journal.writing = True
        if not entries:  # Nothing of it had reached the disk: another run begins.
            self.world.boot([])
            self._arrive(RunStarted(f"chaos-{self.seed}-{self.world.boots}", "chaos", b"{}", "0"))
            return
        unwritten = said[entries[-1].seq - said[0].seq + 1 :]
        for entry in unwritten:
            journal.append(entry)
            self.oracle.see(entry)
        journal.commit()
        for entry in unwritten:
            if isinstance(entry.event, OrderApproved):
                client_id = self.oracle.ids.client_id(entry.event.order.order_id)
                assert client_id is not None
                self._committed.add(client_id)
        whole = [*entries, *unwritten]
        self.world.boot(whole)
        self.plant.world(self.world)
        self._arrive(RunResumed(f"boot-{self.world.boots}", "0"))
        for event in _left_open(whole):
            self._arrive(event)

    # -- The end -----------------------------------------------------------------------------------------------

    def _until_live(self) -> None:
        """Everything is known again, and an order that was approved after the storm was accepted."""
        self._of_the_storm = set(self.oracle.orders)
        world = self.world
        if any(limit for limit, _ in self.oracle.halted):
            self._arrive(ResumeOrdered("", "the storm is over"))
        if not self._until(world.now_ns + LIVE_NS, self._is_live):
            raise Broken("not live again", self._what_lacks())
        self.report.live_s = (world.now_ns - world.storm_ns) / SECOND_NS

    def _is_live(self) -> bool:
        unsure = [order for order in self._table().open() if order.state == "unsure"]
        quiet = not unsure and not self.oracle.disputed and self.oracle.agreed and len(self.oracle.trusted) == 2
        return quiet and self._accepted_after_ns is not None

    def _what_lacks(self) -> object:
        return {
            "unsure": [order for order in self._table().open() if order.state == "unsure"],
            "disputed": sorted(self.oracle.disputed),
            "doubts": self.bot.reconciler.disputed,
            "agreed": self.oracle.agreed,
            "trusted": sorted(self.oracle.trusted),
            "halted": self.oracle.halted,
            "accepted": self._accepted_after_ns,
        }

    def _settle(self) -> None:
        """The run is told to end: everything is cancelled, and both sides come to know it."""
        self._arrive(RunStopped("chaos is over"))
        if not self._until(self.world.now_ns + SETTLED_NS, self._is_settled):
            raise Broken("the two sides do not come to agree", (self.oracle.open, self._differences()))
        self._until(self.world.now_ns + 3 * SECOND_NS)

    def _is_settled(self) -> bool:
        account = self.world.exchange.bank.accounts[ACCOUNT]
        ours = [order for order in account.orders.values() if order.cl_ord_id is not None]
        return not ours and not self.oracle.open and not self._differences()

    def _compare(self) -> None:
        """Both sides, to the last unit."""
        if differences := self._differences():
            raise Broken("the two sides do not agree", differences)
        if (money := self._money_of_all()) != self._money:
            raise Broken("money at the exchange does not add up", (self._money, money))

    def _differences(self) -> list[object]:
        """Return where log, components and venue differ."""
        found: list[object] = []
        account = self.world.exchange.bank.accounts[ACCOUNT]
        for order_id, known in self.oracle.orders.items():
            client_id = self.oracle.ids.client_id(order_id)
            at_venue = order_at_venue(self.world, client_id or "")
            told = sum(fill.qty_lots for fill in self._fills_of(order_id))
            filled = 0 if at_venue is None else int(at_venue.cum_lots)
            if told != filled:
                found.append(("fills in the log and at the venue", order_id, told, filled, known))
            if at_venue is None and known.end not in {"", "OrderRejected", "OrderAbsent", "OrderCanceled"}:
                found.append(("an end that nobody made", order_id, known))
            for who, table in self._tables():
                order = table.get(order_id)
                if order is not None and order.filled_lots != filled:
                    found.append((f"what {who} knows of", order_id, order.filled_lots, filled))
        twice = [name for name, count in _client_ids(account).items() if count > 1]
        found += [("twice at the venue", name) for name in twice]
        venue_fills = {fill.exec_id for fill in account.fills}
        logged = set(self.oracle.fills)
        found += [("a fill that only the log has", name) for name in sorted(logged - venue_fills)]
        for asset in ("USD", "BTC", "ETH"):
            held = balance_at_venue(self.world, asset)
            for who, portfolio in self._portfolios():
                if portfolio.balance(asset) != held:
                    found.append((f"{asset} as {who} has it", portfolio.balance(asset), held))
        return [*found, *self._positions()]

    def _positions(self) -> list[object]:
        """Return where what a strategy believes to have bought and sold is not what its orders filled."""
        found: list[object] = []
        for host in self.bot.hosts:
            portfolio: Any = host._portfolio  # noqa: SLF001 - As above.
            for symbol, instrument in self.oracle.instruments.items():
                bought = sum(
                    (1 if fill.side == "buy" else -1) * fill.qty_lots
                    for fill in self.oracle.fills.values()
                    if isinstance(fill, OrderTraded) and fill.symbol == symbol and _is_of(fill.order_id, host.name)
                )
                position = portfolio.positions.get(symbol)
                held = 0 if position is None else position.qty
                if held != instrument.qty(bought):
                    found.append((f"the position of {host.name} in {symbol}", held, instrument.qty(bought)))
        return found

    def _fills_of(self, order_id: str) -> list[Any]:
        return [fill for fill in self.oracle.fills.values() if getattr(fill, "order_id", None) == order_id]

    def _table(self) -> OrderTable:
        return self.bot.reconciler.orders

    def _tables(self) -> list[tuple[str, OrderTable]]:
        hosts = [(host.name, host._orders) for host in self.bot.hosts]  # noqa: SLF001 - To see what it believes.
        risk = self.bot.risk.account.orders
        return [("reconciler", self.bot.reconciler.orders), ("risk", risk), *hosts]

    def _portfolios(self) -> list[tuple[str, Any]]:
        return [("risk", self.bot.risk.account.portfolio)]

    def _money_of_all(self) -> dict[str, int]:
        """Return what there is of each asset at the exchange: with the house's accounts, to which the fees go."""
        total: Counter[str] = Counter()
        for account in self.world.exchange.bank.accounts.values():
            total.update(account.balances)
        return {asset: total[asset] for asset in ("USD", "BTC", "ETH")}

    def _replay(self) -> None:
        """The journal through new components says what it says, byte for byte."""

        def build(_: Entry) -> list[Any]:
            bot = Bot(self.seed)
            self.plant.bot(bot)
            return bot.components

        kept = [(_ENTRY.decode(one), one) for one in self.journal.kept]
        replayed = replay(kept, build)
        if not replayed.agrees:
            raise Broken("a replay that says something else", replayed.difference)


def _is_of(order_id: str, name: str) -> bool:
    return order_id.startswith(f"{name}-")


def _client_ids(account: Any) -> Counter[str]:
    orders = (*account.orders.values(), *account.closed)
    return Counter(order.cl_ord_id for order in orders if order.cl_ord_id is not None)


def _left_open(entries: list[Entry]) -> list[Event]:
    """Return what a start says first: links that were up are down, and nobody will answer what was asked."""
    table = OrderTable()
    links: dict[str, None] = {}
    waiting: Counter[str] = Counter()
    for entry in entries:
        event = entry.event
        order = table.apply(event)
        match event:
            case LinkOpened():
                links[event.link] = None
            case LinkDropped():
                links.pop(event.link, None)
            case OrderApproved():
                waiting[event.order.order_id] = 1
            case _:
                pass
        if order is not None:
            waiting[order.order_id] = order.changes + (order.state == "approved")
    overdue = [order.order_id for order in table.open() for _ in range(waiting[order.order_id])]
    return [
        *(LinkDropped(link, "the run was down") for link in links),
        *(AnswerOverdue(order_id) for order_id in overdue),
    ]


def play(seed: int, plant: Plant | None = None) -> Report:
    """Play one seed. Raises what went wrong."""
    return Run(seed, plant).play()
