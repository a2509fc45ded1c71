"""Frames to messages and requests to frames; every digit is kept, and no number is ever a float.

`decode` never raises: what it cannot read comes back as UnknownMessage or MalformedFrame, for the session
to count. It looks twice at a frame: once for the channel or method, skipping the rest, then by
that type.

Pure. Imports: messages. Imported by: strict, session.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar, get_args

from msgspec import DecodeError, Raw, Struct, structs
from msgspec.json import Decoder, Encoder

from fathom.protocol.messages import (
    AddOrder,
    AddOrderResponse,
    AmendOrder,
    AmendOrderResponse,
    BalancesSnapshot,
    BalancesUpdate,
    BatchAdd,
    BatchAddResponse,
    BatchCancel,
    BatchCancelResponse,
    BookMessage,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterResponse,
    CancelAllResponse,
    CancelOrder,
    CancelOrderResponse,
    EditOrder,
    EditOrderResponse,
    ExecutionsMessage,
    FailedResponse,
    HeartbeatMessage,
    InstrumentMessage,
    Level3Message,
    MalformedFrame,
    Message,
    OhlcMessage,
    Ping,
    Pong,
    Request,
    StatusMessage,
    Subscribe,
    SubscribeResponse,
    TickerMessage,
    Token,
    TradeMessage,
    UnknownMessage,
    Unsubscribe,
    UnsubscribeResponse,
)


class _Look(Struct, gc=False):
    """The first look: enough to know the type."""

    channel: str | None = None
    method: str | None = None
    success: bool | None = None
    error: str | None = None


_LOOK: Final = Decoder(_Look)
_FAILED: Final = Decoder(FailedResponse)

_CHANNELS: Final[Mapping[str, Decoder[Any]]] = {
    "status": Decoder(StatusMessage),
    "heartbeat": Decoder(HeartbeatMessage),
    "ticker": Decoder(TickerMessage),
    "book": Decoder(BookMessage),
    "trade": Decoder(TradeMessage),
    "ohlc": Decoder(OhlcMessage),
    "instrument": Decoder(InstrumentMessage),
    "executions": Decoder(ExecutionsMessage),
    "balances": Decoder(BalancesSnapshot | BalancesUpdate),
    "level3": Decoder(Level3Message),
}

_RESPONSES: Final[Mapping[str, Decoder[Any]]] = {
    "pong": Decoder(Pong),
    "subscribe": Decoder(SubscribeResponse),
    "unsubscribe": Decoder(UnsubscribeResponse),
    "add_order": Decoder(AddOrderResponse),
    "amend_order": Decoder(AmendOrderResponse),
    "edit_order": Decoder(EditOrderResponse),
    "cancel_order": Decoder(CancelOrderResponse),
    "cancel_all": Decoder(CancelAllResponse),
    "cancel_all_orders_after": Decoder(CancelAllOrdersAfterResponse),
    "batch_add": Decoder(BatchAddResponse),
    "batch_cancel": Decoder(BatchCancelResponse),
}


def decode(frame: bytes, *, data_of: str = "") -> Message:
    """Return what Kraken said. Never raises. `data_of`: it is known to be data of this channel, so look once."""
    try:
        if (known := _CHANNELS.get(data_of)) is not None:
            data: Message = known.decode(frame)
            return data
        look = _LOOK.decode(frame)
        if look.error is not None or look.success is False:
            return _FAILED.decode(frame)  # First of all: a refusal may carry a channel too.
        if look.method is not None:
            decoder, what = _RESPONSES.get(look.method), f"method {look.method}"
        else:
            decoder, what = _CHANNELS.get(look.channel or ""), f"channel {look.channel}"
        if decoder is None:
            return UnknownMessage(what, bytes(frame))
        message: Message = decoder.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        return MalformedFrame(str(error), bytes(frame))
    return message


def _read_token(kind: type, text: Any) -> Token:
    if kind is not Token or not isinstance(text, str):
        raise ValueError("a token is a text")
    return Token(text)


_REQUEST: Final = Decoder(
    AddOrder
    | AmendOrder
    | BatchAdd
    | BatchCancel
    | CancelAll
    | CancelAllOrdersAfter
    | CancelOrder
    | EditOrder
    | Ping
    | Subscribe
    | Unsubscribe,
    dec_hook=_read_token,
)


def decode_request(frame: bytes) -> Request | MalformedFrame:
    """Return what a client asked: for the other end of a conversation, and for what we sent and recorded."""
    try:
        request: Request = _REQUEST.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        return MalformedFrame(str(error), bytes(frame))
    return request


def _write_token(value: Any) -> str:
    if not isinstance(value, Token):
        raise NotImplementedError(f"{type(value)} does not go on the wire")
    return value.text


_JSON: Final = Encoder(enc_hook=_write_token, decimal_format="number")
S = TypeVar("S", bound=Struct)


def encode(request: Request) -> bytes:
    """Return the frame: keys in the order method, params, req_id; numbers bare, padded as given, no exponent.

    Raises ValueError for a number that is not finite; `rules` refuses it before.
    """
    frame = _JSON.encode(request)
    if b"E-" in frame or b"E+" in frame or b"NaN" in frame or b"Inf" in frame:  # In a number, or in some text.
        frame = _JSON.encode(_plain_numbers(request))
    return frame


def encode_addressed(request: Request, *, token: bytes, req_id: int) -> bytes:
    """Return the frame with this token, a JSON text, and this id: as `encode`, but nothing is copied to put them in.

    They are the last of the params and of the request; what the request itself has of them is not sent.
    """
    if request.req_id is not None or getattr(request.params, "token", None) is not None:  # type: ignore[union-attr]  # A ping has no params.
        request = structs.replace(request, req_id=None, params=structs.replace(request.params, token=None))  # type: ignore[union-attr]  # As above.
    frame = encode(request)
    comma = b"" if frame.endswith(b"{}}") else b","
    return b'%b%b"token":%b},"req_id":%d}' % (frame[:-2], comma, token, req_id)


def token_text(token: Token) -> bytes:
    """Return a token as it stands in a frame."""
    return _JSON.encode(token)


def _plain_numbers(struct: S) -> S:
    """Write each Decimal as plain digits: msgspec itself would give 0.00000001 an exponent."""
    written: dict[str, object] = {}
    numbers, inner = _places(type(struct))
    for name in numbers:
        if (number := getattr(struct, name)) is not None:
            written[name] = _digits(number)
    for name in inner:
        if (member := getattr(struct, name)) is not None:
            several = isinstance(member, tuple)
            written[name] = tuple(map(_plain_numbers, member)) if several else _plain_numbers(member)
    return structs.replace(struct, **written) if written else struct


def _digits(number: Decimal) -> Raw:
    if not number.is_finite():
        raise ValueError(f"{number} is not a number that JSON has")
    return Raw(format(number, "f").encode())


@cache
def _places(kind: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which fields hold numbers, and which hold structs."""
    kinds = {field.name: set(_kinds(field.type)) for field in structs.fields(kind)}
    inner = (
        name for name, some in kinds.items() if any(isinstance(one, type) and issubclass(one, Struct) for one in some)
    )
    return tuple(name for name, some in kinds.items() if Decimal in some), tuple(inner)


def _kinds(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inside in get_args(annotation):
        yield from _kinds(inside)
