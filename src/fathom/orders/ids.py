"""What our orders are called at the venue: client ids that follow from the log, so that a crash cannot make us forget.

A client id is the bot's mark and a digest of the boot and our order id. The mark tells ours from strangers' on the same
account; the boot, new at each start, keeps an order that a crash took from the journal's end from ever sharing an id
with a later one. Pure. Imports: domain, orders/state, orders/table. Imported by: orders/reconciler, run.
"""

from collections import deque
from hashlib import blake2b
from typing import Final

from fathom.domain import Event, Happening, OrderApproved, RunResumed, RunStarted
from fathom.orders.state import FINAL, TRANSITIONS, OrderState
from fathom.orders.table import order_id_of

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
MARK_CHARS: Final = 5
# With the mark 18 characters, the longest free text that Kraken takes (websocket-v2.md 8.1); 67 bits: two of a billion
# orders share one with a chance of one in 300.
DIGEST_CHARS: Final = 13
# Ended orders whose ids are kept, for the end of late answers; the oldest is forgotten beyond this.
ENDED_IDS_MAX: Final = 5_000


def mark_of(name: str) -> str:
    """Return the mark of the bot of this name, the same in every run: `f` and four digits of base 36."""
    return f"f{_base36(name, chars=MARK_CHARS - 1)}"


def is_marked(client_id: str, *, mark: str) -> bool:
    """Return whether a client id is one that the bot of this mark made, in this run or another."""
    return (
        len(client_id) == MARK_CHARS + DIGEST_CHARS
        and client_id.startswith(mark)
        and all(char in DIGITS for char in client_id)
    )


class ClientIds:
    """Both names of each of our orders, ours and the client id, while it is open and for a while after.

    Not a component: whoever needs one feeds it the log, and every copy agrees.
    """

    hears: tuple[type[Happening], ...] = (
        RunStarted,
        RunResumed,
        OrderApproved,
        *{kind: None for row in TRANSITIONS.values() for kind in row},
    )

    def __init__(self, mark: str) -> None:
        """`mark`: as `mark_of` gives it."""
        assert len(mark) == MARK_CHARS, f"a mark has {MARK_CHARS} characters, not {mark!r}"
        self.mark = mark
        self._boot = ""
        self._client_ids: dict[str, str] = {}
        self._order_ids: dict[str, str] = {}
        self._states: dict[str, OrderState] = {}  # Of open orders.
        self._ended: deque[str] = deque()

    def apply(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case RunStarted():
                self._boot = event.run_id
            case RunResumed():
                self._boot = event.boot_id
            case OrderApproved():
                self._begin(event.order.order_id)
            case _:
                self._move(event)

    def client_id(self, order_id: str) -> str | None:
        """Return what the venue calls one of our orders; None where it was never approved, or ended long ago."""
        return self._client_ids.get(order_id)

    def order_id(self, client_id: str) -> str | None:
        """Return our id of an order of the venue's; None where the log does not know it, as after `client_id`."""
        return self._order_ids.get(client_id)

    def is_marked(self, client_id: str) -> bool:
        """Return whether this bot made the id. One without an `order_id` is of an order that the journal lacks."""
        return is_marked(client_id, mark=self.mark)

    def _begin(self, order_id: str) -> None:
        assert self._boot, f"{order_id} was approved before the run began"
        client_id = self.mark + _base36(self._boot, order_id, chars=DIGEST_CHARS)
        assert client_id not in self._order_ids, f"two of our orders would be called {client_id}"
        self._client_ids[order_id] = client_id
        self._order_ids[client_id] = order_id
        self._states[order_id] = "approved"

    def _move(self, event: Event) -> None:
        order_id = order_id_of(event)
        if order_id is None or (state := self._states.get(order_id)) is None:
            return
        after = TRANSITIONS[state].get(type(event), state)
        if after not in FINAL:
            self._states[order_id] = after
            return
        del self._states[order_id]
        self._ended.append(order_id)
        if len(self._ended) > ENDED_IDS_MAX:
            forgotten = self._ended.popleft()
            del self._order_ids[self._client_ids.pop(forgotten)]


def _base36(*texts: str, chars: int) -> str:
    """Return the last `chars` digits of a digest of the texts; which of them a letter belongs to makes a difference."""
    number = int.from_bytes(blake2b("\0".join(texts).encode(), digest_size=16).digest(), "big")
    digits = []
    for _ in range(chars):
        number, digit = divmod(number, len(DIGITS))
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))
