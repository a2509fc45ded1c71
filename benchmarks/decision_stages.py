"""Where the time of a decision goes: the clock is read around each part, so that all of it takes longer than it does.

The clock is that of the thread's own processor time: what else runs on the machine is not in it, nor is waiting for the
disk.

Imports: fathom.run, fathom.store. Imported by: decision_process.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from fathom.protocol import translate
from fathom.run.bot import Bot
from fathom.run.trading.client_path import ClientPath
from fathom.run.trading.live_world import LiveWorld
from fathom.run.trading.market_feed import MarketFeed
from fathom.run.trading.status import Status
from fathom.store.journal import JournalWriter
from fathom.store.segment_file import SegmentFile
from fathom.ui.watch import Watch

now_ns = time.thread_time_ns


class Stages:
    """The parts of the frames that were answered, before the order was sent and after it. A part holds no other."""

    def __init__(self) -> None:
        self._spent: Counter[str] = Counter()
        self._inner = 0  # What parts within the running one took.
        self._before: Counter[str] | None = None
        self._begun_ns = 0
        self._sent_ns = 0
        self._on = False
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.count = 0

    def begin(self) -> None:
        """Count from now on."""
        self._on = True

    def install(self) -> None:
        """Measure what does not belong to one bot."""
        for owner, method, name in (
            (JournalWriter, "append", "journal: encode, chain"),
            (SegmentFile, "write", "journal: write to the system"),
            (SegmentFile, "sync", "journal: sync to the disk"),
            (LiveWorld, "seen", "gateway: tables"),
            (translate, "add_request", "gateway: translate"),
            (translate, "amend_request", "gateway: translate"),
            (Watch, "observe", "watch and status"),
            (Status, "observe", "watch and status"),
        ):
            setattr(owner, method, self._timed(getattr(owner, method), name))
        tap, send = MarketFeed.tap, ClientPath.send
        send = self._timed(send, "client: rules, ledger, encode, send")

        def tapped(feed: MarketFeed, link: str, frame: bytes, read_ns: int) -> None:
            self._spent.clear()
            self._before, self._begun_ns = None, now_ns()
            tap(feed, link, frame, read_ns)
            if self._before is not None and self._on:
                self._close(now_ns())

        def sent(path: ClientPath, request: Any, on_sent: Any) -> None:
            send(path, request, on_sent)
            if type(request).__name__ != "CancelOrder" and self._before is None:
                self._before, self._sent_ns = self._spent.copy(), now_ns()

        MarketFeed.tap = tapped  # type: ignore[method-assign]  # A look from outside.
        ClientPath.send = sent  # type: ignore[method-assign]  # As above.

    def watch(self, bot: Bot) -> None:
        """Measure the components of a bot."""
        for component in bot.components:
            handle = self._timed(component.handle, component.name)

            def handled(entry: Any, handle: Callable[[Any], Any] = handle) -> Any:
                return handle(entry)

            component.handle = handled  # type: ignore[method-assign]  # As above.

    def told(self) -> dict[str, Any]:
        """Return mean us of each part."""
        count = max(1, self.count)
        return {
            "count": self.count,
            "before": {name: spent / count / 1000 for name, spent in self.before.most_common()},
            "after": {name: spent / count / 1000 for name, spent in self.after.most_common()},
        }

    def _close(self, end_ns: int) -> None:
        assert self._before is not None
        self.count += 1
        self.before.update(self._before)
        self.before["engine, trader"] += self._sent_ns - self._begun_ns - self._before.total()
        rest = self._spent - self._before
        self.after.update(rest)
        self.after["engine, trader"] += end_ns - self._sent_ns - rest.total()

    def _timed(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def timed(*args: Any, **more: Any) -> Any:
            outer, self._inner = self._inner, 0
            begun_ns = now_ns()
            said = function(*args, **more)
            if isinstance(said, Iterator):
                said = list(said)  # Generators work when they are read.
            took_ns = now_ns() - begun_ns
            self._spent[name] += took_ns - self._inner
            self._inner = outer + took_ns
            return said

        return timed
