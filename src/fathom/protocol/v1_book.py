"""Version 1's public data in version 2's words, so that one kernel and one reader serve recordings of both.

Books, trades and the answers to their subscriptions; every digit stays as it was sent. Version 1 pads its
prices otherwise than version 2 does, so its checksums hold at the decimals of its own texts only
(book-checksum.md 5).

Pure. Imports: domain, times. Imported by: run, and the maker of the bundled recordings.
"""

import re
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from fathom.domain import RemoteError
from fathom.protocol.times import SECOND_NS, time_text

# Version 1 and REST call two assets by older names (websocket-v2.md 3).
RENAMED: Final = {"XBT": "BTC", "XDG": "DOGE"}
SIDES: Final = {"b": "buy", "s": "sell"}
ORDER_TYPES: Final = {"l": "limit", "m": "market"}

_NUMBER: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")
_SECONDS: Final = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,9}))?")
_CRC: Final = re.compile(r"[0-9]{1,10}")

# Price, volume, time, and "r" where the level came back into scope: it is treated as any other.
Level = Annotated[list[str], Meta(min_length=3, max_length=4)]


class V1Book(Struct, frozen=True):
    """One book message: the levels of both sides in the order to apply, and the checksum of an update."""

    pair: str
    depth: int
    snapshot: bool
    asks: list[Level]
    bids: list[Level]
    checksum: int | None


class _Payload(Struct, rename={"ask_snapshot": "as", "bid_snapshot": "bs", "asks": "a", "bids": "b", "crc": "c"}):
    ask_snapshot: list[Level] | None = None
    bid_snapshot: list[Level] | None = None
    asks: list[Level] | None = None
    bids: list[Level] | None = None
    crc: str | None = None


class _Subscription(Struct):
    name: str
    depth: int | None = None


class _Event(Struct):
    event: str = ""


class _Status(Struct):
    status: str = ""
    pair: str = ""
    subscription: _Subscription | None = None


_array: Final = msgspec.json.Decoder(list[Raw])
_payload: Final = msgspec.json.Decoder(_Payload)
_trades: Final = msgspec.json.Decoder(list[tuple[str, str, str, str, str, str]])
_event: Final = msgspec.json.Decoder(_Event)
_status: Final = msgspec.json.Decoder(_Status)
_text: Final = msgspec.json.Decoder(str)


def v2_symbol(pair: str) -> str:
    """Return version 2's name of a pair: XBT/USD is BTC/USD, XDG/USD is DOGE/USD."""
    return "/".join(RENAMED.get(asset, asset) for asset in pair.split("/"))


def read_book(frame: bytes) -> V1Book | None:
    """Return what a book message of version 1 says, None where it is another. Raises RemoteError."""
    try:
        *payloads, name, pair = _array.decode(frame)[1:]
        channel = _text.decode(name)
        if not channel.startswith("book"):
            return None
        parts = [_payload.decode(payload) for payload in payloads]
    except (ValueError, RecursionError) as error:
        raise RemoteError(f"a book of version 1 is not as it should be: {error}") from None
    snapshot = any(part.ask_snapshot is not None or part.bid_snapshot is not None for part in parts)
    if snapshot and any(part.asks is not None or part.bids is not None for part in parts):
        raise RemoteError("a book of version 1 is snapshot and update in one")
    crcs = [part.crc for part in parts if part.crc is not None]
    if any(_CRC.fullmatch(crc) is None for crc in crcs):
        raise RemoteError(f"a checksum of version 1 is {crcs[-1]!r}")
    return V1Book(
        pair=_text.decode(pair),
        depth=int(depth) if (depth := channel.removeprefix("book-")).isdigit() else 10,
        snapshot=snapshot,
        asks=[level for part in parts for level in part.ask_snapshot or part.asks or ()],
        bids=[level for part in parts for level in part.bid_snapshot or part.bids or ()],
        checksum=int(crcs[-1]) if crcs else None,
    )


def book_frame(book: V1Book, *, symbol: str, checksum: int | None = None) -> bytes:
    """Return the book message as version 2 would write it; an update with the time of its newest level.

    `checksum` stands in where version 1 sent none: it sends none in snapshots. Raises RemoteError on what is
    no number.
    """
    if book.checksum is not None:
        checksum = book.checksum
    tail = "" if checksum is None else f',"checksum":{checksum}'
    if not book.snapshot:
        newest = max((_time_ns(level[2]) for level in (*book.asks, *book.bids)), default=None)
        tail += "" if newest is None else f',"timestamp":"{time_text(newest)}"'
    return (
        f'{{"channel":"book","type":"{"snapshot" if book.snapshot else "update"}","data":[{{'
        f'"symbol":{_quoted(symbol)},"bids":[{_levels(book.bids)}],"asks":[{_levels(book.asks)}]{tail}}}]}}'
    ).encode()


class V1Translator:
    """Turns version 1's public frames into version 2's, one after another.

    Only the numbers of trades need a memory: version 1 sends none, so each symbol's are counted from 1.
    `renamed` says whether symbols take version 2's names (XBT/USD: BTC/USD) or stay as they are.
    """

    def __init__(self, *, renamed: bool = False) -> None:
        self._renamed = renamed
        self._trades: dict[str, int] = {}

    def symbol(self, pair: str) -> str:
        """Return the name that the pair has in what comes out."""
        return v2_symbol(pair) if self._renamed else pair

    def translate(self, frame: bytes, *, time_ns: int = 0, checksum: int | None = None) -> bytes | None:
        """Return the version 2 frame; None where it has no counterpart here.

        `time_ns` dates the answer to a subscription, `checksum` a book's snapshot. Raises RemoteError where
        the frame is not as websocket-v1.md says.
        """
        if frame.lstrip().startswith(b"{"):
            return self._answer(frame, time_ns)
        if (book := read_book(frame)) is not None:
            return book_frame(book, symbol=self.symbol(book.pair), checksum=checksum)
        return self._trade_frame(frame)

    def _answer(self, frame: bytes, time_ns: int) -> bytes | None:
        try:
            event = _event.decode(frame).event
            if event == "heartbeat":
                return b'{"channel":"heartbeat"}'
            if event != "subscriptionStatus":
                return None
            said = _status.decode(frame)
        except ValueError as error:
            raise RemoteError(f"an event of version 1 is not as it should be: {error}") from None
        if said.status != "subscribed" or said.subscription is None:
            return None
        if said.subscription.name not in {"book", "trade"}:
            return None
        depth = "" if said.subscription.depth is None else f'"depth":{said.subscription.depth},'
        snapshot = "true" if said.subscription.name == "book" else "false"  # Version 1 has none for trades.
        when = time_text(time_ns)
        return (
            f'{{"method":"subscribe","result":{{"channel":"{said.subscription.name}",{depth}"snapshot":{snapshot},'
            f'"symbol":{_quoted(self.symbol(said.pair))}}},"success":true,"time_in":"{when}","time_out":"{when}"}}'
        ).encode()

    def _trade_frame(self, frame: bytes) -> bytes | None:
        try:
            _, payload, name, pair = _array.decode(frame)
            if _text.decode(name) != "trade":
                return None
            symbol = self.symbol(_text.decode(pair))
            rows = _trades.decode(payload)
        except (ValueError, RecursionError) as error:
            raise RemoteError(f"trades of version 1 are not as they should be: {error}") from None
        first_id = self._trades.get(symbol, 0) + 1
        self._trades[symbol] = first_id + len(rows) - 1
        quoted = _quoted(symbol)
        data = ",".join(
            f'{{"symbol":{quoted},"side":"{_word(SIDES, side)}","price":{_number(price)},"qty":{_number(volume)},'
            f'"ord_type":"{_word(ORDER_TYPES, kind)}","trade_id":{trade_id},'
            f'"timestamp":"{time_text(_time_ns(seconds))}"}}'
            for trade_id, (price, volume, seconds, side, kind, _) in enumerate(rows, start=first_id)
        )
        return f'{{"channel":"trade","type":"update","data":[{data}]}}'.encode()


def _levels(levels: list[Level]) -> str:
    return ",".join(f'{{"price":{_number(level[0])},"qty":{_number(level[1])}}}' for level in levels)


def _number(text: str) -> str:
    """Return the digits as they were sent, once they are known to be a number and nothing else."""
    if _NUMBER.fullmatch(text) is None or (text[0] == "0" and text[1:2].isdigit()):
        raise RemoteError(f"{text[:40]!r} is not a number as version 1 writes them")
    return text


def _time_ns(seconds: str) -> int:
    """Return the ns of a text of UNIX seconds with decimals, exactly."""
    match = _SECONDS.fullmatch(seconds)
    if match is None:
        raise RemoteError(f"{seconds[:40]!r} is not a time as version 1 writes them")
    return int(match[1]) * SECOND_NS + int((match[2] or "").ljust(9, "0"))


def _word(words: dict[str, str], letter: str) -> str:
    try:
        return words[letter]
    except KeyError:
        raise RemoteError(f"a trade of version 1 says {letter[:40]!r}") from None


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
