"""What a recording's entries add up to; the same when they are written and when they are read again.

Pure. Imports: kernel, protocol, recording/manifest. Imported by: recording/survey, recording/writer.
"""

from collections import Counter
from typing import Final, Self

from fathom.kernel import peek
from fathom.protocol import time_text
from fathom.store.recording.manifest import MANIFEST_VERSION, Drop, Manifest, SegmentSummary

DROPS_MAX: Final = 1000  # So many are listed; all are counted.
# A venue has some thousands of symbols on ten channels. What is beyond, or longer, is nonsense: it counts as MORE.
KINDS_MAX: Final = 50_000
NAME_LENGTH_MAX: Final = 64
MORE: Final = "(more)"

_Kind = tuple[str, str, str]  # Channel, type, symbol: just what `peek` answers, so that counting makes no object.


class Tally:
    """Counts frames and drops, and keeps the summaries of finished segments."""

    def __init__(self) -> None:
        self.segments: list[SegmentSummary] = []
        self._drops: list[Drop] = []
        self._drop_count = 0
        self._kinds: dict[str, dict[_Kind, int]] = {}  # By link.
        self._down: dict[str, Drop | None] = {}  # Links without a frame since they went; None: not listed.
        self._links_before: Counter[str] = Counter()  # What the manifest said that this one goes on from.
        self._counts_before: list[tuple[str, str, int]] = []

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Go on where a manifest ends."""
        tally = cls()
        tally.segments = list(manifest.segments)
        tally._drops = list(manifest.drops)
        tally._drop_count = manifest.drop_count
        tally._down = {drop.link: drop for drop in manifest.drops if drop.to_ns is None}
        tally._links_before = Counter(manifest.links)
        tally._counts_before = [
            (channel, symbol, count)
            for channel, symbols in manifest.counts.items()
            for symbol, count in symbols.items()
        ]
        return tally

    def frame(self, link: str, frame: bytes, time_ns: int) -> None:
        """Count one frame."""
        kind = peek(frame)
        try:
            self._kinds[link][kind] += 1
        except KeyError:
            self._count_new(link, kind)
        if self._down and link in self._down:
            drop = self._down.pop(link)
            if drop is not None:
                drop.to_ns = time_ns

    def drop(self, link: str, reason: str, *, seq: int, time_ns: int) -> None:
        """Count one drop. A link that is down already stays down from when it went."""
        self._drop_count += 1
        if link not in self._down:
            listed = len(self._drops) < DROPS_MAX
            self._down[link] = Drop(link, reason, seq, time_ns) if listed else None
            if (drop := self._down[link]) is not None:
                self._drops.append(drop)

    def links_up(self) -> list[str]:
        """Return the links that had a frame, and none of which it was told since that they went."""
        return [link for link in sorted({*self._links_before, *self._kinds}) if link not in self._down]

    def manifest(self, *, venue: str) -> Manifest:
        """Return it as it stands. Call it where a segment has just been finished: it says nothing of an open one."""
        links = self._links_before.copy()
        counts: dict[str, Counter[str]] = {}
        for channel, symbol, count in self._counts_before:
            counts.setdefault(channel, Counter())[symbol] += count
        for link, kinds in self._kinds.items():
            for (channel, _, symbol), count in kinds.items():
                counts.setdefault(_writable(channel), Counter())[_writable(symbol)] += count
                links[link] += count
        segments = list(self.segments)
        return Manifest(
            version=MANIFEST_VERSION,
            venue=venue,
            started=time_text(segments[0].first_ns, digits=9) if segments else "",
            ended=time_text(segments[-1].last_ns, digits=9) if segments else "",
            frames=sum(links.values()),
            segments=segments,
            links=dict(sorted(links.items())),
            counts={channel: dict(sorted(counts[channel].items())) for channel in sorted(counts)},
            drop_count=self._drop_count,
            drops=list(self._drops),
        )

    def _count_new(self, link: str, kind: _Kind) -> None:
        kinds = self._kinds.setdefault(link, {})
        channel, _, symbol = kind
        if len(kinds) >= KINDS_MAX or len(channel) > NAME_LENGTH_MAX or len(symbol) > NAME_LENGTH_MAX:
            kind = (MORE, "", MORE)
        kinds[kind] = kinds.get(kind, 0) + 1


def _writable(name: str) -> str:
    """Return a name that JSON can hold: half a character escaped in a frame is a question mark."""
    return name.encode(errors="replace").decode()
