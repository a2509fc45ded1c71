"""The subscriptions of one connection after another: what is wanted, and how far each is.

The owner says what it wants; this keeps asking, within the pacing, until it is granted and fed, or refused.
Frames are the session's: `next_batch` says what to ask; `sent`, `answered`, `overdue` and `data` say what
became of it.

Pure. Imports: domain, messages, times, pacing, queues, events, subscription, timers, wishes. Imported by: session.
"""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Final

from fathom.domain import LocalError
from fathom.protocol.messages import ChannelParams, PrivateParams
from fathom.protocol.session.events import (
    SequenceGap,
    SequenceRepeated,
    SubscriptionActive,
    SubscriptionEnded,
    SubscriptionQuiet,
    SubscriptionRefused,
    SubscriptionRenewed,
    Told,
)
from fathom.protocol.session.pacing import backoff_ns
from fathom.protocol.session.queues import Queues
from fathom.protocol.session.subscription import DESIRED, FED, TO_SEND, Cue, Key, Row, State, Verdict, advance
from fathom.protocol.session.timers import Timers
from fathom.protocol.session.wishes import Batch, keys_of, leave_params, snapshot_due, wish_of
from fathom.protocol.times import SECOND_NS

# The whole venue has 1,489 pairs; this is three channels of each. Past it `want` raises LocalError: use a
# connection more.
SUBSCRIPTIONS_MAX: Final = 4500
# websocket-v2.md 7.3. Past it `want` raises LocalError.
LEVEL3_SYMBOLS_MAX: Final = 200
# After so many tries without data a subscription rests until the next connection, and says so. Leaving gets
# as many again: what was granted should not stay so.
TRIES_MAX: Final = 8
# In captures a snapshot follows its acknowledgement within a second; a depth of 1000 of many pairs takes
# longer.
SNAPSHOT_MAX_NS: Final = 10 * SECOND_NS
# What was whole for so long has healed: the next flaw is its first.
HEALED_AFTER_NS: Final = 60 * SECOND_NS
# A pair that never traded may have no trades and no candles to send: these are asked once more, then taken as
# they are.
SNAPSHOT_OPTIONAL: Final = frozenset({"trade", "ohlc"})


class Subscriptions:
    """All rows, their timers, and the queues of what is to be asked."""

    __slots__ = ("_fed", "_open", "_queues", "_quiet_after_ns", "_rng", "_rows", "_timers", "_told")

    def __init__(self, *, rng: Random, quiet_after_ns: Mapping[str, int]) -> None:
        self._rng = rng
        self._quiet_after_ns = quiet_after_ns
        self._rows: dict[Key, Row] = {}
        self._timers: Timers[Key] = Timers()  # The end of a wait, a snapshot overdue, or a quiet bound.
        self._queues = Queues()
        self._open = False
        self._fed = 0  # Rows that are acknowledged or active.
        self._told: list[Told] = []

    # -- What the owner sees and wants -----------------------------------------------------------------------

    @property
    def heartbeats_due(self) -> bool:
        """Whether anything is granted: from then on Kraken sends heartbeats."""
        return self._fed > 0

    @property
    def anybody_waits(self) -> bool:
        """Whether there is something to ask, now or when the pacing allows it."""
        return len(self._queues) > 0

    @property
    def deadline_ns(self) -> int | None:
        """When `due` has something to do."""
        timer_ns, queue_ns = self._timers.deadline_ns, self._queues.deadline_ns
        if timer_ns is None or queue_ns is None:
            return queue_ns if timer_ns is None else timer_ns
        return min(timer_ns, queue_ns)

    @property
    def private_wanted(self) -> bool:
        """Whether a token is needed."""
        return any(isinstance(row.wish, PrivateParams) for row in self._rows.values())

    def states(self) -> dict[Key, State]:
        """Return every subscription with its state."""
        return {key: row.state for key, row in self._rows.items()}

    def last_data_ns(self, key: Key) -> int | None:
        """Return when data came last, on whichever connection; None for never, or not known to us."""
        row = self._rows.get(key)
        return None if row is None else row.last_data_ns

    def want(self, params: ChannelParams, *, now_ns: int) -> list[Told]:
        """Ask for what `params` name, and keep asking. Other parameters than before: it is taken anew.

        Raises LocalError for parameters that Kraken does not have, and past the limits; then nothing changes.
        """
        wish, keys = wish_of(params), keys_of(params)
        self._check_room(keys)
        for key in keys:
            row = self._rows.setdefault(key, Row(key, wish))
            settled = row.state in DESIRED and row.state not in ("refused", "exhausted")
            if settled and row.wish == wish:
                continue
            row.wish = wish
            row.tries = row.flaws = 0
            row.not_before_ns = now_ns
            self._move(row, "want", now_ns=now_ns)
            self._requeue(row, now_ns=now_ns)  # The same state with other parameters stands in another queue.
        return self.take_told()

    def unwant(self, params: ChannelParams, *, now_ns: int) -> list[Told]:
        """Give up what `params` name. Unknown ones are no error."""
        for key in keys_of(params):
            if (row := self._rows.get(key)) is not None:
                row.tries = 0
                row.not_before_ns = now_ns
                self._move(row, "unwant", now_ns=now_ns)
        return self.take_told()

    def renew(self, key: Key, reason: str, *, now_ns: int) -> list[Told]:
        """Take the subscription anew, as what it fed is broken: at once, then with growing waits."""
        row = self._rows.get(key)
        if row is None:
            return []
        row.broken = True
        if advance(row.state, "renew") == row.state:
            return []  # On its way out already; or not answered yet, and then the answer finds it broken.
        if row.healthy_since_ns is not None and now_ns - row.healthy_since_ns >= HEALED_AFTER_NS:
            row.flaws = 0
        row.healthy_since_ns = None
        row.flaws += 1
        row.not_before_ns = now_ns
        self._move(row, "renew", now_ns=now_ns, reason=reason)  # Leaving does not wait; coming back does.
        wait_ns = 0 if row.flaws == 1 else backoff_ns(row.flaws - 1, rng=self._rng)
        row.not_before_ns = now_ns + wait_ns
        return self.take_told()

    def verified(self, key: Key, *, now_ns: int) -> None:
        """Note that what the subscription feeds is whole; after a while its flaws are forgotten."""
        row = self._rows.get(key)
        if row is not None and row.flaws and row.healthy_since_ns is None and row.state == "active":
            row.healthy_since_ns = now_ns

    # -- What happens on the connection ----------------------------------------------------------------------

    def opened(self, *, now_ns: int) -> None:
        """A connection is there: everything that is wanted may be asked for."""
        self._open = True
        for row in list(self._rows.values()):
            row.not_before_ns = now_ns
            self._requeue(row, now_ns=now_ns)

    def dropped(self, *, now_ns: int) -> list[Told]:
        """The connection is gone, and everything on it. Wishes stay, and count their tries anew."""
        self._open = False
        for row in list(self._rows.values()):
            row.tries = 0
            row.nothing_live()
            self._queues.discard(row.key)
            self._move(row, "drop", now_ns=now_ns)
        self._timers.clear()
        return self.take_told()

    def data(self, key: Key, kind: str, *, now_ns: int) -> bool:
        """Note data, `snapshot` or `update`. Return whether anybody wants it."""
        row = self._rows.get(key)
        if row is None:
            return False
        row.last_data_ns = now_ns
        if kind == "snapshot":
            row.snapshot_seen = True
        if row.quiet:
            row.quiet = False
            self._watch(row, now_ns=now_ns)
        if row.state == "acknowledged":
            self._settle(row, now_ns=now_ns)
        return row.state in DESIRED

    def take_told(self) -> list[Told]:
        """Return what there is to tell, and forget it."""
        told, self._told = self._told, []
        return told

    def sequence(self, key: Key, got: int, *, now_ns: int) -> list[Told]:
        """Check a private message's number: 1 for a subscription's first, then one more each (4.3)."""
        row = self._rows.get(key)
        if row is None or row.sequence_next is None:
            return []
        expected = row.sequence_next
        if got == expected:
            row.sequence_next = expected + 1
            self.verified(key, now_ns=now_ns)
            return []
        if got < expected:
            return [SequenceRepeated(key.channel, expected, got)]
        return self.broken(key, got=got, now_ns=now_ns)

    def broken(self, key: Key, *, got: int | None, now_ns: int) -> list[Told]:
        """Note that messages of a private channel are missing, or could not be read: take it anew."""
        row = self._rows.get(key)
        if row is None or row.sequence_next is None:
            return []
        expected, row.sequence_next = row.sequence_next, None
        return [SequenceGap(key.channel, expected, got), *self.renew(key, "gap", now_ns=now_ns)]

    def answered(
        self, batch: Batch, keys: Iterable[Key], verdict: Verdict, error: str, *, req_id: int, now_ns: int
    ) -> list[Told]:
        """Take in what Kraken said to these symbols of a request. `error` is empty for a success."""
        cue: Cue = "fail" if verdict == "token" else verdict
        if cue in ("ack", "left") and (cue == "ack") != (batch.method == "subscribe"):
            cue = "fail"  # The answer to another question: as good as none.
        for key in keys:
            row = self._rows.get(key)
            if row is None or advance(row.state, cue) == row.state:
                continue
            if cue == "ack" and req_id < row.left_req_id:
                continue  # Granted, and left since: only the answer is late.
            if cue == "ack":
                # "Already subscribed" tells nothing of the parameters: they are those of an earlier request.
                row.live = row.live_before if error and row.live_before else (batch.wish,)
                self._move(row, cue, now_ns=now_ns)
                self._settle(row, now_ns=now_ns)
            elif cue == "left":
                # "Subscription Not Found": not with these parameters, so perhaps with others.
                row.live = tuple(wish for wish in row.live if error and leave_params(wish) != batch.wish)
                row.not_before_ns = now_ns if row.live else row.not_before_ns
                if not row.live:
                    row.nothing_live()
                    row.left_req_id = row.left_req_id if error else req_id
                self._move(row, "fail" if row.live else "left", now_ns=now_ns)
            elif row.req_id == req_id:
                if batch.method == "subscribe":
                    row.live = row.live_before
                # What failed may have been asked before without an answer, and granted: that stays in doubt.
                doubt = batch.method == "subscribe" and cue == "fail" and bool(row.live)
                self._fault(row, "overdue" if doubt else cue, error, now_ns=now_ns)
        return self.take_told()

    def overdue(self, batch: Batch, keys: Iterable[Key], *, req_id: int, now_ns: int) -> list[Told]:
        """Take in that nothing was said to these symbols of a request."""
        for key in keys:
            row = self._rows.get(key)
            if row is not None and row.req_id == req_id and advance(row.state, "overdue") != row.state:
                self._fault(row, "overdue", f"no answer to {batch.method}", now_ns=now_ns)
        return self.take_told()

    def due(self, *, now_ns: int) -> list[Told]:
        """Do what is due: waits that end, snapshots that did not come, subscriptions gone quiet."""
        for key in self._timers.pop_due(now_ns=now_ns):
            row = self._rows[key]
            if row.state == "acknowledged":
                self._barren(row, now_ns=now_ns)
            elif row.state == "active":
                self._watch(row, now_ns=now_ns)
            else:
                self._requeue(row, now_ns=now_ns)
        return self.take_told()

    # -- What to ask next ------------------------------------------------------------------------------------

    def next_batch(self, *, now_ns: int) -> Batch | None:
        """Return the next request that the pacing allows now, or None. `sent` must follow, or `postpone`."""
        return self._queues.next_batch(level3_room=self._level3_room, now_ns=now_ns)

    def sent(self, batch: Batch, *, req_id: int, now_ns: int) -> None:
        """Note that the batch is in the outbox under this id."""
        self._queues.sent(batch, now_ns=now_ns)
        for key in batch.keys:
            row = self._rows[key]
            row.req_id = req_id
            if batch.method == "subscribe":
                row.live_before = row.live
                row.live = tuple(dict.fromkeys((*row.live, batch.wish)))
            self._move(row, "sent", now_ns=now_ns)

    def postpone(self, *, until_ns: int) -> None:
        """Try again at `until_ns`: the outbox had no room."""
        self._queues.postpone(until_ns=until_ns)

    # -- One row ---------------------------------------------------------------------------------------------

    def _move(self, row: Row, cue: Cue, *, now_ns: int, reason: str = "") -> None:
        """The only place that changes a state, and the only one that says so."""
        before, after = row.state, advance(row.state, cue)
        if after == before:
            return
        row.state = after
        self._fed += (after in FED) - (before in FED)
        self._timers.cancel(row.key)
        match after:
            case "acknowledged":
                self._timers.set(row.key, now_ns + SNAPSHOT_MAX_NS)
            case "active":
                row.tries = 0
                row.quiet = False
                row.watched_from_ns = now_ns
                self._told.append(SubscriptionActive(*row.key))
                self._watch(row, now_ns=now_ns)
            case "refused" | "exhausted":
                self._told.append(SubscriptionRefused(*row.key, reason, after == "refused"))
            case "gone":
                del self._rows[row.key]
                self._told.append(SubscriptionEnded(*row.key))
            case "stale" if before in FED:
                self._told.append(SubscriptionRenewed(*row.key, reason or "other parameters"))
        self._requeue(row, now_ns=now_ns, reason=reason)

    def _requeue(self, row: Row, *, now_ns: int, reason: str = "") -> None:
        """Let the row stand where its state belongs: in a line, waiting for one, or nowhere."""
        self._queues.discard(row.key)
        if not self._open or (method := TO_SEND.get(row.state)) is None:
            return
        if row.tries >= (TRIES_MAX if method == "subscribe" else 2 * TRIES_MAX):
            self._move(row, "spent", now_ns=now_ns, reason=reason)
        elif row.not_before_ns > now_ns:
            self._timers.set(row.key, row.not_before_ns)
        else:
            self._timers.cancel(row.key)
            wish = row.wish if method == "subscribe" else leave_params(row.live[0] if row.live else row.wish)
            self._queues.put(row.key, (method, wish), now_ns=now_ns)

    def _settle(self, row: Row, *, now_ns: int) -> None:
        """Look at an acknowledged row: are its parameters right, and has its snapshot come already?"""
        if row.state != "acknowledged":
            return
        if row.broken or row.live != (row.wish,):
            row.not_before_ns = now_ns
            self._move(row, "renew", now_ns=now_ns, reason="broken" if row.broken else "")
        elif row.snapshot_seen or not snapshot_due(row.wish):
            self._move(row, "data", now_ns=now_ns)

    def _barren(self, row: Row, *, now_ns: int) -> None:
        """The snapshot did not come: leave, and come back after a wait."""
        if row.key.channel in SNAPSHOT_OPTIONAL and row.tries > 0:
            self._move(row, "data", now_ns=now_ns)
            return
        row.tries += 1
        row.not_before_ns = now_ns
        wait_ns = backoff_ns(row.tries, rng=self._rng)
        self._move(row, "barren", now_ns=now_ns, reason="no snapshot")
        row.not_before_ns = now_ns + wait_ns

    def _fault(self, row: Row, cue: Cue, error: str, *, now_ns: int) -> None:
        """A request did not do what it should: try again after a wait, unless the tries are spent."""
        row.tries += 1
        row.not_before_ns = now_ns + backoff_ns(row.tries, rng=self._rng)
        self._move(row, cue, now_ns=now_ns, reason=error)

    def _watch(self, row: Row, *, now_ns: int) -> None:
        """Tell once when nothing has come for the bound of the channel, else look again when it would be."""
        bound_ns = self._quiet_after_ns.get(row.key.channel)
        if bound_ns is None:
            return
        quiet_ns = max(row.watched_from_ns, row.last_data_ns or 0) + bound_ns
        if quiet_ns > now_ns:
            self._timers.set(row.key, quiet_ns)
        else:
            row.quiet = True
            self._told.append(SubscriptionQuiet(*row.key, row.last_data_ns))

    def _check_room(self, keys: tuple[Key, ...]) -> None:
        new = [key for key in keys if key not in self._rows]
        if len(self._rows) + len(new) > SUBSCRIPTIONS_MAX:
            raise LocalError("symbol", f"a connection holds {SUBSCRIPTIONS_MAX} subscriptions: use one more")
        if keys[0].channel == "level3":
            wanted = sum(key.channel == "level3" and row.state in DESIRED for key, row in self._rows.items())
            again = sum(row.state not in DESIRED for row in map(self._rows.get, keys) if row is not None)
            if wanted + len(new) + again > LEVEL3_SYMBOLS_MAX:
                raise LocalError(
                    "symbol", f"a connection holds {LEVEL3_SYMBOLS_MAX} level3 symbols (7.3): use one more"
                )

    def _level3_room(self) -> int:
        """Return how many places are free. What may be granted takes one, and keeps it when it is asked for again."""
        return LEVEL3_SYMBOLS_MAX - sum(
            bool(row.live) and TO_SEND.get(row.state) != "subscribe"
            for key, row in self._rows.items()
            if key.channel == "level3"
        )
