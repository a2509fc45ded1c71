"""One fault that is on: whom it is for, whether its time has come, and which of the matches it strikes.

Pure. Imports: kinds, methods, spec. Imported by: faults.
"""

from random import Random
from typing import Any

from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.faults.methods import plain_method
from fathom.exchange.faults.spec import FaultSpec, seconds_ns


class Armed:
    """A fault with its place in time, its own chance, and its counts."""

    __slots__ = (
        "_random", "_tally", "begin_ns", "channels", "end_ns", "fault_id", "hits", "kind", "method", "over", "random",
        "seen", "spec", "symbols",
    )  # fmt: skip

    def __init__(self, spec: FaultSpec, *, fault_id: str, seed: int, now_ns: int, tally: dict[str, int]) -> None:
        """`spec` is checked. `tally` counts what all faults of a kind did, also after they are gone."""
        self.spec = spec
        self.kind = KINDS[spec.kind]
        self.fault_id = fault_id
        self.begin_ns = now_ns + seconds_ns(spec.at_s or 0)
        lasts_s = spec.for_s if spec.cycle is None else sum(seconds for _, seconds in spec.cycle)
        self.end_ns = None if lasts_s is None else self.begin_ns + seconds_ns(lasts_s)
        self.method = None if spec.method is None else plain_method(spec.method)
        named = None if spec.channel is None else (spec.channel,)
        self.channels = frozenset("" if name == "answers" else name for name in named or self.kind.channels)
        self.symbols: tuple[bytes, ...] | None = None  # As frames spell it; `name_symbol` adds v1's.
        if spec.symbol is not None:
            self.name_symbol(spec.symbol)
        self._random = Random(f"{seed}/fault/{fault_id}/share")
        self.random = Random(f"{seed}/fault/{fault_id}/where")  # Which bit flips: another chance than whether.
        self._tally = tally
        self.seen = 0
        self.hits = 0
        self.over = False

    def name_symbol(self, *names: str) -> None:
        """Know the symbol by all of its names: v2's, and v1's."""
        self.symbols = tuple(f'"{name}"'.encode() for name in dict.fromkeys(names))

    def strikes(self) -> bool:
        """Count one match, and tell whether it is struck."""
        self.seen += 1
        spec = self.spec
        if self.spent or (spec.every is not None and self.seen % spec.every):
            return False
        if spec.share is not None and self._random.random() >= spec.share:
            return False
        self.hits += 1
        self._tally[spec.kind] = self._tally.get(spec.kind, 0) + 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as it may."""
        return self.spec.count is not None and self.hits >= self.spec.count

    def begun(self, now_ns: int) -> bool:
        """Tell whether its time has come."""
        return now_ns >= self.begin_ns

    def ended(self, now_ns: int) -> bool:
        """Tell whether it does nothing any more, ever; one on the venue not before what it did is undone."""
        if self.kind.group == "venue":
            return self.over
        if self.over or (self.end_ns is not None and now_ns >= self.end_ns):
            return True
        return self.spent and not self.kind.lasting

    def is_for_line(self, *, role: str, account: str | None, peer: str) -> bool:
        """Tell whether it may touch a connection."""
        spec = self.spec
        return (
            (spec.role is None or spec.role == role)
            and (spec.account is None or spec.account == account)
            and (spec.peer is None or spec.peer == peer)
        )

    def is_for_frame(self, frame: bytes, channel: str) -> bool:
        """Tell whether it may touch a frame. A symbol is found where the frame names it."""
        return channel in self.channels and (self.symbols is None or any(name in frame for name in self.symbols))

    def is_for_method(self, plain: str, *, unnamed: frozenset[str] | None = None) -> bool:
        """Tell whether it may touch a method. `unnamed` are those that it touches where it names none; None: all."""
        if self.method is not None:
            return plain == self.method
        return unnamed is None or plain in unnamed

    def listed(self, *, now_ns: int) -> dict[str, Any]:
        """Return it as the control API shows it."""
        said = {name: getattr(self.spec, name) for name in self.spec.__struct_fields__}
        return {
            "id": self.fault_id,
            **{name: value for name, value in said.items() if value is not None},
            "on": self.begun(now_ns),
            "seen": self.seen,
            "hits": self.hits,
        }
