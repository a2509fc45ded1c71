"""What leaves the bot for the venue, over either way: nothing twice, nothing before its intent, no cancel too late.

Imports: domain; chaos_oracle. Imported by: chaos_run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import msgspec
from chaos_oracle import Broken, Oracle, order_at_venue, said_client_id

from fathom.domain import CancelApproved, CancelRejected, Event, LinkDropped, OrderApproved
from fathom.sim import RoughWorld

if TYPE_CHECKING:
    from chaos_process import Process

SECOND_NS: Final = 1_000_000_000
# A cancel waits a second for room in the rate ledger. Then it is on the wire of a stream that is up ...
CANCEL_NS: Final = 2 * SECOND_NS
# ... and where it is not: five seconds for that, and five for REST.
CANCEL_DARK_NS: Final = 12 * SECOND_NS


class Words:
    """All that was said, over all lives."""

    def __init__(self, world: RoughWorld) -> None:
        self._world = world
        self.broken: Broken | None = None  # What was wrong: raised where no task of the client's can take it.
        self._added: set[str] = set()  # Client ids of orders that left, and that may be at the venue.
        self._asked: dict[int, str] = {}  # Client ids of orders that left over WebSocket, by the request's id.
        self._committed: set[str] = set()  # Client ids of orders in the journal.
        # By client id: of which order, since when it is wanted, and when it must be on its way.
        self._cancels: dict[str, tuple[str, int, int]] = {}

    def committed(self, event: Event, oracle: Oracle, process: Process | None) -> None:
        """An entry is in the journal."""
        match event:
            case OrderApproved():
                client_id = oracle.ids.client_id(event.order.order_id)
                assert client_id is not None
                self._committed.add(client_id)
            case CancelApproved() if process is not None:
                client_id = oracle.ids.client_id(event.order_id)
                assert client_id is not None
                patience_ns = CANCEL_NS if process.is_up else CANCEL_DARK_NS
                now_ns = self._world.now_ns
                self._cancels.setdefault(client_id, (event.order_id, now_ns, now_ns + patience_ns))
            case CancelRejected():
                for client_id in [name for name, (order_id, *_) in self._cancels.items() if order_id == event.order_id]:
                    del self._cancels[client_id]
            case LinkDropped(link="private"):  # They were on a stream that has just gone: they take the other way.
                for name, (order_id, since_ns, due_ns) in self._cancels.items():
                    self._cancels[name] = (order_id, since_ns, max(due_ns, since_ns + CANCEL_DARK_NS))
            case _:
                pass

    def said(self, frame: bytes) -> None:
        """A frame, or a call by REST, is on its way."""
        client_id = _cancelled(frame)
        if client_id is not None:
            self._cancels.pop(client_id, None)
        client_id = _added(frame)
        if client_id is None:
            return
        if client_id in self._added:
            self.broken = self.broken or Broken("an order sent twice", frame)
        if client_id not in self._committed:
            self.broken = self.broken or Broken("an order sent before its intent was in the journal", frame)
        self._added.add(client_id)
        if not frame.startswith(b"/"):
            self._asked[msgspec.json.decode(frame)["req_id"]] = client_id

    def heard(self, frame: bytes) -> None:
        """A frame of the private link came. What the venue refused, and does not have, may take the other way."""
        if b'"method":"add_order"' in frame and b'"success":false' in frame:
            self._refused(self._asked.get(msgspec.json.decode(frame).get("req_id"), ""))

    def answered(self, call: bytes, body: bytes) -> None:
        """A call by REST was answered."""
        if b'"error":["E' in body:
            self._refused(_added(call) or "")

    def _refused(self, client_id: str) -> None:
        if order_at_venue(self._world, client_id) is None:
            self._added.discard(client_id)

    def died(self) -> None:
        """Nothing that was to be sent will be."""
        self._cancels.clear()
        self._asked.clear()

    def check(self, oracle: Oracle) -> None:
        """Raise Broken where something was said that must not be, or a cancel was approved and has not left."""
        if self.broken is not None:
            raise self.broken
        now_ns = self._world.now_ns
        for client_id, (order_id, since_ns, due_ns) in tuple(self._cancels.items()):
            if due_ns > now_ns:
                continue
            if oracle.orders[order_id].is_over:
                del self._cancels[client_id]
            elif self._world.stood_ns <= since_ns:  # It did not stand still meanwhile.
                raise Broken("a cancel that was approved and not sent", order_id)


def _added(frame: bytes) -> str | None:
    return _by_rest(frame, b"/AddOrder?") or said_client_id(frame, "add_order")


def _cancelled(frame: bytes) -> str | None:
    return _by_rest(frame, b"/CancelOrder?") or said_client_id(frame, "cancel_order")


def _by_rest(frame: bytes, path: bytes) -> str | None:
    if path not in frame[:40]:
        return None
    return parse_qs(frame.partition(b"?")[2].decode()).get("cl_ord_id", [None])[0]
