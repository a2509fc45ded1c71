"""A world in virtual time where anything breaks: the exchange of this machine, our links to it, and a seed's weather.

Both ends of every connection are the real sessions; between them frames are late, lost, doubled or never come. The bot
may die and start again (`crash`, `boot`); the venue lives on, and so does what was on its way.

Pure. Imports: domain, engine, exchange, every file here. Imported by: the front door.
"""

import heapq
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from typing import Final

from fathom.domain import Entry, Event, HealthSeen, TimerFired, TimerWanted
from fathom.engine import Arrival
from fathom.exchange import Exchange, Settings
from fathom.protocol import HttpAnswer, HttpRequest, Role, Upgrade, translate
from fathom.sim.chaos.account_desk import AccountDesk
from fathom.sim.chaos.agenda import Agenda, Deed
from fathom.sim.chaos.line import Line
from fathom.sim.chaos.our_orders import Names, OurOrders
from fathom.sim.chaos.private_edge import PrivateEdge
from fathom.sim.chaos.public_edge import PublicEdge
from fathom.sim.chaos.rest_desk import RestDesk
from fathom.sim.chaos.stranger import trade_by_hand
from fathom.sim.chaos.weather import ACCOUNT, SECOND_NS, Cut, Pause, Weather

START_NS: Final = 1_767_614_400_000_000_000  # 2026-01-05 12:00 UTC, a Monday.
SYMBOLS: Final = ("BTC/USD", "ETH/USD")
HEALTH_EVERY_NS: Final = SECOND_NS
PEER: Final = "10.0.0.7"


class RoughWorld:
    """Delivers what comes in, in order of time, until `until_ns`; then None, and it may be asked to go on."""

    def __init__(self, weather: Weather, *, names: Callable[[], Names], tap: Callable[[bytes], None]) -> None:
        """`names` makes the memory of our orders' client ids; `tap` sees each frame that we say on the private link."""
        self.weather = weather
        self.exchange = Exchange(
            Settings(
                seed=weather.seed, start_ns=START_NS, symbols=SYMBOLS, rate=weather.market_rate,
            ),
            machine_ns=START_NS,
            faults=weather.venue_faults,
        )  # fmt: skip
        self.now_ns = START_NS  # The world's clock, and the venue's.
        self.until_ns = START_NS
        self.storm_ns = START_NS + int(weather.storm_s * SECOND_NS)
        self.boots = 0
        self.last_said: Event | None = None
        self._names = names
        self._tap = tap
        self._random = Random(f"{weather.seed}/world")
        self._agenda = Agenda()
        self._arrivals: deque[Event] = deque()
        self._timers: list[tuple[int, int, TimerWanted]] = []  # By the bot's clock.
        self._timers_set = 0
        self._exchange_due_ns = START_NS
        self._clock_offset_ns = 0
        self._bot_ns = START_NS
        self._paused_until_ns = 0
        self.lines: list[Line] = []  # Those of the bot's present life, gone ones too.
        self._alive = False
        self._public: PublicEdge | None = None
        self.private: PrivateEdge | None = None  # The way out of our orders, while the bot lives.
        self._account_desk: AccountDesk | None = None
        self._ours = OurOrders(names())
        self._key = next(key for key in self.exchange.samples if key.account == ACCOUNT)
        self._hand = self.exchange.keyring.add(
            ACCOUNT, key="by hand", secret=b64encode(bytes(64)).decode(), permissions=self._key.permissions,
            label="by hand", now_ns=START_NS,
        )  # fmt: skip
        self._plan()

    def _plan(self) -> None:
        weather = self.weather
        for cut in weather.cuts:
            self._agenda.put(_at(cut.at_s), partial(self._cut, cut))
        for pause in weather.pauses:
            self._agenda.put(_at(pause.at_s), partial(self._pause, pause))
        for step in weather.clock_steps:
            self._agenda.put(_at(step.at_s), partial(self._step_clock, step.by_ns))
        for number, at_s in enumerate(weather.strangers_s):
            self._agenda.put(_at(at_s), partial(self._trade_by_hand, number))
        self._agenda.put(self.storm_ns, self._calm)

    # -- The bot's life ----------------------------------------------------------------------------------------

    def boot(self, journal: Iterable[Entry]) -> None:
        """The bot starts: with empty hands, but for what its journal teaches."""
        assert not self._alive
        self._alive = True
        self.boots += 1
        self._ours = OurOrders(self._names())
        for entry in journal:
            self._ours.learn(entry)
        seed = f"{self.weather.seed}/boot/{self.boots}"
        desk = RestDesk(
            self, self._key, answer=self._rest, each_way_ns=self.weather.rest_ns, random=Random(f"{seed}/rest")
        )
        pairs = self.exchange.listing.pairs.values()
        symbols = {name: pair.symbol for pair in pairs for name in (pair.rest_id, pair.altname)}
        assets = {asset.rest_id: asset.symbol for asset in self.exchange.listing.assets.values()}
        names = translate.RestNames(symbols, assets)
        self._account_desk = AccountDesk(self, desk, self._ours, names=names)
        self._public = PublicEdge(self, self._open, symbols=SYMBOLS, random=Random(f"{seed}/public"))
        self.private = PrivateEdge(
            self, self._open, desk, self._ours, weather=self.weather, random=Random(f"{seed}/private")
        )
        self.after(0, self._public.connect)
        self.after(0, self.private.connect)
        self.after(HEALTH_EVERY_NS, self._health)

    def crash(self, *, reaches_venue: bool) -> None:
        """The bot is gone, with all that had come in and was not heard, and with its sockets."""
        assert self._alive
        self._alive = False
        self._arrivals.clear()
        self._timers.clear()
        self._public = self.private = self._account_desk = None
        for line in self.lines:
            line.die(reaches_venue=reaches_venue)
        self.lines.clear()
        self._paused_until_ns = 0

    # -- The world of the engine's loop ------------------------------------------------------------------------

    def next_arrival(self) -> Arrival | None:
        """Return what comes in next; None once time has come to `until_ns`."""
        while not self._arrivals:
            if not self._turn():
                return None
        return Arrival(self.bot_ns, self._arrivals.popleft())

    def perform(self, entry: Entry) -> None:
        """Do what an entry asks for."""
        event = entry.event
        self._ours.learn(entry)
        if isinstance(event, TimerWanted):
            self._timers_set += 1
            heapq.heappush(self._timers, (event.at_ns, self._timers_set, event))
            return
        if self.private is not None and self._public is not None and self._account_desk is not None:
            self.private.perform(entry)
            self._public.perform(entry)
            self._account_desk.perform(entry)

    # -- What the edges ask for --------------------------------------------------------------------------------

    @property
    def bot_ns(self) -> int:
        """The bot's clock: the world's, with what it jumped, and never back."""
        self._bot_ns = max(self._bot_ns, self.now_ns + self._clock_offset_ns)
        return self._bot_ns

    @property
    def stormy(self) -> bool:
        """Whether things may still break."""
        return self.now_ns < self.storm_ns

    def say(self, event: Event) -> None:
        """An event comes in, now."""
        self.last_said = event
        self._arrivals.append(event)

    def after(self, delay_ns: int, deed: Deed) -> None:
        """Have the bot do something later, if it lives and when it runs."""
        self._agenda.put(self.now_ns + delay_ns, deed, boot=self.boots)

    def elsewhere(self, delay_ns: int, deed: Deed) -> None:
        """Have something happen at the venue, whatever becomes of the bot."""
        self._agenda.put(self.now_ns + delay_ns, deed)

    # -- Time --------------------------------------------------------------------------------------------------

    def _turn(self) -> bool:
        """Go on to the next thing that is due, and do it. False where that is after `until_ns`."""
        due_ns, deed = self._next()
        if due_ns > self.until_ns:
            self.now_ns = max(self.now_ns, self.until_ns)
            return False
        self.now_ns = max(self.now_ns, due_ns)
        deed()
        return True

    def _next(self) -> tuple[int, Deed]:
        """Return what is due first. Among equals: the venue, what was put on the agenda, timers, our sessions."""
        best_ns, best = self._exchange_due_ns, self._wake_exchange
        agenda_ns = self._agenda.next_ns
        if agenda_ns is not None and agenda_ns < best_ns:
            best_ns, best = agenda_ns, self._do_next
        if not self._alive:
            return best_ns, best
        if self._timers and (timer_ns := self._world_ns(self._timers[0][0])) < best_ns:
            best_ns, best = timer_ns, self._fire
        for edge in (self._public, self.private):
            if edge is not None and edge.deadline_ns is not None:
                edge_ns = self._world_ns(edge.deadline_ns)
                if edge_ns < best_ns:
                    best_ns, best = edge_ns, edge.wake
        return best_ns, best

    def _world_ns(self, bot_ns: int) -> int:
        """Return when the bot, which may stand still, finds that its clock says so."""
        ahead_ns = bot_ns - self.bot_ns
        time_ns = self.now_ns if ahead_ns <= 0 else bot_ns - self._clock_offset_ns
        return max(time_ns, self._paused_until_ns)

    def _wake_exchange(self) -> None:
        self._exchange_due_ns = self.exchange.wake(self.now_ns)

    def _do_next(self) -> None:
        boot, deed = self._agenda.pop()
        if boot == 0:
            deed()
        elif boot == self.boots and self._alive:
            if self.now_ns < self._paused_until_ns:
                self._agenda.put(self._paused_until_ns, deed, boot=boot)
            else:
                deed()

    def _fire(self) -> None:
        wanted = heapq.heappop(self._timers)[2]
        self.say(TimerFired(wanted.owner, wanted.timer))

    def _health(self) -> None:
        switch = "armed" if self.private is not None and self.private.line is not None else "failing"
        self.say(HealthSeen(0, 0, -self._clock_offset_ns, switch))
        self.after(HEALTH_EVERY_NS, self._health)

    # -- What breaks -------------------------------------------------------------------------------------------

    def _cut(self, cut: Cut) -> None:
        for line in self.lines:
            if line.role == cut.link and line.is_open:
                line.cut(silent=cut.silent)

    def _pause(self, pause: Pause) -> None:
        self._paused_until_ns = min(self.now_ns + int(pause.for_s * SECOND_NS), self.storm_ns)

    def _step_clock(self, by_ns: int) -> None:
        self._clock_offset_ns += by_ns

    def _trade_by_hand(self, number: int) -> None:
        trade_by_hand(self.exchange, self._hand, self._random, number=number, now_ns=self.now_ns)

    def _calm(self) -> None:
        """From here on nothing breaks; the clock is right again, though it stands until it is."""
        self.exchange.faults.clear()
        self._clock_offset_ns = 0

    # -- The venue's doors -------------------------------------------------------------------------------------

    def _rest(self, request: HttpRequest) -> HttpAnswer:
        return self.exchange.answer(request, now_ns=self.now_ns)

    def _open(self, role: Role, on_frame: Callable[[bytes], None], on_closed: Callable[[str], None]) -> Line | None:
        upgrade = Upgrade(role=role, path="/v2", peer=PEER)
        if self.exchange.refusal(upgrade, now_ns=self.now_ns) is not None:
            return None
        private = role == "private"
        number = len(self.lines) + 1
        line = Line(
            self,
            role=role,
            out_ns=self.weather.out_ns,
            in_ns=self.weather.private_ns if private else self.weather.public_ns,
            random=Random(f"{self.weather.seed}/line/{self.boots}/{number}"),
            on_frame=on_frame,
            on_closed=on_closed,
            now_ns=lambda: self.now_ns,
            tap=self._tap if private else _unseen,
        )
        self.lines.append(line)
        line.conversation = self.exchange.open(upgrade, line, now_ns=self.now_ns)
        return line


def _at(seconds: float) -> int:
    return START_NS + int(seconds * SECOND_NS)


def _unseen(_: bytes) -> None:
    """Nobody looks at what is said on the public link."""
