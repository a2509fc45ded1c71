"""A journal that goes on: its entries through new components, and from there as if there had been no stop.

Imports: domain, engine, store, run/bot, run/config. Imported by: session.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Component,
    Entry,
    Event,
    FrameReceived,
    LinkDropped,
    LinkOpened,
    LocalError,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    RunStarted,
)
from fathom.engine import Engine, Log, replay
from fathom.orders import FINAL, OrderTable
from fathom.run.bot import Bot
from fathom.run.config import RunConfig, config_json, config_of
from fathom.store import JournalReader, TornTail

Watcher = Callable[[Entry], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What the journal leaves to go on with."""

    bot: Bot
    last_seq: int
    time_ns: int
    unwritten: tuple[Entry, ...]  # The rest of the last step, which the crash kept from the journal.
    unanswered: tuple[str, ...]  # Our orders with something on its way: what became of it is not known.
    links: tuple[str, ...]  # The connections that were up.
    entries: int
    torn: TornTail | None

    def news(self) -> list[Event]:
        """Return what comes in first: nothing that was up is up, and nobody will answer what was asked."""
        dropped = [LinkDropped(link, "the run was down") for link in self.links]
        return [*dropped, *(AnswerOverdue(order_id) for order_id in self.unanswered)]

    def engine(self, log: Log) -> Engine:
        """Return an engine that goes on where the journal ends. What was not written is written first."""
        for entry in self.unwritten:
            log.append(entry)
        log.commit()
        return Engine(self.bot.components, log, last_seq=self.last_seq, time_ns=self.time_ns)


def resume(folder: Path, config: RunConfig, mode: str, follow: Callable[[Bot], Sequence[Watcher]]) -> Resumed:
    """Replay the journal in `folder`, showing each entry to those whom `follow` names once there is a bot.

    Raises JournalError where it is not whole, and LocalError where it was begun with another configuration or where
    this version's components say something else than what it says.
    """
    reader = JournalReader(folder)
    resumed = resume_from(reader, config, mode, follow, place=str(folder))
    return replace(resumed, torn=reader.torn)


def resume_from(
    journal: Iterable[tuple[Entry, bytes]],
    config: RunConfig,
    mode: str,
    follow: Callable[[Bot], Sequence[Watcher]],
    *,
    place: str,
    make: Callable[[RunConfig], Bot] = Bot,
) -> Resumed:
    """Replay a journal, wherever it is kept; `place` names it to a person. Raises as `resume` does."""
    bots: list[Bot] = []
    watchers: list[Watcher] = []
    seen = _Seen()

    def build(first: Entry) -> list[Component]:
        if not isinstance(first.event, RunStarted):
            raise LocalError(place, "does not begin with a run: it is a recording; name another folder")
        if first.event.mode != mode:  # Its orders are at another venue, and its balances of another account.
            raise LocalError(place, f"was begun in mode {first.event.mode}, not {mode}: name another folder")
        _insist_same(place, config_of(first.event.config), config)
        bots.append(make(config))
        watchers.extend(follow(bots[0]))
        return bots[0].components

    def show(entry: Entry) -> None:
        seen.take(entry)
        for watcher in watchers:
            watcher(entry)

    replayed = replay(journal, build, seen=show)
    if (difference := replayed.difference) is not None:
        raise LocalError(
            place,
            f"this version would not have said what entry {difference.seq} says: go on with the version that wrote it, "
            "or begin anew in another folder",
        )
    for entry in replayed.unwritten:
        show(entry)
    return Resumed(
        bot=bots[0],
        last_seq=replayed.last_seq,
        time_ns=replayed.time_ns,
        unwritten=replayed.unwritten,
        unanswered=tuple(seen.unanswered()),
        links=tuple(seen.links),
        entries=replayed.entries,
        torn=None,
    )


def _insist_same(place: str, before: RunConfig, now: RunConfig) -> None:
    """Raise where the configuration has changed, naming what did: the components' memory would not fit."""
    if config_json(before) == config_json(now):
        return
    one, other = msgspec.to_builtins(before), msgspec.to_builtins(now)
    changed = ", ".join(key for key in other if one.get(key) != other[key]) or "its form"
    raise LocalError(
        place,
        f"was begun with another configuration ({changed} changed). Limits change with `fathom set` while it runs; for "
        "anything else name a new folder under [journal], or move this one away: the account itself is read from the "
        "venue",
    )


@dataclass(slots=True)
class _Seen:
    """What the entries leave open."""

    table: OrderTable = field(default_factory=OrderTable)
    changes: dict[str, int] = field(default_factory=dict)  # Amends and cancels without an answer, by order.
    links: dict[str, None] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, FrameReceived):
            return
        match event:
            case LinkOpened():
                self.links[event.link] = None
            case LinkDropped():
                self.links.pop(event.link, None)
            case OrderApproved():
                self.changes[event.order.order_id] = 1
            case AmendApproved():
                self._add(event.amend.order_id, 1)
            case CancelApproved():
                self._add(event.order_id, 1)
            case OrderAccepted() | OrderAmended() | AmendRejected() | CancelRejected() | AnswerOverdue():
                self._add(event.order_id, -1)
        order = self.table.apply(event)
        if order is not None and order.state in FINAL:
            self.changes.pop(order.order_id, None)

    def _add(self, order_id: str, change: int) -> None:
        if order_id in self.changes:
            self.changes[order_id] = max(0, self.changes[order_id] + change)

    def unanswered(self) -> list[str]:
        """Return each order as often as something of it is open."""
        open_now = [order.order_id for order in self.table.open()]
        return [order_id for order_id in open_now for _ in range(self.changes.get(order_id, 0))]
