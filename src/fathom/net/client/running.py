"""What runs while a client is open: its connections, its REST client, and the one task that owns them all.

Imports: domain, protocol, keys, link, rest, venue; callbacks, events, fleet, hearing, options, rates, streams. Imported
by: kraken, orders, lookup, private.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from random import Random
from typing import Any, Final, TypeVar

from fathom.domain import AuthError, FathomError, LinkError, LocalError
from fathom.net.client.events import CallbackFailed, ClientEvent, KeyChanged
from fathom.net.client.feeds.callbacks import called
from fathom.net.client.feeds.fleet import Fleet
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.hearing import Hearing
from fathom.net.client.options import LEVEL3_SYMBOLS_MAX, Options
from fathom.net.client.rates import Rates
from fathom.net.clock import clock_ns
from fathom.net.keys import Credentials, Found, KeyNews, KeyRotation, ask_key_info, refuse_unfit_key
from fathom.net.link import Collector, Link, RawTap, attempts_for
from fathom.net.rest import RestClient, shared_authority
from fathom.net.venue import Endpoint, Venue
from fathom.protocol import Token, budget, rest
from fathom.protocol.messages import ChannelParams, InstrumentParams

TEND_S: Final = 5.0  # How often connections are measured.
T = TypeVar("T")
R = TypeVar("R")


class Running:
    """One client's inside. `open` and `close` are its life; everything else serves the parts of the client."""

    def __init__(self, venue: Venue, found: Found | None, *, options: Options, taps: list[RawTap]) -> None:
        self.venue = venue
        self.options = options
        self.event_counts: Counter[str] = Counter()
        self.hearing = Hearing(self.tell)
        self.rates = Rates(budget.TIERS[("starter", "intermediate", "pro").index(options.tier)])
        self.found = found
        self.trades = False  # Orders have been placed, or are to be: what the key may must be fit for that.
        self._fingerprint = "" if found is None else found.credentials.fingerprint
        credentials = None if found is None else found.credentials
        self.rest = RestClient(
            venue,
            credentials=credentials,
            nonces=shared_authority(),
            ledger=self.rates.ledger,
            terms=options.rest,
            clock_ns=clock_ns,
        )
        self._taps = taps
        self._rng = Random(options.seed)
        self._event_streams: list[Stream[ClientEvent]] = []
        self._change = asyncio.Event()
        rate_max = options.frames_per_s_per_link
        self.public = Fleet(make=self._maker("public"), count_max=options.symbols_per_link, rate_max=rate_max)
        self.private = Fleet(make=self._maker("private"), count_max=options.symbols_per_link, rate_max=float("inf"))
        self.level3 = Fleet(make=self._maker("level3"), count_max=LEVEL3_SYMBOLS_MAX, rate_max=rate_max)
        self._main: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self.hearing.on_change = self.changed
        self.hearing.on_rows = self.rates.seen
        self.hearing.on_tier = self.rates.know

    # -- Its life --------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect, and learn the pairs' rules. Raises what stood in the way, within `ready_s_max`."""
        if self._main is not None:
            raise LocalError("connect", "it is open, or was closed: make another")
        self._main = asyncio.create_task(self._live(), name="fathom")
        await self.until(lambda: bool(self.hearing.market.instruments), what="the pairs' rules")
        if self.options.collector is not None:
            self.hearing.collector = Collector(self.options.collector)
            self.hearing.collector.start()

    async def close(self) -> None:
        """Say goodbye on every connection; streams end. Twice is no error."""
        self._closing.set()
        self.rates.stop()
        if self.hearing.collector is not None:
            self.hearing.collector.stop()
        main = self._main
        if main is not None and not main.done():
            await asyncio.wait([main], timeout=4 * self.options.link.close_s_max)
            if not main.done():
                main.cancel()
                await asyncio.wait([main])
        for stream in self._streams():
            stream.close()
        if main is not None and main.done() and not main.cancelled() and (error := main.exception()) is not None:
            raise error

    async def _live(self) -> None:
        """Own every task there is, until `close`; a bug in one of them ends them all, and every stream with it."""
        try:
            async with self.rest, asyncio.TaskGroup() as group:
                self._group = group
                self.hold(InstrumentParams(snapshot=True), self.public)
                upkeep = [group.create_task(self._tend(), name="tend")]
                if self.found is not None:
                    upkeep.append(group.create_task(self._rotation(self.found).run(), name="key rotation"))
                await self._closing.wait()
                for task in (*upkeep, *self._work):
                    task.cancel()
                await asyncio.gather(*(link.stop() for link in self.links()))
        except BaseExceptionGroup as errors:
            failed = LinkError(f"this is a bug in fathom: {errors.exceptions[0]!r}")
            for stream in self._streams():
                stream.fail(failed)
            raise errors.exceptions[0] from None
        finally:
            self._group = None
            self.changed()

    async def _tend(self) -> None:
        """Measure connections now and then, and move what is too much for one."""
        while True:
            await asyncio.sleep(TEND_S)
            self.hearing.topics.want_again(now_ns=clock_ns())
            for fleet in (self.public, self.level3):
                for load in fleet.measure(seconds=TEND_S):
                    self.hearing.topics.lighten_load(load.link, now_ns=clock_ns())

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None] | None:
        """Run something for as long as the client is open; where it is not, it is not begun: then None."""
        if self._group is None or self._closing.is_set():
            work.close()
            return None
        task = self._group.create_task(_awaited(work), name=name)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    # -- The key ---------------------------------------------------------------------------------------------

    def _rotation(self, found: Found) -> KeyRotation:
        """Look for another key where this one was: tested first, then used, and the old one let go."""
        return KeyRotation(found, test=self._test, told=self._key_news, use=self.rest.use)

    @property
    def fingerprint(self) -> str:
        """The key in use, as it may be shown; empty without one."""
        return self._fingerprint

    async def _test(self, credentials: Credentials) -> None:
        """Raise where a new key is not fit to go on with: as unfit as it would be at the start."""
        async with RestClient(self.venue, credentials=credentials, terms=self.options.rest) as other:
            info = await ask_key_info(other)
            allow_unknown = self.options.allow_unknown_rights or not self.trades
            refuse_unfit_key(info, now_ns=clock_ns(), for_trading=self.trades, allow_unknown=allow_unknown)

    def _key_news(self, news: KeyNews) -> None:
        taken = news.kind == "used"
        self.tell(KeyChanged(time_ns=clock_ns(), fingerprint=news.fingerprint, taken=taken, reason=news.text))
        if taken:
            self._fingerprint = news.fingerprint
            for link in self.links():
                link.nudge()  # One that rests because of the old key tries the new one.

    # -- Waiting and telling ---------------------------------------------------------------------------------

    async def until(self, done: Callable[[], bool], *, what: str, timeout_s: float | None = None) -> None:
        """Wait for a condition that links bring about. Raises what stands in its way, or LinkError at the deadline."""
        timeout_s = self.options.ready_s_max if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                while not done():
                    if isinstance(self.hearing.last_error, AuthError):
                        raise self.hearing.last_error
                    await self.next_change()
        except TimeoutError:
            why = f": {self.hearing.last_error}" if self.hearing.last_error is not None else ""
            raise LinkError(f"{what} did not come from {self.venue.name} within {timeout_s:g} s{why}") from None

    async def next_change(self) -> None:
        """Wait until something changes that links bring about."""
        self.need_open()
        self._change.clear()
        await self._change.wait()

    def changed(self) -> None:
        """Something that somebody may wait for has changed."""
        self._change.set()

    def tell(self, event: ClientEvent) -> None:
        """Tell whoever listens to events."""
        self.event_counts[type(event).__name__] += 1
        for stream in self._event_streams:
            stream.put(None, event)

    def events(self, callback: Callable[[ClientEvent], object] | None) -> Stream[ClientEvent]:
        """Return a new stream of events."""
        stream: Stream[ClientEvent] = Stream(
            size=self.options.events_size,
            conflate=False,
            callback=callback,
            on_error=lambda error: self.callback_failed("events", error),
        )
        self._event_streams = [known for known in self._event_streams if not known.closed]
        self._event_streams.append(stream)
        return stream

    def callback_failed(self, channel: str, error: Exception) -> None:
        """A callback of the user's raised: it has been let go."""
        said = f"{type(error).__name__}: {error}"
        self.tell(CallbackFailed(time_ns=clock_ns(), channel=channel, error=said))

    @property
    def is_open(self) -> bool:
        """Whether there is somebody to ask."""
        return self._main is not None and not self._main.done() and not self._closing.is_set()

    def need_open(self) -> None:
        """Raise where there is nothing to ask."""
        if self._main is None:
            raise LocalError("connect", "it is not open: `async with fathom.connect(...) as kraken`, or await it")
        if not self.is_open:
            raise LinkError("the client is closed: connect again")

    def need_key(self, what: str) -> None:
        """Raise where there is no key."""
        if self.found is None:
            raise AuthError(f"{what} needs an API key: set FATHOM_API_KEY and FATHOM_API_SECRET, or see docs/client.md")

    # -- Asking ----------------------------------------------------------------------------------------------

    async def call(self, request: rest.RestRequest[R]) -> R:
        """Ask REST."""
        self.need_open()
        return await self.rest.call(request)

    def hold(self, params: ChannelParams, fleet: Fleet, symbols: Sequence[str] = ()) -> None:
        """Subscribe without a reader, once."""
        for topic in self.hearing.topics.open(params, symbols, fleet):
            topic.held = max(1, topic.held)

    def links(self) -> list[Link]:
        """Return every connection."""
        return [link for fleet in (self.public, self.private, self.level3) for link in fleet.links]

    def _streams(self) -> list[Stream[Any]]:
        read = [stream for topic in self.hearing.topics.all() for stream in topic.streams]
        return [*read, *self._event_streams]

    def _maker(self, role: Endpoint) -> Callable[[int], Link]:
        """Return what makes the n-th connection of a role, and starts it."""

        def make(number: int) -> Link:
            assert self._group is not None
            url = self.venue.url(role)
            link = Link(
                role if number == 1 else f"{role}-{number}",
                url,
                hears=self.hearing,
                attempts=attempts_for(url),
                terms=self.options.link,
                rng=self._rng,
                tokens=None if role == "public" else self._token,
                tap=self._tap if self._taps else None,
            )
            self._group.create_task(link.run(), name=link.name)
            return link

        return make

    async def _token(self) -> Token:
        return await self.rest.token()

    def _tap(self, link: str, frame: bytes, now_ns: int) -> None:
        for tap in tuple(self._taps):
            if (error := called(tap, link, frame, now_ns)) is not None:
                self._taps.remove(tap)
                self.callback_failed("frames", error)


async def _awaited(work: Awaitable[None]) -> None:
    """Background work of the client: what the venue or the wire does to it is told where it happens."""
    try:
        await work
    except FathomError:
        return
