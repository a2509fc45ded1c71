"""The exchange whole: venue, market, doors and clock, entered by bytes and the machine's time.

Pure. Imports: every folder of the exchange. Imported by: the front door.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final

from msgspec import structs

from fathom.exchange.access import ApiKey, ConnectionAttempts, Keyring
from fathom.exchange.bank import Bank
from fathom.exchange.clock import Clock
from fathom.exchange.control import ControlDoor
from fathom.exchange.core import Ids, Venue
from fathom.exchange.crowd import Crowd, Playback, Recorded
from fathom.exchange.doors import Conversation, HttpAnswer, HttpRequest, Upgrade, Wire
from fathom.exchange.faults import Faults, FaultSpec
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing
from fathom.exchange.moving import MovingMarket, Participant
from fathom.exchange.rest import RestDoor
from fathom.exchange.routes import route
from fathom.exchange.samples import open_samples
from fathom.exchange.saved import load
from fathom.exchange.saving import Saver, restore, seed_of_run
from fathom.exchange.sessions import V2Session
from fathom.exchange.settings import Settings
from fathom.exchange.steering import Steering
from fathom.exchange.v1 import V1Session

SESSIONS_EVERY_NS: Final = 50_000_000  # How often the sessions are asked for heartbeats and idle closes.
CONNECTIONS_MAX: Final = 5_000  # Open at once; beyond it upgrades are refused with 503.
CONNECTION_ID_FIRST: Final = 18_125_794_168_470_700_000  # Beyond 2^63, as Kraken's are.
PAST_NS: Final = 30_000_000_000
PAST_ACTS_MAX: Final = 10_000  # A second of work, about.
NEVER_NS: Final = 2**63 - 1
TURNS_MAX: Final = 100  # Of market and faults in one `wake`; the next one, which is due at once, goes on.


class Exchange:
    """One venue. Every entrance takes the machine's time in ns; `wake` says when it wants to be called again."""

    def __init__(
        self,
        settings: Settings,
        *,
        machine_ns: int,
        faults: Sequence[FaultSpec] = (),
        recording: Iterable[Recorded] | None = None,
        state: bytes | None = None,
    ) -> None:
        """Open, with what an earlier run left in `state`. Raises LocalError where that is none of these pairs."""
        self.settings = settings
        self.listing = Listing.of(settings.symbols)
        saved = None if state is None else load(state, listing=self.listing)
        run = 0 if saved is None else saved.run + 1
        opens_ns = settings.start_ns if saved is None else max(settings.start_ns, saved.saved_ns)
        # The market has lived a while when the doors open, so that there are trades and candles to look back on.
        past_ns = PAST_NS if settings.market and recording is None else 0
        now_ns = opens_ns - past_ns if saved is None else max(opens_ns - past_ns, saved.saved_ns)
        seed = seed_of_run(settings.seed, run=run)  # Ids and tokens of an earlier run do not come again.
        self.clock = Clock(start_ns=opens_ns, machine_ns=machine_ns)
        self.bank = Bank(self.listing, ids=Ids(seed))
        self.venue = Venue(self.listing, self.bank, seed=seed, now_ns=now_ns, rules=settings.rules)
        self.keyring = Keyring(seed=seed, rules=settings.rules)
        self.samples: list[ApiKey] = (
            self._open_samples(now_ns)
            if saved is None
            else restore(saved, venue=self.venue, keyring=self.keyring, now_ns=now_ns)
        )
        self._saver = Saver(venue=self.venue, keyring=self.keyring, run=run)
        self.hub = Hub(self.venue)
        self.faults = Faults(faults, seed=settings.seed, now_ns=opens_ns)
        self.faults.venue = self.venue
        self.rest = RestDoor(
            venue=self.venue,
            hub=self.hub,
            keyring=self.keyring,
            rules=settings.rules,
            faults=self.faults,
            started_ns=now_ns,
        )
        self.market = MovingMarket(self.hub, self._participant(now_ns, recording))
        self.connections: dict[int, V2Session | V1Session] = {}
        self._connections_made = 0
        self._attempts = ConnectionAttempts(settings.rules)
        self._sessions_due_ns = 0
        self._faults_due_ns = opens_ns
        self._control = ControlDoor(
            Steering(
                settings=settings,
                clock=self.clock,
                listing=self.listing,
                bank=self.bank,
                venue=self.venue,
                keyring=self.keyring,
                faults=self.faults,
                market=self.market,
            )
        )
        self.hub.publish(now_ns=now_ns)
        if past_ns:
            self._live_a_while(opens_ns)

    def _open_samples(self, now_ns: int) -> list[ApiKey]:
        settings = self.settings
        return open_samples(
            bank=self.bank,
            keyring=self.keyring,
            listing=self.listing,
            tier=settings.tier,
            seed=settings.seed,
            now_ns=now_ns,
        )

    def _participant(self, now_ns: int, recording: Iterable[Recorded] | None) -> Participant | None:
        settings = self.settings
        if recording is not None:
            return Playback(self.venue, recording, speed=settings.speed, start_ns=now_ns, loop=True)
        if not settings.market:
            return None
        symbols = tuple(self.listing.pairs)
        crowd = Crowd(
            self.venue,
            seed=settings.seed,
            symbols=symbols,
            speed=settings.speed,
            start_ns=now_ns,
            slots_max=settings.ladder_slots_max,
        )
        if settings.rate is not None:
            crowd.set_pace(speed=None, rate=settings.rate, now_ns=now_ns)
        crowd.warm_up()
        return crowd

    def _live_a_while(self, opens_ns: int) -> None:
        """Let the market live up to the opening, but not for too long; what is missing then is skipped."""
        participant = self.market.participant
        if participant is None:
            return
        for _ in range(PAST_ACTS_MAX):
            due_ns = participant.next_ns()
            if due_ns is None or due_ns > opens_ns:
                break
            self.hub.publish(now_ns=participant.act())
        participant.resume(opens_ns)
        self.venue.advance(opens_ns)

    # -- Doors -----------------------------------------------------------------------------------------------

    def answer(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        """Answer one REST request."""
        venue_ns = self.clock.at(now_ns)
        answer = self.rest.answer(request, now_ns=venue_ns)
        self.hub.publish(now_ns=venue_ns)
        return answer

    def control(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        """Answer one request of the control API. What falls due by what it did has happened when this returns."""
        self.clock.at(now_ns)
        answer = self._control.answer(request)
        self._faults_due_ns = self.clock.now_ns  # It may have switched one on.
        self.wake(now_ns)
        return answer

    def refusal(self, upgrade: Upgrade, *, now_ns: int) -> HttpAnswer | None:
        """Return how a WebSocket upgrade is refused, or None: then `open` may be called."""
        venue_ns = self.clock.at(now_ns)
        place = route(upgrade)
        if place is None:
            return HttpAnswer(status=404, body=b"no such path: /v2, or / for v1", content_type="text/plain")
        if len(self.connections) >= CONNECTIONS_MAX:
            return HttpAnswer(status=503, body=b"too many connections", content_type="text/plain")
        if not self._attempts.allow(upgrade.peer, now_ns=venue_ns):
            return HttpAnswer(status=429, body=b"error code: 1015", content_type="text/plain")
        return self.faults.upgrade(structs.replace(upgrade, role=place.role), now_ns=venue_ns)

    def open(self, upgrade: Upgrade, wire: Wire, *, now_ns: int) -> Conversation:
        """Begin a conversation on an upgrade that `refusal` let pass."""
        venue_ns = self.clock.at(now_ns)
        place = route(upgrade)
        assert place is not None, upgrade
        self._connections_made += 1
        number = self._connections_made
        session_class = V2Session if place.version == "v2" else V1Session
        session = session_class(
            place.role,
            self.faults.line(wire, role=place.role, peer=upgrade.peer),
            venue=self.venue,
            hub=self.hub,
            keyring=self.keyring,
            rules=self.settings.rules,
            random=Random(f"{self.settings.seed}/session/{number}"),
            connection_id=CONNECTION_ID_FIRST + number,
            faults=self.faults,
            now_ns=venue_ns,
        )
        self.connections[number] = session
        return _Entrance(self, number, session)

    # -- Time ------------------------------------------------------------------------------------------------

    def wake(self, now_ns: int) -> int:
        """Do what is due: the market's next moves, timers, heartbeats, faults. Return when to call again."""
        venue_ns = self.clock.at(now_ns)
        market_ns = self._live_until(venue_ns)
        if venue_ns >= self._sessions_due_ns:
            self._sessions_due_ns = venue_ns + SESSIONS_EVERY_NS
            for session in list(self.connections.values()):
                session.wake(venue_ns)
        dues = (self._sessions_due_ns, self._faults_due_ns, self.venue.next_timer_ns(), market_ns)
        return self.clock.machine_ns(min(due_ns for due_ns in dues if due_ns is not None))

    def _live_until(self, venue_ns: int) -> int | None:
        """Let market, timers and faults have their turns, each at its own time; return when the market moves next.

        Where the market is behind, time waits for it. So the same seed makes the same tape, however seldom or late
        this is called.
        """
        for _ in range(TURNS_MAX):
            stop_ns = min(venue_ns, self._faults_due_ns)
            market_ns = self.market.move(stop_ns)
            reached_ns = stop_ns if market_ns is None else min(stop_ns, market_ns)
            self.venue.advance(reached_ns)
            self.hub.publish(now_ns=reached_ns)
            faults_ns = self.faults.wake(reached_ns)
            self.hub.publish(now_ns=reached_ns)
            self._faults_due_ns = NEVER_NS if faults_ns is None else faults_ns
            if reached_ns < stop_ns or stop_ns == venue_ns:
                break
        return market_ns

    def state(self) -> bytes:
        """Return what another run may go on from: accounts, money, history, keys. Open orders are not in it."""
        return self._saver.save(now_ns=self.clock.now_ns)

    # -- Looking in ------------------------------------------------------------------------------------------

    def figures(self) -> Mapping[str, float | Mapping[str, float]]:
        """Return what a dashboard wants to know; a name that ends in `_total` only grows."""
        clients = [account for account in self.bank.accounts.values() if not account.house]
        return {
            "venue_time_seconds": self.clock.now_ns / 1e9,
            "connections": len(self.connections),
            "connections_total": self._connections_made,
            "market_acts_total": self.market.acts,
            "orders_open": {account.name: len(account.orders) for account in clients},
            "fills": {account.name: len(account.fills) for account in clients},
            "book_levels": {
                symbol: len(market.bids) + len(market.asks) for symbol, market in self.venue.markets.items()
            },
            "faults_done_total": self.faults.counts(),
        }

    def left(self, number: int) -> None:
        """Forget a connection that is gone."""
        self.connections.pop(number, None)


class _Entrance:
    """A session as the socket knows it: the machine's time in, the venue's on."""

    __slots__ = ("_exchange", "_number", "_session")

    def __init__(self, exchange: Exchange, number: int, session: V2Session | V1Session) -> None:
        self._exchange = exchange
        self._number = number
        self._session = session

    def received(self, frame: bytes, *, now_ns: int) -> None:
        """One frame."""
        self._session.received(frame, now_ns=self._exchange.clock.at(now_ns))

    def alive(self, *, now_ns: int) -> None:
        """A ping or pong of the WebSocket protocol."""
        self._session.alive(now_ns=self._exchange.clock.at(now_ns))

    def closed(self, *, now_ns: int) -> None:
        """The socket is gone."""
        self._exchange.left(self._number)
        self._session.closed(now_ns=self._exchange.clock.at(now_ns))
