import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from fathom.protocol.codec import decode, decode_request, encode, encode_addressed, token_text
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    BatchAdd,
    BatchAddParams,
    BatchOrder,
    BookMessage,
    BookParams,
    CancelAll,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    FailedResponse,
    HeartbeatMessage,
    MalformedFrame,
    OhlcMessage,
    Ping,
    Pong,
    StatusMessage,
    Subscribe,
    SubscribeResponse,
    Token,
    Triggers,
    UnknownMessage,
)
from recorded import FIXTURES


def level(number: str) -> Decimal:
    """The number after its way through a frame."""
    frame = (
        '{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[],'
        f'"asks":[{{"price":{number},"qty":1}}],"checksum":1}}]}}'
    )
    message = decode(frame.encode())
    assert isinstance(message, BookMessage), message
    return message.data[0].asks[0].price


# -- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1797.30", "1797.30"),
        ("0.00005100", "0.00005100"),
        ("0.00000000", "0.00000000"),
        ("1e-05", "0.00001"),
        ("1.5e-05", "0.000015"),
        ("1e-08", "0.00000001"),
        ("5E-5", "0.00005"),
        ("100", "100"),
        ("-0.17", "-0.17"),
        ("66788.0", "66788.0"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("12345678901234567890.12345678", "12345678901234567890.12345678"),
    ],
)
def test_numbers_keep_every_digit(number: str, text: str) -> None:
    assert format(level(number), "f") == text


@given(st.integers(-(10**40), 10**40), st.integers(0, 40))
def test_any_plain_number_comes_back_as_it_was(digits: int, places: int) -> None:
    text = format(Decimal(digits).scaleb(-places), "f") if digits else f"{0:.{places}f}"
    assert format(level(text), "f") == text


def limit_order(number: Decimal) -> AddOrder:
    return AddOrder(
        params=AddOrderParams(
            order_type="limit", side="buy", symbol="BTC/USD", order_qty=Decimal(1), limit_price=number
        )
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**30), max_value=10**30))
@example(Decimal("1E-8"))
@example(Decimal("0E-8"))
@example(Decimal("1E+3"))
@example(Decimal("1797.30"))
@example(Decimal("-0.50"))
def test_numbers_go_out_bare_and_without_exponent(number: Decimal) -> None:
    frame = encode(limit_order(number))
    match = re.search(rb'"limit_price":([^,}]*)', frame)
    assert match is not None
    assert re.fullmatch(rb"-?[0-9]+(\.[0-9]+)?", match[1])
    assert Decimal(match[1].decode()) == number
    back = decode_request(frame)
    assert isinstance(back, AddOrder)
    price = back.params.limit_price
    assert price is not None
    assert format(price, "f") == format(number, "f")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_json_cannot_say_is_not_sent(number: str) -> None:
    with pytest.raises(ValueError, match="not a number that JSON has"):
        encode(limit_order(Decimal(number)))


def test_connection_ids_beyond_63_bits() -> None:
    frame = b'{"channel":"status","type":"update","data":[{"system":"online","connection_id":18125794168470749634}]}'
    message = decode(frame)
    assert isinstance(message, StatusMessage)
    assert message.data[0].connection_id == 18125794168470749634


# -- Which type ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (b'{"channel":"heartbeat"}', HeartbeatMessage),
        (b' {"channel" : "heartbeat"}\n', HeartbeatMessage),
        (b'{"channel":"heartbeat","new":{"a":[1]}}', HeartbeatMessage),
        (b'{"data":[],"type":"update","channel":"book"}', BookMessage),
        (b'{"method":"pong","req_id":1,"time_in":"t","time_out":"t"}', Pong),
        (b'{"method":"pong","success":true,"result":{"warnings":["w"]},"time_in":"t","time_out":"t"}', Pong),
        (
            b'{"method":"subscribe","result":{"channel":"book","newer":1},"success":true,"time_in":"t","time_out":"t"}',
            SubscribeResponse,
        ),
        (b'{"error":"Malformed request","method":"error","success":false}', FailedResponse),
        (b'{"error":"Unsupported event","method":"dance","success":false}', FailedResponse),
        (
            (
                b'{"channel":"executions","error":"ESession:Invalid session","method":"subscribe","status":"error",'
                b'"success":false}'
            ),
            FailedResponse,
        ),
        (b'{"error":"no method at all","success":false}', FailedResponse),
        (b'{"error":"no success at all","method":"add_order"}', FailedResponse),
    ],
)
def test_the_type_follows_channel_method_and_success(frame: bytes, kind: type) -> None:
    assert type(decode(frame)) is kind


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (b'{"channel":"weather","type":"update","data":[]}', "channel weather"),
        (b'{"method":"dance","success":true}', "method dance"),
        (b"{}", "channel None"),
        (b'{"event":"heartbeat"}', "channel None"),
    ],
)
def test_unknown_frames_are_named_and_kept(frame: bytes, what: str) -> None:
    assert decode(frame) == UnknownMessage(what, frame)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"", "truncated"),
        (b"CloudFlare WebSocket proxy restarting", "malformed"),
        (b'{"channel":"book","type":"upd', "truncated"),
        (b"[1,2]", "Expected `object`"),
        (b'"text"', "Expected `object`"),
        (b"\xff\xfe", "malformed"),
        (b'{"channel":"\xff"}', "utf-8"),
        (b'{"channel":7}', "$.channel"),
        (b'{"channel":"book","type":"update"}', "`data`"),
        (b'{"channel":"book","type":"other","data":[]}', "$.type"),
        (b'{"channel":"balances","type":"other","data":[],"sequence":1}', "$.type"),
        (b'{"channel":"trade","type":"update","data":[{"symbol":"A/B"}]}', "$.data[0]"),
        (b'{"channel":"executions","type":"update","data":[]}', "sequence"),
        (b'{"method":"add_order","success":true,"result":[],"time_in":"t","time_out":"t"}', "$.result"),
        (b'{"method":"add_order","success":false}', "error"),
        (b'{"channel":' + b"[" * 100_000, "$.channel"),
        (b'{"x":' + b"[" * 100_000, ""),
    ],
)
def test_broken_frames_are_values_and_never_raise(frame: bytes, reason: str) -> None:
    message = decode(frame)
    assert isinstance(message, MalformedFrame)
    assert message.frame == frame
    assert reason in message.reason


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise(frame: bytes) -> None:
    decode(frame)
    decode_request(frame)


def network_frames() -> Iterator[tuple[str, str]]:
    """Every v2 frame that the fixtures hold as coming from Kraken."""
    for line in (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["kind"] == "message":
            yield f"kraken-async-rs {row['line']}", line[line.index('"text":') + 7 : -1]
    for path in sorted((FIXTURES / "kraken-docs").glob("*.json")):
        if "v1" not in path.name:
            yield path.name, path.read_text()
    for path in sorted((FIXTURES / "nautilus_trader").glob("ws_*.json")):
        if "request" not in path.name:
            yield path.name, path.read_text()
    stream = json.loads((FIXTURES / "python-kraken-sdk" / "orderbook-v2.json").read_text())
    for frame in [stream["init"], *stream["updates"]]:
        yield "python-kraken-sdk", json.dumps(frame)
    for path in sorted((FIXTURES / "Kraken.Net").glob("S*/Spot*/*.txt")):
        for part in re.split(r"^[<>=][0-9]?", path.read_text(), flags=re.MULTILINE)[1:]:
            frame = re.sub(r'"?\|\w+\|"?|"\|\*\|"', "1", part).strip()
            if '"params"' not in frame:
                yield path.name, frame


def test_every_fixture_decodes() -> None:
    seen: dict[str, int] = {}
    for name, frame in network_frames():
        message = decode(frame.encode())
        if name == "Concurrent.txt" and '"data"' in frame:
            continue  # Made up by its authors: candles without prices.
        assert not isinstance(message, UnknownMessage | MalformedFrame), (name, message)
        seen[type(message).__name__] = seen.get(type(message).__name__, 0) + 1
    assert seen["BookMessage"] > 510
    assert len(seen) >= 20, seen


def test_a_candle_without_prices_is_malformed() -> None:
    whole = [frame for name, frame in network_frames() if name == "Kline.txt" and '"data"' in frame]
    assert isinstance(decode(whole[0].encode()), OhlcMessage)
    cut = [frame for name, frame in network_frames() if name == "Concurrent.txt" and '"data"' in frame]
    assert len(cut) == 2
    assert all(isinstance(decode(frame.encode()), MalformedFrame) for frame in cut)


# -- Requests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (Ping(req_id=101), b'{"method":"ping","req_id":101}'),
        (Ping(), b'{"method":"ping"}'),
        (
            Subscribe(params=BookParams(symbol=("BTC/USD", "ETH/USD"), depth=10, snapshot=True), req_id=7),
            (
                b'{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],"depth":10,'
                b'"snapshot":true},"req_id":7}'
            ),
        ),
        (
            AddOrder(
                params=AddOrderParams(
                    order_type="limit",
                    side="buy",
                    limit_price=Decimal("26500.40"),
                    order_userref=100054,
                    order_qty=Decimal("1.20000000"),
                    symbol="BTC/USD",
                    token=Token("G38a"),
                ),
                req_id=123456789,
            ),
            (
                b'{"method":"add_order","params":{"order_type":"limit","side":"buy","order_qty":1.20000000,'
                b'"limit_price":26500.40,"order_userref":100054,"symbol":"BTC/USD","token":"G38a"},'
                b'"req_id":123456789}'
            ),
        ),
        (
            BatchAdd(
                params=BatchAddParams(
                    symbol="A/B",
                    orders=(
                        BatchOrder(
                            order_type="stop-loss",
                            side="sell",
                            order_qty=Decimal("1E-8"),
                            triggers=Triggers(price=Decimal("-2.0"), price_type="pct"),
                        ),
                    ),
                )
            ),
            (
                b'{"method":"batch_add","params":{"symbol":"A/B","orders":[{"order_type":"stop-loss","side":"sell",'
                b'"order_qty":0.00000001,"triggers":{"price":-2.0,"price_type":"pct"}}]}}'
            ),
        ),
        (CancelAll(params=CancelAllParams()), b'{"method":"cancel_all","params":{}}'),
        (
            CancelOrder(params=CancelOrderParams(order_id=("A", "B"))),
            b'{"method":"cancel_order","params":{"order_id":["A","B"]}}',
        ),
    ],
)
def test_requests_are_spelled_as_kraken_spells(request_: Ping, frame: bytes) -> None:
    assert encode(request_) == frame
    assert decode_request(frame) == request_


@pytest.mark.parametrize(
    "frame",
    [
        b"not json",
        b'{"method":"dance"}',
        b'{"method":"subscribe","params":{"channel":"weather"}}',
        b'{"method":"subscribe","params":{"channel":"executions","token":5}}',
        b'{"method":"cancel_all"}',
        b'{"method":"add_order","params":{"order_type":"limit","side":"hold","symbol":"A/B"}}',
    ],
)
def test_what_is_no_request_is_a_malformed_frame(frame: bytes) -> None:
    message = decode_request(frame)
    assert isinstance(message, MalformedFrame)
    assert message.frame == frame


def test_only_tokens_are_written_as_secrets() -> None:
    request = Subscribe(params=BookParams(symbol=(object(),)))  # type: ignore[arg-type] # That is the test.
    with pytest.raises(NotImplementedError, match="does not go on the wire"):
        encode(request)


@pytest.mark.parametrize(
    "params",
    [
        AddOrderParams(symbol="A/B", side="buy", order_type="limit", order_qty=Decimal("1E-8"), limit_price=Decimal(5)),
        AddOrderParams(
            symbol="A/B", side="buy", order_type="limit", cl_ord_id="NaN E-1 Inf", order_qty=Decimal("1.50")
        ),
        CancelAllParams(),
        CancelOrderParams(cl_ord_id=("one", "E+2")),
    ],
    ids=str,
)
@pytest.mark.parametrize("own", [False, True])
def test_a_token_is_put_where_it_would_stand(params: Any, own: bool) -> None:
    kind: Any = {AddOrderParams: AddOrder, CancelAllParams: CancelAll, CancelOrderParams: CancelOrder}[type(params)]
    token = Token('a"b\\c')
    given = kind(params=structs.replace(params, token=Token("another")), req_id=3) if own else kind(params=params)
    whole = kind(params=structs.replace(params, token=token), req_id=77)
    assert encode_addressed(given, token=token_text(token), req_id=77) == encode(whole)
    assert decode_request(encode(whole)) == whole
