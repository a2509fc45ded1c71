"""What goes out: frames in order, each with its place among the requests in flight.

Pure. Imports: domain, codec, messages, pending, wishes. Imported by: session.
"""

from typing import Final

from msgspec import structs

from fathom.domain import LocalError
from fathom.protocol.codec import encode, encode_addressed, token_text
from fathom.protocol.messages import (
    AddOrder,
    AmendOrder,
    BatchAdd,
    BatchCancel,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    EditOrder,
    Request,
    Token,
)
from fathom.protocol.session.pending import IN_FLIGHT_MAX, InFlight, Pending
from fathom.protocol.session.wishes import Batch

OrderRequest = (
    AddOrder | AmendOrder | EditOrder | CancelOrder | CancelAll | CancelAllOrdersAfter | BatchAdd | BatchCancel
)

# Frames that nobody has taken. An order past it is refused with LocalError; subscriptions stop at half of it
# and wait, so that they never keep an order out.
OUTBOX_MAX: Final = 256


class Outbox:
    """The frames to send. Posting one notes it as in flight."""

    __slots__ = ("_frames", "_token", "_token_text", "pending")

    def __init__(self, *, first_req_id: int) -> None:
        self._frames: list[bytes] = []
        self._token: Token | None = None  # The last order's, and the same as it stands in a frame.
        self._token_text = b""
        self.pending = Pending(first_req_id=first_req_id)

    @property
    def full(self) -> bool:
        """Whether nothing more goes in until it is taken."""
        return len(self._frames) >= OUTBOX_MAX

    @property
    def half_full(self) -> bool:
        """Whether what remains is kept for orders."""
        return len(self._frames) >= OUTBOX_MAX // 2 or len(self.pending) >= IN_FLIGHT_MAX // 2

    def check_room(self) -> None:
        """Raise LocalError where one more would be past a limit."""
        if self.full:
            raise LocalError("outbox", f"{OUTBOX_MAX} frames wait: send what `take_outbox` returns, try again")
        if len(self.pending) >= IN_FLIGHT_MAX:
            raise LocalError("requests", f"{IN_FLIGHT_MAX} are unanswered: wait for answers, or RequestUnsure")

    def post(
        self,
        request: Request,
        *,
        answers: int = 1,
        now_ns: int,
        timeout_ns: int,
        batch: Batch | None = None,
    ) -> InFlight:
        """Give the request its id, put it in line, and wait for its answers from now on."""
        self.check_room()
        self._frames.append(encode(structs.replace(request, req_id=self.pending.next_req_id)))
        return self.pending.add(
            str(request.__struct_config__.tag),
            answers=answers,
            now_ns=now_ns,
            deadline_ns=now_ns + timeout_ns,
            batch=batch,
        )

    def post_order(self, request: OrderRequest, *, token: Token, now_ns: int, timeout_ns: int) -> InFlight:
        """As `post`, with this token in the params."""
        self.check_room()
        answers = answers_due(request)
        if token is not self._token:
            self._token, self._token_text = token, token_text(token)
        req_id = self.pending.next_req_id
        self._frames.append(encode_addressed(request, token=self._token_text, req_id=req_id))
        method = str(request.__struct_config__.tag)
        return self.pending.add(method, answers=answers, now_ns=now_ns, deadline_ns=now_ns + timeout_ns)

    def take(self) -> list[bytes]:
        """Return the frames to send, in order, and forget them."""
        frames, self._frames = self._frames, []
        return frames

    def drop(self) -> list[InFlight]:
        """Forget frames and requests, as the connection is gone. Return what was in flight and not yet overdue."""
        self._frames.clear()
        self._token, self._token_text = None, b""
        return self.pending.drop()


def answers_due(request: OrderRequest) -> int:
    """Return how many answers come: one for each id of a cancel_order, else one (websocket-v2.md 4.2).

    A userref that tags several orders may bring more: those will be unmatched. Raises LocalError without any
    id.
    """
    if not isinstance(request, CancelOrder):
        return 1
    params = request.params
    ids = len(params.order_id) + len(params.cl_ord_id) + len(params.order_userref)
    if ids == 0:
        raise LocalError("cancel_order", "name at least one order (8.4)")
    return ids
