"""A recording as the market: what was recorded rests as ghosts, and clients trade with them.

Time runs as recorded, from the start on, divided by the speed. `book`, `level3` and `trade` frames of version 2 are
played, books and trades of version 1, and trade histories; the rest of a recording is skipped. Of a pair that was
recorded both as levels and as orders, whichever came first is played.

Pure. Imports: core, domain, frames, recorded, scene, stage. Imported by: exchange, through the front door.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fathom.domain import LocalError
from fathom.exchange.core import Venue
from fathom.exchange.crowd.frames import FrameReader, Played
from fathom.exchange.crowd.recorded import Recorded, RecordedTrade
from fathom.exchange.crowd.scene import Scene
from fathom.exchange.crowd.stage import Stage, open_ghosts
from fathom.protocol.messages import Book, Level3Book

LOOP_GAP_NS: Final = 1_000_000_000  # Between the end of a recording and its next beginning.
SPEED_MAX: Final = 10_000.0
UNLISTED_MAX: Final = 1000  # Symbols that are remembered as not listed; the others are only not played.


class Playback:
    """Plays a recording. `source` is gone through once, or again and again with `loop`.

    `played` counts what moved the market, `skipped` what was of no use; `unlisted` are symbols that the venue does not
    list.
    """

    def __init__(
        self, venue: Venue, source: Iterable[Recorded], *, speed: float, start_ns: int, loop: bool = False
    ) -> None:
        self._venue = venue
        open_ghosts(venue)  # Before anybody else takes their names.
        self._source = source
        self._loop = loop
        self._scenes: dict[str, Scene] = {}
        self._speed = speed
        self._now_ns = start_ns
        self._anchor_ns: int | None = None  # The recorded time that `_anchor_due_ns` is the venue's time of.
        self._anchor_due_ns = start_ns
        self._due_ns = start_ns
        self._begins = False  # The next thing to play is the first of another pass.
        self.played = 0
        self.skipped = 0
        self.unlisted: dict[str, None] = {}
        self._reader = FrameReader()
        self._next: Played | None = None
        self._rest: Iterator[Recorded] = iter(source)
        self._read_on()

    @property
    def unfit(self) -> int:
        """How many levels, orders and trades the listed precisions could not say."""
        return sum(scene.unfit for scene in self._scenes.values())

    def next_ns(self) -> int | None:
        """Return when it acts next; None at the end."""
        return None if self._next is None else self._due_ns

    def act(self) -> int:
        """Play the next thing as of its own time, and return that time."""
        played = self._next
        assert played is not None, "the recording is at its end"
        now_ns = self._now_ns = self._due_ns
        if self._begins:
            self._begins = False
            for scene in self._scenes.values():
                scene.withdraw(now_ns)
        self._play(played, now_ns)
        self._read_on()
        return now_ns

    def set_pace(self, *, speed: float | None, rate: float | None, now_ns: int) -> None:
        """Play faster or slower from now on. Raises LocalError: a recording has its own rate."""
        if rate is not None:
            raise LocalError("rate", "a recording has the rate that it was recorded with; set its speed")
        if speed is None:
            return
        if not 0.0 < speed <= SPEED_MAX:
            raise LocalError("speed", f"{speed} is not above 0 and up to {SPEED_MAX:g}")
        if self._next is not None:
            pivot_ns = max(self._now_ns, min(now_ns, self._due_ns))
            self._due_ns = pivot_ns + int((self._due_ns - pivot_ns) * self._speed / speed)
            self._anchor_ns, self._anchor_due_ns = self._next.time_ns, self._due_ns
        self._speed = speed

    def resume(self, now_ns: int) -> None:
        """Go on after a pause: what was due meanwhile is put off."""
        if self._next is not None and self._due_ns < now_ns:
            self._due_ns = now_ns
            self._anchor_ns, self._anchor_due_ns = self._next.time_ns, now_ns

    def _read_on(self) -> None:
        """Find the next thing to play, in this pass or another one; a pass with nothing to play is the last."""
        self._next = self._found()
        if self._next is None and self._loop and self._anchor_ns is not None:
            self._rest = iter(self._source)
            self._reader = FrameReader()
            self._anchor_ns, self._anchor_due_ns = None, self._due_ns + LOOP_GAP_NS
            self._begins = True
            self._next = self._found()
        if self._next is None:
            return
        if self._anchor_ns is None:
            self._anchor_ns = self._next.time_ns
        passed_ns = int((self._next.time_ns - self._anchor_ns) / self._speed)
        self._due_ns = max(self._due_ns, self._anchor_due_ns + passed_ns)  # A recorded clock may go backwards.

    def _found(self) -> Played | None:
        for recorded in self._rest:
            played = self._reader.read(recorded)
            if played is None:
                self.skipped += 1
            else:
                return played
        return None

    def _play(self, played: Played, now_ns: int) -> None:
        what = played.what
        if isinstance(what, RecordedTrade):
            if (scene := self._scene(what.symbol)) is not None:
                scene.past_trade(what, now_ns)
                self.played += 1
            return
        snapshot = what.type == "snapshot"
        for entry in what.data:
            scene = self._scene(entry.symbol)
            if scene is None:
                self.skipped += 1
            elif isinstance(entry, Book):
                depth = self._reader.depths.get(("book", entry.symbol))
                self._count(scene.book(entry, snapshot=snapshot, depth=depth, now_ns=now_ns))
            elif isinstance(entry, Level3Book):
                depth = self._reader.depths.get(("level3", entry.symbol))
                self._count(scene.level3(entry, snapshot=snapshot, depth=depth, now_ns=now_ns))
            elif not snapshot:  # Which tells of trades from before the recording.
                scene.trade(entry, now_ns)
                self.played += 1

    def _count(self, played: bool) -> None:
        if played:
            self.played += 1
        else:
            self.skipped += 1

    def _scene(self, symbol: str) -> Scene | None:
        scene = self._scenes.get(symbol)
        if scene is None:
            if symbol not in self._venue.markets:
                if len(self.unlisted) < UNLISTED_MAX:
                    self.unlisted[symbol] = None
                return None
            scene = self._scenes[symbol] = Scene(Stage(self._venue, symbol))
        return scene
