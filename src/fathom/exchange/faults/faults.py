"""All faults of one exchange: which are on now, and the doors that ask for them.

Pure. Imports: domain, doors, every file here. Imported by: the front door.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from weakref import WeakValueDictionary

from msgspec import structs

from fathom.domain import LocalError
from fathom.exchange.doors import HttpAnswer, Upgrade, Wire
from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.http_answers import edge_page, is_success, malformed, with_error
from fathom.exchange.faults.kinds import Group
from fathom.exchange.faults.line import Line, Waiting
from fathom.exchange.faults.methods import ORDER_METHODS, is_rest, plain_method
from fathom.exchange.faults.reading import FAULTS_MAX, checked
from fathom.exchange.faults.spec import FaultSpec, seconds_ns
from fathom.exchange.faults.venue_acts import FaultyVenue, VenueActs

_ID: Final = "F"  # And a number, from 1 on, in the order of a file.
_NEVER_NS: Final = 2**63 - 1
_OF_A_MOMENT: Final = ("every", "share", "channel", "symbol")  # A `close` with one of these waits for a frame.


class Faults:
    """Plays faults. `now_ns` is the venue's time everywhere; `wake` says when it wants to be called again."""

    def __init__(self, specs: Sequence[FaultSpec] = (), *, seed: int, now_ns: int) -> None:
        self._seed = seed
        self._waiting = Waiting(now_ns)
        self._lines: WeakValueDictionary[int, Line] = WeakValueDictionary()
        self._lines_made = 0
        self._added = 0
        self._faults: dict[str, Armed] = {}
        self._active: dict[Group, tuple[Armed, ...]] = {}
        self._tally: dict[str, int] = {}
        self._acts = VenueActs()
        self._venue: FaultyVenue | None = None
        self._turn_ns = _NEVER_NS  # When a fault begins or ends next.
        for spec in specs:
            self._put(spec, now_ns)
        self._turn(now_ns)

    # -- What is on ------------------------------------------------------------------------------------------

    @property
    def venue(self) -> FaultyVenue | None:
        """The venue on which timed faults act; until there is one they wait."""
        return self._venue

    @venue.setter
    def venue(self, venue: FaultyVenue) -> None:
        """Raises LocalError where a fault names a symbol that is not listed."""
        self._venue = venue
        for armed in self._faults.values():
            self._know_symbol(armed, field=f"fault {armed.fault_id.removeprefix(_ID)}, symbol")

    def add(self, spec: FaultSpec, *, now_ns: int | None = None) -> str:
        """Switch a fault on, its times from now on. Return its id. Raises LocalError where it cannot be."""
        now_ns = self._waiting.now_ns if now_ns is None else now_ns
        self._advance(now_ns)
        fault_id = self._put(spec, now_ns)
        self._turn(now_ns)
        return fault_id

    def remove(self, fault_id: str) -> bool:
        """Switch a fault off; what it did to the venue is undone at the next look. False where it is not there."""
        armed = self._faults.pop(fault_id, None)
        if armed is not None:
            self._acts.drop(armed)
            self._turn(self._waiting.now_ns)
        return armed is not None

    def clear(self) -> int:
        """Switch all faults off; return how many."""
        faults, self._faults = self._faults, {}
        for armed in faults.values():
            self._acts.drop(armed)
        self._turn(self._waiting.now_ns)
        return len(faults)

    def listed(self) -> list[dict[str, Any]]:
        """Return the faults that are on or to come, with what each did."""
        return [armed.listed(now_ns=self._waiting.now_ns) for armed in self._faults.values()]

    def counts(self) -> dict[str, int]:
        """Return what was done so far, by kind, also by faults that are over."""
        return dict(self._tally)

    def wake(self, now_ns: int) -> int | None:
        """Do what is due: faults begin and end, the venue is acted on, frames are let go. Return when to call again."""
        self._advance(now_ns)
        acted = self._venue is not None and self._acts.perform(self._venue, now_ns=now_ns)
        if acted or any(armed.ended(now_ns) for armed in self._faults.values()):
            self._turn(now_ns)
        dues = [self._turn_ns]
        for line in list(self._waiting.lines.values()):
            due_ns = line.wake(now_ns)
            if due_ns is not None:
                dues.append(due_ns)
        next_act_ns = self._acts.next_ns()
        if next_act_ns is not None and self._venue is not None:
            dues.append(next_act_ns)
        earliest_ns = min(dues)
        return None if earliest_ns == _NEVER_NS else earliest_ns

    # -- Doors -----------------------------------------------------------------------------------------------

    def line(self, wire: Wire, *, role: str, peer: str) -> Line:
        """Return what a session writes to instead of the socket itself."""
        self._lines_made += 1
        line = Line(wire, self._waiting, number=self._lines_made, role=role, peer=peer)
        self._lines[self._lines_made] = line
        return line

    def request(self, kind: str, *, now_ns: int, account: str | None = None) -> str | None:
        """Return the error to answer a request with instead of doing it, or None. `kind` is its method."""
        self._advance(now_ns)
        for armed in self._active.get("requests", ()):
            if _is_for_request(armed, kind, account) and armed.strikes():
                return armed.spec.text
        return None

    def answer(
        self, kind: str, answer: HttpAnswer, *, now_ns: int | None = None, account: str | None = None
    ) -> HttpAnswer:
        """Return the answer over REST as it shall be given. `kind` is its method; no time passed since its request."""
        if now_ns is not None:
            self._advance(now_ns)
        for armed in self._active.get("rest", ()):
            if armed.spec.account is None or armed.spec.account == account:
                answer = _REST_STRIKES[armed.spec.kind](armed, plain_method(kind), answer)
        return answer

    def upgrade(self, upgrade: Upgrade, *, now_ns: int) -> HttpAnswer | None:
        """Return how an upgrade is refused, or None."""
        self._advance(now_ns)
        for armed in self._active.get("upgrades", ()):
            if armed.is_for_line(role=upgrade.role, account=None, peer=upgrade.peer) and armed.strikes():
                assert isinstance(armed.spec.status, int), armed.spec
                return edge_page(armed.spec.status)
        return None

    def rest_lag_ns(self, now_ns: int) -> int:
        """Return how far REST lies behind."""
        return self._level("rest_lag", now_ns)

    def clock_offset_ns(self, now_ns: int) -> int:
        """Return by how much the clock that the venue shows is wrong."""
        return self._level("clock_skew", now_ns)

    # -- Inside ----------------------------------------------------------------------------------------------

    def _put(self, spec: FaultSpec, now_ns: int) -> str:
        if len(self._faults) >= FAULTS_MAX:
            raise LocalError("faults", f"there are {FAULTS_MAX} already, which is the most")
        fault_id = f"{_ID}{self._added + 1}"
        armed = Armed(checked(spec), fault_id=fault_id, seed=self._seed, now_ns=now_ns, tally=self._tally)
        self._know_symbol(armed, field="symbol")
        self._added += 1
        self._tally.setdefault(spec.kind, 0)
        self._faults[fault_id] = armed
        if armed.kind.group == "venue":
            self._acts.plan(armed)
        return fault_id

    def _level(self, kind: str, now_ns: int) -> int:
        self._advance(now_ns)
        levels = self._active.get("levels", ())
        return sum(seconds_ns(armed.spec.s or 0) for armed in levels if armed.spec.kind == kind)

    def _advance(self, now_ns: int) -> None:
        """Know the time, and let faults begin and end that have their moment now."""
        self._waiting.now_ns = max(self._waiting.now_ns, now_ns)
        if now_ns >= self._turn_ns:
            self._turn(now_ns)

    def _turn(self, now_ns: int) -> None:
        """Look which faults are on."""
        for fault_id in [fault_id for fault_id, armed in self._faults.items() if armed.ended(now_ns)]:
            del self._faults[fault_id]
        begun = [armed for armed in self._faults.values() if armed.begun(now_ns)]
        edges = [armed.begin_ns for armed in self._faults.values() if not armed.begun(now_ns)]
        edges += [armed.end_ns for armed in begun if armed.end_ns is not None and armed.end_ns > now_ns]
        self._turn_ns = min(edges, default=_NEVER_NS)
        active: dict[Group, tuple[Armed, ...]] = {}
        for armed in begun:
            active[armed.kind.group] = (*active.get(armed.kind.group, ()), armed)
        was, self._active = self._active, active
        for armed in active.get("levels", ()):
            if not armed.hits:
                armed.strikes()
        frames = tuple(armed for armed in begun if armed.kind.group in {"frames", "answers"})
        if frames != self._waiting.active:
            self._waiting.active = frames
            for line in list(self._lines.values()):
                line.arm()
        for armed in active.get("frames", ()):
            if armed.spec.kind == "close" and armed not in was.get("frames", ()):
                self._close_at_once(armed)

    def _close_at_once(self, armed: Armed) -> None:
        """Close what is open when the fault begins, unless it is to wait for certain frames, or for chance."""
        spec = armed.spec
        if any(getattr(spec, name) is not None for name in _OF_A_MOMENT):
            return
        for line in list(self._lines.values()):
            line.strike_close(armed)
        if spec.for_s is None and spec.count is None:
            armed.over = True  # Once, at its moment: who comes back may stay.
            self._turn(self._waiting.now_ns)

    def _know_symbol(self, armed: Armed, *, field: str) -> None:
        """Learn v1's name of the symbol, too."""
        symbol = armed.spec.symbol
        if symbol is None or self._venue is None:
            return
        pair = self._venue.listing.pair(symbol)
        if pair is None:
            raise LocalError(field, f"{symbol} is not listed; listed are {', '.join(self._venue.listing.pairs)}")
        armed.name_symbol(pair.symbol, pair.wsname)


def _is_for_request(armed: Armed, kind: str, account: str | None) -> bool:
    spec, plain = armed.spec, plain_method(kind)
    if spec.account is not None and spec.account != account:
        return False
    if spec.kind == "invalid_session":  # Only what needs a session can find it invalid.
        return not is_rest(kind) and armed.is_for_method(plain) and (account is not None or plain in ORDER_METHODS)
    if spec.door is not None and (spec.door == "rest") != is_rest(kind):
        return False
    return armed.is_for_method(plain)


def _delay(armed: Armed, plain: str, answer: HttpAnswer) -> HttpAnswer:
    if not armed.is_for_method(plain) or not armed.strikes():
        return answer
    return structs.replace(answer, delay_ns=answer.delay_ns + seconds_ns(armed.spec.delay_s or 0))


def _drop(armed: Armed, plain: str, answer: HttpAnswer) -> HttpAnswer:
    return structs.replace(answer, drop=True) if armed.is_for_method(plain) and armed.strikes() else answer


def _status(armed: Armed, plain: str, answer: HttpAnswer) -> HttpAnswer:
    if not armed.is_for_method(plain) or not armed.strikes():
        return answer
    assert isinstance(armed.spec.status, int), armed.spec
    return structs.replace(edge_page(armed.spec.status), delay_ns=answer.delay_ns)


def _error(armed: Armed, plain: str, answer: HttpAnswer) -> HttpAnswer:
    if not armed.is_for_method(plain, unnamed=ORDER_METHODS) or not is_success(answer) or not armed.strikes():
        return answer
    return with_error(answer, armed.spec.text or "")


def _malformed(armed: Armed, plain: str, answer: HttpAnswer) -> HttpAnswer:
    if not armed.is_for_method(plain) or not is_success(answer) or not armed.strikes():
        return answer
    return malformed(answer)


_REST_STRIKES: Final[dict[str, Callable[[Armed, str, HttpAnswer], HttpAnswer]]] = {
    "rest_delay": _delay,
    "rest_drop": _drop,
    "rest_status": _status,
    "rest_error_after_accept": _error,
    "rest_malformed": _malformed,
}
